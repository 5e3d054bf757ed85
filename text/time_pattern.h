// Parses dates and times by patterns like those of strptime, such as %d/%m/%Y %H:%M.
#ifndef MUSTER_TEXT_TIME_PATTERN_H_
#define MUSTER_TEXT_TIME_PATTERN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "text/civil_text.h"

namespace muster {

// Whether `format` is a pattern rather than the name of a format.
inline bool IsTimePattern(std::string_view format) { return format.find('%') != std::string_view::npos; }

// A validated pattern. Immutable, thread-safe.
//
// Conversions: %Y (four digits) %y (00–68 are 2000–2068) %m %d %e %b %B %h, %H %M %S, %I with %p, %S.%f or
// %E*S for decimals, %z (`Z`, ±HH, ±HHMM, ±HH:MM), %a and %A (skipped), %F %T %R %D, %n %t %%. A space
// matches any white space. Conversions whose value the parser would read and then ignore (%Z, %j, %U …) are
// refused.
class TimePattern {
 public:
  // INVALID_ARGUMENT, a part of a sentence, unless the pattern has year, month and day exactly once, and only
  // supported conversions.
  static absl::StatusOr<TimePattern> Make(std::string_view pattern);

  // As ReadTimestamp: without %z the time is in `zone`.
  TimestampFault ReadTimestamp(std::string_view cell, absl::TimeZone zone, int64_t& micros) const;
  // The day as written; with %z, the day of that instant in `zone`. Empty for anything else, and outside the
  // years 0001–9999.
  std::optional<absl::CivilDay> ReadDay(std::string_view cell, absl::TimeZone zone) const;

  const std::string& text() const { return text_; }

 private:
  std::optional<absl::Time> Read(std::string_view cell, absl::TimeZone zone) const;

  std::string text_;        // as given
  std::string translated_;  // in the syntax of absl::ParseTime
  bool has_offset_ = false;
};

}  // namespace muster

#endif  // MUSTER_TEXT_TIME_PATTERN_H_
