#include "query/questions/number_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/query/execution/stop_after.h"
#include "tests/query/questions/fact_table.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::query {
namespace {

using ::testing::HasSubstr;

constexpr absl::CivilDay kToday(2026, 3, 31);
const std::vector<uint32_t> kAsked = {0, 1, 50'000, 250'000, 500'000, 999'999, 1'000'000};

class NumberSummaryTest : public testing::Test {
 protected:
  NumberSummaryTest() : facts_(MakeFacts(3, 3'000)), population_(database_.Load(facts_)) {}

  SummaryAnswer Ask(std::string_view expression, std::string_view tag) {
    const auto view = *population_.CurrentView();
    const SummaryQuestion question{{expression}, **view->tags().Find(tag), kAsked};
    const absl::StatusOr<SummaryAnswer> answer =
        SummarizeNumber(question, {view, kToday}, WorkBudget::Unlimited());
    EXPECT_THAT(answer, IsOk());
    return answer.value_or(SummaryAnswer());
  }

  // Sorted: what the selected members' cells are in stored units.
  std::vector<int64_t> Numbers(const std::string& tag, const std::function<bool(const Facts&)>& selects,
                               const std::function<int64_t(const std::string&)>& read) const {
    std::vector<int64_t> numbers;
    for (const Facts& member : facts_) {
      if (selects(member) && !member.at(tag).empty()) numbers.push_back(read(member.at(tag)));
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  static void ExpectSummary(const NumberSummary& summary, const std::vector<int64_t>& numbers) {
    ASSERT_EQ(summary.members, numbers.size());
    ASSERT_GT(numbers.size(), 50u);
    EXPECT_EQ(summary.least, numbers.front());
    EXPECT_EQ(summary.greatest, numbers.back());
    ASSERT_EQ(summary.percentiles.size(), kAsked.size());
    for (size_t i = 0; i < kAsked.size(); ++i) {
      // ⌈n · p⌉, in whole numbers.
      const uint64_t rank = (numbers.size() * uint64_t{kAsked[i]} + 999'999) / 1'000'000;
      EXPECT_EQ(summary.percentiles[i], numbers[rank == 0 ? 0 : rank - 1]) << kAsked[i];
    }
  }

  const std::vector<Facts> facts_;
  FactDatabase database_;
  index::Population& population_;
};

bool Everybody(const Facts&) { return true; }

TEST_F(NumberSummaryTest, NumbersOfEverybodyAndOfASegment) {
  const auto read_price = [](const std::string& text) { return ParseDecimal(text, 2)->floor; };
  const std::vector<int64_t> all = Numbers("price", Everybody, read_price);
  const SummaryAnswer answer = Ask("EVERYONE", "price");
  ExpectSummary(answer.summary, all);
  absl::int128 sum = 0;
  for (const int64_t number : all) sum += number;
  EXPECT_TRUE(answer.summary.sum == sum);
  const auto lives = [](const Facts& member) { return !member.at("city").empty(); };
  const SummaryAnswer segment = Ask("HAS city", "price");
  ExpectSummary(segment.summary, Numbers("price", lives, read_price));
  EXPECT_EQ(segment.canonical, "HAS city");
  EXPECT_EQ(segment.pins.at(0).versions.size(), 3u) << "everyone, city and price";
}

TEST_F(NumberSummaryTest, DatesAndTimes) {
  const auto read_date = [](const std::string& text) { return DayNumber(*ParseDate(text)); };
  const SummaryAnswer answer = Ask("vip OR NOT vip", "birth");
  ExpectSummary(answer.summary, Numbers("birth", Everybody, read_date));
  EXPECT_TRUE(answer.summary.sum == 0) << "days have no mean";
  EXPECT_GT(Ask("EVERYONE", "seen").summary.members, 50u);
}

TEST_F(NumberSummaryTest, NobodyHasNoNumbers) {
  for (const char* nobody : {"NOBODY", "age > 1 AND NOT HAS age", "HAS city AND NOT HAS price"}) {
    const SummaryAnswer answer = Ask(nobody, "price");
    EXPECT_TRUE(answer.problems.empty());
    EXPECT_EQ(answer.summary.members, 0u) << nobody;
    EXPECT_TRUE(answer.summary.percentiles.empty());
  }
}

TEST_F(NumberSummaryTest, ProblemsComeBackAlone) {
  const SummaryAnswer answer = Ask("citty = 'x'", "price");
  ASSERT_EQ(answer.problems.size(), 1u);
  EXPECT_THAT(answer.problems[0].message, HasSubstr("did you mean city?"));
  EXPECT_EQ(Ask("city = 'no such'", "price").warnings.size(), 1u);
}

TEST_F(NumberSummaryTest, TheBudgetEndsEveryPass) {
  const auto view = *population_.CurrentView();
  const SummaryQuestion question{{"EVERYONE"}, **view->tags().Find("price"), kAsked};
  int stopped = 0;
  for (int checks = 0; checks < 400; ++checks) {
    StopAfter stop(checks);
    const auto answer = SummarizeNumber(question, {view, kToday}, stop);
    if (answer.ok()) break;
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kCancelled));
    ++stopped;
  }
  EXPECT_GT(stopped, 10);
  EXPECT_LT(stopped, 400);
}

TEST(MeanTextTest, IsRoundedHalfUpToSixDigits) {
  EXPECT_EQ(MeanText(0, 3, 0), "0");
  EXPECT_EQ(MeanText(10, 4, 0), "2.5");
  EXPECT_EQ(MeanText(10, 3, 0), "3.333333");
  EXPECT_EQ(MeanText(20, 3, 0), "6.666667");
  EXPECT_EQ(MeanText(-20, 3, 0), "-6.666667");
  EXPECT_EQ(MeanText(1, 2'000'000, 0), "0.000001") << "a half goes up";
  EXPECT_EQ(MeanText(-1, 2'000'000, 0), "-0.000001");
  EXPECT_EQ(MeanText(1, 2'000'001, 0), "0");
  EXPECT_EQ(MeanText(-1, 2'000'001, 0), "0") << "and no -0";
  EXPECT_EQ(MeanText(1'999'999'999'999, 2'000'000, 0), "1000000") << "the digits run over";
  EXPECT_EQ(MeanText(12'345, 10, 2), "12.345");
  EXPECT_EQ(MeanText(1, 1, 18), "0");
  EXPECT_EQ(MeanText(500'000'000'000, 1, 18), "0.000001");
  EXPECT_EQ(MeanText(100, 1, 2), "1");
  const absl::int128 most = absl::int128(INT64_MAX) * absl::int128(uint64_t{1} << 40);
  EXPECT_EQ(MeanText(most, uint64_t{1} << 40, 0), "9223372036854775807");
  EXPECT_EQ(MeanText(-most, uint64_t{1} << 40, 0), "-9223372036854775807");
  EXPECT_EQ(MeanText(most, uint64_t{1} << 40, 18), "9.223372");
}

// Against long division by doubles, which is exact enough for small ones.
TEST(MeanTextTest, IsNearTheQuotient) {
  for (int64_t sum = -500; sum <= 500; sum += 7) {
    for (uint64_t members = 1; members < 40; ++members) {
      double mean = 0;
      ASSERT_TRUE(absl::SimpleAtod(MeanText(sum, members, 1), &mean));
      EXPECT_NEAR(mean, static_cast<double>(sum) / static_cast<double>(members) / 10, 5.1e-7);
    }
  }
}

}  // namespace
}  // namespace muster::query
