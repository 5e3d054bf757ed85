// The state of evaluating a program on one chunk after another. The evaluation itself is free functions:
//
//   program/row_access.h     rows of the chunk as sets
//   numbers/number_sets.h    comparisons and lists of numbers
//   sets/evaluation.h        any node, roots, and one node alone for EXPLAIN
//   sets/conjunction.h       AND
//   sets/disjunction.h       OR, and the wide OR of a list of values
//   sets/threshold.h         AT LEAST
//   sets/list_filter.h       any node by a short array, whose values are looked up
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "index/bitmap/chunk_view.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/kernels/sparse_counters.h"
#include "query/execution/program/chunk_way.h"
#include "query/execution/program/kept_rows.h"
#include "query/execution/program/program.h"
#include "query/execution/program/shared_results.h"
#include "query/execution/program/window_rows.h"

namespace muster::query {

// What an evaluation is asked for: who, or only how many. Of a conjunction of stored bitsets nothing is
// materialised where only the count is asked for.
enum class AnswerKind : uint8_t { kSet, kCount };

// What an evaluation found in the chunk: the set, or, where only that was asked for, the count. The other one
// means nothing.
struct ChunkAnswer {
  index::ChunkView set;
  uint32_t count = 0;
};

// A leaf of a conjunction that neither everybody nor nobody of the chunk is in.
struct OpenLeaf {
  RowIndex row = 0;
  bool negated = false;
  RowChunk chunk;
  // In place, part by part (see PackedChunk).
  void Set(RowIndex of, bool is_negated, const RowChunk& is) {
    row = of;
    negated = is_negated;
    chunk = is;
  }
};

// Which node EXPLAIN measures, and the ways that it takes.
struct NodeWays {
  NodeIndex node = 0;
  WayCounts& ways;
  bool noted = false;  // any in this chunk
};

// Not thread-safe. What it was given outlives it (`budget` may be null). Chunks are those of the fragment
// that `rows` entered. After the first chunks nothing is allocated.
class EvalContext {
 public:
  EvalContext(const Program& program, const Kernels& kernels, WindowRows& rows, const WorkBudget* budget);
  EvalContext(const EvalContext&) = delete;
  EvalContext& operator=(const EvalContext&) = delete;

  // Which chunk of the fragment is meant from now on.
  void Enter(uint32_t chunk) {
    chunk_ = chunk;
    kept_rows_.Enter(chunk);
    shared_results_.Forget();
  }
  // The chunk again, with nothing of it evaluated.
  void EnterAgain() { Enter(chunk_); }
  uint32_t chunk() const { return chunk_; }

  const Program& program() const { return program_; }
  const Kernels& kernels() const { return kernels_; }
  WindowRows& rows() { return rows_; }
  RowChunk ChunkOf(RowIndex row) { return rows_.ChunkOf(row, chunk_); }
  // Whether the chunk holds a member: beyond the last one, none does.
  bool HoldsAnybody();

  // Scratch.
  RegisterStack& registers() { return registers_; }
  std::vector<OpenLeaf>& leaves() { return leaves_; }
  std::vector<Operand>& open_operands() { return open_operands_; }
  SparseCounters& sparse_counters();

  // What is kept for the chunk.
  KeptRows& kept_rows() { return kept_rows_; }
  SharedResults& shared_results() { return shared_results_; }
  // Arrays up to this long are looked up value by value.
  uint32_t max_driver_values() const { return max_driver_values_; }

  // To be asked once for each node or row; checks the budget now and then.
  bool Stopped() {
    if (budget_ == nullptr) return false;
    return OutOfBudget();
  }
  // The same before something long: checks it now.
  bool StoppedNow();
  // Why answers mean nothing any more: the budget's status, which a long node asks too, or that of the
  // rows. To be looked at before anything is handed on.
  const absl::Status& status() const { return status_.ok() ? rows_.status() : status_; }

  void NoteRead(uint32_t bytes) { bytes_read_ += bytes; }
  void NoteRead(const index::ChunkView& view) { bytes_read_ += BytesOf(view); }
  // Bytes of stored containers that were read so far.
  uint64_t bytes_read() const { return bytes_read_ + rows_.bytes_composed() + kept_rows_.bytes_read(); }

  // For EXPLAIN: null, or the node whose ways are noted from now on.
  void Measure(NodeWays* measured) { measured_ = measured; }
  bool IsMeasured(NodeIndex node) const { return measured_ != nullptr && measured_->node == node; }
  // REQUIRES: a node is measured.
  void Note(ChunkWay way) {
    ++measured_->ways[static_cast<size_t>(way)];
    measured_->noted = true;
  }

 private:
  bool OutOfBudget();

  const Program& program_;
  const Kernels& kernels_;
  WindowRows& rows_;
  const WorkBudget* const budget_;
  const uint32_t max_driver_values_;
  RegisterStack registers_;
  std::vector<OpenLeaf> leaves_;        // of nested conjunctions
  std::vector<Operand> open_operands_;  // of nested thresholds
  std::unique_ptr<SparseCounters> sparse_counters_;
  KeptRows kept_rows_;
  SharedResults shared_results_;
  uint32_t chunk_ = 0;
  uint32_t steps_ = 0;
  uint64_t bytes_read_ = 0;
  NodeWays* measured_ = nullptr;
  absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_
