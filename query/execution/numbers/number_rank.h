// Numbers by rank, over what a program's first root selects: least and greatest, percentiles, top members.
//
// Slices are walked from the top bit, as O'Neil and Quass (1997) do for median and percentiles and Rinfret,
// O'Neil and O'Neil (2001) for the top k: one intersection a bit narrows a chunk's candidates down. Chunks
// share what was found before them, so that most of them end after a bit or two. A few members of a chunk are
// looked up instead. Nothing is kept in proportion to members. Measured on numbers of 20 bits, extremes and
// the top ten take one to two times as long as a sum, and a median five.
//
// In each function `number` is a kRange node of the program, whose bounds don't matter, and numbers are in
// units of the tag's scale. Errors and statistics are ScanCounts'.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_source.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"

namespace muster::query {

struct NumberExtremes {
  uint64_t members = 0;  // that have a number; without any there are no extremes
  int64_t least = 0;
  int64_t greatest = 0;
};

// In one pass.
absl::StatusOr<NumberExtremes> ScanExtremes(const Program& program, NodeIndex number,
                                            index::RowSource& source, uint32_t fragment_count,
                                            const ScanOptions& options, ScanStatistics* statistics);

// What percentiles are asked for in: 500,000 is the median, 1,000,000 the greatest number.
inline constexpr uint32_t kMillionths = 1'000'000;

struct NumberPercentiles {
  uint64_t members = 0;          // that have a number; without any there are no percentiles
  std::vector<int64_t> numbers;  // one for each asked for, in that order
};

// Nearest rank, exactly: of n members with a number the p-th percentile is the ⌈n · p⌉-th least number, and
// the least one for p = 0. Every pass counts four more bits of the numbers that are still in question, for
// all percentiles at once, until those are few enough to be looked at one by one: two passes for an age,
// three to five for amounts, dates and times. REQUIRES: each of `millionths` is at most kMillionths.
absl::StatusOr<NumberPercentiles> ScanPercentiles(const Program& program, NodeIndex number,
                                                  absl::Span<const uint32_t> millionths,
                                                  index::RowSource& source, uint32_t fragment_count,
                                                  const ScanOptions& options, ScanStatistics* statistics);

struct RankedMember {
  index::Ordinal ordinal = 0;
  int64_t number = 0;
  friend bool operator==(const RankedMember&, const RankedMember&) = default;
};

enum class NumberEnd : uint8_t { kGreatest, kLeast };

// The `count` members with the greatest or least numbers, the first of them first; of equal numbers the least
// ordinals. Fewer when fewer have a number. In one pass; memory in proportion to `count`.
absl::StatusOr<std::vector<RankedMember>> ScanTop(const Program& program, NodeIndex number, NumberEnd end,
                                                  size_t count, index::RowSource& source,
                                                  uint32_t fragment_count, const ScanOptions& options,
                                                  ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_RANK_H_
