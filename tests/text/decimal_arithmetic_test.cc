#include "text/decimal_arithmetic.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "text/decimal.h"

namespace muster {
namespace {

TEST(DecimalArithmeticTest, DecimalsAreWrittenAsShortAsTheyCanBe) {
  EXPECT_EQ(ShortestDecimal("007.500"), "7.5");
  EXPECT_EQ(ShortestDecimal("-0.0"), "0");
  EXPECT_EQ(ShortestDecimal("-00"), "0");
  EXPECT_EQ(ShortestDecimal("-.50"), "-0.5");
  EXPECT_EQ(ShortestDecimal("10"), "10");
  EXPECT_EQ(NegatedDecimal("0.00"), "0");
  EXPECT_EQ(NegatedDecimal("-1.20"), "1.2");
  EXPECT_EQ(NegatedDecimal("3"), "-3");
}

// Every pair of small decimals, against whole numbers of hundredths.
TEST(DecimalArithmeticTest, SmallDecimalsAddUp) {
  for (int a = -220; a <= 220; a += 3) {
    for (int b = -220; b <= 220; ++b) {
      const std::string sum = SumOfDecimals(DecimalText(a, 2), ShortestDecimal(DecimalText(b, 2)));
      ASSERT_EQ(sum, ShortestDecimal(DecimalText(a + b, 2))) << a << " + " << b;
    }
  }
}

// Of any length: a + b − b is a, and adding takes no heed of the order.
TEST(DecimalArithmeticTest, LongDecimalsAddUp) {
  std::mt19937 random(5);
  const auto digits = [&random](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += static_cast<char>('0' + random() % 10);
    return text;
  };
  for (int round = 0; round < 500; ++round) {
    const auto any = [&] {
      return absl::StrCat(random() % 2 == 0 ? "-" : "", digits(1 + random() % 60), ".",
                          digits(1 + random() % 60));
    };
    const std::string a = any(), b = any();
    const std::string sum = SumOfDecimals(a, b);
    EXPECT_EQ(sum, SumOfDecimals(b, a));
    EXPECT_EQ(SumOfDecimals(sum, NegatedDecimal(b)), ShortestDecimal(a)) << a << " " << b;
    EXPECT_EQ(CompareDecimals(sum, a) > 0, b[0] != '-' && ShortestDecimal(b) != "0");
  }
  EXPECT_EQ(SumOfDecimals(std::string(100, '9'), "0.1"), absl::StrCat(std::string(100, '9'), ".1"));
  EXPECT_EQ(SumOfDecimals(std::string(100, '9'), "1"), absl::StrCat("1", std::string(100, '0')));
}

TEST(DecimalArithmeticTest, WideDecimalsAreFlooredAtTheirScale) {
  const auto floor_of = [](const char* text, size_t scale) { return ParseWideDecimal(text, scale).floor; };
  EXPECT_TRUE(floor_of("1.25", 2) == 125);
  EXPECT_TRUE(floor_of("1.25", 1) == 12);
  EXPECT_TRUE(floor_of("-1.25", 1) == -13);
  EXPECT_TRUE(floor_of("-1.2", 1) == -12);
  EXPECT_TRUE(floor_of("0", 5000) == 0);
  EXPECT_TRUE(ParseWideDecimal("1.250", 2).exact);
  EXPECT_FALSE(ParseWideDecimal("1.251", 2).exact);
  EXPECT_TRUE(floor_of("10000000000000000000000000000000000000", 0) ==
              absl::int128(10'000'000'000'000'000'000u) * absl::int128(1'000'000'000'000'000'000));
}

TEST(DecimalArithmeticTest, WideDecimalsBeyondTheRangeSayWhere) {
  // 2^126 − 1, and its neighbours.
  const WideDecimal last = ParseWideDecimal("85070591730234615865843651857942052863", 0);
  EXPECT_EQ(last.overflow, 0);
  EXPECT_TRUE(last.floor == WideDecimal::kMax);
  EXPECT_EQ(ParseWideDecimal("85070591730234615865843651857942052864", 0).overflow, 1);
  EXPECT_EQ(ParseWideDecimal("-85070591730234615865843651857942052864", 0).overflow, -1);
  EXPECT_EQ(ParseWideDecimal("85070591730234615865843651857942052863.5", 0).overflow, 1);
  EXPECT_EQ(ParseWideDecimal("1", 38).overflow, 1);
  EXPECT_EQ(ParseWideDecimal(std::string(100'000, '9'), 0).overflow, 1);
  EXPECT_TRUE(ParseWideDecimal("-85070591730234615865843651857942052863", 0).floor == -WideDecimal::kMax);
}

}  // namespace
}  // namespace muster
