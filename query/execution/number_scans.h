// Aggregates a number over the members that a program's first root selects.
//
// In each function `number` is a kRange node of the program, whose bounds are ignored, and numbers are in
// units of the tag's scale. Threads, errors and statistics are as in scan.h.
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

// Nearest rank, exact: of n members with a number the p-th percentile is the ⌈n · p⌉-th least number, and the
// least one for p = 0. Each pass counts members by four more bits of the candidate numbers, for all
// percentiles at once, until the candidates are few enough to be collected: two passes for an age, three to
// five for amounts, dates and times. REQUIRES: each of `millionths` is at most kMillionths. Also fails with
// DATA_LOSS if two passes saw different numbers.
absl::StatusOr<NumberPercentiles> ScanPercentiles(const ScanJob& job, NodeIndex number,
                                                  absl::Span<const uint32_t> millionths,
                                                  ScanStatistics* statistics);

// The members with the greatest or least numbers, best first; ties are ordered by ordinal. Fewer if fewer
// have a number. One pass; memory is proportional to `wanted.count` and threads.
absl::StatusOr<std::vector<RankedMember>> ScanTop(const ScanJob& job, NodeIndex number,
                                                  const TopRequest& wanted, ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBER_SCANS_H_
