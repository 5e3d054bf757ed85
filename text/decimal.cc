#include "text/decimal.h"

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace muster {
namespace {

bool TakeSign(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale, char point) {
  const bool negative = TakeSign(text, '-');
  if (!negative) TakeSign(text, '+');
  const size_t split = text.find(point);
  const std::string_view whole = text.substr(0, split);
  const std::string_view decimals = split == std::string_view::npos ? "" : text.substr(split + 1);
  if (decimals.empty() && (whole.empty() || split != std::string_view::npos)) return std::nullopt;

  constexpr uint64_t kTop = static_cast<uint64_t>(kScaledMax);
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
  if (!ParseDecimal(text, 0, point)) return std::nullopt;
  const size_t split = text.find(point);
  if (split == std::string_view::npos) return 0;
  const size_t last = text.find_last_not_of('0');
  return last < split ? 0 : last - split;
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
