#include "query/execution/sets/disjunction.h"

#include <algorithm>
#include <cstring>

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

constexpr uint32_t kMaxUnited = 8;

// Short arrays of many rows are scattered over the store: without prefetching, each would wait for memory.
constexpr size_t kAnnouncedAhead = 6;
constexpr uint32_t kMaxAnnouncedBytes = 1024;

void Announce(const ChunkView& view) {
  const uint32_t bytes = std::min(BytesOf(view), kMaxAnnouncedBytes);
  for (uint32_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(view.bytes + at);
}

// Collects sets into their union. A single set remains the view that it is; bitsets are pending, to be united
// in one pass; arrays and runs are set in the register. Views in registers must stay unchanged until Absorb.
class Union {
 public:
  Union(const Kernels& kernels, ChunkRegister& into) : kernels_(kernels), into_(into) {}

  // The union is the whole chunk, so that further sets can't change it.
  bool full() const { return full_; }
  // The way taken; call before Finish.
  ChunkWay way() const {
    if (pushed_first_) return ChunkWay::kUnited;
    return has_first_ && !full_ ? ChunkWay::kOnePart : ChunkWay::kDecided;
  }

  void Add(const ChunkView& view) {
    if (view.form == ChunkForm::kEmpty || full_) return;
    if (view.form == ChunkForm::kFull) {
      full_ = true;
    } else if (!has_first_) {
      has_first_ = true;
      first_ = view;
    } else {
      PushFirst();
      Push(view);
    }
  }

  // Writes everything added so far to the register, so that other registers may be released.
  void Absorb() {
    if (full_ || !has_first_) return;
    PushFirst();
    Flush();
  }

  // `in_register`: the only set added may lie in a register that is released now.
  ChunkView Finish(bool in_register) {
    if (full_) return ChunkView{ChunkForm::kFull, 0, nullptr};
    if (!has_first_) return ChunkView{};
    if (!pushed_first_ && !in_register) return first_;
    Absorb();
    return ChunkView{ChunkForm::kBitset, 0, into_.bytes()};
  }

 private:
  void PushFirst() {
    if (pushed_first_) return;
    pushed_first_ = true;
    Push(first_);
  }

  void Push(const ChunkView& view) {
    if (view.form == ChunkForm::kBitset) {
      waiting_[waiting_count_++] = view.bytes;
      if (waiting_count_ == kMaxUnited - 1) Flush();
      return;
    }
    if (!started_) std::memset(into_.bytes(), 0, index::kChunkBytes);
    started_ = true;
    SetSparse(kernels_, view, into_);
  }

  void Flush() {
    if (waiting_count_ == 0) return;
    if (started_) waiting_[waiting_count_++] = into_.bytes();
    full_ = kernels_.unite(waiting_, waiting_count_, into_.bytes()) == index::kChunkOrdinals;
    started_ = true;
    waiting_count_ = 0;
  }

  const Kernels& kernels_;
  ChunkRegister& into_;
  bool full_ = false;
  bool started_ = false;  // `into_` holds a part of the union
  bool has_first_ = false;
  bool pushed_first_ = false;
  ChunkView first_;
  const uint8_t* waiting_[kMaxUnited];
  uint32_t waiting_count_ = 0;
};

// Whether a full leaf decides the union before anything is evaluated.
bool IsDecided(EvalContext& context, absl::Span<const Operand> operands) {
  for (const Operand& operand : operands) {
    if (!IsLeaf(context, operand)) continue;
    const RowChunk chunk = LeafChunk(context, operand);
    const ChunkForm everything = operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull;
    if (!chunk.composed && chunk.view.form == everything) return true;
  }
  return false;
}

ChunkView Complement(EvalContext& context, const ChunkView& view, RegisterScope& scope) {
  if (view.form == ChunkForm::kEmpty) return ChunkView{ChunkForm::kFull, 0, nullptr};
  if (view.form == ChunkForm::kFull) return ChunkView{};
  const uint8_t* const bitset = AsBitset(context, view, scope);
  ChunkRegister& complement = scope.Take();
  context.kernels().intersect({&bitset, 0, 1}, complement.bytes());
  return ChunkView{ChunkForm::kBitset, 0, complement.bytes()};
}

}  // namespace

// Stops when the chunk is full; each iteration processes one row.
ChunkAnswer UniteRows(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked) {
  const std::vector<RowIndex>& rows = context.program().node(node).rows;
  RegisterScope scope(context.registers());
  Union united(context.kernels(), into);
  bool in_register = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + kAnnouncedAhead < rows.size()) Announce(context.ChunkOf(rows[i + kAnnouncedAhead]).view);
    const RowChunk chunk = context.ChunkOf(rows[i]);
    if (!chunk.composed) {
      context.NoteRead(chunk.view);
      united.Add(chunk.view);
    } else {
      united.Add(RowView(context, rows[i], chunk, scope.Take()));
      in_register = true;
    }
    if (united.full() || context.Stopped()) break;
    if (scope.taken() >= kMaxUnited) {
      united.Absorb();
      scope.GiveBack();
    }
  }
  if (context.IsMeasured(node)) context.Note(united.way());
  return Answer(context, united.Finish(in_register), asked);
}

ChunkAnswer UniteOperands(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked) {
  const std::vector<Operand>& operands = context.program().node(node).operands;
  if (IsDecided(context, operands)) {
    if (context.IsMeasured(node)) context.Note(ChunkWay::kDecided);
    return Answer(context, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
  }
  RegisterScope scope(context.registers());
  Union united(context.kernels(), into);
  bool in_register = false;
  for (const Operand& operand : operands) {
    const size_t before = scope.taken();
    const ChunkView view = OperandView(context, operand, scope);
    united.Add(operand.negated ? Complement(context, view, scope) : view);
    in_register = in_register || scope.taken() > before;
    if (united.full()) break;
    if (scope.taken() >= kMaxUnited) {
      united.Absorb();
      scope.GiveBack();
    }
  }
  if (context.IsMeasured(node)) context.Note(united.way());
  return Answer(context, united.Finish(in_register), asked);
}

}  // namespace muster::query
