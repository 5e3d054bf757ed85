// Converts sums of stored numbers to sums of integers, in units of the finest scale involved.
#ifndef MUSTER_QUERY_BINDING_WHOLE_SUM_H_
#define MUSTER_QUERY_BINDING_WHOLE_SUM_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "query/binding/literal_extent.h"
#include "query/tree/set_kinds.h"

namespace muster::query {

// A tag of a sum.
struct ScaledTag {
  std::string factor;  // a decimal that SplitDecimal accepts
  int scale = 0;       // a stored number counts units of 10^-scale
};

// The sum Σ factor · stored number as an integer number of units. A plain value.
struct WholeSum {
  size_t scale = 0;                   // a unit is `common` · 10^-scale
  absl::int128 common = 1;            // the common divisor by which all factors were divided
  std::vector<absl::int128> factors;  // one for each tag; 0 if its factor is 0

  // The sums that equal the literal. REQUIRES: IsNumberText(text).
  Extent ExtentOf(const std::string& text) const;
  // Whether no sum is beyond ± kMaxSum units of 10^-scale, for numbers whose magnitudes have the given bits.
  // REQUIRES: one element of `bits` for each factor, at most 63.
  bool HasRoom(absl::Span<const int> bits) const;
};

// Converts a sum; empty if a factor is beyond ± kMaxSum.
std::optional<WholeSum> MakeWholeSum(absl::Span<const ScaledTag> tags);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_WHOLE_SUM_H_
