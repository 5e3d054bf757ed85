// Converts literals of NUMBER, DATE and TIMESTAMP tags, and weights, to ranges of stored numbers.
#ifndef MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_
#define MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/bitmap/number_slices.h"
#include "index/catalog/tag.h"
#include "query/language/expression.h"

namespace muster::query {

// The stored numbers that equal a literal: those in [low, high]. Numbers below `low` are less than the
// literal, numbers above `high` are greater. A literal between two stored numbers (30.5 with scale 0) or
// beyond their range has high = low − 1. 128 bits, so that adding or subtracting 1 can't overflow.
struct Extent {
  absl::int128 low = 0;
  absl::int128 high = 0;
};

// The stored numbers from `low` to `high`; none if low > high or both are beyond the range.
struct Interval {
  absl::int128 low = 0;
  absl::int128 high = 0;
};

// The numbers for which the comparison with the literal holds; for kNotEqual, those of kEqual.
// `least`, `greatest`: the ends of what there is.
Interval IntervalOf(Comparison comparison, const Extent& literal, absl::int128 least = index::kMinNumber,
                    absl::int128 greatest = index::kMaxNumber);
// The numbers between two literals, both ends included.
Interval IntervalBetween(const Extent& low, const Extent& high);

// The reference for dates: today, and the time zone of the days of a TIMESTAMP.
struct Calendar {
  absl::CivilDay today;
  absl::TimeZone zone;
};

// The day of a date literal or of TODAY ± n units; months and years clamp to the month's last day. Empty for
// a day outside the years 0001–9999 and for other literals.
std::optional<absl::CivilDay> DayOfLiteral(const Literal& literal, absl::CivilDay today);

// Whether `low` is greater than `high` by their exact values, before they are rounded to the tag's scale.
// REQUIRES: the extents are those of the literals.
bool IsAbove(const index::Tag& tag, const Literal& low, const Extent& low_extent, const Literal& high,
             const Extent& high_extent);

// The extent of a literal for a NUMBER, DATE or TIMESTAMP tag. Empty if the literal has another type; `why`
// is then the rest of a sentence that begins with the tag and its kind, without the full stop.
std::optional<Extent> ExtentOf(const index::Tag& tag, const Literal& literal, const Calendar& calendar,
                               std::string& why);

// The extent of a number. REQUIRES: IsNumberText(text).
Extent ExtentOfNumber(const std::string& text, int scale);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_LITERAL_EXTENT_H_
