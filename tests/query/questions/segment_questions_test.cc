// Questions that name saved segments give the same answer as the text in which each name is replaced by its
// definition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "index/status/status_reason.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/questions/batch.h"
#include "query/questions/definition_check.h"
#include "query/questions/number_summary.h"
#include "query/questions/question.h"
#include "query/questions/question_segments.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/asking.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"

namespace muster::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::CivilDay kToday(2026, 3, 31);
constexpr absl::CivilDay kEarlier(2025, 12, 1);  // definitions within AS OF within AS OF go back far

class SegmentQuestionsTest : public testing::Test {
 protected:
  SegmentQuestionsTest()
      : population_(database_.Load(MakeFacts(7, 1'500), 0, index::LoadMode::kMerge, FactTags(), kEarlier)) {
    database_.Load(MakeFacts(8, 1'000), 900);
  }

  index::SegmentStore& store() { return population_.segments(); }
  Standpoint Now() { return {*population_.CurrentView(), kToday}; }

  void Save(const std::string& name, const std::string& text) { SaveAt(Now(), population_, name, text); }
  absl::StatusOr<PrepareResult> TryPrepare(const std::string& text, Standpoint at) {
    return Prepare({text}, std::move(at));
  }
  std::unique_ptr<Question> Ask(const std::string& text) { return AskAt(Now(), text); }
  std::vector<Problem> ProblemsOf(const std::string& text) {
    const absl::StatusOr<PrepareResult> prepared = TryPrepare(text, Now());
    EXPECT_THAT(prepared, IsOk());
    return prepared->problems;
  }
  static std::map<std::string, uint64_t> UnknownOf(const Question& question) {
    std::map<std::string, uint64_t> unknown;
    const absl::StatusOr<std::vector<UnknownCount>> counts = question.Unknown();
    EXPECT_THAT(counts, IsOk());
    for (const UnknownCount& count : *counts)
      unknown[absl::StrCat(count.tag, count.as_of.has_value() ? " then" : "")] = count.member_count;
    return unknown;
  }

  FactDatabase database_;
  index::Population& population_;
};

// Segments s0 … s7, each of which may name earlier ones; and the text of each without any SEGMENT.
class RandomSegments {
 public:
  explicit RandomSegments(uint32_t seed) : random_(seed), expressions_(seed + 1) {}

  static constexpr int kCount = 8;
  std::string Name(int i) const { return absl::StrCat("s", i); }

  // An expression in which some conditions are segments below `below`; the same with their texts in its
  // place.
  std::pair<std::string, std::string> Make(int below, const std::vector<std::string>& texts) {
    std::string named = Skeleton(), plain = named;
    for (int i = 0; i < 4; ++i) {
      const std::string hole = absl::StrCat("{", i, "}");
      std::string as_named, as_plain;
      if (below > 0 && random_() % 3 != 0) {
        const int segment = static_cast<int>(random_() % static_cast<uint32_t>(below));
        as_named = absl::StrCat("SEGMENT '", Name(segment), "'");
        as_plain = absl::StrCat("(", texts[static_cast<size_t>(segment)], ")");
      } else {
        as_named = as_plain = absl::StrCat("(", expressions_.Make(1), ")");
      }
      named = absl::StrReplaceAll(named, {{hole, as_named}});
      plain = absl::StrReplaceAll(plain, {{hole, as_plain}});
    }
    return {named, plain};
  }

 private:
  std::string Skeleton() {
    constexpr const char* kSkeletons[] = {"{0}",
                                          "NOT {0}",
                                          "{0} AND {1} AND NOT {2}",
                                          "{0} OR {1} OR NOT {0}",
                                          "NOT ({0} AND {1}) OR {2}",
                                          "AT LEAST 2 OF ({0}, {1}, {0}, NOT {2})",
                                          "{0} AS OF 2026-03-10",
                                          "({0} AS OF 2026-03-10) AND NOT {0}",
                                          "NOT ({0} OR {1}) AS OF 2026-03-10",
                                          "(NOT {0}) AS OF TODAY - 5 DAYS OR {3} AND {1}"};
    return kSkeletons[random_() % std::size(kSkeletons)];
  }

  std::mt19937 random_;
  RandomExpression expressions_;
};

TEST_F(SegmentQuestionsTest, AnswerAsIfTheDefinitionsStoodThere) {
  for (uint32_t seed = 0; seed < 25; ++seed) {
    RandomSegments segments(seed * 100);
    std::vector<std::string> texts;
    for (int i = 0; i < RandomSegments::kCount; ++i) {
      const auto [named, plain] = segments.Make(i, texts);
      ASSERT_NO_FATAL_FAILURE(Save(segments.Name(i), named)) << "seed " << seed;
      texts.push_back(plain);
    }
    std::vector<std::string> all_named;
    std::vector<uint64_t> counts;
    for (int i = 0; i < 20; ++i) {
      const auto [named, plain] = segments.Make(RandomSegments::kCount, texts);
      SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", named, "\n", plain));
      const std::unique_ptr<Question> question = Ask(named), expected = Ask(plain);
      ASSERT_TRUE(question != nullptr && expected != nullptr);
      EXPECT_EQ(MembersOf(*question), MembersOf(*expected));
      EXPECT_EQ(*question->Count(WorkBudget::Unlimited()), *expected->Count(WorkBudget::Unlimited()));
      EXPECT_EQ(UnknownOf(*question), UnknownOf(*expected));
      all_named.push_back(named);
      counts.push_back(*expected->Count(WorkBudget::Unlimited()));
      // The canonical text keeps the names.
      EXPECT_EQ(question->canonical(), CanonicalOf(*Parse(named).expression));
      ASSERT_FALSE(HasFailure());
    }
    std::vector<Wording> wordings;
    for (const std::string& named : all_named) wordings.push_back({named});
    const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, Now(), WorkBudget::Unlimited());
    ASSERT_THAT(batch, IsOk());
    for (size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(batch->answers[i].count, counts[i]) << all_named[i];
    // The next round gives the names other definitions, the last of which name others first.
    for (int i = RandomSegments::kCount - 1; i >= 0; --i)
      ASSERT_THAT(store().Delete(segments.Name(i), std::nullopt), IsOk());
  }
}

TEST_F(SegmentQuestionsTest, NumbersAreSummarizedOverThem) {
  ASSERT_NO_FATAL_FAILURE(Save("rich", "price > 1"));
  const index::Tag price = **(*population_.CurrentView())->tags().Find("price");
  const absl::StatusOr<SummaryAnswer> named =
      SummarizeNumber({{"NOT SEGMENT 'rich' OR vip"}, price, {}}, Now(), WorkBudget::Unlimited());
  const absl::StatusOr<SummaryAnswer> plain =
      SummarizeNumber({{"NOT (price > 1) OR vip"}, price, {}}, Now(), WorkBudget::Unlimited());
  ASSERT_THAT(named, IsOk());
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(named->summary.members, plain->summary.members);
  EXPECT_TRUE(named->summary.sum == plain->summary.sum);
  EXPECT_THAT(named->saved, SizeIs(1));
}

TEST_F(SegmentQuestionsTest, ProblemsNameTheSegmentAndThePlace) {
  ASSERT_NO_FATAL_FAILURE(Save("inner", "vip"));
  ASSERT_NO_FATAL_FAILURE(Save("outer", "age > 3 AND\n  NOT SEGMENT 'inner'"));
  // Behind the service's back: a tag that doesn't exist.
  ASSERT_THAT(store().Update("inner", {"vip AND\n citty = 'x'", "citty = 'x' AND vip", {}}, std::nullopt),
              IsOk());
  const std::vector<Problem> problems = ProblemsOf("vip OR SEGMENT 'outer'");
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].reason, index::Reason::kUnknownTag);
  EXPECT_EQ(problems[0].message,
            "In SEGMENT 'outer' → 'inner', line 2, column 2: There is no tag citty; did you mean city?");
  EXPECT_EQ(problems[0].span.offset, 7);
  EXPECT_EQ(problems[0].about.tag, "citty");
  EXPECT_EQ(problems[0].about.segment, "inner");
  // So do warnings.
  ASSERT_THAT(store().Update("inner", {"city = 'nowhere'", "city = 'nowhere'", {}}, std::nullopt), IsOk());
  const std::unique_ptr<Question> question = Ask("SEGMENT 'outer'");
  ASSERT_THAT(question->warnings(), SizeIs(1));
  EXPECT_THAT(question->warnings()[0].message,
              HasSubstr("In SEGMENT 'outer' → 'inner', line 1, column 8: No member has the value"));
  EXPECT_EQ(question->warnings()[0].span.offset, 0);
}

TEST_F(SegmentQuestionsTest, UnknownNamesAndCyclesAreProblems) {
  ASSERT_NO_FATAL_FAILURE(Save("loyal", "vip"));
  const std::vector<Problem> unknown = ProblemsOf("NOT SEGMENT 'loyl'");
  ASSERT_THAT(unknown, SizeIs(1));
  EXPECT_EQ(unknown[0].reason, index::Reason::kUnknownSegment);
  EXPECT_THAT(unknown[0].message, HasSubstr("did you mean 'loyal'?"));
  const absl::StatusOr<CheckedDefinition> itself =
      CheckDefinition({"SEGMENT 'loyal' OR vip"}, "loyal", Now(), WorkBudget::Unlimited());
  ASSERT_THAT(itself, IsOk());
  ASSERT_THAT(itself->problems, SizeIs(1));
  EXPECT_EQ(itself->problems[0].reason, index::Reason::kSegmentCycle);
  EXPECT_THAT(itself->problems[0].message, HasSubstr("cycle: loyal → loyal"));
}

TEST_F(SegmentQuestionsTest, AnAnswerIsOfOneStateOfTheDefinitions) {
  ASSERT_NO_FATAL_FAILURE(Save("x", "vip"));
  const std::unique_ptr<Question> question = Ask("SEGMENT 'x'");
  const uint64_t before = *question->Count(WorkBudget::Unlimited());
  ASSERT_NO_FATAL_FAILURE(Save("x", "NOT vip"));
  EXPECT_EQ(*question->Count(WorkBudget::Unlimited()), before);
  EXPECT_NE(*Ask("SEGMENT 'x'")->Count(WorkBudget::Unlimited()), before);
}

TEST_F(SegmentQuestionsTest, PinsHoldOnlyForTheDefinitionsTheyName) {
  ASSERT_NO_FATAL_FAILURE(Save("inner", "vip"));
  ASSERT_NO_FATAL_FAILURE(Save("outer", "SEGMENT 'inner' AND age > 3"));
  const std::string text = "NOT SEGMENT 'outer'";
  const std::unique_ptr<Question> first = Ask(text);
  Standpoint pinned = Now();
  pinned.saved = first->saved();
  EXPECT_THAT(pinned.saved, SizeIs(2));
  const auto again = [&](const std::string& asked) { return TryPrepare(asked, pinned); };
  ASSERT_THAT(again(text), IsOk());
  // One that was only named by way of another was updated.
  ASSERT_NO_FATAL_FAILURE(Save("inner", "NOT vip"));
  EXPECT_THAT(again(text), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(index::ReasonOf(again(text).status()), index::Reason::kSnapshotExpired);
  EXPECT_THAT(std::string(again(text).status().message()), HasSubstr("the segment 'inner' was updated"));
  // Back to the same text, it is another definition.
  ASSERT_NO_FATAL_FAILURE(Save("inner", "vip"));
  EXPECT_THAT(again(text), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(store().Delete("outer", std::nullopt), IsOk());
  EXPECT_THAT(std::string(again(text).status().message()), HasSubstr("the segment 'outer' was deleted"));
  // Expressions without them are answered.
  EXPECT_THAT(again("vip"), IsOk());
  ASSERT_NO_FATAL_FAILURE(Save("new", "vip"));
  EXPECT_NE(again("SEGMENT 'new'")->question, nullptr);
}

TEST_F(SegmentQuestionsTest, ABatchPinsWhatItsExpressionsName) {
  ASSERT_NO_FATAL_FAILURE(Save("a", "vip"));
  ASSERT_NO_FATAL_FAILURE(Save("b", "SEGMENT 'a' OR age > 3"));
  const std::string texts[] = {"SEGMENT 'b'", "vip", "SEGMENT 'gone'", "SEGMENT 'a' AND"};
  std::vector<Wording> wordings;
  for (const std::string& text : texts) wordings.push_back({text});
  const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, Now(), WorkBudget::Unlimited());
  ASSERT_THAT(batch, IsOk());
  EXPECT_THAT(batch->answers[0].saved, SizeIs(2));
  EXPECT_THAT(batch->answers[1].saved, IsEmpty());
  EXPECT_EQ(batch->answers[2].problems.at(0).reason, index::Reason::kUnknownSegment);
  EXPECT_EQ(batch->answers[3].problems.at(0).reason, index::Reason::kSyntax);
  EXPECT_EQ(batch->saved, batch->answers[0].saved);
}

TEST_F(SegmentQuestionsTest, ParsingDefinitionsIsSpentOfTheBudget) {
  std::string text = "age > 3";
  for (int i = 0; i < 2'000; ++i) absl::StrAppend(&text, " OR age = ", i);
  ASSERT_NO_FATAL_FAILURE(Save("long", text));
  WorkBudget small(nullptr, {.values = 100});
  EXPECT_FALSE(Prepare({"SEGMENT 'long'"}, Now(), small).ok());
  EXPECT_TRUE(small.ran_out());
}

TEST_F(SegmentQuestionsTest, ADefinitionKeepsItsTextAndItsCanonicalText) {
  const std::string text = "vip and  age>3 # loyal\n OR SEGMENT 'b' or SEGMENT 'a' OR segment 'a'";
  ASSERT_NO_FATAL_FAILURE(Save("a", "vip"));
  ASSERT_NO_FATAL_FAILURE(Save("b", "vip"));
  const absl::StatusOr<CheckedDefinition> checked =
      CheckDefinition({text}, "c", Now(), WorkBudget::Unlimited());
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->definition.text, text);
  EXPECT_EQ(checked->definition.canonical, "SEGMENT 'a' OR SEGMENT 'b' OR age > 3 AND vip");
  EXPECT_THAT(checked->definition.uses, ElementsAre("a", "b"));
  const ParseResult parsed = Parse(text);
  const absl::StatusOr<CheckedDefinition> tree =
      CheckDefinition({.tree = parsed.expression.get()}, "c", Now(), WorkBudget::Unlimited());
  ASSERT_THAT(tree, IsOk());
  EXPECT_EQ(tree->definition.text, Format(*parsed.expression));
  EXPECT_EQ(tree->definition.canonical, checked->definition.canonical);
}

}  // namespace
}  // namespace muster::query
