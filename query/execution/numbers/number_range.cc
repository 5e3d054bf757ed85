// BETWEEN and comparisons. Numbers are stored as sign and magnitude, one slice per bit.
#include <algorithm>

#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

// The members to compare: those who have a number and are in all other operands of the conjunction, with
// space for one more operand, the sign.
struct Candidates {
  const uint8_t* bitsets[kMaxFused + 2];
  uint32_t positives = 0;
  uint32_t negatives = 0;

  Candidates(const ChunkOperands& within, const uint8_t* known) {
    if (known != AllOfChunk()) bitsets[positives++] = known;
    for (uint32_t i = 0; i < within.positives; ++i) bitsets[positives++] = within.bitsets[i];
    for (uint32_t i = 0; i < within.negatives; ++i) {
      bitsets[positives + negatives++] = within.bitsets[within.positives + i];
    }
  }
  // Those with the sign set, or those without. `bitsets` has space for one of the two at a time.
  ChunkOperands WithSign(const uint8_t* sign, const uint8_t** room) const {
    room[0] = sign;
    for (uint32_t i = 0; i < positives + negatives; ++i) room[1 + i] = bitsets[i];
    return {room, positives + 1, negatives};
  }
  ChunkOperands WithoutSign(const uint8_t* sign, const uint8_t** room) const {
    for (uint32_t i = 0; i < positives + negatives; ++i) room[i] = bitsets[i];
    room[positives + negatives] = sign;
    return {room, positives, negatives + 1};
  }
  ChunkOperands All() const { return {bitsets, positives, negatives}; }
};

// A member with a non-zero magnitude has a number, so if the bounds exclude zero, the known row isn't needed.
// A set sign with magnitude 0 means zero.
const uint8_t* KnownWithin(EvalContext& context, const ProgramNode& node, RegisterScope& scope) {
  const bool with_zero = node.low <= 0 && node.high >= 0;
  return with_zero ? RowBitset(context, node.rows[kKnownRowPlace], scope) : AllOfChunk();
}

// The slices as bitsets, up to the highest non-empty one.
struct Slices {
  const uint8_t* bitsets[index::kMagnitudeBits];
  uint32_t bits = 0;

  Slices(EvalContext& context, const ProgramNode& node, RegisterScope& scope) {
    for (uint32_t row = kFirstSliceRow; row < node.rows.size(); ++row) {
      const uint8_t* const slice = RowBitset(context, node.rows[row], scope);
      bitsets[row - kFirstSliceRow] = slice;
      if (slice != NoneOfChunk()) bits = row - kFirstSliceRow + 1;
    }
  }
  ChunkNumbers Between(int64_t low, int64_t high) const {
    return {bitsets, bits, index::MagnitudeOf(low), index::MagnitudeOf(high)};
  }
};

}  // namespace

// Below zero, a greater magnitude is a lesser number; if no member has the sign, that half is empty.
ChunkAnswer EvaluateRange(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                          ChunkRegister& into, AnswerKind asked) {
  RegisterScope scope(context.registers());
  const Kernels& kernels = context.kernels();
  const uint8_t* const known = KnownWithin(context, node, scope);
  if (known == NoneOfChunk()) return {};
  const Candidates candidates(within, known);
  const uint8_t* const sign = RowBitset(context, node.rows[kSignRowPlace], scope);
  const Slices slices(context, node, scope);
  const int64_t least = std::max<int64_t>(node.low, 0);      // from zero
  const int64_t greatest = std::min<int64_t>(node.high, 0);  // below zero
  if (sign == NoneOfChunk()) {
    if (node.high < 0) return {};
    const ChunkNumbers numbers = slices.Between(least, node.high);
    return FoundBitset(kernels.between(candidates.All(), numbers, Destination(into, asked)), into);
  }
  // `within` may lie in `into`, so the halves are combined elsewhere.
  ChunkRegister& below_zero = scope.Take();
  ChunkRegister& from_zero = scope.Take();
  const uint8_t* room[kMaxFused + 3];
  uint32_t below = 0;
  uint32_t from = 0;
  if (node.low <= 0) {
    below = kernels.between(candidates.WithSign(sign, room), slices.Between(greatest, node.low),
                            below_zero.bytes());
  }
  if (node.high >= 0) {
    from = kernels.between(candidates.WithoutSign(sign, room), slices.Between(least, node.high),
                           from_zero.bytes());
  }
  const uint8_t* const halves[] = {below > 0 ? below_zero.bytes() : NoneOfChunk(),
                                   from > 0 ? from_zero.bytes() : NoneOfChunk()};
  if (asked == AnswerKind::kSet && below + from > 0) kernels.unite(halves, 2, into.bytes());
  return FoundBitset(below + from, into);
}

}  // namespace muster::query
