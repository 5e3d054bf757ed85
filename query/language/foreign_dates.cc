#include "query/language/foreign_dates.h"

#include <array>
#include <optional>

#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Three numbers with a separator between them.
struct Parts {
  std::array<std::string_view, 3> digits;
  size_t bytes = 0;
};

size_t DigitsIn(std::string_view text) {
  const size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

std::string_view WithoutPrefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}

// Reads `number separator number separator number`, and `end` behind it if it is there.
std::optional<Parts> Split(std::string_view text, std::array<std::string_view, 2> separators,
                           std::string_view end = "") {
  Parts parts;
  std::string_view rest = text;
  for (size_t i = 0; i < parts.digits.size(); ++i) {
    parts.digits[i] = rest.substr(0, DigitsIn(rest));
    const size_t most = parts.digits[i].size();
    if (most == 0 || most == 3 || most > 4) return std::nullopt;
    rest.remove_prefix(most);
    if (i == separators.size()) break;
    if (rest.substr(0, separators[i].size()) != separators[i]) return std::nullopt;
    rest.remove_prefix(separators[i].size());
  }
  rest = WithoutPrefix(rest, end);
  parts.bytes = text.size() - rest.size();
  // A date has its year at one end, in four digits.
  const bool year_first = parts.digits[0].size() == 4;
  const bool year_last = parts.digits[2].size() == 4;
  if (year_first == year_last || parts.digits[1].size() > 2) return std::nullopt;
  return parts;
}

std::optional<Parts> Split(std::string_view text) {
  for (const std::string_view separator : {"/", ".", "-"}) {
    if (const std::optional<Parts> parts = Split(text, {separator, separator})) return parts;
  }
  return Split(text, {"年", "月"}, "日");
}

// YYYY-MM-DD of the parts; empty if there is no such day.
std::string DateOf(std::string_view year, std::string_view month, std::string_view day) {
  const auto padded = [](std::string_view digits) {
    return digits.size() == 1 ? Sentence("0", digits) : std::string(digits);
  };
  std::string date = Sentence(year, "-", padded(month), "-", padded(day));
  return ParseDate(date).has_value() ? date : "";
}

}  // namespace

size_t ForeignDateBytes(std::string_view text) {
  const std::optional<Parts> parts = Split(text);
  // 1990-5-17 is the lexer's.
  const bool dashed = parts.has_value() && text[parts->digits[0].size()] == '-';
  if (parts.has_value() && !dashed && !MendOfDate(text.substr(0, parts->bytes)).empty()) return parts->bytes;
  size_t end = DigitsIn(text);
  for (int i = 0; i < 2; ++i) {
    if (end >= text.size() || text[end] != '/') return 0;
    const size_t digits = DigitsIn(text.substr(end + 1));
    if (digits == 0) return 0;
    end += 1 + digits;
  }
  return end;
}

std::string MendOfDate(std::string_view text) {
  if (DigitsIn(text) == text.size()) {
    if (text.size() == 8) return DateOf(text.substr(0, 4), text.substr(4, 2), text.substr(6));
    return text.size() == 4 ? DateOf(text, "01", "01") : "";
  }
  const std::optional<Parts> parts = Split(text);
  if (!parts.has_value() || parts->bytes != text.size()) return "";
  const auto& [first, second, third] = parts->digits;
  if (first.size() == 4) return DateOf(first, second, third);
  const std::string day_first = DateOf(third, second, first);
  const std::string month_first = DateOf(third, first, second);
  if (day_first.empty() || month_first.empty() || day_first == month_first)
    return day_first.empty() ? month_first : day_first;
  return Sentence(day_first, " or ", month_first);
}

}  // namespace muster::query
