#include "loaders/schema/cell_shape.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "text/abseil_text.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::loaders {
namespace {

constexpr size_t kTelephoneDigits = 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

bool TakeChar(absl::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Dates and times begin with a digit and have at least ten characters, which rules out most texts quickly.
bool MayBeTime(absl::string_view cell) { return cell.size() >= 10 && IsDigit(cell.front()); }

}  // namespace

std::optional<NumberShape> ShapeOfNumber(absl::string_view cell, char point) {
  if (cell.empty() || (cell.front() > '9' && cell.front() != point)) return std::nullopt;  // most texts
  const std::optional<DecimalParts> parts = SplitDecimal(FromAbseil(cell), point);
  if (!parts) return std::nullopt;
  if (parts->whole.size() > 1 && parts->whole.front() == '0') return std::nullopt;
  if (parts->sign == '+' && parts->whole.size() >= kTelephoneDigits) return std::nullopt;
  const auto count = [](std::string_view digits) {
    return static_cast<int>(std::min<size_t>(digits.size(), 1000));
  };
  return NumberShape{.whole_digits = count(parts->whole),
                     .decimals = count(parts->decimals),
                     .decimals_trimmed = count(parts->SignificantDecimals())};
}

bool IsDate(absl::string_view cell) { return MayBeTime(cell) && ParseDate(FromAbseil(cell)).has_value(); }

bool IsTimestamp(absl::string_view cell) {
  // Whether a text is a timestamp doesn't depend on the zone.
  return MayBeTime(cell) && ParseTimestamp(FromAbseil(cell), absl::UTCTimeZone()).has_value();
}

std::optional<bool> FlagWord(absl::string_view cell) {
  if (cell.empty() || cell.size() > 5) return std::nullopt;
  for (const char* word : {"true", "yes", "y", "t"}) {
    if (absl::EqualsIgnoreCase(cell, word)) return true;
  }
  for (const char* word : {"false", "no", "n", "f"}) {
    if (absl::EqualsIgnoreCase(cell, word)) return false;
  }
  return std::nullopt;
}

bool IsScientific(absl::string_view cell) {
  const size_t e = cell.find_first_of("eE");
  if (e == absl::string_view::npos || e == 0 || !IsDigit(cell.front())) return false;
  absl::string_view exponent = cell.substr(e + 1);
  // Without a sign it may be an id in hexadecimal digits.
  if (!TakeChar(exponent, '+') && !TakeChar(exponent, '-')) return false;
  if (exponent.empty() || exponent.size() > 3 || !AllDigits(exponent)) return false;
  absl::string_view mantissa = cell.substr(0, e);
  const size_t digits =
      static_cast<size_t>(std::find_if_not(mantissa.begin(), mantissa.end(), IsDigit) - mantissa.begin());
  mantissa.remove_prefix(digits);
  if (!mantissa.empty() && (mantissa.front() == '.' || mantissa.front() == ',')) mantissa.remove_prefix(1);
  return AllDigits(mantissa);
}

bool LooksLikeArray(absl::string_view cell) {
  if (cell.size() < 2 || cell.front() != '[' || cell.back() != ']') return false;
  const absl::string_view inside = absl::StripAsciiWhitespace(cell.substr(1, cell.size() - 2));
  if (inside.empty()) return true;
  const bool texts = inside.size() > 1 && inside.front() == '"' && inside.back() == '"';
  const bool numbers = (IsDigit(inside.front()) || inside.front() == '-') && IsDigit(inside.back());
  return texts || numbers;
}

}  // namespace muster::loaders
