// Order statistics of numbers: least and greatest, percentiles, top members.
//
// Slices are walked from the top bit, as O'Neil and Quass (1997) do for median and percentiles and Rinfret,
// O'Neil and O'Neil (2001) for the top k: one intersection per bit narrows a chunk's candidates. Chunks share
// the results so far, so that most of them end after a bit or two. If a chunk has few members, they are
// looked up instead. Memory doesn't depend on the number of members. Measured on numbers of 20 bits: extremes
// and the top ten take one to two times as long as a sum, and a median five times.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/bitmap/geometry.h"

namespace muster::query {

// All numbers are in units of the tag's scale.

struct NumberExtremes {
  uint64_t members = 0;  // those with a number; if 0, there are no extremes
  int64_t least = 0;
  int64_t greatest = 0;
};

// The unit of requested percentiles: 500,000 is the median, 1,000,000 the greatest number.
inline constexpr uint32_t kMillionths = 1'000'000;

struct NumberPercentiles {
  uint64_t members = 0;          // those with a number; if 0, there are no percentiles
  std::vector<int64_t> numbers;  // one for each request, in that order
};

struct RankedMember {
  index::Ordinal ordinal = 0;
  int64_t number = 0;
  friend bool operator==(const RankedMember&, const RankedMember&) = default;
};

enum class NumberEnd : uint8_t { kGreatest, kLeast };

// How many members are requested, and from which end.
struct TopRequest {
  NumberEnd end = NumberEnd::kGreatest;
  size_t count = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
