// AND: the intersection of all operands, with negated ones complemented.
#ifndef MUSTER_QUERY_EXECUTION_SETS_CONJUNCTION_H_
#define MUSTER_QUERY_EXECUTION_SETS_CONJUNCTION_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Evaluates one conjunction in one chunk. The selection so far is one of
//   whole      no operand has excluded a member yet
//   view       a single set, not copied
//   list       the values of a short array, in the register; they are looked up in all other operands
//   bitsets    pending to be fused in one pass; one of them may be the register
// within the remaining parts. When rows are kept as bitsets for many roots, the non-empty parts of each
// operand are known, and all other parts are skipped; otherwise all parts remain.
//
// Not thread-safe. Holds its registers and leaves during its lifetime; `into` is a register that it may use,
// taken by the caller.
class Conjunction {
 public:
  Conjunction(EvalContext& context, ChunkRegister& into)
      : context_(context),
        into_(into),
        scope_(context.registers()),
        leaves_(context.leaves()),
        keeps_rows_(context.kept_rows().keeps()),
        shortest_(context.max_driver_values() + 1) {}

  // Evaluates all operands. False: the intersection is empty, and only way() may be called after that.
  bool TakeUp(absl::Span<const Operand> operands, AnswerKind asked);
  // REQUIRES for both: TakeUp returned true, with the same `asked`.
  ChunkAnswer Finish(AnswerKind asked);
  // The bitsets pending for an intersection, for use instead of Finish; null if there are none.
  const FusedOperands* waiting() const {
    return selected_ == Selected::kBitsets && fused_.Count() > 0 ? &fused_ : nullptr;
  }
  // The way taken, for EXPLAIN.
  ChunkWay way() const;

 private:
  enum class Selected : uint8_t { kWhole, kView, kList, kBitsets, kCounted };
  static constexpr size_t kNoDriver = SIZE_MAX;

  bool OpenLeaves(absl::Span<const Operand> operands);
  // False: the leaf is empty.
  bool TakeLeaf(RowIndex row, bool negated, const RowChunk& chunk);
  bool ListDriver();
  bool CombineLeaves();
  bool FilterByLeaves();
  bool FuseLeaves();
  bool FindParts();
  void AnnounceLookups();
  bool TakeNodes(absl::Span<const Operand> operands, AnswerKind asked);
  bool TakeNode(const Operand& operand, AnswerKind asked);
  bool TakeAlone(const Operand& operand, const ChunkOperands& within, AnswerKind asked);
  bool AddSet(const index::ChunkView& set, bool negated);
  // Converts the selection to bitsets in `fused_`.
  void ToBitsets();
  bool ToList(const index::ChunkView& array);
  bool LookUp(const index::ChunkView& array);
  bool TakeAway(const index::ChunkView& sparse);
  // Makes room for another operand by fusing the pending ones. False: the result is empty.
  bool Fuse();
  // Intersects the pending bitsets within the remaining parts, and writes only these of `out`, if not null.
  uint32_t Intersect(uint8_t* out);
  ChunkAnswer FinishParts(uint32_t count);
  bool IsDriver(const index::ChunkView& view) const {
    return view.form == index::ChunkForm::kArray && view.count <= context_.max_driver_values();
  }

  EvalContext& context_;
  ChunkRegister& into_;
  RegisterScope scope_;
  StackScope<OpenLeaf> leaves_;
  const bool keeps_rows_;
  Selected selected_ = Selected::kWhole;
  uint32_t nodes_ = 0;         // operands that are not leaves
  uint32_t shortest_;          // arrays of this length or more aren't looked up by value
  size_t driver_ = kNoDriver;  // the leaf with the shortest array, if it is short enough
  index::ChunkView view_;
  uint32_t count_ = 0;  // of the list, or of the whole selection
  uint32_t parts_ = kAllParts;
  FusedOperands fused_;
};

// Evaluates a conjunction. `node`: its node; kNoNode for a root's.
ChunkAnswer Conjoin(EvalContext& context, NodeIndex node, absl::Span<const Operand> operands,
                    ChunkRegister& into, AnswerKind asked);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_CONJUNCTION_H_
