#include "query/questions/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/matchers/status.h"
#include "tests/query/execution/stop_after.h"
#include "tests/query/questions/fact_table.h"

namespace muster::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr absl::CivilDay kToday(2026, 3, 31);

class QuestionTest : public testing::Test {
 protected:
  QuestionTest() : facts_(MakeFacts(7, 2'000)), population_(database_.Load(facts_)) {}

  std::shared_ptr<const index::PopulationView> Now() { return *population_.CurrentView(); }

  std::unique_ptr<Question> Ask(std::string_view text, std::optional<absl::CivilDay> today = kToday) {
    absl::StatusOr<PrepareResult> prepared = Prepare({text}, {Now(), today});
    EXPECT_THAT(prepared, IsOk());
    EXPECT_NE(prepared->question, nullptr)
        << text << ": " << (prepared->problems.empty() ? "" : prepared->problems[0].message);
    return std::move(prepared->question);
  }

  size_t CountWhere(const std::function<bool(const Facts&)>& holds) const {
    return static_cast<size_t>(std::count_if(facts_.begin(), facts_.end(), holds));
  }

  const std::vector<Facts> facts_;
  FactDatabase database_;
  index::Population& population_;
};

TEST_F(QuestionTest, ProblemsComeBackWithoutAQuestion) {
  const absl::StatusOr<PrepareResult> bad = Prepare({"citty = 'x' AND age == 1"}, {Now(), kToday});
  ASSERT_THAT(bad, IsOk());
  EXPECT_EQ(bad->question, nullptr);
  ASSERT_EQ(bad->problems.size(), 1u);  // a text that doesn't parse isn't bound
  EXPECT_EQ(bad->problems[0].reason, index::Reason::kSyntax);
  const absl::StatusOr<PrepareResult> unknown = Prepare({"citty = 'x' AND agee = 1"}, {Now(), kToday});
  ASSERT_THAT(unknown, IsOk());
  ASSERT_EQ(unknown->problems.size(), 2u);
  EXPECT_THAT(unknown->problems[0].message, HasSubstr("did you mean city?"));
}

TEST_F(QuestionTest, TreesAreCheckedAndAnswered) {
  Expression tree(Operator::kHas);
  absl::StatusOr<PrepareResult> prepared = Prepare({.tree = &tree}, {Now(), kToday});
  ASSERT_THAT(prepared, IsOk());
  EXPECT_EQ(prepared->question, nullptr);
  EXPECT_THAT(prepared->problems.at(0).message, HasSubstr("no name"));
  EXPECT_EQ(prepared->problems.at(0).span.offset, -1);
  tree.tag = "city";
  prepared = Prepare({.tree = &tree}, {Now(), kToday});
  ASSERT_THAT(prepared, IsOk());
  ASSERT_NE(prepared->question, nullptr);
  EXPECT_EQ(prepared->question->canonical(), "HAS city");
  EXPECT_EQ(*prepared->question->Count(WorkBudget::Unlimited()),
            CountWhere([](const Facts& member) { return !member.at("city").empty(); }));
}

TEST_F(QuestionTest, UnknownSaysHowManyLackEachTag) {
  const std::unique_ptr<Question> question = Ask("vip OR NOT city = 'nowhere' AND (age > 1 OR age < 0)");
  const absl::StatusOr<std::vector<UnknownCount>> unknown = question->Unknown();
  ASSERT_THAT(unknown, IsOk());
  ASSERT_EQ(unknown->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const char* tag = i == 0 ? "age" : i == 1 ? "city" : "vip";
    EXPECT_EQ((*unknown)[i].tag, tag);
    EXPECT_EQ((*unknown)[i].member_count,
              CountWhere([tag](const Facts& member) { return member.at(tag).empty(); }));
  }
  EXPECT_THAT(*Ask("EVERYONE")->Unknown(), IsEmpty());
}

TEST_F(QuestionTest, VersionsAreThoseOfEveryoneAndTheTagsNamed) {
  const std::unique_ptr<Question> question = Ask("vip");
  const index::Tag vip = **Now()->tags().Find("vip");
  const auto pins = question->Pins();
  ASSERT_THAT(pins, IsOk());
  ASSERT_EQ(pins->size(), 1u);
  EXPECT_EQ((*pins)[0].as_of, std::nullopt);
  EXPECT_THAT((*pins)[0].versions, ElementsAre(Pair(index::kEveryoneTag, 1u), Pair(vip.id, 1u)));
  EXPECT_THAT((*Ask("EVERYONE")->Pins())[0].versions, ElementsAre(Pair(index::kEveryoneTag, 1u)));
}

TEST_F(QuestionTest, ASnapshotStaysWhatItWas) {
  const std::unique_ptr<Question> before = Ask("vip");
  const uint64_t count = *before->Count(WorkBudget::Unlimited());
  std::vector<Facts> none(facts_);
  for (Facts& member : none) member["vip"] = "false";
  index::LoadTagSpec vip = FactTags()[0];
  database_.Load(none, 0, index::LoadMode::kMerge, {vip});
  EXPECT_EQ(*before->Count(WorkBudget::Unlimited()), count);
  EXPECT_EQ(*Ask("vip")->Count(WorkBudget::Unlimited()), 0u);
}

TEST_F(QuestionTest, MembersStartWhereTheyAreTold) {
  const std::unique_ptr<Question> question = Ask("age >= 0");
  std::vector<index::Ordinal> all, rest;
  ASSERT_THAT(question->Members(0, WorkBudget::Unlimited(),
                                [&](absl::Span<const index::Ordinal> batch) {
                                  all.insert(all.end(), batch.begin(), batch.end());
                                  return true;
                                }),
              IsOk());
  ASSERT_GT(all.size(), 100u);
  ASSERT_THAT(question->Members(all[50] + 1, WorkBudget::Unlimited(),
                                [&](absl::Span<const index::Ordinal> batch) {
                                  rest.insert(rest.end(), batch.begin(), batch.end());
                                  return true;
                                }),
              IsOk());
  EXPECT_EQ(rest, std::vector<index::Ordinal>(all.begin() + 51, all.end()));
}

TEST_F(QuestionTest, PreparingALongExpressionStopsToo) {
  std::string clauses = "age > 0";
  for (int i = 1; i < 20'000; ++i) absl::StrAppend(&clauses, " OR age > ", i, " AND city = 'x", i, "'");
  for (const int checks : {0, 19, 999}) {  // in the binder, in its lookups, in the planner
    StopAfter stop(checks);
    const absl::StatusOr<PrepareResult> prepared = Prepare({clauses}, {Now(), kToday}, stop);
    EXPECT_THAT(prepared, StatusIs(absl::StatusCode::kCancelled)) << checks;
    EXPECT_LT(stop.refusals(), 50) << "the first answer counts";
  }
}

TEST_F(QuestionTest, WhatNamesMoreValuesThanItMayRunsOutOfItsBudget) {
  const auto prepare = [this](std::string_view text, size_t max_values) {
    WorkBudget budget(nullptr, {.values = max_values});
    const absl::StatusOr<PrepareResult> prepared = Prepare({text}, {Now(), kToday}, budget);
    EXPECT_TRUE(budget.ran_out() || (prepared.ok() && prepared->question != nullptr)) << text;
    return budget.ran_out();
  };
  EXPECT_FALSE(prepare("colors IN ('red', 'green', 'blue')", 3));
  EXPECT_TRUE(prepare("colors IN ('red', 'green', 'blue')", 2));
  EXPECT_TRUE(prepare("colors = 'red' OR colors = 'green' OR colors = 'blue'", 2));
  EXPECT_FALSE(prepare("age > 1 AND vip", 0)) << "no values";
  const size_t cities =
      Now()->values().List(**Now()->tags().Find("city"), "", WorkBudget::Unlimited())->size();
  EXPECT_FALSE(prepare("HAS city OR city LIKE 'S%'", cities));
  EXPECT_TRUE(prepare("city LIKE 'S%' OR city LIKE 'S%' OR city LIKE 'S%'", 1));
  EXPECT_TRUE(prepare("city = 'nowhere'", 1)) << "it is searched for suggestions";
  EXPECT_FALSE(prepare("city = 'nowhere'", 2'000));
}

TEST_F(QuestionTest, WhatReadsMoreThanItMayRunsOutOfItsBudget) {
  WorkBudget none(nullptr, {.chunks = 0}), enough(nullptr, {.chunks = 1'000'000});
  EXPECT_THAT(Prepare({"age > 1 AND vip"}, {Now(), kToday}, none),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(none.ran_out());
  EXPECT_THAT(Prepare({"age > 1 AND vip"}, {Now(), kToday}, enough), IsOk());
  EXPECT_FALSE(enough.ran_out());
}

TEST_F(QuestionTest, StopsWhenItIsTold) {
  StopAfter stop(0);
  const std::unique_ptr<Question> question = Ask("age >= 0 AND NOT vip");
  EXPECT_THAT(question->Count(stop), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(question->Explain(stop), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(question->Members(0, stop, [](absl::Span<const index::Ordinal>) { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(QuestionTest, TodayIsTheGivenDateOrThePopulations) {
  EXPECT_EQ(Ask("birth = TODAY")->today(), kToday);
  EXPECT_EQ(*Ask("birth = TODAY")->Count(WorkBudget::Unlimited()),
            CountWhere([](const Facts& member) { return member.at("birth") == "2026-03-31"; }));
  EXPECT_EQ(*Ask("birth = TODAY", absl::CivilDay(1990, 2, 28))->Count(WorkBudget::Unlimited()),
            CountWhere([](const Facts& member) { return member.at("birth") == "1990-02-28"; }));
  const absl::CivilDay before = population_.Today();
  const absl::CivilDay asked = Ask("EVERYONE", std::nullopt)->today();
  EXPECT_TRUE(asked == before || asked == population_.Today());
}

TEST_F(QuestionTest, WarningsNameTheNearestValues) {
  const std::unique_ptr<Question> question = Ask("city IN ('Shanghia', '上海') OR colors LIKE 'yel%'");
  ASSERT_EQ(question->warnings().size(), 2u);
  EXPECT_THAT(question->warnings()[0].message, HasSubstr("did you mean 'Shanghai'?"));
  EXPECT_EQ(question->warnings()[0].span.offset, 9);
  EXPECT_THAT(Ask("city = '上海'")->warnings(), IsEmpty());
}

TEST_F(QuestionTest, TheCanonicalTextIsInNormalForm) {
  EXPECT_EQ(Ask("vip and city = 'cafe\u0301'")->canonical(), "city = 'caf\u00e9' AND vip");
}

uint64_t Largest(const ProgramDescription& plan) {
  uint64_t largest = plan.actual_count;
  for (const ProgramDescription& operand : plan.operands) largest = std::max(largest, Largest(operand));
  return largest;
}

TEST_F(QuestionTest, ExplainingCountsEachNode) {
  const std::unique_ptr<Question> question = Ask("city = '上海' AND NOT vip AND age > 20");
  const absl::StatusOr<Explanation> explanation = question->Explain(WorkBudget::Unlimited());
  ASSERT_THAT(explanation, IsOk());
  EXPECT_EQ(explanation->count, *question->Count(WorkBudget::Unlimited()));
  EXPECT_EQ(explanation->plan.actual_count, explanation->count);
  ASSERT_EQ(explanation->plan.operands.size(), 3u);
  EXPECT_GT(explanation->statistics.chunks_scanned, 0u);
  EXPECT_LE(Largest(explanation->plan), facts_.size());
  bool found = false;
  for (const ProgramDescription& operand : explanation->plan.operands) {
    if (operand.text.find("city = '上海'") == std::string::npos) continue;
    found = true;
    EXPECT_EQ(operand.actual_count,
              CountWhere([](const Facts& member) { return member.at("city") == "上海"; }));
    EXPECT_EQ(operand.estimated_count, operand.actual_count);  // a row's cardinality is known exactly
    // Every node sees every chunk.
    EXPECT_EQ(operand.measured.chunks_scanned + operand.measured.chunks_skipped,
              explanation->statistics.chunks_scanned + explanation->statistics.chunks_skipped);
    EXPECT_GT(operand.measured.bytes_read, 0u);
  }
  EXPECT_TRUE(found);
}

TEST_F(QuestionTest, NoticesSayHowAsOfBinds) {
  EXPECT_THAT(Ask("NOT vip AS OF TODAY", population_.Today())->notices(), ElementsAre(HasSubstr("NOT")));
  EXPECT_THAT(Ask("NOT vip")->notices(), IsEmpty());
}

}  // namespace
}  // namespace muster::query
