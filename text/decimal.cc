#include "text/decimal.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace muster {
namespace {

bool AreDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view WithoutZerosBefore(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

}  // namespace

std::string_view DecimalParts::SignificantDecimals() const {
  return decimals.substr(0, decimals.find_last_not_of('0') + 1);
}

std::optional<DecimalParts> SplitDecimal(std::string_view text, char point) {
  DecimalParts parts;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    parts.sign = text.front();
    text.remove_prefix(1);
  }
  const size_t split = text.find(point);
  parts.whole = text.substr(0, split);
  if (split != std::string_view::npos) parts.decimals = text.substr(split + 1);
  const bool ends_with_point = split != std::string_view::npos && parts.decimals.empty();
  if (ends_with_point || (parts.whole.empty() && parts.decimals.empty())) return std::nullopt;
  if (!AreDigits(parts.whole) || !AreDigits(parts.decimals)) return std::nullopt;
  return parts;
}

std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale, char point) {
  const std::optional<DecimalParts> parts = SplitDecimal(text, point);
  if (!parts) return std::nullopt;
  const bool negative = parts->sign == '-';
  const size_t places = static_cast<size_t>(scale);
  constexpr uint64_t kTop = static_cast<uint64_t>(kScaledMax);
  absl::uint128 magnitude = 0;
  const auto append = [&magnitude](char digit) {
    // Stops growing above the range, so that any number of digits is safe.
    if (magnitude <= kTop) magnitude = magnitude * 10 + static_cast<uint64_t>(digit - '0');
  };
  for (const char digit : parts->whole) append(digit);
  for (size_t i = 0; i < places; ++i) append(i < parts->decimals.size() ? parts->decimals[i] : '0');
  const bool beyond_scale = parts->SignificantDecimals().size() > places;

  ScaledDecimal result;
  if (magnitude > kTop || (magnitude == kTop && beyond_scale)) {
    result.floor = negative ? kScaledMin : kScaledMax;
    result.exact = false;
    result.overflow = negative ? -1 : 1;
    return result;
  }
  const int64_t value = static_cast<int64_t>(absl::Uint128Low64(magnitude));
  result.floor = negative ? -value - (beyond_scale ? 1 : 0) : value;
  result.exact = !beyond_scale;
  return result;
}

std::optional<size_t> CountDecimals(std::string_view text, char point) {
  const std::optional<DecimalParts> parts = SplitDecimal(text, point);
  if (!parts) return std::nullopt;
  return parts->SignificantDecimals().size();
}

bool IsNumberText(std::string_view text) {
  const std::optional<DecimalParts> parts = SplitDecimal(text);
  return parts && parts->sign != '+' && !parts->whole.empty();
}

int CompareDecimals(std::string_view a, std::string_view b) {
  const DecimalParts first = SplitDecimal(a).value_or(DecimalParts());
  const DecimalParts second = SplitDecimal(b).value_or(DecimalParts());
  const std::string_view first_whole = WithoutZerosBefore(first.whole);
  const std::string_view second_whole = WithoutZerosBefore(second.whole);
  const std::string_view first_decimals = first.SignificantDecimals();
  const std::string_view second_decimals = second.SignificantDecimals();
  const bool first_zero = first_whole.empty() && first_decimals.empty();
  const bool second_zero = second_whole.empty() && second_decimals.empty();
  const bool first_negative = first.sign == '-' && !first_zero;
  const bool second_negative = second.sign == '-' && !second_zero;
  if (first_negative != second_negative) return first_negative ? -1 : 1;
  int magnitudes = first_decimals.compare(second_decimals);
  if (const int whole = first_whole.compare(second_whole); whole != 0) magnitudes = whole;
  if (first_whole.size() != second_whole.size())
    magnitudes = first_whole.size() < second_whole.size() ? -1 : 1;
  return first_negative ? -magnitudes : magnitudes;
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

}  // namespace muster
