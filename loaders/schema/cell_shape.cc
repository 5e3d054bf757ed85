#include "loaders/schema/cell_shape.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/civil_time.h"

namespace muster::loaders {
namespace {

constexpr size_t kTelephoneDigits = 10;

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes `digits` digits from the front of `text` as a number; -1 when they aren't there.
int TakeDigits(absl::string_view& text, size_t digits) {
  if (text.size() < digits || !AllDigits(text.substr(0, digits))) return -1;
  int number = 0;
  for (size_t i = 0; i < digits; ++i) number = number * 10 + (text[i] - '0');
  text.remove_prefix(digits);
  return number;
}

bool TakeChar(absl::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(absl::string_view& text) {
  const int year = TakeDigits(text, 4);
  if (year < 1 || !TakeChar(text, '-')) return false;
  const int month = TakeDigits(text, 2);
  if (month < 1 || month > 12 || !TakeChar(text, '-')) return false;
  const int day = TakeDigits(text, 2);
  return day >= 1 && day <= 31 && absl::CivilDay(year, month, day).month() == month;
}

// Z, ±HH, ±HHMM or ±HH:MM.
bool IsOffset(absl::string_view text) {
  if (text == "Z" || text == "z") return true;
  if (!TakeChar(text, '+') && !TakeChar(text, '-')) return false;
  const int hours = TakeDigits(text, 2);
  if (hours < 0 || hours > 23) return false;
  if (text.empty()) return true;
  TakeChar(text, ':');
  const int minutes = TakeDigits(text, 2);
  return minutes >= 0 && minutes <= 59 && text.empty();
}

}  // namespace

std::optional<NumberShape> ShapeOfNumber(absl::string_view cell) {
  const bool plus = TakeChar(cell, '+');
  if (!plus) TakeChar(cell, '-');
  const size_t point = cell.find('.');
  const absl::string_view whole = cell.substr(0, point);
  const absl::string_view decimals = point == absl::string_view::npos ? "" : cell.substr(point + 1);
  if (point == absl::string_view::npos ? whole.empty() : decimals.empty()) return std::nullopt;
  if (!AllDigits(whole) || !AllDigits(decimals)) return std::nullopt;
  if (whole.size() > 1 && whole.front() == '0') return std::nullopt;
  if (plus && whole.size() >= kTelephoneDigits) return std::nullopt;
  NumberShape shape;
  shape.whole_digits = static_cast<int>(std::min<size_t>(whole.size(), 1000));
  shape.decimals = static_cast<int>(std::min<size_t>(decimals.size(), 1000));
  const size_t last = decimals.find_last_not_of('0');
  shape.decimals_trimmed =
      last == absl::string_view::npos ? 0 : static_cast<int>(std::min<size_t>(last + 1, 1000));
  return shape;
}

bool IsDate(absl::string_view cell) { return cell.size() == 10 && TakeDate(cell); }

bool IsTimestamp(absl::string_view cell) {
  if (!TakeDate(cell)) return false;
  if (!TakeChar(cell, 'T') && !TakeChar(cell, 't') && !TakeChar(cell, ' ')) return false;
  const int hour = TakeDigits(cell, 2);
  if (hour < 0 || hour > 23 || !TakeChar(cell, ':')) return false;
  const int minute = TakeDigits(cell, 2);
  if (minute < 0 || minute > 59) return false;
  if (TakeChar(cell, ':')) {
    const int second = TakeDigits(cell, 2);
    if (second < 0 || second > 59) return false;
    if (TakeChar(cell, '.')) {
      const size_t digits = static_cast<size_t>(
          std::find_if_not(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; }) -
          cell.begin());
      if (digits < 1 || digits > 6) return false;
      cell.remove_prefix(digits);
    }
  }
  return cell.empty() || IsOffset(cell);
}

bool IsFlagWord(absl::string_view cell) {
  if (cell.empty() || cell.size() > 5) return false;
  for (const char* word : {"true", "false", "yes", "no", "y", "n", "t", "f"}) {
    if (absl::EqualsIgnoreCase(cell, word)) return true;
  }
  return false;
}

}  // namespace muster::loaders
