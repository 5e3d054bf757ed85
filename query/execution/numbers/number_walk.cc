// Both walks keep the candidates: the members whose higher bits are the best found so far. Each step
// intersects them with the next slice, or with its complement when the least come first. If a candidate has
// the better bit, only such candidates remain; otherwise all do. First stops as soon as the prefix shows that
// no candidate can come before `to_beat`. FirstOf counts: candidates with the better bit that are no more
// than wanted are surely among the first, and the walk continues with the others.
#include "query/execution/numbers/number_walk.h"

#include <cstring>

namespace muster::query {
namespace {

// Maps magnitudes to keys such that the greatest key comes first.
uint64_t KeyOf(uint64_t magnitude, MagnitudeOrder order, uint64_t mask) {
  return order == MagnitudeOrder::kGreatestFirst ? magnitude : ~magnitude & mask;
}

}  // namespace

uint32_t NumberWalk::WithFirstBit(SelectedNumbers& numbers, const uint8_t* among, MagnitudeOrder order,
                                  uint32_t bit, uint8_t* out) const {
  const uint8_t* const both[] = {among, numbers.slice(bit)};
  const bool set = order == MagnitudeOrder::kGreatestFirst;
  return kernels_.intersect({both, set ? 2u : 1u, set ? 0u : 1u}, out);
}

// Invariant before each bit: the candidates are the members whose higher bits equal `key`, the first such
// value; and unless `ahead`, the higher bits of `best` equal it too.
std::optional<uint64_t> NumberWalk::First(SelectedNumbers& numbers, const SelectedNumbers::Half& half,
                                          MagnitudeOrder order, std::optional<uint64_t> to_beat) {
  const uint64_t mask = (uint64_t{1} << numbers.bits()) - 1;
  const uint64_t best = to_beat.has_value() ? KeyOf(*to_beat, order, mask) : 0;
  bool ahead = !to_beat.has_value();
  const uint8_t* among = half.bitset;
  uint64_t key = 0;
  for (uint32_t bit = numbers.bits(); bit-- > 0;) {
    const uint64_t rest = (uint64_t{2} << bit) - 1;
    if (!ahead && (best & rest) == rest) return std::nullopt;  // no key can come before `best`
    const bool best_bit = (best >> bit & 1) != 0;
    uint8_t* const out = Other(among);
    const bool is_slice_empty = numbers.slice(bit) == NoneOfChunk();
    const bool greatest = order == MagnitudeOrder::kGreatestFirst;
    const bool some_have_first_bit =
        is_slice_empty ? !greatest : WithFirstBit(numbers, among, order, bit, out) > 0;
    if (some_have_first_bit) {
      key |= uint64_t{1} << bit;
      if (!is_slice_empty) among = out;
      ahead = ahead || !best_bit;
    } else if (!ahead && best_bit) {
      return std::nullopt;
    }
  }
  if (!ahead) return std::nullopt;
  return KeyOf(key, order, mask);
}

// Invariant before each bit: `surely` has fewer members than wanted, and with the candidates at least as
// many.
NumberWalk::FirstMembers NumberWalk::FirstOf(SelectedNumbers& numbers, const SelectedNumbers::Half& half,
                                             MagnitudeOrder order, uint32_t wanted) {
  const uint8_t* among = half.bitset;
  uint32_t surely = 0;
  std::memset(surely_.bytes(), 0, index::kChunkBytes);
  for (uint32_t bit = numbers.bits(); bit-- > 0;) {
    uint8_t* const out = Other(among);
    const uint32_t first = WithFirstBit(numbers, among, order, bit, out);
    if (surely + first > wanted) {
      among = out;
      continue;
    }
    if (first == 0) continue;
    surely += first;
    const uint8_t* const both[] = {surely_.bytes(), out};
    kernels_.unite(both, 2, surely_.bytes());
    if (surely == wanted) return {surely_.bytes(), nullptr, 0};
    const uint8_t* const left[] = {among, out};
    kernels_.intersect({left, 1, 1}, out);
    among = out;
  }
  return {surely > 0 ? surely_.bytes() : nullptr, among, wanted - surely};
}

}  // namespace muster::query
