// Dates, timestamps and decimals: text ↔ the integers that bit-sliced rows hold. Load cells and expression
// literals are read by the same functions, so that a value that was loaded is found again.
#ifndef MUSTER_INDEX_CATALOG_CIVIL_TEXT_H_
#define MUSTER_INDEX_CATALOG_CIVIL_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/bitmap/number_slices.h"

namespace muster::index {

inline constexpr int kMaxScale = 18;

// A DATE is stored as days since 1900-01-01; earlier ones are negative. DO NOT CHANGE: stored.
inline constexpr absl::CivilDay kDayZero(1900, 1, 1);
inline int64_t DayNumber(absl::CivilDay day) { return day - kDayZero; }
inline absl::CivilDay DayOfNumber(int64_t number) { return kDayZero + number; }

// `YYYY-MM-DD` of a day that exists, years 0001–9999; nothing for anything else.
std::optional<absl::CivilDay> ParseDate(std::string_view text);
// `YYYY-MM-DD`. REQUIRES: years 0001–9999.
std::string DateText(absl::CivilDay day);
// The same for a stored day number; any number is safe (days outside years 0001–9999 print with their own
// year).
std::string DateNumberText(int64_t number);

// A TIMESTAMP is stored as microseconds since 1970-01-01T00:00Z. Takes `YYYY-MM-DD`, T or a space,
// `HH:MM[:SS[.d…]]` with at most 6 decimals, and optionally `Z`, `±HH:MM`, `±HHMM` or `±HH`; years 0001–9999.
// Without an offset the time is in `zone`: in a daylight-saving gap the later instant, in an overlap the
// earlier. Nothing for anything else, a date alone included.
std::optional<int64_t> ParseTimestamp(std::string_view text, absl::TimeZone zone);
// ISO 8601 in `zone` with its offset (`Z` when that is 0), decimals only where they are needed:
// ParseTimestamp reads it back exactly. In UTC where the zone's offset then had seconds, which ISO 8601 can't
// write.
std::string TimestampText(int64_t micros, absl::TimeZone zone);
// The first instant of `day` in `zone`, in microseconds since 1970-01-01T00:00Z.
int64_t StartOfDayMicros(absl::CivilDay day, absl::TimeZone zone);

// A decimal times 10^scale, against the integers.
struct ScaledDecimal {
  // The greatest integer ≤ the scaled number, within [kMinNumber, kMaxNumber].
  int64_t floor = 0;
  // The scaled number is `floor` itself: no digit was beyond the scale, and it is in range.
  bool exact = true;
  // −1: the scaled number is below kMinNumber; +1: above kMaxNumber; 0: in range.
  int overflow = 0;
};

// `[+-]digits[.digits]` or `[+-].digits`, of any length; no exponent, no white space. Zeros at the end of the
// decimals don't count as digits. Nothing for anything else. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale);
// `scaled` ÷ 10^scale with exactly `scale` digits after the point. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::string DecimalText(int64_t scaled, int scale);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_CIVIL_TEXT_H_
