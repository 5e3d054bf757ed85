#include "query/binding/literal_extent.h"

#include <algorithm>

#include "query/language/excerpt.h"
#include "query/language/foreign_dates.h"
#include "query/language/leaf_text.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

absl::CivilDay PlusMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

absl::CivilDay PlusUnits(absl::CivilDay day, int offset, DateUnit unit) {
  switch (unit) {
    case DateUnit::kDay:
      return day + offset;
    case DateUnit::kWeek:
      return day + int64_t{7} * offset;
    case DateUnit::kMonth:
      return PlusMonths(day, offset);
    case DateUnit::kYear:
      return PlusMonths(day, 12 * offset);
  }
  return day;
}

// The day of a date literal, with or without quotes; empty for other literals.
std::optional<absl::CivilDay> AnyDay(const Literal& literal, absl::CivilDay today) {
  return literal.kind == LiteralKind::kText ? ParseDate(literal.text) : DayOfLiteral(literal, today);
}

std::string NotWhatItTakes(const char* takes, const Literal& literal) {
  return Sentence("takes ", takes, ", not ", Excerpt(LiteralText(literal)));
}

// Says how a date in another form is written, such as 17/05/1990, 19900517 or the year 1990.
void AppendMendOfDate(const Literal& literal, std::string& why) {
  const bool written = literal.kind == LiteralKind::kText || literal.kind == LiteralKind::kNumber;
  const std::string date = written ? MendOfDate(literal.text) : "";
  if (!date.empty()) AppendSentence(why, "; write ", date);
}

// Whether a text begins with a date that doesn't exist, such as 2026-02-30.
bool NamesNoDay(const Literal& literal) {
  const std::string_view date = std::string_view(literal.text).substr(0, kDateBytes);
  return literal.kind == LiteralKind::kText && IsDateShaped(date) && !ParseDate(date).has_value();
}

std::optional<Extent> ExtentOfDate(const Literal& literal, const Calendar& calendar, std::string& why) {
  const std::optional<absl::CivilDay> day = AnyDay(literal, calendar.today);
  if (day.has_value()) return Extent{DayNumber(*day), DayNumber(*day)};
  if (NamesNoDay(literal)) {
    why = Sentence("takes days of the calendar, years 0001 to 9999, and ", Excerpt(LiteralText(literal)),
                   " is none");
    return std::nullopt;
  }
  why = NotWhatItTakes("a date between 0001-01-01 and 9999-12-31, such as 2026-01-31 or TODAY - 30 DAYS",
                       literal);
  AppendMendOfDate(literal, why);
  if (MonthDayOf(literal.text).has_value())
    AppendSentence(why,
                   "; a month and a day are compared by BIRTHDAY, as in BIRTHDAY (tag) = ", literal.text);
  return std::nullopt;
}

std::optional<Extent> ExtentOfTimestamp(const Literal& literal, const Calendar& calendar, std::string& why) {
  if (const std::optional<absl::CivilDay> day = AnyDay(literal, calendar.today); day.has_value()) {
    return Extent{StartOfDayMicros(*day, calendar.zone), StartOfDayMicros(*day + 1, calendar.zone) - 1};
  }
  if (literal.kind == LiteralKind::kText) {
    const std::optional<int64_t> micros = ParseTimestamp(literal.text, calendar.zone);
    if (micros.has_value()) return Extent{*micros, *micros};
  }
  if (NamesNoDay(literal)) {
    why = Sentence("takes times on days of the calendar, years 0001 to 9999, and ",
                   Excerpt(LiteralText(literal)), " is on none");
    return std::nullopt;
  }
  why = NotWhatItTakes(
      "a time in quotes such as '2026-01-31T18:30:00' (at most 6 decimals, offset as in +08:00 or Z), a date "
      "between 0001-01-01 and 9999-12-31, or TODAY - 30 DAYS",
      literal);
  AppendMendOfDate(literal, why);
  return std::nullopt;
}

}  // namespace

Interval IntervalOf(Comparison comparison, const Extent& literal, absl::int128 least, absl::int128 greatest) {
  switch (comparison) {
    case Comparison::kLess:
      return {least, literal.low - 1};
    case Comparison::kLessOrEqual:
      return {least, literal.high};
    case Comparison::kGreater:
      return {literal.high + 1, greatest};
    case Comparison::kGreaterOrEqual:
      return {literal.low, greatest};
    case Comparison::kEqual:
    case Comparison::kNotEqual:
      break;
  }
  return {literal.low, literal.high};
}

bool IsAbove(const index::Tag& tag, const Literal& low, const Extent& low_extent, const Literal& high,
             const Extent& high_extent) {
  if (index::TraitsOf(tag.kind).has_scale) return CompareDecimals(low.text, high.text) > 0;
  return low_extent.low > high_extent.high;
}

Interval IntervalBetween(const Extent& low, const Extent& high) { return {low.low, high.high}; }

std::optional<absl::CivilDay> DayOfLiteral(const Literal& literal, absl::CivilDay today) {
  if (literal.kind == LiteralKind::kDate) return ParseDate(literal.text);
  if (literal.kind != LiteralKind::kToday) return std::nullopt;
  const absl::CivilDay day = PlusUnits(today, literal.today_offset, literal.today_unit);
  if (day.year() < 1 || day.year() > 9999) return std::nullopt;
  return day;
}

Extent ExtentOfNumber(const std::string& text, int scale) {
  const ScaledDecimal decimal = ParseDecimal(text, scale).value_or(ScaledDecimal());
  if (decimal.overflow > 0) return {absl::int128(index::kMaxNumber) + 1, index::kMaxNumber};
  if (decimal.overflow < 0) return {index::kMinNumber, absl::int128(index::kMinNumber) - 1};
  if (decimal.exact) return {decimal.floor, decimal.floor};
  return {absl::int128(decimal.floor) + 1, decimal.floor};
}

std::optional<Extent> ExtentOf(const index::Tag& tag, const Literal& literal, const Calendar& calendar,
                               std::string& why) {
  switch (tag.kind) {
    case index::TagKind::kDate:
      return ExtentOfDate(literal, calendar, why);
    case index::TagKind::kTimestamp:
      return ExtentOfTimestamp(literal, calendar, why);
    case index::TagKind::kNumber:
      if (literal.kind == LiteralKind::kNumber) return ExtentOfNumber(literal.text, tag.scale);
      break;
    case index::TagKind::kFlag:
    case index::TagKind::kSingle:
    case index::TagKind::kMulti:
      break;  // not numeric
  }
  why = NotWhatItTakes("a number such as 30 or -1.5, without quotes", literal);
  return std::nullopt;
}

}  // namespace muster::query
