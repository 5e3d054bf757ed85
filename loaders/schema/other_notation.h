// Recognises numbers and times in notations that no kind of tag accepts.
#ifndef MUSTER_LOADERS_SCHEMA_OTHER_NOTATION_H_
#define MUSTER_LOADERS_SCHEMA_OTHER_NOTATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// The notation of a number that a NUMBER tag doesn't accept.
enum class NumberNotation : uint8_t {
  kNone,
  kThousands,  // 1,234.5 or 1 234,5: separators between groups of three digits
  kExponent,   // 1.5E+03
  kUnit,       // $5 or 5 %
  kBarePoint,  // 5.
};
NumberNotation NumberNotationOf(absl::string_view cell);
// The remedy, as the end of a sentence that quotes such a cell.
std::string MendOf(NumberNotation notation);

// The notation of a date, with or without a time of day, that DATE and TIMESTAMP tags don't accept:
// 31.01.2026, 1/31/2026 6:30 PM, 2026年1月31日, 31-Jan-2026. A plain value.
struct DateNotation {
  enum class Order : uint8_t { kYearFirst, kDayFirst, kMonthFirst, kUnclear };  // unclear: 01/02/2026
  Order order = Order::kUnclear;
  bool named_month = false;
  bool short_year = false;  // a year of two digits
  std::string divider;      // between its parts; empty: 年, 月 and 日
  std::string time;         // the pattern of the text after the date; empty if there is none
  bool has_time = false;    // text follows the date

  // The pattern for a tag's `format:`, with `order` for an unclear one; empty if no pattern matches.
  std::string Pattern(Order order) const;
};
std::optional<DateNotation> DateNotationOf(absl::string_view cell);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_OTHER_NOTATION_H_
