#include "query/planning/slices_of_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "index/bitmap/geometry.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"

namespace muster::query {
namespace {

// Nanoseconds per chunk, measured: for each row, whether or not it has a record there (it is resolved); for
// each record; for each value in a record; for each member whose id is assembled and looked up; for each
// slice; and for each slice in a further comparison, which finds it in the processor's caches.
constexpr double kRowNs = 40;
constexpr double kRecordNs = 20;
constexpr double kValueNs = 0.5;
constexpr double kLookupNs = 1.7;
constexpr double kSliceNs = 500;
constexpr double kSliceAgainNs = 250;
// The planner's unit of cost: reading one bitset.
constexpr double kBitsetNs = 400;

}  // namespace

absl::StatusOr<ValueSlices> FindSlices(const Statistics& statistics, SourceRef tag) {
  ValueSlices slices{.source = tag};
  ASSIGN_OR_RETURN(const uint64_t known, statistics.RowCardinality({tag, index::kKnownRow}));
  const double members = static_cast<double>(std::max<uint64_t>(statistics.MemberCount(), 1));
  slices.known_share = std::min(1.0, static_cast<double>(known) / members);
  for (int bit = std::bit_width(index::kMaxValueId); bit-- > 0 && slices.bits == 0;) {
    const index::RowId row = index::MakeRow(index::kOwnValue, index::MagnitudeSlot(bit));
    ASSIGN_OR_RETURN(const uint64_t cardinality, statistics.RowCardinality({tag, row}));
    if (cardinality > 0) slices.bits = bit + 1;
  }
  return slices;
}

std::vector<NumberInterval> IdsOf(const std::vector<index::RowId>& rows) {
  std::vector<NumberInterval> ids;
  ids.reserve(rows.size());
  for (const index::RowId row : rows) ids.push_back({index::ValueOf(row), index::ValueOf(row)});
  return Merged(std::move(ids));
}

double CostOfRows(size_t rows, double share) {
  if (rows == 0) return 0;
  const double count = static_cast<double>(rows);
  const double values = share * index::kChunkOrdinals;
  const double records = count * (1 - std::exp(-values / count));
  // A record with very many values is a bitset.
  const double in_records = std::min(values * kValueNs, count * kBitsetNs);
  return (count * kRowNs + records * kRecordNs + in_records) / kBitsetNs;
}

double CostOfWalks(const ValueSlices& slices, size_t intervals) {
  const double again = static_cast<double>(intervals) - 1;
  return slices.bits * (kSliceNs + again * kSliceAgainNs) / kBitsetNs;
}

double CostOfLookups(const ValueSlices& slices) {
  return (slices.known_share * index::kChunkOrdinals * kLookupNs + slices.bits * kSliceNs) / kBitsetNs;
}

double CostOfSlices(const ValueSlices& slices, size_t intervals) {
  return std::min(CostOfWalks(slices, intervals), CostOfLookups(slices));
}

}  // namespace muster::query
