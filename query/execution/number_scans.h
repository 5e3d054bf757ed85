// What a number comes to over the members that a program's first root selects.
//
// In each function `number` is a kRange node of the program, whose bounds don't matter, and numbers are in
// units of the tag's scale. Threads, errors and statistics as scan.h says.
#ifndef MUSTER_QUERY_EXECUTION_NUMBER_SCANS_H_
#define MUSTER_QUERY_EXECUTION_NUMBER_SCANS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_sum.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"

namespace muster::query {

// Σ of the number, in one pass.
absl::StatusOr<NumberSum> ScanSum(const ScanJob& job, NodeIndex number, ScanStatistics* statistics);

// The least and the greatest number, in one pass.
absl::StatusOr<NumberExtremes> ScanExtremes(const ScanJob& job, NodeIndex number, ScanStatistics* statistics);

// Nearest rank, exactly: of n members with a number the p-th percentile is the ⌈n · p⌉-th least number, and
// the least one for p = 0. Every pass counts four more bits of the numbers that are still in question, for
// all percentiles at once, until those are few enough to be looked at one by one: two passes for an age,
// three to five for amounts, dates and times. REQUIRES: each of `millionths` is at most kMillionths.
// Error too: DATA_LOSS, where two passes saw different numbers.
absl::StatusOr<NumberPercentiles> ScanPercentiles(const ScanJob& job, NodeIndex number,
                                                  absl::Span<const uint32_t> millionths,
                                                  ScanStatistics* statistics);

// The members with the greatest or least numbers, the first of them first; of equal numbers the least
// ordinals. Fewer when fewer have a number. In one pass; memory in proportion to `wanted.count` and threads.
absl::StatusOr<std::vector<RankedMember>> ScanTop(const ScanJob& job, NodeIndex number,
                                                  const TopRequest& wanted, ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBER_SCANS_H_
