#include "index/catalog/civil_text.h"

#include <cstdlib>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::index {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// Takes exactly `width` digits off the front of `text`.
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
  // CivilDay moves 31 February on to March; a date that doesn't exist is refused here.
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;
  return civil;
}

struct TimeOfDay {
  int hour = 0, minute = 0, second = 0, micros = 0;
};

// `HH:MM[:SS[.d…]]`, at most 6 decimals.
std::optional<TimeOfDay> TakeTime(std::string_view& text) {
  TimeOfDay time;
  const std::optional<int> hour = TakeDigits(text, 2);
  if (!hour || !TakeChar(text, ':')) return std::nullopt;
  const std::optional<int> minute = TakeDigits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  time.hour = *hour;
  time.minute = *minute;
  if (!TakeChar(text, ':')) return time;
  const std::optional<int> second = TakeDigits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  time.second = *second;
  if (!TakeChar(text, '.')) return time;
  int digits = 0;
  while (!text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text.front()))) {
    if (++digits > 6) return std::nullopt;
    time.micros = time.micros * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) time.micros *= 10;
  return time;
}

// `Z`, `±HH:MM`, `±HHMM` or `±HH`, which must be all that is left; in seconds east of UTC.
std::optional<int> TakeOffset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = TakeChar(text, '-');
  if (!west && !TakeChar(text, '+')) return std::nullopt;
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    TakeChar(text, ':');
    const std::optional<int> given = TakeDigits(text, 2);
    if (!given || *given > 59 || !text.empty()) return std::nullopt;
    minutes = *given;
  }
  const int seconds = (*hours * 60 + minutes) * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::optional<absl::CivilDay> ParseDate(std::string_view text) {
  const std::optional<absl::CivilDay> day = TakeDate(text);
  return text.empty() ? day : std::nullopt;
}

std::string DateText(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

std::string DateNumberText(int64_t number) {
  // Beyond this CivilDay's own year would overflow; such a number was never a date.
  constexpr int64_t kFarthestDay = int64_t{1} << 40;
  if (number > kFarthestDay || number < -kFarthestDay) return absl::StrCat("day ", number);
  return DateText(DayOfNumber(number));
}

std::optional<int64_t> ParseTimestamp(std::string_view text, absl::TimeZone zone) {
  const std::optional<absl::CivilDay> day = TakeDate(text);
  if (!day || !(TakeChar(text, 'T') || TakeChar(text, 't') || TakeChar(text, ' '))) return std::nullopt;
  const std::optional<TimeOfDay> time = TakeTime(text);
  if (!time) return std::nullopt;
  const absl::CivilSecond local(day->year(), day->month(), day->day(), time->hour, time->minute,
                                time->second);
  if (text.empty()) {
    // `pre` reads the clock with the offset before the transition: the later instant in a gap, the earlier in
    // an overlap.
    return absl::ToUnixMicros(zone.At(local).pre) + time->micros;
  }
  const std::optional<int> offset = TakeOffset(text);
  if (!offset) return std::nullopt;
  const int64_t seconds = local - absl::CivilSecond(1970, 1, 1);
  return (seconds - *offset) * kMicrosPerSecond + time->micros;
}

std::string TimestampText(int64_t micros, absl::TimeZone zone) {
  const absl::Time time = absl::FromUnixMicros(micros);
  absl::TimeZone::CivilInfo info = zone.At(time);
  if (info.offset % 60 != 0) info = absl::UTCTimeZone().At(time);
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", info.cs.year(), info.cs.month(),
                                     info.cs.day(), info.cs.hour(), info.cs.minute(), info.cs.second());
  const int64_t fraction = absl::ToInt64Microseconds(info.subsecond);
  if (fraction != 0) {
    absl::StrAppendFormat(&text, ".%06d", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  if (info.offset == 0) return text + "Z";
  const int minutes = std::abs(info.offset) / 60;
  absl::StrAppendFormat(&text, "%c%02d:%02d", info.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return text;
}

int64_t StartOfDayMicros(absl::CivilDay day, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(day));
  // Where midnight is skipped, the day begins at the transition.
  return absl::ToUnixMicros(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale) {
  const bool negative = TakeChar(text, '-');
  if (!negative) TakeChar(text, '+');
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (decimals.empty() && (whole.empty() || point != std::string_view::npos)) return std::nullopt;

  constexpr uint64_t kTop = static_cast<uint64_t>(kMaxNumber);
  absl::uint128 magnitude = 0;
  bool beyond_scale = false;  // a digit other than 0 lies beyond the scale
  const auto append = [&magnitude](int digit) {
    // Held at a value above the range, so that any number of digits is safe.
    if (magnitude <= kTop) magnitude = magnitude * 10 + static_cast<uint64_t>(digit);
  };
  for (const char c : whole) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    append(c - '0');
  }
  for (size_t i = 0; i < decimals.size(); ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(decimals[i]))) return std::nullopt;
    if (i < static_cast<size_t>(scale)) {
      append(decimals[i] - '0');
    } else if (decimals[i] != '0') {
      beyond_scale = true;
    }
  }
  for (size_t i = decimals.size(); i < static_cast<size_t>(scale); ++i) append(0);

  ScaledDecimal result;
  if (magnitude > kTop || (magnitude == kTop && beyond_scale)) {
    result.floor = negative ? kMinNumber : kMaxNumber;
    result.exact = false;
    result.overflow = negative ? -1 : 1;
    return result;
  }
  const int64_t value = static_cast<int64_t>(absl::Uint128Low64(magnitude));
  result.floor = negative ? -value - (beyond_scale ? 1 : 0) : value;
  result.exact = !beyond_scale;
  return result;
}

std::string DecimalText(int64_t scaled, int scale) {
  const absl::uint128 magnitude =
      scaled < 0 ? absl::uint128(-static_cast<absl::int128>(scaled)) : absl::uint128(scaled);
  std::string digits = absl::StrCat(absl::Uint128Low64(magnitude));
  const size_t places = static_cast<size_t>(scale);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, 1, '.');
  return absl::StrCat(scaled < 0 ? "-" : "", digits);
}

}  // namespace muster::index
