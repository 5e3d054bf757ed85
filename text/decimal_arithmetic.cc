// Both decimals are padded with zeros to the same number of digits before and after the point. Then their
// magnitudes are added or subtracted digit by digit, from the last digit on, with a carry.
#include "text/decimal_arithmetic.h"

#include <algorithm>

#include "text/decimal.h"
#include "text/sentence.h"

namespace muster {
namespace {

struct Aligned {
  bool negative = false;
  std::string digits;  // those before the point, then those after it, without the point
};

Aligned AlignedTo(const DecimalParts& parts, size_t whole, size_t decimals) {
  Aligned aligned{.negative = parts.sign == '-', .digits = std::string(whole - parts.whole.size(), '0')};
  AppendSentence(aligned.digits, parts.whole, parts.decimals);
  aligned.digits.append(decimals - parts.decimals.size(), '0');
  return aligned;
}

// a + b if `sign` is 1, a − b if it is −1. REQUIRES: both have the same number of digits; a ≥ b if `sign` is
// −1.
std::string Combined(const std::string& a, const std::string& b, int sign) {
  std::string digits(a.size() + 1, '0');
  int carry = 0;
  for (size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + sign * (b[i] - '0') + carry;
    carry = digit < 0 ? -1 : digit / 10;
    digits[i + 1] = static_cast<char>('0' + (digit + 10) % 10);
  }
  digits[0] = static_cast<char>('0' + carry);
  return digits;
}

std::string Shortest(bool negative, std::string_view whole, std::string_view decimals) {
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  decimals = decimals.substr(0, decimals.find_last_not_of('0') + 1);
  const bool zero = whole.empty() && decimals.empty();
  return Sentence(negative && !zero ? "-" : "", whole.empty() ? std::string_view("0") : whole,
                  decimals.empty() ? "" : ".", decimals);
}

}  // namespace

std::string ShortestDecimal(std::string_view text) {
  const DecimalParts parts = SplitDecimal(text).value_or(DecimalParts());
  return Shortest(parts.sign == '-', parts.whole, parts.decimals);
}

std::string NegatedDecimal(std::string_view text) {
  const DecimalParts parts = SplitDecimal(text).value_or(DecimalParts());
  return Shortest(parts.sign != '-', parts.whole, parts.decimals);
}

std::string SumOfDecimals(std::string_view a, std::string_view b) {
  const DecimalParts first = SplitDecimal(a).value_or(DecimalParts());
  const DecimalParts second = SplitDecimal(b).value_or(DecimalParts());
  const size_t whole = std::max(first.whole.size(), second.whole.size());
  const size_t decimals = std::max(first.decimals.size(), second.decimals.size());
  Aligned greater = AlignedTo(first, whole, decimals);
  Aligned lesser = AlignedTo(second, whole, decimals);
  if (greater.digits < lesser.digits) std::swap(greater, lesser);
  const std::string digits =
      Combined(greater.digits, lesser.digits, greater.negative == lesser.negative ? 1 : -1);
  const std::string_view all = digits;
  return Shortest(greater.negative, all.substr(0, whole + 1), all.substr(whole + 1));
}

WideDecimal ParseWideDecimal(std::string_view text, size_t scale) {
  const DecimalParts parts = SplitDecimal(text).value_or(DecimalParts());
  const bool negative = parts.sign == '-';
  WideDecimal result;
  absl::int128 magnitude = 0;
  bool beyond = false;
  const auto append = [&](char digit) {
    const int value = digit - '0';
    beyond = beyond || magnitude > (WideDecimal::kMax - value) / 10;
    if (!beyond) magnitude = magnitude * 10 + value;
  };
  for (const char digit : parts.whole) append(digit);
  for (size_t i = 0; i < scale && !(beyond || (magnitude == 0 && i >= parts.decimals.size())); ++i)
    append(i < parts.decimals.size() ? parts.decimals[i] : '0');
  result.exact = parts.SignificantDecimals().size() <= scale;
  if (beyond || (magnitude == WideDecimal::kMax && !result.exact)) {
    result.exact = false;
    result.overflow = negative ? -1 : 1;
    return result;
  }
  result.floor = negative ? -magnitude - (result.exact ? 0 : 1) : magnitude;
  return result;
}

}  // namespace muster
