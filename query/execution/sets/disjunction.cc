// OR: what any operand holds.
#include <algorithm>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

constexpr uint32_t kMaxUnited = 8;

// Short arrays of many rows lie all over the store: without being announced, each would be waited for.
constexpr size_t kAnnouncedAhead = 6;
constexpr uint32_t kMaxAnnouncedBytes = 1024;

void Announce(const ChunkView& view) {
  const uint32_t bytes = std::min(BytesOf(view), kMaxAnnouncedBytes);
  for (uint32_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(view.bytes + at);
}

}  // namespace

// Collects sets into one. A single set stays the view that it is; bitsets wait to be united in one pass;
// arrays and runs are set in the register. Views that lie in registers stay untouched until Absorb.
class ChunkEvaluator::Union {
 public:
  Union(const Kernels& kernels, ChunkRegister& into) : kernels_(kernels), into_(into) {}

  // Nothing can be added to it any more.
  bool full() const { return full_; }
  // How it was done, before Finish.
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

  // Takes everything added so far into the register, so that other registers may be released.
  void Absorb() {
    if (full_ || !has_first_) return;
    PushFirst();
    Flush();
  }

  // `in_register`: whether the only set added may lie in a register that is released now.
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
  bool started_ = false;  // `into_` holds a part
  bool has_first_ = false;
  bool pushed_first_ = false;
  ChunkView first_;
  const uint8_t* waiting_[kMaxUnited];
  uint32_t waiting_count_ = 0;
};

// Ends when the chunk is full; every turn takes one row.
ChunkView ChunkEvaluator::UniteRows(absl::Span<const RowIndex> rows, ChunkRegister& into, uint32_t* count) {
  Union united(kernels_, into);
  const size_t mark = registers_.Mark();
  bool in_register = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + kAnnouncedAhead < rows.size()) Announce(rows_.ChunkOf(rows[i + kAnnouncedAhead], chunk_).view);
    const RowIndex row = rows[i];
    const RowChunk chunk = rows_.ChunkOf(row, chunk_);
    if (!chunk.composed) {
      NoteRead(chunk.view);
      united.Add(chunk.view);
    } else {
      united.Add(RowView(row, registers_.Take()));
      in_register = true;
    }
    if (united.full() || Stopped()) break;
    if (registers_.Mark() - mark >= kMaxUnited) {
      united.Absorb();
      registers_.Release(mark);
    }
  }
  if (IsMeasured(rows.data())) Note(united.way());
  const ChunkView view = Counted(united.Finish(in_register), count);
  registers_.Release(mark);
  return view;
}

ChunkView ChunkEvaluator::Complement(const ChunkView& view) {
  if (view.form == ChunkForm::kEmpty) return ChunkView{ChunkForm::kFull, 0, nullptr};
  if (view.form == ChunkForm::kFull) return ChunkView{};
  const uint8_t* bitset = AsBitset(view);
  ChunkRegister& complement = registers_.Take();
  kernels_.intersect({&bitset, 0, 1}, complement.bytes());
  return ChunkView{ChunkForm::kBitset, 0, complement.bytes()};
}

ChunkView ChunkEvaluator::UniteOperands(absl::Span<const Operand> operands, ChunkRegister& into,
                                        uint32_t* count) {
  // A leaf that has everybody decides before anything is evaluated.
  for (const Operand& operand : operands) {
    if (!IsLeaf(operand)) continue;
    const RowChunk chunk = LeafChunk(operand);
    const ChunkForm everything = operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull;
    if (!chunk.composed && chunk.view.form == everything) {
      if (IsMeasured(operands.data())) Note(ChunkWay::kDecided);
      return Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
    }
  }
  Union united(kernels_, into);
  const size_t mark = registers_.Mark();
  bool in_register = false;
  for (const Operand& operand : operands) {
    const size_t before = registers_.Mark();
    const ChunkView view = OperandView(operand);
    united.Add(operand.negated ? Complement(view) : view);
    in_register = in_register || registers_.Mark() > before;
    if (united.full()) break;
    if (registers_.Mark() - mark >= kMaxUnited) {
      united.Absorb();
      registers_.Release(mark);
    }
  }
  if (IsMeasured(operands.data())) Note(united.way());
  const ChunkView view = Counted(united.Finish(in_register), count);
  registers_.Release(mark);
  return view;
}

}  // namespace muster::query
