#include "text/decimal.h"

#include <gtest/gtest.h>

#include <iterator>
#include <string>

namespace muster {
namespace {

void ExpectDecimal(const char* text, int scale, int64_t floor, bool exact, int overflow = 0) {
  const std::optional<ScaledDecimal> decimal = ParseDecimal(text, scale);
  ASSERT_TRUE(decimal.has_value()) << text;
  EXPECT_EQ(decimal->floor, floor) << text;
  EXPECT_EQ(decimal->exact, exact) << text;
  EXPECT_EQ(decimal->overflow, overflow) << text;
}

TEST(DecimalTest, DecimalsAreScaledExactly) {
  ExpectDecimal("30", 0, 30, true);
  ExpectDecimal("30.5", 0, 30, false);
  ExpectDecimal("-30.5", 0, -31, false);
  ExpectDecimal("30.50", 1, 305, true);
  ExpectDecimal("30.0000000000000000000000000000", 0, 30, true);
  ExpectDecimal(".5", 2, 50, true);
  ExpectDecimal("+5", 2, 500, true);
  ExpectDecimal("-0", 3, 0, true);
  ExpectDecimal("-0.001", 2, -1, false);
  ExpectDecimal("000000000000000000000000000007", 0, 7, true);
}

TEST(DecimalTest, DecimalsBeyondTheRangeSayWhere) {
  ExpectDecimal("9223372036854775807", 0, kScaledMax, true);
  ExpectDecimal("-9223372036854775807", 0, kScaledMin, true);
  ExpectDecimal("9223372036854775807.5", 0, kScaledMax, false, 1);
  ExpectDecimal("-9223372036854775807.5", 0, kScaledMin, false, -1);
  ExpectDecimal("9223372036854775808", 0, kScaledMax, false, 1);
  ExpectDecimal("-9223372036854775808", 0, kScaledMin, false, -1);
  ExpectDecimal("10", 18, kScaledMax, false, 1);
  ExpectDecimal("9.223372036854775807", 18, kScaledMax, true);
  const std::string nines(5000, '9');
  ExpectDecimal(nines.c_str(), 18, kScaledMax, false, 1);
}

TEST(DecimalTest, WhatIsNotADecimalIsRefused) {
  for (const char* bad :
       {"", "-", "+", ".", "5.", "-.", "1e5", "1,000", " 1", "1 ", "--1", "+-1", "0x10", "1.2.3", "NaN"}) {
    EXPECT_EQ(ParseDecimal(bad, 2), std::nullopt) << bad;
  }
}

TEST(DecimalTest, DecimalsPrintWithTheirScale) {
  EXPECT_EQ(DecimalText(1250, 2), "12.50");
  EXPECT_EQ(DecimalText(-5, 2), "-0.05");
  EXPECT_EQ(DecimalText(0, 0), "0");
  EXPECT_EQ(DecimalText(7, 18), "0.000000000000000007");
  EXPECT_EQ(DecimalText(kScaledMin, 0), "-9223372036854775807");
  EXPECT_EQ(ParseDecimal(DecimalText(kScaledMin, 18), 18)->floor, kScaledMin);
}

TEST(DecimalTest, ACommaMayBeThePoint) {
  EXPECT_EQ(ParseDecimal("1,25", 2, ',')->floor, 125);
  EXPECT_EQ(ParseDecimal(",5", 2, ',')->floor, 50);
  EXPECT_EQ(ParseDecimal("-12", 2, ',')->floor, -1200);
  for (const char* bad : {"1.25", "1.000,5", "1,0,5", "5,", ","})
    EXPECT_EQ(ParseDecimal(bad, 2, ','), std::nullopt);
}

TEST(DecimalTest, DecimalsAreCounted) {
  EXPECT_EQ(CountDecimals("12"), 0u);
  EXPECT_EQ(CountDecimals("120"), 0u);
  EXPECT_EQ(CountDecimals("12.000"), 0u);
  EXPECT_EQ(CountDecimals("0.0"), 0u);
  EXPECT_EQ(CountDecimals(".0"), 0u);
  EXPECT_EQ(CountDecimals("12.50"), 1u);
  EXPECT_EQ(CountDecimals("-.0050"), 3u);
  EXPECT_EQ(CountDecimals("1,25", ','), 2u);
  EXPECT_EQ(CountDecimals("x"), std::nullopt);
}

TEST(DecimalTest, ADecimalHasParts) {
  const auto parts = SplitDecimal("-012.3400");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->sign, '-');
  EXPECT_EQ(parts->whole, "012");
  EXPECT_EQ(parts->decimals, "3400");
  EXPECT_EQ(parts->SignificantDecimals(), "34");
  EXPECT_EQ(SplitDecimal("7")->sign, 0);
  EXPECT_EQ(SplitDecimal("+.0")->SignificantDecimals(), "");
  EXPECT_FALSE(SplitDecimal("1.5", ',').has_value());
}

TEST(DecimalTest, ALiteralHasDigitsOnBothSidesAndNoPlus) {
  for (const char* good : {"0", "-1", "007", "1.50", "-0.0", "123456789012345678901234567890"})
    EXPECT_TRUE(IsNumberText(good)) << good;
  for (const char* bad : {"", "-", "+1", ".5", "-.5", "5.", "1e3", "1,5", " 1", "0x1", "1.2.3", "--1", "１"})
    EXPECT_FALSE(IsNumberText(bad)) << bad;
}

TEST(DecimalTest, DecimalsCompareExactly) {
  const std::string long_ = "123456789012345678901234567890";
  const std::string ascending[] = {"-" + long_, "-10.5", "-10.45", "-9", "-0.001", "0",         "0.0001",
                                   "0.5",       "0.51",  "9.99",   "10", long_,    long_ + ".1"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      const int answer = CompareDecimals(ascending[i], ascending[j]);
      EXPECT_EQ(answer < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(answer > 0, i > j) << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(CompareDecimals("-0", "0.00"), 0);
  EXPECT_EQ(CompareDecimals("007.50", "7.5"), 0);
}

// Every small decimal at each scale, against arithmetic with whole numbers; and both ends of the range.
TEST(DecimalTest, TheBoundIsThatOfTheScaledNumber) {
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    for (const int64_t end : {kScaledMax, kScaledMin}) {
      const int sign = end < 0 ? -1 : 1;
      const std::string text = DecimalText(end, scale);
      const auto read = ParseDecimal(text, scale);
      ASSERT_TRUE(read && read->exact && read->overflow == 0) << text;
      EXPECT_EQ(read->floor, end);
      // One unit beyond: the last digit of both ends is a 7.
      std::string beyond = text;
      beyond.back() = '8';
      EXPECT_EQ(ParseDecimal(beyond, scale)->overflow, sign) << beyond;
      EXPECT_EQ(ParseDecimal(text + (scale == 0 ? ".1" : "1"), scale)->overflow, sign) << text;
    }
  }
}

}  // namespace
}  // namespace muster
