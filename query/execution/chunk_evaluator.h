// Runs a program on one chunk after another.
//
// Every set is a ChunkView: stored bytes where nothing had to be computed, else a register. Each Evaluate
// method gets the register that its result may use (`into`), so all other registers it takes are released
// when it returns.
//
//   conjunction.cc   AND: leaves first, then inner nodes, fused in one pass where they are bitsets
//   kept_conjunction.cc  AND of many roots, whose rows are kept as bitsets for the chunk
//   list_filter.cc   AND with a short array: its values are looked up, and nothing else is read
//   disjunction.cc   OR, and the wide OR of a list of values
//   threshold.cc     AT LEAST
//   range.cc         BETWEEN
//   number_list.cc   IN with a long list
//   number_sum.cc    Σ of a number over what is selected
//   number_selection.cc  who is selected and has a number, for ranking
#ifndef MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_
#define MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/kernels/sparse_counters.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_sum.h"
#include "query/execution/program/chunk_way.h"
#include "query/execution/program/program.h"
#include "query/execution/program/window_rows.h"

namespace muster::query {

// Not thread-safe. `program`, `kernels`, `rows` and `stop` (may be null) outlive it. Chunks are those of the
// fragment that `rows` entered. Nodes that several others use are evaluated once a chunk.
class ChunkEvaluator {
 public:
  ChunkEvaluator(const Program& program, const Kernels& kernels, WindowRows& rows, const StopToken* stop);

  // Which chunk of the fragment is meant from now on.
  void Enter(uint32_t chunk);
  // How many members of the chunk a root of the program selects. Of a conjunction of stored bitsets nothing
  // is materialised.
  uint32_t Count(uint32_t root);
  // Which they are; valid until the next call.
  index::ChunkView Select(uint32_t root);
  // How many members of everyone one node alone holds, whatever was evaluated before in the chunk; adds to
  // `ways` which one the node took. For EXPLAIN.
  uint32_t CountNode(NodeIndex node, WayCounts& ways);
  // Whether the chunk holds a member: beyond the last one, none does.
  bool HoldsAnybody();

  // Adds the chunk's part of Σ `number`, a kRange node, over what the first root selects.
  void AddSum(const ProgramNode& number, NumberSum& sum);
  // For SelectedNumbers: fills it with who the first root selects.
  void SelectNumbers(const ProgramNode& number, SelectedNumbers& numbers);
  // A row of the chunk as a bitset, valid until the next selection or count; NoneOfChunk() for an empty one.
  const uint8_t* NumberRowBitset(RowIndex row);

  // Why answers mean nothing any more: the stop token's status, which a long node asks too, or that of the
  // rows.
  const absl::Status& status() const { return status_.ok() ? rows_.status() : status_; }
  // Bytes of stored containers that were read so far.
  uint64_t bytes_read() const { return bytes_read_ + rows_.bytes_composed(); }

 private:
  class Conjunction;
  class KeptConjunction;
  class Union;
  class OpenOperands;

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

  // A row in the chunk with the stamp, kept where many roots ask for the same rows.
  struct KeptRow {
    uint64_t stamp = 0;
    RowChunk chunk;
    const uint8_t* bitset = nullptr;  // null: nobody needed it yet
    uint32_t occupied = 0;            // its parts that hold anybody
    uint32_t steps = 0;               // that were spent on looking values up before there was a bitset
    std::unique_ptr<ChunkRegister> into;
  };

  // A node's set as an operand of a conjunction.
  struct NodeView {
    bool negated = false;
    uint32_t occupied = 0;  // parts that may hold anybody
    index::ChunkView view;
  };

  // The result of a node that several others use, for the chunk with the stamp.
  struct SharedResult {
    uint64_t stamp = 0;
    index::ChunkView view;
    uint32_t occupied = 0;  // parts that may hold anybody
  };

  // The node's set. `count`: null, or where to put how many it holds; then the view is not to be used.
  index::ChunkView Evaluate(NodeIndex node, ChunkRegister& into, uint32_t* count = nullptr);
  index::ChunkView EvaluateShared(NodeIndex node);
  index::ChunkView EvaluateOnce(const ProgramNode& node, ChunkRegister& into);
  // A register that stays taken until ForgetShared.
  ChunkRegister& TakeShared();
  // What was shared is evaluated anew by whoever needs it next.
  void ForgetShared();
  // `fused` (may be null): of bitsets that would be intersected now, these are put there instead, what they
  // need stays taken, and the view's bytes are null.
  index::ChunkView Conjoin(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count,
                           FusedOperands* fused = nullptr);
  index::ChunkView ConjoinKept(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count);
  index::ChunkView UniteRows(absl::Span<const RowIndex> rows, ChunkRegister& into, uint32_t* count);
  index::ChunkView UniteOperands(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count);
  index::ChunkView EvaluateThreshold(const ProgramNode& node, ChunkRegister& into, uint32_t* count);
  index::ChunkView CountInPlanes(const OpenOperands& open, uint32_t wanted, ChunkRegister& into,
                                 uint32_t* count);
  // Whether a threshold's operands are arrays so short that their values are counted one by one.
  bool AreShortLists(const OpenOperands& open);
  index::ChunkView CountInBytes(const OpenOperands& open, ChunkRegister& into, uint32_t* count);
  // What is also in all of `within`; REQUIRES: those are at most kMaxFused.
  index::ChunkView EvaluateRange(const ProgramNode& node, const ChunkOperands& within, ChunkRegister& into,
                                 uint32_t* count);
  index::ChunkView EvaluateNumberIn(const ProgramNode& node, const ChunkOperands& within, ChunkRegister& into,
                                    uint32_t* count);
  // Whichever of the two the node is.
  index::ChunkView EvaluateNumbers(const ProgramNode& node, const ChunkOperands& within, ChunkRegister& into,
                                   uint32_t* count);

  struct NumberBitsets;
  // What it needs is taken from the stack and stays taken.
  void ReadNumber(const ProgramNode& number, NumberBitsets& bitsets);
  void AddSumOfList(const index::ChunkView& selected, const ProgramNode& number, NumberSum& sum);
  // How many of `selected`, an array, the row holds.
  uint32_t CountBoth(const index::ChunkView& selected, RowIndex row);

  // Keeps of an ascending list the values that the node holds (`keep`) or doesn't; answers how many stay.
  uint32_t FilterByNode(ListedValue* list, uint32_t count, NodeIndex node, bool keep);
  uint32_t FilterByRow(ListedValue* list, uint32_t count, RowIndex row, bool keep) {
    return FilterByRow(list, count, row, rows_.ChunkOf(row, chunk_), keep);
  }
  uint32_t FilterByRow(ListedValue* list, uint32_t count, RowIndex row, const RowChunk& chunk, bool keep);
  uint32_t FilterByRange(ListedValue* list, uint32_t count, const ProgramNode& node, bool keep);
  uint32_t FilterByNumberIn(ListedValue* list, uint32_t count, const ProgramNode& node, bool keep);
  uint32_t FilterByThreshold(ListedValue* list, uint32_t count, const ProgramNode& node, bool keep);
  // The numbers of listed members. REQUIRES: count ≤ kMaxDriverValues.
  void PutNumbersTogether(const ListedValue* list, uint32_t count, const ProgramNode& number,
                          ListedNumbers& numbers);
  void ListNumbers(const ProgramNode& number, ChunkRegister& list, uint32_t count, SelectedNumbers& numbers);

  bool IsLeaf(const Operand& operand) const {
    if (program_.leaf_row(operand.node) != Program::kNoRow) return true;
    const NodeKind kind = program_.node(operand.node).kind;
    return kind == NodeKind::kEveryone || kind == NodeKind::kNobody;
  }
  // REQUIRES: IsLeaf.
  RowChunk LeafChunk(const Operand& operand) {
    const RowIndex row = program_.leaf_row(operand.node);
    if (row != Program::kNoRow) return rows_.ChunkOf(row, chunk_);
    const bool everyone = program_.node(operand.node).kind == NodeKind::kEveryone;
    return RowChunk{{everyone ? index::ChunkForm::kFull : index::ChunkForm::kEmpty, 0, nullptr}, false};
  }

  // The row's set, put together into `target` when it is composed. `chunk` is the row's.
  index::ChunkView RowView(RowIndex row, const RowChunk& chunk, ChunkRegister& target);
  index::ChunkView RowView(RowIndex row, ChunkRegister& target) {
    return RowView(row, rows_.ChunkOf(row, chunk_), target);
  }
  // The view as a bitset: its own bytes, a constant, or widened into a register taken from the stack.
  const uint8_t* AsBitset(const index::ChunkView& view);
  // The leaf's row as a bitset: its own bytes, or put together or widened into a register.
  const uint8_t* LeafBitset(const OpenLeaf& leaf);
  // Whether rows are kept as bitsets for the chunk.
  bool KeepsRows() const { return !kept_rows_.empty(); }
  // REQUIRES: KeepsRows(). KeptBitset sees to its bitset; REQUIRES: neither everybody nor nobody is in it.
  KeptRow& Kept(RowIndex row);
  // Whether its bitset is there, or pays now that `count` more values are looked up. REQUIRES: it is an array
  // or runs; count > 0.
  bool WidensFor(RowIndex row, uint32_t count);
  const KeptRow& KeptBitset(RowIndex row);
  // A node's or leaf's set, not complemented; what it needs comes from the stack and stays taken.
  index::ChunkView OperandView(const Operand& operand);
  // Everything outside the view, as a bitset in a register taken from the stack; all and nothing stay what
  // they are.
  index::ChunkView Complement(const index::ChunkView& view);
  // The view, or nothing but its number in `count` where that is asked for.
  index::ChunkView Counted(const index::ChunkView& view, uint32_t* count);
  uint32_t CountView(const index::ChunkView& view);
  void NoteRead(const index::ChunkView& view) { bytes_read_ += BytesOf(view); }
  // Asked once for each node or row; asks the token now and then.
  bool Stopped();
  // A node is known by where its operands or rows lie: only the one that CountNode measures is noted.
  bool IsMeasured(const void* parts) const { return ways_ != nullptr && parts == measured_; }
  void Note(ChunkWay way) {
    ++(*ways_)[static_cast<size_t>(way)];
    noted_ = true;
  }
  ChunkWay WayOfRow(RowIndex row);

  const Program& program_;
  const Kernels& kernels_;
  WindowRows& rows_;
  const StopToken* const stop_;
  RegisterStack registers_;
  std::vector<SharedResult> shared_;  // by node; empty where no node is shared
  std::vector<std::unique_ptr<ChunkRegister>> shared_registers_;
  size_t shared_taken_ = 0;         // of those
  uint64_t shared_stamp_ = 0;       // which results are good
  std::vector<KeptRow> kept_rows_;  // by row; empty where the program has one root
  const uint32_t max_driver_values_;
  std::unique_ptr<SparseCounters> sparse_counters_;  // once they are needed
  std::vector<Operand> open_;                        // scratch of thresholds, as a stack
  std::vector<OpenLeaf> leaves_;                     // scratch of conjunctions, as a stack
  std::vector<NodeView> node_views_;
  uint32_t chunk_ = 0;
  uint64_t stamp_ = 0;
  uint32_t steps_ = 0;
  uint64_t bytes_read_ = 0;
  WayCounts* ways_ = nullptr;  // null but within CountNode
  const void* measured_ = nullptr;
  bool noted_ = false;  // a way of the node that is measured
  absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_
