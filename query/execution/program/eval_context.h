// The state of evaluating a program on a sequence of chunks. The evaluation is in free functions:
//
//   program/row_access.h     rows of the chunk as sets
//   numbers/number_sets.h    comparisons and lists of numbers
//   sets/evaluation.h        any node, roots, and one node alone for EXPLAIN
//   sets/buckets.h           BUCKET
//   sets/conjunction.h       AND
//   sets/disjunction.h       OR, and the wide OR of a list of values
//   sets/threshold.h         AT LEAST
//   sets/list_filter.h       any node by a short array, whose values are looked up
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
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

// What an evaluation must return: the set, or only the count. If only the count of a conjunction of stored
// bitsets is needed, nothing is materialised.
enum class AnswerKind : uint8_t { kSet, kCount };

// The result of an evaluation in the chunk: the set, or only the count if that was asked for; the other field
// is then meaningless.
struct ChunkAnswer {
  index::ChunkView set;
  uint32_t count = 0;
};

// A leaf of a conjunction that is neither empty nor full in the chunk.
struct OpenLeaf {
  RowIndex row = 0;
  bool negated = false;
  RowChunk chunk;
  // Assigns in place, field by field (see PackedChunk).
  void Set(RowIndex of, bool is_negated, const RowChunk& is) {
    row = of;
    negated = is_negated;
    chunk = is;
  }
};

// The node that EXPLAIN measures, and its ways.
struct NodeWays {
  NodeIndex node = 0;
  WayCounts& ways;
  bool noted = false;  // whether any was noted in this chunk
};

// Not thread-safe. The constructor's arguments outlive it (`budget` and `ids` may be null). Chunks are those
// of the fragment that `rows` entered. After the first chunks nothing is allocated.
class EvalContext {
 public:
  EvalContext(const Program& program, const Kernels& kernels, WindowRows& rows, const WorkBudget* budget,
              const index::MemberIds* ids);
  EvalContext(const EvalContext&) = delete;
  EvalContext& operator=(const EvalContext&) = delete;

  // Selects the current chunk of the fragment; `first`: its first ordinal.
  void Enter(uint32_t chunk, index::Ordinal first) {
    chunk_ = chunk;
    first_ = first;
    kept_rows_.Enter(chunk);
    shared_results_.Forget();
  }
  // Enters the current chunk again, discarding evaluated results.
  void EnterAgain() { Enter(chunk_, first_); }
  uint32_t chunk() const { return chunk_; }
  index::Ordinal first() const { return first_; }

  const Program& program() const { return program_; }
  const Kernels& kernels() const { return kernels_; }
  WindowRows& rows() { return rows_; }
  RowChunk ChunkOf(RowIndex row) { return rows_.ChunkOf(row, chunk_); }
  // Whether the chunk has any member: chunks after the last member have none.
  bool HoldsAnybody();

  // Scratch registers.
  RegisterStack& registers() { return registers_; }
  std::vector<OpenLeaf>& leaves() { return leaves_; }
  std::vector<Operand>& open_operands() { return open_operands_; }
  SparseCounters& sparse_counters();
  std::vector<uint16_t>& places() { return places_; }
  // Null if none were given.
  const index::MemberIds* ids() const { return ids_; }

  // The row bitsets kept for the chunk.
  KeptRows& kept_rows() { return kept_rows_; }
  SharedResults& shared_results() { return shared_results_; }
  // Arrays of at most this length are looked up value by value.
  uint32_t max_driver_values() const { return max_driver_values_; }

  // Call once for each node or row; checks the budget from time to time.
  bool Stopped() {
    if (budget_ == nullptr) return false;
    return OutOfBudget();
  }
  // The same before a long operation: always checks the budget.
  bool StoppedNow();
  // The error after which results are meaningless: that of the budget, which long nodes check too, or of the
  // rows. Check it before passing on any result.
  const absl::Status& status() const { return status_.ok() ? rows_.status() : status_; }
  // Records an error of the evaluation; the first one is kept.
  void Fail(absl::Status status) { status_.Update(std::move(status)); }

  void NoteRead(uint32_t bytes) { bytes_read_ += bytes; }
  void NoteRead(const index::ChunkView& view) { bytes_read_ += BytesOf(view); }
  // Bytes of stored containers read so far.
  uint64_t bytes_read() const { return bytes_read_ + rows_.bytes_composed() + kept_rows_.bytes_read(); }

  // For EXPLAIN: the node whose ways are noted from now on, or null.
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
  const index::MemberIds* const ids_;
  const uint32_t max_driver_values_;
  RegisterStack registers_;
  std::vector<OpenLeaf> leaves_;        // of nested conjunctions
  std::vector<Operand> open_operands_;  // of nested thresholds
  std::unique_ptr<SparseCounters> sparse_counters_;
  std::vector<uint16_t> places_;  // of members whose ids are read
  KeptRows kept_rows_;
  SharedResults shared_results_;
  uint32_t chunk_ = 0;
  index::Ordinal first_ = 0;  // of the chunk
  uint32_t steps_ = 0;
  uint64_t bytes_read_ = 0;
  NodeWays* measured_ = nullptr;
  absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_EVAL_CONTEXT_H_
