#include "text/civil_text.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// Removes exactly `width` digits from the front of `text`.
std::optional<int> TakeDigits(std::string_view& text, size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < width; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<absl::CivilDay> TakeDate(std::string_view& text) {
  const std::optional<int> year = TakeDigits(text, 4);
  if (!year || !TakeChar(text, '-')) return std::nullopt;
  const std::optional<int> month = TakeDigits(text, 2);
  if (!month || !TakeChar(text, '-')) return std::nullopt;
  const std::optional<int> day = TakeDigits(text, 2);
  if (!day || *year < 1) return std::nullopt;
  const absl::CivilDay civil(*year, *month, *day);
  // CivilDay normalises 31 February to March; dates that don't exist are refused here.
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;
  return civil;
}

struct TimeOfDay {
  int hour = 0, minute = 0, second = 0, micros = 0;
};

// The decimals of a second. SQL Server prints seven and Java nine, usually with zeros at the end.
TimestampFault TakeDecimals(std::string_view& text, int& micros) {
  constexpr int kKept = 6, kTaken = 9;
  int digits = 0;
  bool beyond = false;
  for (; !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text.front())); ++digits) {
    if (digits < kKept) {
      micros = micros * 10 + (text.front() - '0');
    } else {
      beyond = beyond || text.front() != '0';
    }
    text.remove_prefix(1);
  }
  if (digits == 0) return TimestampFault::kShape;
  for (int i = digits; i < kKept; ++i) micros *= 10;
  return beyond || digits > kTaken ? TimestampFault::kPrecision : TimestampFault::kNone;
}

// `HH:MM[:SS[.d…]]`.
TimestampFault TakeTime(std::string_view& text, TimeOfDay& time) {
  const std::optional<int> hour = TakeDigits(text, 2);
  if (!hour || !TakeChar(text, ':')) return TimestampFault::kShape;
  const std::optional<int> minute = TakeDigits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return TimestampFault::kShape;
  time.hour = *hour;
  time.minute = *minute;
  if (!TakeChar(text, ':')) return TimestampFault::kNone;
  const std::optional<int> second = TakeDigits(text, 2);
  if (!second || *second > 59) return TimestampFault::kShape;
  time.second = *second;
  return TakeChar(text, '.') ? TakeDecimals(text, time.micros) : TimestampFault::kNone;
}

// Two digits below 60, with a colon before them when `colon`.
std::optional<int> TakeSixtieths(std::string_view& text, bool colon) {
  if (colon && !TakeChar(text, ':')) return std::nullopt;
  const std::optional<int> given = TakeDigits(text, 2);
  return given && *given <= 59 ? given : std::nullopt;
}

// Parses `Z`, `UTC` or `±HH[[:]MM[[:]SS]]`, which must be the whole rest, into seconds east of UTC.
std::optional<int> TakeOffset(std::string_view text) {
  const std::string_view name = text;
  if (name == "Z" || name == "z" || name == "UTC" || name == "utc") return 0;
  const bool west = TakeChar(text, '-');
  if (!west && !TakeChar(text, '+')) return std::nullopt;
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int seconds = *hours * 3600;
  const bool colon = !text.empty() && text.front() == ':';
  for (const int unit : {60, 1}) {
    if (text.empty()) break;
    const std::optional<int> given = TakeSixtieths(text, colon);
    if (!given) return std::nullopt;
    seconds += *given * unit;
  }
  if (!text.empty()) return std::nullopt;
  return west ? -seconds : seconds;
}

}  // namespace

bool IsTimestampInRange(int64_t micros) {
  constexpr absl::CivilSecond kEpoch(1970, 1, 1);
  constexpr int64_t kFirst = (absl::CivilSecond(1, 1, 1) - kEpoch) * kMicrosPerSecond;
  constexpr int64_t kEnd = (absl::CivilSecond(10000, 1, 1) - kEpoch) * kMicrosPerSecond;
  return micros >= kFirst && micros < kEnd;
}

bool IsDateShaped(std::string_view text) {
  if (text.size() != kDateBytes) return false;
  for (size_t i = 0; i < kDateBytes; ++i) {
    const bool hyphen = i == 4 || i == 7;
    if (hyphen ? text[i] != '-' : !absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

std::optional<absl::CivilDay> ParseDate(std::string_view text) {
  const std::optional<absl::CivilDay> day = TakeDate(text);
  return text.empty() ? day : std::nullopt;
}

std::string DateText(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::string DateNumberText(int64_t number) {
  // Beyond this, CivilDay's own year would overflow; such a number was never a date.
  constexpr int64_t kFarthestDay = int64_t{1} << 40;
  if (number > kFarthestDay || number < -kFarthestDay) return absl::StrCat("day ", number);
  return DateText(DayOfNumber(number));
}

TimestampFault ReadTimestamp(std::string_view text, absl::TimeZone zone, int64_t& micros) {
  const std::optional<absl::CivilDay> day = TakeDate(text);
  if (!day) return TimestampFault::kShape;
  TimeOfDay time;
  if (!text.empty()) {
    if (!TakeChar(text, 'T') && !TakeChar(text, 't') && !TakeChar(text, ' ')) return TimestampFault::kShape;
    const TimestampFault fault = TakeTime(text, time);
    if (fault != TimestampFault::kNone) return fault;
  }
  const absl::CivilSecond local(day->year(), day->month(), day->day(), time.hour, time.minute, time.second);
  int64_t instant;
  if (text.empty()) {
    // `pre` interprets the time with the offset before the transition: the later instant in a gap, the
    // earlier in an overlap.
    instant = absl::ToUnixMicros(zone.At(local).pre) + time.micros;
  } else {
    TakeChar(text, ' ');
    const std::optional<int> offset = TakeOffset(text);
    if (!offset) return TimestampFault::kShape;
    instant = (local - absl::CivilSecond(1970, 1, 1) - *offset) * kMicrosPerSecond + time.micros;
  }
  if (!IsTimestampInRange(instant)) return TimestampFault::kRange;
  micros = instant;
  return TimestampFault::kNone;
}

std::optional<int64_t> ParseTimestamp(std::string_view text, absl::TimeZone zone) {
  int64_t micros = 0;
  if (ReadTimestamp(text, zone, micros) != TimestampFault::kNone) return std::nullopt;
  return micros;
}

std::string TimestampText(int64_t micros, absl::TimeZone zone) {
  const absl::Time time = absl::FromUnixMicros(micros);
  absl::TimeZone::CivilInfo info = zone.At(time);
  if (!IsDateInRange(absl::CivilDay(info.cs))) info = absl::UTCTimeZone().At(time);
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", info.cs.year(), info.cs.month(),
                                     info.cs.day(), info.cs.hour(), info.cs.minute(), info.cs.second());
  const int64_t fraction = absl::ToInt64Microseconds(info.subsecond);
  if (fraction != 0) {
    absl::StrAppendFormat(&text, ".%06d", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  if (info.offset == 0) return text + "Z";
  const int seconds = std::abs(info.offset);
  absl::StrAppendFormat(&text, "%c%02d:%02d", info.offset < 0 ? '-' : '+', seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) absl::StrAppendFormat(&text, ":%02d", seconds % 60);
  return text;
}

int64_t StartOfDayMicros(absl::CivilDay day, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(day));
  // Where midnight is skipped, the day begins at the transition.
  return absl::ToUnixMicros(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

}  // namespace muster
