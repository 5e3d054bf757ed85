// Dates and timestamps: converts text to and from the integers in bit-sliced rows. Load cells and expression
// literals are parsed by the same functions, so that an expression finds every loaded value.
#ifndef MUSTER_TEXT_CIVIL_TEXT_H_
#define MUSTER_TEXT_CIVIL_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace muster {

// A DATE is stored as days since 1900-01-01; earlier days are negative. DO NOT CHANGE: stored.
inline constexpr absl::CivilDay kDayZero(1900, 1, 1);
inline int64_t DayNumber(absl::CivilDay day) { return day - kDayZero; }
inline absl::CivilDay DayOfNumber(int64_t number) { return kDayZero + number; }

// Whether a DATE may hold the day: years 0001–9999.
inline bool IsDateInRange(absl::CivilDay day) { return day.year() >= 1 && day.year() <= 9999; }
// Whether a TIMESTAMP may hold the instant: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z.
bool IsTimestampInRange(int64_t micros);

// Whether `text` has the form `YYYY-MM-DD`, also for a day that doesn't exist.
bool IsDateShaped(std::string_view text);
inline constexpr size_t kDateBytes = 10;
// Parses `YYYY-MM-DD`, an existing day of the years 0001–9999; empty for anything else.
std::optional<absl::CivilDay> ParseDate(std::string_view text);
// `YYYY-MM-DD`. REQUIRES: years 0001–9999.
std::string DateText(absl::CivilDay day);
// The same for a stored day number. Any number is safe; days outside the years 0001–9999 print with their own
// year.
std::string DateNumberText(int64_t number);

// Why a text is not a timestamp.
enum class TimestampFault : uint8_t {
  kNone,
  kShape,      // the wrong form, or a day or time that doesn't exist
  kPrecision,  // a decimal beyond the sixth is not zero, or there are more than nine
  kRange,      // its offset moves it out of IsTimestampInRange
};

// A TIMESTAMP is stored as microseconds since 1970-01-01T00:00Z. Accepts `YYYY-MM-DD`, optionally followed by
// T or a space and `HH:MM[:SS[.d…]]`, with at most 9 decimals of which those beyond the sixth are zero, and
// optionally, after a space or not, `Z`, `UTC` or `±HH[[:]MM[[:]SS]]`. A date alone means its midnight.
// Without an offset the time is in `zone`: in a daylight-saving gap the later instant, in an overlap the
// earlier. Sets `micros` if there is no fault.
TimestampFault ReadTimestamp(std::string_view text, absl::TimeZone zone, int64_t& micros);
// The same; empty on a fault.
std::optional<int64_t> ParseTimestamp(std::string_view text, absl::TimeZone zone);
// ISO 8601 in `zone` with its offset (`Z` for 0, `±HH:MM:SS` for a historical one with seconds), and decimals
// only if needed; in UTC if the zone's year is outside 0001–9999. ParseTimestamp reads it back exactly, if
// IsTimestampInRange.
std::string TimestampText(int64_t micros, absl::TimeZone zone);
// The first instant of `day` in `zone`, in microseconds since 1970-01-01T00:00Z.
int64_t StartOfDayMicros(absl::CivilDay day, absl::TimeZone zone);

}  // namespace muster

#endif  // MUSTER_TEXT_CIVIL_TEXT_H_
