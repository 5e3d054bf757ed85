#include "query/execution/kernels/sparse_chunks.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

// Calls `change(word, mask)` for each word that [begin, end) touches. REQUIRES: begin < end ≤ kChunkOrdinals.
template <typename Change>
void ForEachWord(uint32_t begin, uint32_t end, ChunkRegister& target, Change change) {
  const uint32_t first = begin / 64;
  const uint32_t last = (end - 1) / 64;
  const uint64_t from = ~uint64_t{0} << (begin % 64);
  const uint64_t to = ~uint64_t{0} >> (63 - (end - 1) % 64);
  if (first == last) {
    change(target.words[first], from & to);
    return;
  }
  change(target.words[first], from);
  for (uint32_t word = first + 1; word < last; ++word) change(target.words[word], ~uint64_t{0});
  change(target.words[last], to);
}

template <typename Change>
void ChangeSparse(const ChunkView& view, ChunkRegister& target, Change change) {
  if (view.form == ChunkForm::kArray) {
    for (uint32_t i = 0; i < view.count; ++i) {
      const uint32_t value = ArrayValue(view, i);
      change(target.words[value / 64], uint64_t{1} << (value % 64));
    }
  } else {
    ForEachRun(view, [&](uint32_t begin, uint32_t end) { ForEachWord(begin, end, target, change); });
  }
}

// The first position from `place` on whose value is not less, by galloping search (Bentley and Yao 1976).
uint32_t Gallop(const ChunkView& view, uint32_t place, uint32_t value) {
  uint32_t step = 1;
  uint32_t low = place;
  while (low + step <= view.count && ArrayValue(view, low + step - 1) < value) {
    low += step;
    step *= 2;
  }
  uint32_t left = std::min(step, view.count - low);
  while (left > 0) {
    const uint32_t half = left / 2;
    if (ArrayValue(view, low + half) < value) {
      low += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return low;
}

// Both are ascending, so no position is examined twice.
uint32_t FilterByArray(ListedValue* list, uint32_t count, const ChunkView& view, bool keep) {
  const bool gallop = view.count > count * 8;
  uint32_t at = 0;
  return KeepWhere(list, count, keep, [&](uint32_t, uint32_t value) {
    if (gallop) at = Gallop(view, at, value);
    while (at < view.count && ArrayValue(view, at) < value) ++at;
    return at < view.count && ArrayValue(view, at) == value;
  });
}

uint32_t FilterByRuns(ListedValue* list, uint32_t count, const ChunkView& view, bool keep) {
  uint32_t run = 0;
  const auto start_of = [&](uint32_t i) {
    return uint32_t{index::LoadLittle<uint16_t>(view.bytes + size_t{i} * 4)};
  };
  const auto end_of = [&](uint32_t i) {
    return start_of(i) + index::LoadLittle<uint16_t>(view.bytes + size_t{i} * 4 + 2) + 1;
  };
  return KeepWhere(list, count, keep, [&](uint32_t, uint32_t value) {
    while (run < view.count && end_of(run) <= value) ++run;
    return run < view.count && start_of(run) <= value;
  });
}

uint32_t FilterByBitset(ListedValue* list, uint32_t count, const uint8_t* bitset, bool keep) {
  return KeepWhere(list, count, keep, [&](uint32_t, uint32_t value) { return BitOf(bitset, value); });
}

}  // namespace

void ListParts(const uint8_t* bitset, uint32_t parts, ListedValue* list) {
  for (; parts != 0; parts &= parts - 1) {
    const uint32_t first = static_cast<uint32_t>(std::countr_zero(parts)) * kPartBytes;
    for (uint32_t at = first; at < first + kPartBytes; at += 8) {
      for (uint64_t left = index::LoadLittle<uint64_t>(bitset + at); left != 0; left &= left - 1) {
        *list++ = static_cast<uint16_t>(at * 8 + static_cast<uint32_t>(std::countr_zero(left)));
      }
    }
  }
}

void SetSparse(const Kernels& kernels, const ChunkView& view, ChunkRegister& target) {
  if (view.form == ChunkForm::kArray) {
    kernels.set_values(view.bytes, view.count, target.bytes());
    return;
  }
  // Short runs share words with their neighbours: each word is written once the runs have passed it.
  uint32_t at = 0;
  uint64_t pending = 0;
  ForEachRun(view, [&](uint32_t begin, uint32_t end) {
    const uint32_t first = begin / 64;
    const uint32_t last = (end - 1) / 64;
    if (first != at) {
      target.words[at] |= pending;
      at = first;
      pending = 0;
    }
    pending |= ~uint64_t{0} << (begin % 64) & ~uint64_t{0} >> (first == last ? 63 - (end - 1) % 64 : 0);
    if (first == last) return;
    target.words[first] |= pending;
    for (uint32_t word = first + 1; word < last; ++word) target.words[word] = ~uint64_t{0};
    at = last;
    pending = ~uint64_t{0} >> (63 - (end - 1) % 64);
  });
  target.words[at] |= pending;
}

void ToggleSparse(const ChunkView& view, ChunkRegister& target) {
  ChangeSparse(view, target, [](uint64_t& word, uint64_t mask) { word ^= mask; });
}

void ClearSparse(const ChunkView& view, ChunkRegister& target) {
  ChangeSparse(view, target, [](uint64_t& word, uint64_t mask) { word &= ~mask; });
}

void Widen(const Kernels& kernels, const ChunkView& view, ChunkRegister& target) {
  switch (view.form) {
    case ChunkForm::kBitset:
      std::memcpy(target.bytes(), view.bytes, index::kChunkBytes);
      return;
    case ChunkForm::kFull:
      std::memset(target.bytes(), 0xff, index::kChunkBytes);
      return;
    case ChunkForm::kEmpty:
      std::memset(target.bytes(), 0, index::kChunkBytes);
      return;
    case ChunkForm::kArray:
    case ChunkForm::kRuns:
      std::memset(target.bytes(), 0, index::kChunkBytes);
      SetSparse(kernels, view, target);
      return;
  }
}

uint32_t CountSparse(const ChunkView& view) {
  if (view.form == ChunkForm::kArray) return view.count;
  uint32_t count = 0;
  ForEachRun(view, [&](uint32_t begin, uint32_t end) { count += end - begin; });
  return count;
}

uint32_t FilterList(ListedValue* list, uint32_t count, const ChunkView& view, bool keep) {
  switch (view.form) {
    case ChunkForm::kEmpty:
      return keep ? 0 : count;
    case ChunkForm::kFull:
      return keep ? count : 0;
    case ChunkForm::kArray:
      return FilterByArray(list, count, view, keep);
    case ChunkForm::kBitset:
      return FilterByBitset(list, count, view.bytes, keep);
    case ChunkForm::kRuns:
      return FilterByRuns(list, count, view, keep);
  }
  return 0;
}

}  // namespace muster::query
