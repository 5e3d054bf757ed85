// A span of fragments.
#ifndef MUSTER_INDEX_LOADING_INTAKE_FRAGMENT_SPAN_H_
#define MUSTER_INDEX_LOADING_INTAKE_FRAGMENT_SPAN_H_

#include <algorithm>
#include <cstdint>
#include <limits>

namespace muster::index {

// Fragments `first` … `end` − 1; all of them by default. A plain value.
struct FragmentSpan {
  static constexpr uint32_t kNoEnd = std::numeric_limits<uint32_t>::max();

  uint32_t first = 0;
  uint32_t end = kNoEnd;

  // The part of it below `count`.
  FragmentSpan Below(uint32_t count) const { return {std::min(first, count), std::min(end, count)}; }
  uint32_t size() const { return end - first; }
  friend bool operator==(const FragmentSpan&, const FragmentSpan&) = default;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_FRAGMENT_SPAN_H_
