// Decimals: converts text to and from the scaled integers in bit-sliced rows. Load cells and expression
// literals are parsed by the same functions, so that an expression finds every loaded value.
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

// A decimal times 10^scale, rounded down and clamped to the range of integers.
struct ScaledDecimal {
  // The greatest integer ≤ the scaled number, within [kScaledMin, kScaledMax].
  int64_t floor = 0;
  // The scaled number is `floor` itself: no digit was beyond the scale, and it is in range.
  bool exact = true;
  // −1: the scaled number is below kScaledMin; +1: above kScaledMax; 0: in range.
  int overflow = 0;
};

// The parts of a decimal as written. Views into its text.
struct DecimalParts {
  char sign = 0;              // '+' or '-'; 0: none
  std::string_view whole;     // the digits before the decimal point
  std::string_view decimals;  // the digits after it

  // The decimals without trailing zeros.
  std::string_view SignificantDecimals() const;
};

// Splits `[+-]digits[.digits]` or `[+-].digits`, of any length; no exponent, no white space. `point` is the
// decimal point. Empty for anything else.
std::optional<DecimalParts> SplitDecimal(std::string_view text, char point = '.');
// What SplitDecimal accepts, times 10^scale. Trailing zeros of the decimals are ignored. Empty for anything
// else. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale, char point = '.');
// The number of decimals in `text`, without trailing zeros. Empty if SplitDecimal refuses it.
std::optional<size_t> CountDecimals(std::string_view text, char point = '.');
// Whether `text` is a number in the syntax of expressions: `[-]digits[.digits]`.
bool IsNumberText(std::string_view text);
// Negative, 0 or positive if a is less than, equal to or greater than b. Exact for any length. REQUIRES:
// SplitDecimal accepts both.
int CompareDecimals(std::string_view a, std::string_view b);
// `scaled` ÷ 10^scale with exactly `scale` decimals. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::string DecimalText(int64_t scaled, int scale);

}  // namespace muster

#endif  // MUSTER_TEXT_DECIMAL_H_
