#include "loaders/schema/other_notation.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "loaders/schema/cell_shape.h"

namespace muster::loaders {
namespace {

constexpr absl::string_view kCurrencies[] = {"$", "€", "£", "¥", "￥"};
// A space, no-break spaces, and other separators of digit groups.
constexpr absl::string_view kGroupDividers[] = {",", ".", "'", " ", "\u00a0", "\u202f", "’"};
constexpr absl::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t DigitsAt(absl::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin());
}

// Removes the leading digits of `text` and returns them; may be empty.
absl::string_view TakeDigits(absl::string_view& text) {
  const absl::string_view digits = text.substr(0, DigitsAt(text));
  text.remove_prefix(digits.size());
  return digits;
}

void TakeSign(absl::string_view& text) {
  if (!absl::ConsumePrefix(&text, "+")) absl::ConsumePrefix(&text, "-");
}

bool HasCurrency(absl::string_view cell) {
  return std::any_of(std::begin(kCurrencies), std::end(kCurrencies),
                     [cell](absl::string_view currency) { return absl::StartsWith(cell, currency); });
}

bool HasThousands(absl::string_view cell) {
  // After a plus, the groups are those of a telephone number.
  absl::ConsumePrefix(&cell, "-");
  const absl::string_view first = TakeDigits(cell);
  if (first.empty() || first.size() > 3) return false;
  absl::string_view divider;
  for (const absl::string_view candidate : kGroupDividers) {
    if (absl::StartsWith(cell, candidate)) divider = candidate;
  }
  size_t groups = 0;
  while (!divider.empty() && absl::StartsWith(cell, divider) && DigitsAt(cell.substr(divider.size())) == 3) {
    cell.remove_prefix(divider.size() + 3);
    ++groups;
  }
  if (groups == 0) return false;
  const bool has_decimals = cell.size() > 1 && (cell[0] == '.' || cell[0] == ',') && cell[0] != divider[0] &&
                            DigitsAt(cell.substr(1)) == cell.size() - 1;
  // A single point before three digits is a decimal point.
  return has_decimals || (cell.empty() && (divider != "." || groups > 1));
}

bool HasExponent(absl::string_view cell) {
  if (IsScientific(cell)) return true;
  // Without a sign or a point it may be an id in hexadecimal digits.
  TakeSign(cell);
  if (TakeDigits(cell).empty() || !absl::ConsumePrefix(&cell, ".") || TakeDigits(cell).empty()) return false;
  if (!absl::ConsumePrefix(&cell, "e") && !absl::ConsumePrefix(&cell, "E")) return false;
  return !cell.empty() && cell.size() <= 3 && DigitsAt(cell) == cell.size();
}

bool IsPlain(absl::string_view cell) {
  return ShapeOfNumber(cell).has_value() || ShapeOfNumber(cell, ',').has_value() || HasThousands(cell);
}

bool HasUnit(absl::string_view cell) {
  bool has_unit = absl::ConsumeSuffix(&cell, "%") || absl::ConsumeSuffix(&cell, "％");
  for (const absl::string_view currency : kCurrencies) {
    has_unit |= absl::ConsumePrefix(&cell, currency) || absl::ConsumeSuffix(&cell, currency);
  }
  return has_unit && IsPlain(absl::StripAsciiWhitespace(cell));
}

int NumberOf(absl::string_view digits) {
  int number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : 0;
}

// The pattern of a time of day, and what must precede it; empty if it is none.
std::string TimePatternOf(absl::string_view text) {
  std::string pattern;
  if (absl::ConsumePrefix(&text, "T")) {
    pattern = "T";
  } else if (absl::ConsumePrefix(&text, " ")) {
    pattern = " ";
  }
  text = absl::StripAsciiWhitespace(text);
  const bool halves = absl::EndsWithIgnoreCase(text, "am") || absl::EndsWithIgnoreCase(text, "pm");
  const absl::string_view hour = TakeDigits(text);
  if (pattern.empty() || hour.empty() || hour.size() > 2 || !absl::ConsumePrefix(&text, ":")) return "";
  absl::StrAppend(&pattern, halves ? "%I" : "%H", ":%M");
  if (TakeDigits(text).size() != 2) return "";
  if (absl::ConsumePrefix(&text, ":")) {
    if (TakeDigits(text).size() != 2) return "";
    absl::StrAppend(&pattern, ":%S");
    if (absl::ConsumePrefix(&text, ".") && !TakeDigits(text).empty()) absl::StrAppend(&pattern, ".%f");
  }
  if (halves) {
    absl::StrAppend(&pattern, text.size() > 2 ? " %p" : "%p");
    return text.size() <= 3 ? pattern : "";
  }
  return text.empty() ? pattern : "";
}

bool TakeMonthName(absl::string_view& text) {
  const auto letters =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), absl::ascii_isalpha) - text.begin());
  if (letters < 3) return false;
  const std::string name = absl::AsciiStrToLower(text.substr(0, 3));
  if (std::find(std::begin(kMonths), std::end(kMonths), name) == std::end(kMonths)) return false;
  text.remove_prefix(letters);
  return true;
}

bool IsMonth(int number) { return number >= 1 && number <= 12; }
bool IsDay(int number) { return number >= 1 && number <= 31; }

// `2026/1/31`, `2026年1月31日`; leaves the rest in `text`.
std::optional<DateNotation> TakeYearFirst(absl::string_view& text) {
  DateNotation date = {.order = DateNotation::Order::kYearFirst};
  absl::string_view rest = text;
  if (TakeDigits(rest).size() != 4) return std::nullopt;
  const bool ideographs = absl::ConsumePrefix(&rest, "年");
  if (!ideographs) {
    if (rest.empty() || !absl::StrContains("/.-", rest.substr(0, 1))) return std::nullopt;
    date.divider = std::string(rest.substr(0, 1));
    rest.remove_prefix(1);
  }
  const absl::string_view month = TakeDigits(rest);
  if (month.size() > 2 || !IsMonth(NumberOf(month))) return std::nullopt;
  if (!absl::ConsumePrefix(&rest, ideographs ? absl::string_view("月") : date.divider)) return std::nullopt;
  const absl::string_view day = TakeDigits(rest);
  if (day.size() > 2 || !IsDay(NumberOf(day))) return std::nullopt;
  if (ideographs && !absl::ConsumePrefix(&rest, "日")) return std::nullopt;
  text = rest;
  return date;
}

// `31.01.2026`, `1/31/26`, `31-Jan-2026`; leaves the rest in `text`.
std::optional<DateNotation> TakeYearLast(absl::string_view& text) {
  DateNotation date;
  absl::string_view rest = text;
  const absl::string_view first = TakeDigits(rest);
  if (first.empty() || first.size() > 2 || rest.empty()) return std::nullopt;
  date.divider = std::string(rest.substr(0, 1));
  if (!absl::StrContains("/.- ", date.divider)) return std::nullopt;
  rest.remove_prefix(1);
  date.named_month = TakeMonthName(rest);
  const absl::string_view second = date.named_month ? "1" : TakeDigits(rest);
  if (second.empty() || second.size() > 2 || (date.divider == " " && !date.named_month)) return std::nullopt;
  if (!absl::ConsumePrefix(&rest, date.divider)) return std::nullopt;
  const absl::string_view year = TakeDigits(rest);
  date.short_year = year.size() == 2;
  // Three two-digit numbers separated by points or hyphens may be a version or a code.
  if (year.size() != 4 && !(date.short_year && (date.divider == "/" || date.named_month)))
    return std::nullopt;
  const int a = NumberOf(first), b = NumberOf(second);
  if (!IsDay(a) || !IsDay(b) || (!IsMonth(a) && !IsMonth(b))) return std::nullopt;
  if (date.named_month || !IsMonth(a)) {
    date.order = DateNotation::Order::kDayFirst;
  } else if (!IsMonth(b)) {
    date.order = DateNotation::Order::kMonthFirst;
  }
  text = rest;
  return date;
}

}  // namespace

NumberNotation NumberNotationOf(absl::string_view cell) {
  if (cell.empty()) return NumberNotation::kNone;
  // Numbers begin with no letter and few other characters, which rules out most texts quickly.
  const bool may_be =
      IsDigit(cell.front()) || cell.front() == '+' || cell.front() == '-' || HasCurrency(cell);
  if (!may_be) return NumberNotation::kNone;
  if (HasThousands(cell)) return NumberNotation::kThousands;
  if (HasExponent(cell)) return NumberNotation::kExponent;
  if (HasUnit(cell)) return NumberNotation::kUnit;
  if (absl::ConsumeSuffix(&cell, ".") && ShapeOfNumber(cell).has_value()) return NumberNotation::kBarePoint;
  return NumberNotation::kNone;
}

std::string MendOf(NumberNotation notation) {
  switch (notation) {
    case NumberNotation::kNone:
      return "";
    case NumberNotation::kThousands:
      return "; write numbers without separators of thousands";
    case NumberNotation::kExponent:
      return "; write it in digits";
    case NumberNotation::kUnit:
      return "; write numbers without currency and percent signs";
    case NumberNotation::kBarePoint:
      return "; write numbers without a point at their end";
  }
  return "";
}

std::string DateNotation::Pattern(Order unclear) const {
  if (has_time && time.empty()) return "";
  const Order known = order == Order::kUnclear ? unclear : order;
  const std::string year = short_year ? "%y" : "%Y", month = named_month ? "%b" : "%m";
  if (divider.empty()) return absl::StrCat("%Y年%m月%d日", time);
  switch (known) {
    case Order::kYearFirst:
      return absl::StrCat("%Y", divider, "%m", divider, "%d", time);
    case Order::kMonthFirst:
      return absl::StrCat("%m", divider, "%d", divider, year, time);
    default:
      return absl::StrCat("%d", divider, month, divider, year, time);
  }
}

std::optional<DateNotation> DateNotationOf(absl::string_view cell) {
  if (cell.size() < 6 || !IsDigit(cell.front())) return std::nullopt;
  std::optional<DateNotation> date = TakeYearFirst(cell);
  if (!date.has_value()) date = TakeYearLast(cell);
  if (!date.has_value()) return std::nullopt;
  if (cell.empty()) return date;
  if (cell.front() != ' ' && cell.front() != 'T') return std::nullopt;
  date->has_time = true;
  date->time = TimePatternOf(cell);
  return date;
}

}  // namespace muster::loaders
