#include "server/answers/number_answers.h"

#include <limits>

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NumberAnswersTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::SummarizeNumberRequest Question(const std::string& tag, const std::string& text = "") {
    v1::SummarizeNumberRequest request;
    request.set_population("p");
    request.set_tag(tag);
    if (!text.empty()) request.mutable_expression()->set_text(text);
    for (const double percent : {0.0, 25.0, 50.0, 99.9999, 100.0}) request.add_percentiles(percent);
    return request;
  }
};

TEST_F(NumberAnswersTest, EndsMeanAndPercentilesOfEverybody) {
  const auto answer = Answer(&SummarizeNumber, Question("age"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->member_count(), 4u);
  EXPECT_EQ(answer->least(), "30");
  EXPECT_EQ(answer->greatest(), "60");
  EXPECT_EQ(answer->mean(), "45");
  EXPECT_THAT(answer->percentiles(), ElementsAre("30", "30", "40", "60", "60"));
  EXPECT_EQ(answer->today(), "2026-11-22");
}

TEST_F(NumberAnswersTest, OfASegment) {
  const auto answer = Answer(&SummarizeNumber, Question("age", "city = 'x' OR city = 'y'"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->member_count(), 3u);
  EXPECT_EQ(answer->mean(), "40");
  EXPECT_THAT(answer->percentiles(), ElementsAre("30", "30", "40", "50", "50"));
  const auto thirds = Answer(&SummarizeNumber, Question("age", "age < 50 OR age = 60"));
  EXPECT_EQ(thirds->mean(), "43.333333");
}

TEST_F(NumberAnswersTest, DatesAreDatesAndHaveNoMean) {
  index::LoadSpec spec;
  spec.population = "p";
  spec.tags = {index::TagSpec("born", index::TagKind::kDate),
               index::TagSpec("seen", index::TagKind::kTimestamp)};
  ASSERT_THAT(index::LoadText(*database_, spec,
                              {{"a", "1990-02-03", "2026-01-01T10:00:00Z"}, {"b", "2001-12-31", ""}}),
              IsOk());
  const auto born = Answer(&SummarizeNumber, Question("born"));
  ASSERT_THAT(born, IsOk());
  EXPECT_EQ(born->least(), "1990-02-03");
  EXPECT_EQ(born->greatest(), "2001-12-31");
  EXPECT_EQ(born->mean(), "");
  EXPECT_THAT(born->percentiles(),
              ElementsAre("1990-02-03", "1990-02-03", "1990-02-03", "2001-12-31", "2001-12-31"));
  const auto seen = Answer(&SummarizeNumber, Question("seen"));
  ASSERT_THAT(seen, IsOk());
  EXPECT_EQ(seen->member_count(), 1u);
  EXPECT_THAT(seen->least(), HasSubstr("2026-01-01T10:00:00"));
}

TEST_F(NumberAnswersTest, NobodyHasNoNumbers) {
  const auto answer = Answer(&SummarizeNumber, Question("age", "city = 'nowhere'"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->member_count(), 0u);
  EXPECT_EQ(answer->least() + answer->greatest() + answer->mean(), "");
  EXPECT_THAT(answer->percentiles(), IsEmpty());
  EXPECT_THAT(answer->warnings(), SizeIs(1));
}

TEST_F(NumberAnswersTest, TheSnapshotGivesTheSameNumbersAfterALaterLoad) {
  const auto before = Answer(&SummarizeNumber, Question("age", "vip"));
  ASSERT_THAT(before, IsOk());
  Load({{"e", "x", "1000", "1"}});
  v1::SummarizeNumberRequest again = Question("age", "vip");
  again.set_snapshot(before->snapshot());
  const auto same = Answer(&SummarizeNumber, again);
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->greatest(), "60");
  EXPECT_EQ(Answer(&SummarizeNumber, Question("age", "vip"))->greatest(), "1000");
}

TEST_F(NumberAnswersTest, AsOfADateTheValuesOfThen) {
  index::LoadSpec spec;
  spec.population = "p";
  spec.tags = {index::TagSpec("height", index::TagKind::kNumber)};
  spec.business_date = absl::CivilDay(2026, 11, 1);
  ASSERT_THAT(index::LoadText(*database_, spec, {{"a", "170"}, {"b", "180"}}), IsOk());
  spec.business_date = absl::CivilDay(2026, 11, 10);
  ASSERT_THAT(index::LoadText(*database_, spec, {{"a", "171"}, {"c", "200"}}), IsOk());
  v1::SummarizeNumberRequest request = Question("height");
  request.set_as_of("2026-11-05");
  const auto then = Answer(&SummarizeNumber, request);
  ASSERT_THAT(then, IsOk());
  EXPECT_EQ(then->member_count(), 2u);
  EXPECT_EQ(then->least(), "170");
  EXPECT_EQ(then->greatest(), "180");
  EXPECT_EQ(Answer(&SummarizeNumber, Question("height"))->greatest(), "200");
  v1::SummarizeNumberRequest again = Question("height");
  again.set_snapshot(then->snapshot());
  EXPECT_EQ(Answer(&SummarizeNumber, again)->mean(), "175");
  request.set_as_of("2026-10-31");
  const absl::Status before = Answer(&SummarizeNumber, request).status();
  EXPECT_EQ(ReasonOf(before), "BEFORE_FIRST_VERSION");
  EXPECT_EQ(FieldOf(before), "as_of");
  EXPECT_THAT(std::string(before.message()), HasSubstr("AS OF 2026-11-01 or later"));
}

TEST_F(NumberAnswersTest, SaysWhatItNotedAboutTheExpression) {
  const auto noted = Answer(&SummarizeNumber, Question("age", "NOT age > 1000 AS OF TODAY"));
  ASSERT_THAT(noted, IsOk());
  ASSERT_EQ(noted->notices_size(), 1);
  EXPECT_THAT(noted->notices(0), HasSubstr("is read as NOT (age > 1000 AS OF TODAY)"));
  EXPECT_EQ(Answer(&SummarizeNumber, Question("age"))->notices_size(), 0);
}

TEST_F(NumberAnswersTest, RefusesWithReasonAndField) {
  const absl::Status values = Answer(&SummarizeNumber, Question("city")).status();
  EXPECT_THAT(values, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(values), "tag");
  EXPECT_THAT(std::string(values.message()), HasSubstr("'city' is a SINGLE"));
  const absl::Status unknown = Answer(&SummarizeNumber, Question("agee")).status();
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(ReasonOf(unknown), "UNKNOWN_TAG");
  EXPECT_EQ(FieldOf(Answer(&SummarizeNumber, Question("")).status()), "tag");
  EXPECT_EQ(FieldOf(Answer(&SummarizeNumber, Question("age", "cty = 'x'")).status()), "expression.text:1:1");
  for (const double wrong : {-0.0001, 100.0001, 33.33333, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    v1::SummarizeNumberRequest request = Question("age");
    request.add_percentiles(wrong);
    EXPECT_EQ(FieldOf(Answer(&SummarizeNumber, request).status()), "percentiles[5]") << wrong;
  }
  v1::SummarizeNumberRequest fine = Question("age");
  fine.add_percentiles(33.33333);
  EXPECT_THAT(std::string(Answer(&SummarizeNumber, fine).status().message()),
              HasSubstr("the percentile 33.33333 has more than four decimals"));
  v1::SummarizeNumberRequest many = Question("age");
  for (int i = 0; i < 100; ++i) many.add_percentiles(50);
  EXPECT_EQ(ReasonOf(Answer(&SummarizeNumber, many).status()), "LIMIT");
}

TEST_F(NumberAnswersTest, StopsWhereItsBudgetEnds) {
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(Answer(&SummarizeNumber, Question("age"), unwanted), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::server
