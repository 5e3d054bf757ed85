// Sorts many small items by an unsigned number.
#ifndef MUSTER_INDEX_DICTIONARY_RADIX_SORT_H_
#define MUSTER_INDEX_DICTIONARY_RADIX_SORT_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace muster::index {

// Sorts `items` by `key(item)`, an unsigned number; items of one key keep their order. Takes as much memory
// again. `most`: the greatest key.
template <typename Item, typename KeyOf>
void RadixSort(std::vector<Item>& items, uint64_t most, const KeyOf& key) {
  constexpr size_t kFew = 256;
  constexpr int kBits = 11;
  const auto by_key = [&key](const Item& a, const Item& b) { return key(a) < key(b); };
  if (items.size() <= kFew) return std::stable_sort(items.begin(), items.end(), by_key);
  if (std::is_sorted(items.begin(), items.end(), by_key)) return;
  std::vector<Item> sorted(items.size());
  for (int shift = 0; shift < static_cast<int>(std::bit_width(most)); shift += kBits) {
    const auto digit = [&](const Item& item) {
      return static_cast<size_t>(key(item) >> shift & ((uint64_t{1} << kBits) - 1));
    };
    std::array<size_t, size_t{1} << kBits> places{};
    for (const Item& item : items) ++places[digit(item)];
    size_t begin = 0;
    for (size_t& place : places) begin += std::exchange(place, begin);
    for (const Item& item : items) sorted[places[digit(item)]++] = item;
    items.swap(sorted);
  }
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_RADIX_SORT_H_
