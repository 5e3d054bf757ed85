// Numbers by rank: least and greatest, percentiles, top members.
//
// Slices are walked from the top bit, as O'Neil and Quass (1997) do for median and percentiles and Rinfret,
// O'Neil and O'Neil (2001) for the top k: one intersection a bit narrows a chunk's candidates down. Chunks
// share what was found before them, so that most of them end after a bit or two. A few members of a chunk are
// looked up instead. Nothing is kept in proportion to members. Measured on numbers of 20 bits, extremes and
// the top ten take one to two times as long as a sum, and a median five.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/bitmap/geometry.h"

namespace muster::query {

// All numbers are in units of the tag's scale.

struct NumberExtremes {
  uint64_t members = 0;  // that have a number; without any there are no extremes
  int64_t least = 0;
  int64_t greatest = 0;
};

// What percentiles are asked for in: 500,000 is the median, 1,000,000 the greatest number.
inline constexpr uint32_t kMillionths = 1'000'000;

struct NumberPercentiles {
  uint64_t members = 0;          // that have a number; without any there are no percentiles
  std::vector<int64_t> numbers;  // one for each asked for, in that order
};

struct RankedMember {
  index::Ordinal ordinal = 0;
  int64_t number = 0;
  friend bool operator==(const RankedMember&, const RankedMember&) = default;
};

enum class NumberEnd : uint8_t { kGreatest, kLeast };

// How many members are wanted from which end.
struct TopRequest {
  NumberEnd end = NumberEnd::kGreatest;
  size_t count = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
