// IN with a long list: the numbers of a line of members are assembled from their slices, and each is looked
// up. The cost depends on the number of candidates, and hardly on the length of the list.
#include <bit>
#include <cstring>

#include "index/bitmap/little_endian.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/kernels/transpose.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

// With at most this many candidates in a line, their bits are gathered one by one.
constexpr uint32_t kFewOfLine = 24;

// The slices of a chunk's numbers, rounded up to whole bytes; null: all zero.
struct ListSlices {
  const uint8_t* bitsets[index::kMagnitudeBits + 1] = {};
  uint32_t bits = 0;

  ListSlices(EvalContext& context, const ProgramNode& node, RegisterScope& scope) {
    for (size_t row = kFirstSliceRow; row < node.rows.size(); ++row) {
      const uint8_t* const slice = RowBitset(context, node.rows[row], scope);
      if (slice == NoneOfChunk()) continue;
      bits = static_cast<uint32_t>(row - kFirstSliceRow) + 1;
      bitsets[row - kFirstSliceRow] = slice;
    }
  }
};

uint32_t CountLine(const uint8_t* line) {
  uint32_t count = 0;
  for (uint32_t at = 0; at < kLineBytes; at += 8) {
    count += static_cast<uint32_t>(std::popcount(index::LoadLittle<uint64_t>(line + at)));
  }
  return count;
}

uint64_t NumberOf(const ListSlices& slices, uint32_t ordinal) {
  uint64_t number = 0;
  for (uint32_t bit = 0; bit < slices.bits; ++bit) {
    const uint8_t* slice = slices.bitsets[bit];
    if (slice != nullptr) number |= uint64_t{BitOf(slice, ordinal)} << bit;
  }
  return number;
}

void KeepFew(const ListSlices& slices, const MagnitudeSet& set, const uint8_t* candidates, uint32_t offset,
             uint8_t* out) {
  for (uint32_t place = 0; place < kLineBytes; ++place) {
    uint8_t held = 0;
    for (uint32_t left = candidates[offset + place]; left != 0; left &= left - 1) {
      const uint32_t bit = static_cast<uint32_t>(std::countr_zero(left));
      if (set.Holds(NumberOf(slices, (offset + place) * 8 + bit))) held |= static_cast<uint8_t>(1u << bit);
    }
    out[offset + place] = held;
  }
}

// REQUIRES: `Number` has at least `slices.bits` bits.
template <typename Number>
void NumbersOfLine(const ListSlices& slices, uint32_t offset, Number (&numbers)[kSlicesOfByte][kLineBytes]) {
  LineBytes line;
  for (uint32_t byte = 0; byte < sizeof(Number) && (byte == 0 || byte * kSlicesOfByte < slices.bits);
       ++byte) {
    TransposeLine(slices.bitsets + size_t{byte} * kSlicesOfByte, offset, line);
    for (uint32_t k = 0; k < kSlicesOfByte; ++k) {
      for (uint32_t place = 0; place < kLineBytes; ++place) {
        const Number part = static_cast<Number>(Number{line.bytes[k][place]} << (byte * 8));
        numbers[k][place] = byte == 0 ? part : static_cast<Number>(numbers[k][place] | part);
      }
    }
  }
}

template <typename Number>
void KeepLine(const ListSlices& slices, const MagnitudeSet& set, const uint8_t* candidates, uint32_t offset,
              uint8_t* out) {
  alignas(kLineBytes) Number numbers[kSlicesOfByte][kLineBytes];
  NumbersOfLine(slices, offset, numbers);
  const uint64_t* const table = set.table().empty() ? nullptr : set.table().data();
  for (uint32_t place = 0; place < kLineBytes; ++place) {
    const uint32_t asked = candidates[offset + place];
    uint32_t held = 0;
    if (table == nullptr) {
      for (uint32_t left = asked; left != 0; left &= left - 1) {
        const uint32_t k = static_cast<uint32_t>(std::countr_zero(left));
        held |= uint32_t{set.Holds(numbers[k][place])} << k;
      }
    } else if (asked != 0) {
#pragma GCC unroll 8
      for (uint32_t k = 0; k < kSlicesOfByte; ++k) {
        const uint64_t number = numbers[k][place];
        held |= static_cast<uint32_t>(table[number / 64] >> (number % 64) & 1) << k;
      }
    }
    out[offset + place] = static_cast<uint8_t>(held & asked);
  }
}

// Keeps the candidates whose magnitudes are in the set. `out` may be the candidates.
void KeepHeld(const ListSlices& slices, const MagnitudeSet& set, const uint8_t* candidates, uint8_t* out) {
  auto keep_line = KeepLine<uint64_t>;
  if (slices.bits <= 32) keep_line = KeepLine<uint32_t>;
  if (slices.bits <= 16) keep_line = KeepLine<uint16_t>;
  for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kLineBytes) {
    const uint32_t asked = CountLine(candidates + offset);
    if (asked == 0 || set.empty()) {
      std::memset(out + offset, 0, kLineBytes);
    } else if (asked <= kFewOfLine) {
      KeepFew(slices, set, candidates, offset, out);
    } else {
      keep_line(slices, set, candidates, offset, out);
    }
  }
}

}  // namespace

ChunkAnswer EvaluateNumberIn(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                             ChunkRegister& into) {
  RegisterScope scope(context.registers());
  const Kernels& kernels = context.kernels();
  const uint8_t* operands[kMaxFused + 1] = {RowBitset(context, node.rows[kKnownRowPlace], scope)};
  if (operands[0] == NoneOfChunk()) return {};
  for (uint32_t i = 0; i < within.count(); ++i) operands[1 + i] = within.bitsets[i];
  // `within` may lie in `into`, which is therefore not written before this.
  ChunkRegister& candidates = scope.Take();
  const ChunkOperands known_within{operands, within.positives + 1, within.negatives};
  if (kernels.intersect(known_within, candidates.bytes()) == 0) return {};
  const ListSlices slices(context, node, scope);
  const uint8_t* const sign = RowBitset(context, node.rows[kSignRowPlace], scope);
  if (sign == NoneOfChunk()) {
    KeepHeld(slices, node.numbers.from_zero(), candidates.bytes(), into.bytes());
  } else {
    const uint8_t* const signed_ones[] = {candidates.bytes(), sign};
    ChunkRegister& below_zero = scope.Take();
    kernels.intersect({signed_ones, 2, 0}, below_zero.bytes());
    kernels.intersect({signed_ones, 1, 1}, into.bytes());
    KeepHeld(slices, node.numbers.from_zero(), into.bytes(), into.bytes());
    KeepHeld(slices, node.numbers.below_zero(), below_zero.bytes(), below_zero.bytes());
    kernels.toggle(below_zero.bytes(), into.bytes());
  }
  const index::ChunkView held{index::ChunkForm::kBitset, 0, into.bytes()};
  return FoundBitset(CountOf(context, held), into);
}

}  // namespace muster::query
