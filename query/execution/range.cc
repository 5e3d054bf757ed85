// BETWEEN and comparisons: numbers are sign and magnitude, a slice each bit.
#include "index/bitmap/number_slices.h"
#include "query/execution/chunk_evaluator.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

constexpr size_t kKnownRow = 0;
constexpr size_t kSignRow = 1;
constexpr size_t kFirstSliceRow = 2;

// The slices of one chunk, as bitsets; those above `bits` are empty.
struct Slices {
  const uint8_t* bitsets[index::kMagnitudeBits];
  uint32_t bits = 0;
  uint64_t greatest() const { return (uint64_t{1} << bits) - 1; }
};

// What of `start` has a magnitude in [low, high], to `out`; answers how many.
uint32_t KeepMagnitudes(const Kernels& kernels, const Slices& slices, const uint8_t* start, uint64_t low,
                        uint64_t high, uint8_t* out) {
  if (low > slices.greatest()) return 0;
  if (low == 0 && high >= slices.greatest()) return kernels.intersect(&start, 1, 0, out);
  uint32_t count = 0;
  if (high < slices.greatest()) {
    count = kernels.compare(start, slices.bitsets, slices.bits, high, SliceBound::kAtMost, out);
    start = out;
    if (count == 0) return 0;
  }
  if (low > 0) count = kernels.compare(start, slices.bitsets, slices.bits, low, SliceBound::kAtLeast, out);
  return count;
}

}  // namespace

ChunkView ChunkEvaluator::EvaluateRange(const ProgramNode& node, ChunkRegister& into) {
  const size_t mark = registers_.Mark();
  const auto bitset_of = [&](RowIndex row) {
    const RowChunk chunk = rows_.ChunkOf(row, chunk_);
    return AsBitset(chunk.composed ? RowView(row, registers_.Take()) : RowView(row, into));
  };
  const uint8_t* known = bitset_of(node.rows[kKnownRow]);
  if (known == NoneOfChunk()) return ChunkView{};
  const uint8_t* sign = bitset_of(node.rows[kSignRow]);
  Slices slices;
  for (size_t row = kFirstSliceRow; row < node.rows.size(); ++row) {
    const size_t bit = row - kFirstSliceRow;
    slices.bitsets[bit] = bitset_of(node.rows[row]);
    if (slices.bitsets[bit] != NoneOfChunk()) slices.bits = static_cast<uint32_t>(bit) + 1;
  }

  // Below zero a greater magnitude is a lesser number, and without a sign there is nobody. A sign without a
  // magnitude is zero.
  uint32_t below_zero = 0;
  const uint8_t* const with_sign[] = {known, sign};
  if (node.low <= 0 && sign != NoneOfChunk()) {
    ChunkRegister& start = registers_.Take();
    kernels_.intersect(with_sign, 2, 0, start.bytes());
    const uint64_t least = node.high < 0 ? index::MagnitudeOf(node.high) : 0;
    below_zero =
        KeepMagnitudes(kernels_, slices, start.bytes(), least, index::MagnitudeOf(node.low), into.bytes());
  }
  uint32_t from_zero = 0;
  if (node.high >= 0) {
    const uint8_t* start = known;
    if (sign != NoneOfChunk()) {
      ChunkRegister& without_sign = registers_.Take();
      kernels_.intersect(with_sign, 1, 1, without_sign.bytes());
      start = without_sign.bytes();
    }
    ChunkRegister& kept = below_zero > 0 ? registers_.Take() : into;
    const uint64_t least = node.low > 0 ? index::MagnitudeOf(node.low) : 0;
    from_zero = KeepMagnitudes(kernels_, slices, start, least, index::MagnitudeOf(node.high), kept.bytes());
    const uint8_t* const both[] = {into.bytes(), kept.bytes()};
    if (below_zero > 0 && from_zero > 0) kernels_.unite(both, 2, into.bytes());
  }
  registers_.Release(mark);
  return below_zero + from_zero == 0 ? ChunkView{} : ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

}  // namespace muster::query
