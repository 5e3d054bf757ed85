#include "text/time_pattern.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster {
namespace {

constexpr size_t kPatternBytesMax = 100;

// The fields that a conversion sets, as bits.
enum Field : unsigned {
  kYear = 1,
  kMonth = 2,
  kDay = 4,
  kHour = 8,
  kHalfHour = 16,  // on the 12-hour clock
  kHalf = 32,      // AM or PM
  kMinute = 64,
  kSecond = 128,
  kOffset = 256,
};

// A conversion, and absl::ParseTime's spelling of the intended meaning.
struct Conversion {
  std::string_view text;
  std::string_view translated;
  unsigned fields;
};

// Longer ones come before their prefixes.
constexpr Conversion kConversions[] = {
    {"%S.%f", "%E*S", kSecond},
    {"%E*S", "%E*S", kSecond},
    {"%E4Y", "%E4Y", kYear},
    {"%Ez", "%Ez", kOffset},
    {"%Y", "%E4Y", kYear},
    {"%y", "%y", kYear},
    {"%m", "%m", kMonth},
    {"%b", "%b", kMonth},
    {"%B", "%B", kMonth},
    {"%h", "%h", kMonth},
    {"%d", "%d", kDay},
    {"%e", "%e", kDay},
    {"%H", "%H", kHour},
    {"%I", "%I", kHalfHour},
    {"%p", "%p", kHalf},
    {"%M", "%M", kMinute},
    {"%S", "%S", kSecond},
    {"%z", "%Ez", kOffset},
    {"%F", "%E4Y-%m-%d", kYear | kMonth | kDay},
    {"%D", "%m/%d/%y", kYear | kMonth | kDay},
    {"%T", "%H:%M:%S", kHour | kMinute | kSecond},
    {"%R", "%H:%M", kHour | kMinute},
    {"%a", "%a", 0},
    {"%A", "%A", 0},
    {"%n", " ", 0},
    {"%t", " ", 0},
    {"%%", "%%", 0},
};

const Conversion* FindConversion(std::string_view rest) {
  for (const Conversion& conversion : kConversions) {
    if (rest.substr(0, conversion.text.size()) == conversion.text) return &conversion;
  }
  return nullptr;
}

absl::Status Bad(const std::string& why) { return absl::InvalidArgumentError(why); }

absl::Status CheckFields(unsigned fields) {
  const auto has = [fields](unsigned field) { return (fields & field) != 0; };
  if (!has(kYear) || !has(kMonth) || !has(kDay)) {
    return Bad("it must name a year (%Y), a month (%m) and a day (%d)");
  }
  if (has(kHalfHour) != has(kHalf)) return Bad("%I and %p go together; for hours from 00 to 23 write %H");
  if (has(kHalfHour) && has(kHour)) return Bad("it names the hour twice");
  const bool hour = has(kHour) || has(kHalfHour);
  if ((has(kMinute) && !hour) || (has(kSecond) && !has(kMinute))) {
    return Bad("it names minutes without hours, or seconds without minutes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TimePattern> TimePattern::Make(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) {
    return Bad(absl::StrCat("it is longer than ", kPatternBytesMax, " bytes"));
  }
  TimePattern made;
  made.text_ = std::string(pattern);
  unsigned fields = 0;
  for (std::string_view rest = pattern; !rest.empty();) {
    if (rest.front() != '%') {
      made.translated_ += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const Conversion* const conversion = FindConversion(rest);
    if (conversion == nullptr) {
      return Bad(absl::StrCat("it has ", std::string(rest.substr(0, 2)),
                              ", which is not read; take %Y %m %d %H %M %S and the like"));
    }
    if ((fields & conversion->fields) != 0) {
      return Bad(absl::StrCat("with ", std::string(conversion->text), " it names the same part twice"));
    }
    fields |= conversion->fields;
    made.translated_ += conversion->translated;
    rest.remove_prefix(conversion->text.size());
  }
  RETURN_IF_ERROR(CheckFields(fields));
  made.has_offset_ = (fields & kOffset) != 0;
  return made;
}

std::optional<absl::Time> TimePattern::Read(std::string_view cell, absl::TimeZone zone) const {
  absl::Time time;
  std::string why;
  if (!absl::ParseTime(translated_, std::string(cell), zone, &time, &why)) return std::nullopt;
  // absl::ParseTime also accepts two words, which mean these.
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  return time;
}

TimestampFault TimePattern::ReadTimestamp(std::string_view cell, absl::TimeZone zone, int64_t& micros) const {
  const std::optional<absl::Time> time = Read(cell, zone);
  if (!time) return TimestampFault::kShape;
  const int64_t read = absl::ToUnixMicros(*time);
  if (absl::FromUnixMicros(read) != *time) return TimestampFault::kPrecision;
  if (!IsTimestampInRange(read)) return TimestampFault::kRange;
  micros = read;
  return TimestampFault::kNone;
}

std::optional<absl::CivilDay> TimePattern::ReadDay(std::string_view cell, absl::TimeZone zone) const {
  // Without an offset the day is as written, regardless of clock changes.
  const absl::TimeZone where = has_offset_ ? zone : absl::UTCTimeZone();
  const std::optional<absl::Time> time = Read(cell, where);
  if (!time) return std::nullopt;
  const absl::CivilDay day = absl::ToCivilDay(*time, where);
  return IsDateInRange(day) ? std::optional<absl::CivilDay>(day) : std::nullopt;
}

}  // namespace muster
