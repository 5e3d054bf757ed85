// Decimals: text ↔ the scaled integers that bit-sliced rows hold. Load cells and expression literals are read
// by the same functions, so that a value that was loaded is found again.
#ifndef MUSTER_TEXT_DECIMAL_H_
#define MUSTER_TEXT_DECIMAL_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

inline constexpr int kMaxScale = 18;

// The range of a scaled number: what bit slices can hold (index/bitmap/number_slices.h).
inline constexpr int64_t kScaledMax = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kScaledMin = -kScaledMax;

// A decimal times 10^scale, against the integers.
struct ScaledDecimal {
  // The greatest integer ≤ the scaled number, within [kScaledMin, kScaledMax].
  int64_t floor = 0;
  // The scaled number is `floor` itself: no digit was beyond the scale, and it is in range.
  bool exact = true;
  // −1: the scaled number is below kScaledMin; +1: above kScaledMax; 0: in range.
  int overflow = 0;
};

// `[+-]digits[.digits]` or `[+-].digits`, of any length; no exponent, no white space. `point` is the
// character between the two. Zeros at the end of the decimals don't count as digits. Nothing for anything
// else. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale, char point = '.');
// How many decimals `text` has, without zeros at their end. Nothing when ParseDecimal reads nothing.
std::optional<size_t> CountDecimals(std::string_view text, char point = '.');
// `scaled` ÷ 10^scale with exactly `scale` digits after the point. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::string DecimalText(int64_t scaled, int scale);

}  // namespace muster

#endif  // MUSTER_TEXT_DECIMAL_H_
