// Sums of stored numbers as whole numbers, in units of the finest scale involved.
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
  std::string factor;  // a decimal, as SplitDecimal takes
  int scale = 0;       // a stored number counts units of 10^-scale
};

// Σ factor · stored number, as whole numbers of units. A plain value.
struct WholeSum {
  size_t scale = 0;                   // a unit is `common` · 10^-scale
  absl::int128 common = 1;            // what all factors had in common
  std::vector<absl::int128> factors;  // one for each tag, 0 where its factor is

  // The literal against the sum. REQUIRES: IsNumberText(text).
  Extent ExtentOf(const std::string& text) const;
  // Whether no sum of stored numbers with so many bits of magnitude is beyond ± kMaxSum units of 10^-scale.
  // REQUIRES: one of `bits` for each factor, at most 63.
  bool HasRoom(absl::Span<const int> bits) const;
};

// Nothing when a factor is beyond ± kMaxSum.
std::optional<WholeSum> MakeWholeSum(absl::Span<const ScaledTag> tags);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_WHOLE_SUM_H_
