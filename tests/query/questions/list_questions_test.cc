// Questions that name id lists, against the plain reading: a list selects those of its ids that are members
// in the evaluated view.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "query/language/parser.h"
#include "query/questions/batch.h"
#include "query/questions/definition_check.h"
#include "query/questions/question.h"
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
constexpr absl::CivilDay kFirst(2026, 1, 10), kBetween(2026, 2, 1), kSecond(2026, 3, 1);

std::string IdOf(size_t member) { return absl::StrFormat("m%08d", member + 1); }

class ListQuestionsTest : public testing::Test {
 protected:
  // 700 members joined at first, 300 later.
  ListQuestionsTest()
      : facts_(MakeFacts(11, 1'000)),
        population_(database_.Load({facts_.begin(), facts_.begin() + 700}, 0, index::LoadMode::kMerge,
                                   FactTags(), kFirst)) {}

  void LoadTheOthers() {
    database_.Load({facts_.begin() + 700, facts_.end()}, 700, index::LoadMode::kMerge, FactTags(), kSecond);
  }
  void LoadList(const std::string& name, const std::vector<std::string>& ids, bool replace = false) {
    const auto load = population_.BeginListLoad({name, replace});
    ASSERT_THAT(load, IsOk());
    ASSERT_THAT((*load)->Feed({std::vector<std::string_view>(ids.begin(), ids.end())}), IsOk());
    ASSERT_THAT((*load)->Commit(ids.size(), WorkBudget::Unlimited()), IsOk());
  }
  // Of every third id or so, of 1,300 that are members, will be, or never are.
  void LoadRandomLists() {
    std::mt19937 random(5);
    for (const char* name : {"l0", "l1", "l2"}) {
      std::vector<std::string> ids;
      for (size_t i = 0; i < 1'300; ++i) {
        if (random() % 3 != 0) continue;
        ids.push_back(IdOf(i));
        if (i < facts_.size()) facts_[i].emplace(absl::StrCat("LIST ", name), "yes");
      }
      std::shuffle(ids.begin(), ids.end(), random);
      LoadList(name, ids);
    }
  }

  Standpoint Now() { return {*population_.CurrentView(), kToday}; }
  static std::unique_ptr<Question> Ask(const std::string& text, Standpoint at) {
    return AskAt(std::move(at), text);
  }
  uint64_t CountOf(const std::string& text) {
    const std::unique_ptr<Question> question = Ask(text, Now());
    return question == nullptr ? ~uint64_t{0} : *question->Count(WorkBudget::Unlimited());
  }
  // Expects the question to select, of the first `joined` members, those for which the text holds.
  void ExpectAnswers(const std::string& text, size_t joined) {
    const ParseResult parsed = Parse(text);
    ASSERT_TRUE(parsed.ok()) << text;
    std::vector<index::Ordinal> expected;
    for (size_t i = 0; i < joined; ++i) {
      if (Holds(*parsed.expression, facts_[i])) expected.push_back(ordinals_[i]);
    }
    const std::unique_ptr<Question> question = Ask(text, Now());
    ASSERT_NE(question, nullptr);
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(MembersOf(*question), expected) << text;
    EXPECT_EQ(*question->Count(WorkBudget::Unlimited()), expected.size()) << text;
  }
  // Members that a list brought before the load did have other ordinals than their place in it.
  void FindOrdinals(size_t joined) {
    const auto view = *population_.CurrentView();
    ordinals_.clear();
    for (size_t i = 0; i < joined; ++i) ordinals_.push_back((*view->members().Find(IdOf(i))).value());
  }

  FactDatabase database_;
  std::vector<Facts> facts_;
  index::Population& population_;
  std::vector<index::Ordinal> ordinals_;  // by member
};

TEST_F(ListQuestionsTest, AnswerAsThePlainReadingDoes) {
  LoadRandomLists();
  for (const size_t joined : {size_t{700}, size_t{1'000}}) {
    if (joined == 1'000) LoadTheOthers();
    FindOrdinals(joined);
    for (uint32_t seed = 0; seed < 400; ++seed) {
      const std::string text = RandomExpression(seed, {"l0", "l1", "l2"}).Make(static_cast<int>(seed % 4));
      ASSERT_NO_FATAL_FAILURE(ExpectAnswers(text, joined)) << "seed " << seed;
      ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
  }
}

// A list has no dates: AS OF a date, its present ids are cut to the members who had joined.
TEST_F(ListQuestionsTest, AsOfADateItSelectsWhoHadJoined) {
  LoadTheOthers();
  LoadList("l", {IdOf(0), IdOf(699), IdOf(700), IdOf(999), IdOf(1'000)});
  EXPECT_EQ(CountOf("LIST 'l'"), 4);
  EXPECT_EQ(CountOf("NOT LIST 'l'"), 996);
  const std::string date = "2026-02-01";
  EXPECT_EQ(CountOf("LIST 'l' AS OF " + date), 2);
  EXPECT_EQ(CountOf("(NOT LIST 'l') AS OF " + date), 698);
  EXPECT_EQ(CountOf("NOT LIST 'l' AS OF " + date), 998);
  EXPECT_EQ(CountOf("LIST 'l' AND NOT (LIST 'l' AS OF " + date + ")"), 2);
  EXPECT_EQ(CountOf("AT LEAST 2 OF (LIST 'l', LIST 'l' AS OF " + date + ", EVERYONE)"), 4);
  EXPECT_EQ(CountOf("LIST 'l' AS OF 2026-01-09"), 0);
  Standpoint then = Now();
  then.view = *then.view->AsOf(kBetween);
  EXPECT_EQ(*Ask("LIST 'l'", then)->Count(WorkBudget::Unlimited()), 2);
  EXPECT_EQ(*Ask("NOT LIST 'l'", then)->Count(WorkBudget::Unlimited()), 698);
  EXPECT_EQ(*Ask("NOT LIST 'l' AND NOT LIST 'l'", then)->Count(WorkBudget::Unlimited()), 698);
}

TEST_F(ListQuestionsTest, UnknownListsAreProblems) {
  LoadList("spring", {IdOf(1)});
  const absl::StatusOr<PrepareResult> prepared = Prepare({"vip OR LIST 'sprong' OR LIST 'x'"}, Now());
  ASSERT_THAT(prepared, IsOk());
  ASSERT_THAT(prepared->problems, SizeIs(2));
  const Problem& first = prepared->problems[0];
  EXPECT_EQ(first.reason, index::Reason::kUnknownList);
  EXPECT_THAT(first.message, HasSubstr("There is no id list 'sprong'; did you mean 'spring'?"));
  EXPECT_EQ(first.about.list, "sprong");
  EXPECT_THAT(first.about.nearest, ElementsAre("spring"));
  EXPECT_EQ(first.span.offset, 7);
}

TEST_F(ListQuestionsTest, APinNamesItsContent) {
  LoadList("l", {IdOf(1), IdOf(2)});
  LoadList("other", {IdOf(3)});
  const std::unique_ptr<Question> question = Ask("LIST 'l' OR vip", Now());
  ASSERT_THAT(question->saved(), SizeIs(1));
  const uint64_t counted = *question->Count(WorkBudget::Unlimited());
  const auto pinned = [&] {
    Standpoint at = Now();
    at.saved = question->saved();
    return at;
  };
  EXPECT_THAT(Prepare({"LIST 'l' OR LIST 'other'"}, pinned()), IsOk());
  LoadList("other", {IdOf(4)}, true);
  EXPECT_THAT(Prepare({"LIST 'l' OR LIST 'other'"}, pinned()), IsOk());  // which the pin doesn't name
  LoadList("l", {IdOf(1), IdOf(2)}, true);
  const absl::Status replaced = Prepare({"LIST 'l'"}, pinned()).status();
  EXPECT_THAT(replaced, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(index::ReasonOf(replaced), index::Reason::kSnapshotExpired);
  EXPECT_THAT(std::string(replaced.message()), HasSubstr("the id list 'l' was replaced"));
  EXPECT_EQ(index::FactsOf(replaced)["list"], "l");
  ASSERT_THAT(population_.lists().Delete("l"), IsOk());
  const absl::Status removed = Prepare({"LIST 'l'"}, pinned()).status();
  EXPECT_THAT(std::string(removed.message()), HasSubstr("the id list 'l' was removed"));
  // A question that was prepared before answers on.
  EXPECT_THAT(question->Count(WorkBudget::Unlimited()), IsOkAndHolds(counted));
}

TEST_F(ListQuestionsTest, SegmentsAndBatchesNameThem) {
  LoadList("l", {IdOf(1), IdOf(2), IdOf(5'000)});
  LoadList("m", {IdOf(2), IdOf(3)});
  const absl::StatusOr<CheckedDefinition> checked =
      CheckDefinition({"LIST 'm' OR LIST 'l' OR LIST 'm'"}, "s", Now(), WorkBudget::Unlimited());
  ASSERT_THAT(checked, IsOk());
  ASSERT_THAT(checked->problems, IsEmpty());
  EXPECT_THAT(checked->definition.lists, ElementsAre("l", "m"));
  ASSERT_THAT(population_.segments().Create("s", checked->definition), IsOk());
  EXPECT_EQ(CountOf("SEGMENT 's'"), 3);
  EXPECT_EQ(CountOf("SEGMENT 's' AND NOT LIST 'm'"), 1);
  EXPECT_THAT(Ask("SEGMENT 's'", Now())->saved(), SizeIs(3));
  const std::vector<Wording> wordings = {{"LIST 'l'"}, {"SEGMENT 's'"}, {"LIST 'none'"}, {"EVERYONE"}};
  const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, Now(), WorkBudget::Unlimited());
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(batch->answers[0].count, 2);
  EXPECT_THAT(batch->answers[0].saved, SizeIs(1));
  EXPECT_EQ(batch->answers[1].count, 3);
  EXPECT_THAT(batch->answers[1].saved, SizeIs(3));
  EXPECT_THAT(batch->answers[2].problems, SizeIs(1));
  EXPECT_THAT(batch->answers[3].saved, IsEmpty());
  EXPECT_THAT(batch->saved, SizeIs(3));
}

}  // namespace
}  // namespace muster::query
