// A batch gives the same answers as its questions asked one by one.
#include "query/questions/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "query/questions/question.h"
#include "tests/matchers/status.h"
#include "tests/query/execution/stop_after.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"

namespace muster::query {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr absl::CivilDay kToday(2026, 3, 31);

class BatchTest : public testing::Test {
 protected:
  BatchTest() : population_(database_.Load(MakeFacts(11, 3'000))), view_(*population_.CurrentView()) {}

  std::vector<BatchAnswer> Count(const std::vector<std::string>& texts, const BatchLimits& limits = {}) {
    std::vector<Wording> wordings;
    for (const std::string& text : texts) wordings.push_back({text});
    absl::StatusOr<BatchAnswers> batch =
        CountBatch(wordings, {view_, kToday}, WorkBudget::Unlimited(), {.limits = limits});
    EXPECT_THAT(batch, IsOk());
    return batch.ok() ? std::move(batch->answers) : std::vector<BatchAnswer>(texts.size());
  }

  static void ExpectSameProblems(const std::vector<Problem>& problems, const std::vector<Problem>& expected) {
    ASSERT_EQ(problems.size(), expected.size());
    for (size_t i = 0; i < problems.size(); ++i) {
      EXPECT_EQ(problems[i].message, expected[i].message);
      EXPECT_EQ(problems[i].reason, expected[i].reason);
      EXPECT_EQ(problems[i].span.offset, expected[i].span.offset);
    }
  }

  void ExpectAsOneByOne(const std::vector<std::string>& texts, const BatchLimits& limits = {}) {
    const std::vector<BatchAnswer> answers = Count(texts, limits);
    ASSERT_EQ(answers.size(), texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
      SCOPED_TRACE(texts[i]);
      const absl::StatusOr<PrepareResult> alone = Prepare({texts[i]}, {view_, kToday});
      ASSERT_THAT(alone, IsOk());
      ExpectSameProblems(answers[i].problems, alone->problems);
      if (alone->question == nullptr) continue;
      EXPECT_EQ(answers[i].count, *alone->question->Count(WorkBudget::Unlimited()));
      EXPECT_EQ(answers[i].canonical, alone->question->canonical());
      ASSERT_EQ(answers[i].pins.size(), 1u);
      EXPECT_EQ(answers[i].pins[0].versions, alone->question->Pins()->at(0).versions);
      ExpectSameProblems(answers[i].warnings, alone->question->warnings());
    }
  }

  FactDatabase database_;
  index::Population& population_;
  const std::shared_ptr<const index::PopulationView> view_;
};

std::vector<std::string> RandomTexts(uint32_t first_seed, size_t count) {
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < count; ++i) {
    texts.push_back(RandomExpression(first_seed + i).Make(static_cast<int>(i % 4)));
  }
  return texts;
}

// More parts in common than are kept of a chunk.
TEST_F(BatchTest, PartsThatManyQuestionsShareAreRightHoweverManyThereAre) {
  std::vector<std::string> texts;
  for (const char* other : {"city = 'Shanghai'", "age > 30"}) {
    for (int price = 0; price < 4'500; ++price) {
      texts.push_back(absl::StrCat("(vip OR price > ", price / 10, ".", price % 10, ") AND ", other));
    }
  }
  ExpectAsOneByOne(texts);
}

TEST_F(BatchTest, AnswersAsOneByOne) { ExpectAsOneByOne(RandomTexts(10'000, 800)); }

TEST_F(BatchTest, OfAnySize) {
  ExpectAsOneByOne({"vip"});
  ExpectAsOneByOne({"EVERYONE"});
  ExpectAsOneByOne({"NOBODY", "EVERYONE", "NOT EVERYONE"});
  EXPECT_THAT(Count({}), SizeIs(0));
  for (uint32_t size = 1; size <= 20; ++size) ExpectAsOneByOne(RandomTexts(20'000 + 100 * size, size));
}

TEST_F(BatchTest, EqualOnesAreEachAnswered) {
  std::vector<std::string> texts = RandomTexts(30'000, 20);
  texts.insert(texts.end(), texts.begin(), texts.end());
  texts.insert(texts.end(), 30, "age > 5 AND city = '上海'");
  texts.insert(texts.end(), 30, "city = '上海' AND age > 5");
  ExpectAsOneByOne(texts);
}

TEST_F(BatchTest, WrongOnesDoNotSpoilTheOthers) {
  std::vector<std::string> texts = RandomTexts(40'000, 40);
  const std::string wrong[] = {
      "", "vip AND", "citty = 'x' OR agee > 1", "age = 'young'", "SEGMENT 'loyal'", "price AND vip"};
  for (size_t i = 0; i < std::size(wrong); ++i) {
    texts.insert(texts.begin() + static_cast<ptrdiff_t>(7 * i), wrong[i]);
  }
  ExpectAsOneByOne(texts);
  ExpectAsOneByOne({wrong[1], wrong[2]});
  const std::vector<BatchAnswer> answers = Count({"citty = 'x'", "vip", "citty = 'y'"});
  EXPECT_THAT(answers[0].problems.at(0).message, HasSubstr("did you mean city?"));
  EXPECT_THAT(answers[1].problems, SizeIs(0));
  EXPECT_THAT(answers[2].problems.at(0).message, HasSubstr("did you mean city?"));
}

TEST_F(BatchTest, SeveralScansAnswerAsOne) {
  const std::vector<std::string> texts = RandomTexts(50'000, 60);
  for (const size_t parts : {size_t{1}, size_t{2}, size_t{20}, size_t{200}}) {
    BatchLimits limits;
    limits.max_scan_parts = parts;
    ExpectAsOneByOne(texts, limits);
  }
}

TEST_F(BatchTest, TreesAndTextsMix) {
  Expression has(Operator::kHas);
  has.tag = "city";
  const Expression nameless(Operator::kHas);
  const std::vector<Wording> wordings = {{.tree = &has}, {"HAS city"}, {.tree = &nameless}};
  const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, {view_, kToday}, WorkBudget::Unlimited());
  ASSERT_THAT(batch, IsOk());
  const std::vector<BatchAnswer>& answers = batch->answers;
  EXPECT_GT(answers[0].count, 0u);
  EXPECT_EQ(answers[0].count, answers[1].count);
  EXPECT_EQ(answers[0].canonical, "HAS city");
  EXPECT_THAT(answers[2].problems.at(0).message, HasSubstr("no name"));
}

TEST_F(BatchTest, StaysAtItsSnapshot) {
  const std::vector<std::string> texts = {"vip", "EVERYONE", "age > 5"};
  const std::vector<BatchAnswer> before = Count(texts);
  database_.Load(MakeFacts(12, 500), 2'900);
  ExpectAsOneByOne(texts);
  const std::vector<BatchAnswer> after = Count(texts);
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(after[i].count, before[i].count) << texts[i];
  EXPECT_EQ(before[1].count, 3'000u);
}

TEST_F(BatchTest, StopsBetweenExpressionsAndWithinTheScan) {
  const std::vector<Wording> wordings = {{"vip"}, {"age > 5"}, {"HAS city"}};
  for (const int checks : {0, 1, 3, 4}) {
    StopAfter stop(checks);
    EXPECT_THAT(CountBatch(wordings, {view_, kToday}, stop), StatusIs(absl::StatusCode::kCancelled))
        << checks;
  }
  StopAfter never(1'000'000);
  EXPECT_THAT(CountBatch(wordings, {view_, kToday}, never), IsOk());
}

}  // namespace
}  // namespace muster::query
