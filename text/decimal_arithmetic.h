// Exact arithmetic with decimals of any length, as text.
#ifndef MUSTER_TEXT_DECIMAL_ARITHMETIC_H_
#define MUSTER_TEXT_DECIMAL_ARITHMETIC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"

namespace muster {

// In all of these a text is what SplitDecimal takes (text/decimal.h), and an answer is written as short as
// its value can be: no zeros at its ends, no sign of 0. They take time in proportion to the digits.

std::string ShortestDecimal(std::string_view text);
std::string NegatedDecimal(std::string_view text);
std::string SumOfDecimals(std::string_view a, std::string_view b);

// A decimal times 10^scale, against the integers of 128 bits.
struct WideDecimal {
  // The greatest integer ≤ the scaled number.
  absl::int128 floor = 0;
  // The scaled number is `floor` itself.
  bool exact = true;
  // −1: the scaled number is below −kMax; +1: above kMax; 0: in range. Beyond it `floor` means nothing.
  int overflow = 0;

  // 2^126 − 1: so that sums of two have room.
  static constexpr absl::int128 kMax = absl::MakeInt128((int64_t{1} << 62) - 1, ~uint64_t{0});
};
WideDecimal ParseWideDecimal(std::string_view text, size_t scale);

}  // namespace muster

#endif  // MUSTER_TEXT_DECIMAL_ARITHMETIC_H_
