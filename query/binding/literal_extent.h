// Literals against NUMBER, DATE and TIMESTAMP tags, and weights: which stored numbers they cover.
#ifndef MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_
#define MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/catalog/tag.h"
#include "query/language/expression.h"

namespace muster::query {

// The stored numbers in [low, high] are equal to the literal; those below `low` are less, those above `high`
// greater. A literal between two stored numbers (30.5 with scale 0) has high = low − 1; so has one beyond the
// range. 128 bits, so that both bounds have a neighbour.
struct Extent {
  absl::int128 low = 0;
  absl::int128 high = 0;
};

// Stored numbers from `low` to `high`; nobody when low > high or both lie beyond the range.
struct Interval {
  absl::int128 low = 0;
  absl::int128 high = 0;
};

// What compares so with a literal. kNotEqual gives the interval of kEqual.
Interval IntervalOf(Comparison comparison, const Extent& literal);
// BETWEEN, both included.
Interval IntervalBetween(const Extent& low, const Extent& high);

// What dates are read against.
struct Calendar {
  absl::CivilDay today;
  absl::TimeZone zone;
};

// The day that a date literal or TODAY ± n units stands for; months and years clamp to the month's last day.
// Nothing when it lies outside years 0001–9999, or the literal is neither.
std::optional<absl::CivilDay> DayOfLiteral(const Literal& literal, absl::CivilDay today);

// Whether one end of a range is above the other: by their exact values, whatever the tag's scale keeps of
// them. REQUIRES: the extents are those of the literals.
bool IsAbove(const index::Tag& tag, const Literal& low, const Extent& low_extent, const Literal& high,
             const Extent& high_extent);

// The extent of a literal of a NUMBER, DATE or TIMESTAMP tag. Nothing when the literal is of another type;
// `why` is then the rest of a sentence that begins with the tag and its kind, without its full stop.
std::optional<Extent> ExtentOf(const index::Tag& tag, const Literal& literal, const Calendar& calendar,
                               std::string& why);

// The extent of a number. REQUIRES: IsNumberText(text).
Extent ExtentOfNumber(const std::string& text, int scale);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_
