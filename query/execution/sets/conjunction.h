// AND: what all operands hold and no negated one does.
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

// One conjunction in one chunk. What is selected so far is one of
//   whole      nothing has excluded anybody yet
//   view       one set and nothing else: the set itself, not copied
//   list       the values of a short array that everything else is looked up for, in the register
//   bitsets    waiting to be fused in one pass; one of them may be the register
// and lies in the parts that are left. Where rows are kept as bitsets for many roots it is known which parts
// of an operand hold anybody, and the others are passed over; elsewhere all parts are left.
//
// Not thread-safe. Its registers and its leaves stay taken while it lives; `into` is a register that it may
// use, taken before.
class Conjunction {
 public:
  Conjunction(EvalContext& context, ChunkRegister& into)
      : context_(context),
        into_(into),
        scope_(context.registers()),
        leaves_(context.leaves()),
        keeps_rows_(context.kept_rows().keeps()),
        shortest_(context.max_driver_values() + 1) {}

  // Takes all operands up; false: nobody is in all of them, and nothing else may be called but way().
  bool TakeUp(absl::Span<const Operand> operands, AnswerKind asked);
  // REQUIRES for both: TakeUp answered true, asked for the same.
  ChunkAnswer Finish(AnswerKind asked);
  // The bitsets that would be intersected now; null where none wait. Instead of Finish.
  const FusedOperands* waiting() const {
    return selected_ == Selected::kBitsets && fused_.Count() > 0 ? &fused_ : nullptr;
  }
  // How it is done, for EXPLAIN.
  ChunkWay way() const;

 private:
  enum class Selected : uint8_t { kWhole, kView, kList, kBitsets, kCounted };
  static constexpr size_t kNoDriver = SIZE_MAX;

  bool OpenLeaves(absl::Span<const Operand> operands);
  // False: nobody is in the leaf.
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
  // Puts what is selected into `fused_`.
  void ToBitsets();
  bool ToList(const index::ChunkView& array);
  bool LookUp(const index::ChunkView& array);
  bool TakeAway(const index::ChunkView& sparse);
  // Makes room for one more, or for whatever is evaluated next; false: nobody is left.
  bool Fuse();
  // Intersects what waits, within the parts; of `out` (null: count alone) nothing else is written.
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
  uint32_t nodes_ = 0;         // operands that are no leaves
  uint32_t shortest_;          // longer arrays aren't looked up value by value
  size_t driver_ = kNoDriver;  // the leaf with the shortest array, if that is short
  index::ChunkView view_;
  uint32_t count_ = 0;  // of the list, or of all
  uint32_t parts_ = kAllParts;
  FusedOperands fused_;
};

// A conjunction's set or count. `node`: which node it is; kNoNode for a root's.
ChunkAnswer Conjoin(EvalContext& context, NodeIndex node, absl::Span<const Operand> operands,
                    ChunkRegister& into, AnswerKind asked);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_CONJUNCTION_H_
