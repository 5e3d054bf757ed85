#include "query/binding/whole_sum.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "text/decimal.h"
#include "text/decimal_arithmetic.h"

namespace muster::query {
namespace {

TEST(WholeSumTest, NumbersComeToTheFinestScale) {
  const std::vector<ScaledTag> tags = {{"1", 0}, {"-0.50", 2}, {"0", 6}};
  const std::optional<WholeSum> sum = MakeWholeSum(tags);
  ASSERT_TRUE(sum.has_value());
  EXPECT_EQ(sum->scale, 6u) << "of a factor that is 0, too: its tag's numbers are as fine";
  EXPECT_TRUE(sum->common == 5000);
  EXPECT_TRUE(sum->factors == (std::vector<absl::int128>{200, -1, 0}));
}

// Every sum of two small numbers against the comparison of decimals as texts.
TEST(WholeSumTest, LiteralsCompareAsDecimalsDo) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    const auto decimal = [&random](int decimals) {
      return ShortestDecimal(DecimalText(static_cast<int64_t>(random() % 4001) - 2000, decimals));
    };
    std::vector<ScaledTag> tags;
    std::vector<int64_t> stored;
    std::string total = "0";
    for (int i = 0; i < 2; ++i) {
      const int scale = static_cast<int>(random() % 3);
      const int64_t factor = static_cast<int64_t>(random() % 41) - 20;
      tags.push_back({DecimalText(factor, 1), scale});
      stored.push_back(static_cast<int64_t>(random() % 201) - 100);
      total = SumOfDecimals(total, DecimalText(factor * stored.back(), 1 + scale));
    }
    const std::optional<WholeSum> sum = MakeWholeSum(tags);
    ASSERT_TRUE(sum.has_value());
    const absl::int128 whole = sum->factors[0] * stored[0] + sum->factors[1] * stored[1];
    for (const std::string& literal : {total, decimal(3), SumOfDecimals(total, "0.0001"), decimal(0)}) {
      const Extent extent = sum->ExtentOf(literal);
      const int expected = CompareDecimals(total, literal);
      const std::string what = absl::StrCat(total, " against ", literal);
      EXPECT_EQ(whole < extent.low, expected < 0) << what;
      EXPECT_EQ(whole > extent.high, expected > 0) << what;
      EXPECT_EQ(extent.low <= whole && whole <= extent.high, expected == 0) << what;
    }
  }
}

TEST(WholeSumTest, LiteralsBeyondAllSumsAreAboveOrBelowThem) {
  const WholeSum sum = *MakeWholeSum(std::vector<ScaledTag>{{"1", 18}, {"1", 0}});
  EXPECT_TRUE(sum.ExtentOf("1000000000000000000000000000000000").low > kMaxSum);
  EXPECT_TRUE(sum.ExtentOf("-1000000000000000000000000000000000").high < -kMaxSum);
}

TEST(WholeSumTest, RoomIsThatOf126Bits) {
  // 2^63 · 2^62 and the like: the last one that fits, and the first that doesn't.
  const auto has_room = [](const std::string& factor, int bits, int more_bits) {
    const std::optional<WholeSum> sum = MakeWholeSum(std::vector<ScaledTag>{{factor, 0}, {"1", 0}});
    return sum.has_value() && sum->HasRoom(std::vector<int>{bits, more_bits});
  };
  const std::string two_63 = "9223372036854775808";
  EXPECT_TRUE(has_room(two_63, 63, 63)) << "2^63 · (2^63 − 1) + 2^63 − 1 is 2^126 − 1";
  EXPECT_FALSE(has_room("9223372036854775809", 63, 63));
  EXPECT_TRUE(has_room("9223372036854775809", 62, 63));
  EXPECT_TRUE(has_room("85070591730234615865843651857942052862", 1, 1));
  EXPECT_FALSE(has_room("85070591730234615865843651857942052863", 1, 1));
  EXPECT_TRUE(has_room("85070591730234615865843651857942052863", 1, 0));
  EXPECT_TRUE(has_room("85070591730234615865843651857942052863", 0, 63));
  EXPECT_FALSE(
      MakeWholeSum(std::vector<ScaledTag>{{"85070591730234615865843651857942052864", 0}}).has_value());
  EXPECT_FALSE(
      MakeWholeSum(std::vector<ScaledTag>{{"1", 0}, {absl::StrCat("0.", std::string(60, '0'), "1"), 0}})
          .has_value());
  // What all factors have in common takes room as well: literals have it too.
  const WholeSum common = *MakeWholeSum(std::vector<ScaledTag>{{two_63, 0}, {"-" + two_63, 0}});
  EXPECT_TRUE(common.factors[0] == 1);
  EXPECT_FALSE(common.HasRoom(std::vector<int>{63, 63}));
}

}  // namespace
}  // namespace muster::query
