// BETWEEN and comparisons: numbers are sign and magnitude, a slice each bit.
#include "index/bitmap/number_slices.h"
#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/fused_operands.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

// What is compared: who has a number and is in everything else that the conjunction asks, and one more for
// the sign.
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
  // Those with the sign, or those without it. `bitsets` has room for one of the two at a time.
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

}  // namespace

// Below zero a greater magnitude is a lesser number, and without a sign there is nobody. A sign without a
// magnitude is zero.
ChunkView ChunkEvaluator::EvaluateRange(const ProgramNode& node, const ChunkOperands& within,
                                        ChunkRegister& into, uint32_t* count) {
  if (count != nullptr) *count = 0;
  const size_t mark = registers_.Mark();
  // Who has a magnitude has a number, so of bounds without zero nobody else needs to be asked for.
  const bool with_zero = node.low <= 0 && node.high >= 0;
  const uint8_t* const known = with_zero ? NumberRowBitset(node.rows[kKnownRowPlace]) : AllOfChunk();
  if (known == NoneOfChunk()) return ChunkView{};
  const Candidates candidates(within, known);
  const uint8_t* const sign = NumberRowBitset(node.rows[kSignRowPlace]);
  const uint8_t* slices[index::kMagnitudeBits];
  ChunkNumbers numbers{slices, 0, 0, 0};
  for (uint32_t row = kFirstSliceRow; row < node.rows.size(); ++row) {
    slices[row - kFirstSliceRow] = NumberRowBitset(node.rows[row]);
    if (slices[row - kFirstSliceRow] != NoneOfChunk()) numbers.bits = row - kFirstSliceRow + 1;
  }

  const uint8_t* room[kMaxFused + 3];
  uint32_t selected = 0;
  uint8_t* const out = count != nullptr ? nullptr : into.bytes();
  if (sign == NoneOfChunk()) {
    if (node.high >= 0) {
      numbers.low = node.low > 0 ? index::MagnitudeOf(node.low) : 0;
      numbers.high = index::MagnitudeOf(node.high);
      selected = kernels_.between(candidates.All(), numbers, out);
    }
  } else {
    // `within` may lie in `into`, so the halves are put together elsewhere.
    ChunkRegister& below_zero = registers_.Take();
    ChunkRegister& from_zero = registers_.Take();
    uint32_t below = 0;
    if (node.low <= 0) {
      numbers.low = node.high < 0 ? index::MagnitudeOf(node.high) : 0;
      numbers.high = index::MagnitudeOf(node.low);
      below = kernels_.between(candidates.WithSign(sign, room), numbers, below_zero.bytes());
    }
    if (node.high >= 0) {
      numbers.low = node.low > 0 ? index::MagnitudeOf(node.low) : 0;
      numbers.high = index::MagnitudeOf(node.high);
      selected = kernels_.between(candidates.WithoutSign(sign, room), numbers, from_zero.bytes());
    }
    const uint8_t* const halves[] = {below > 0 ? below_zero.bytes() : NoneOfChunk(),
                                     selected > 0 ? from_zero.bytes() : NoneOfChunk()};
    selected += below;
    if (out != nullptr && selected > 0) kernels_.unite(halves, 2, out);
  }
  registers_.Release(mark);
  if (count != nullptr) *count = selected;
  return selected == 0 ? ChunkView{} : ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

}  // namespace muster::query
