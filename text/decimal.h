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

// The parts of a decimal as it is written. Views into its text.
struct DecimalParts {
  char sign = 0;              // '+' or '-'; 0: none
  std::string_view whole;     // the digits before the point
  std::string_view decimals;  // the digits behind it

  // The decimals without the zeros at their end.
  std::string_view SignificantDecimals() const;
};

// `[+-]digits[.digits]` or `[+-].digits`, of any length; no exponent, no white space. `point` is the
// character between the two. Nothing for anything else.
std::optional<DecimalParts> SplitDecimal(std::string_view text, char point = '.');
// What SplitDecimal takes, times 10^scale. Zeros at the end of the decimals don't count as digits.
// REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::optional<ScaledDecimal> ParseDecimal(std::string_view text, int scale, char point = '.');
// How many decimals `text` has, without zeros at their end. Nothing when SplitDecimal takes nothing.
std::optional<size_t> CountDecimals(std::string_view text, char point = '.');
// Whether `text` is a number as the language of expressions writes one: `[-]digits[.digits]`.
bool IsNumberText(std::string_view text);
// Less than 0, 0 or more, as a is less than, equal to or greater than b: exactly, whatever their lengths.
// REQUIRES: SplitDecimal takes both.
int CompareDecimals(std::string_view a, std::string_view b);
// `scaled` ÷ 10^scale with exactly `scale` digits after the point. REQUIRES: 0 ≤ scale ≤ kMaxScale.
std::string DecimalText(int64_t scaled, int scale);

}  // namespace muster

#endif  // MUSTER_TEXT_DECIMAL_H_
