// Random expressions with views AS OF several dates, on a real database after loads of days in any order,
// compared with a direct implementation of docs/semantics.md, rules 4, 10 and 20.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "query/language/parser.h"
#include "query/questions/batch.h"
#include "query/questions/question.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/asking.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"
#include "text/civil_text.h"

namespace muster::query {
namespace {

using testing::ElementsAre;

constexpr absl::CivilDay kToday(2026, 3, 31);
const absl::CivilDay kFirstDay(2026, 1, 1);
constexpr size_t kMembers = 400;
constexpr int kDays = 8;

// The loads, in their order. Each is a REPLACE: a day has the values of its last load, and no others.
class History {
 public:
  using View = std::optional<absl::CivilDay>;  // nothing: now

  void Add(absl::CivilDay date, const std::map<size_t, Facts>& facts) { loads_.push_back({date, facts}); }

  bool Joined(size_t member, View view) const {
    return std::any_of(loads_.begin(), loads_.end(), [&](const Load& load) {
      return load.facts.contains(member) && (!view.has_value() || load.date <= *view);
    });
  }
  // REQUIRES: something was loaded by then.
  Facts FactsOf(size_t member, View view) const {
    const Load* latest = nullptr;
    for (const Load& load : loads_) {
      if (view.has_value() && load.date > *view) continue;
      if (latest == nullptr || load.date >= latest->date) latest = &load;
    }
    const auto found = latest->facts.find(member);
    if (found != latest->facts.end()) return found->second;
    Facts nothing = loads_[0].facts.begin()->second;
    for (auto& [tag, cell] : nothing) cell.clear();
    return nothing;
  }
  bool InView(const Expression& expression, size_t member, View view) const {
    const auto in_view = [&](const ExpressionPtr& operand) { return InView(*operand, member, view); };
    const std::vector<ExpressionPtr>& operands = expression.operands;
    switch (expression.op) {
      case Operator::kEveryone:
        return Joined(member, view);
      case Operator::kAnd:
        return std::all_of(operands.begin(), operands.end(), in_view);
      case Operator::kOr:
        return std::any_of(operands.begin(), operands.end(), in_view);
      case Operator::kNot:
        return Joined(member, view) && !in_view(operands[0]);
      case Operator::kAtLeast:
        return Joined(member, expression.count == 0 ? view : View()) &&
               std::count_if(operands.begin(), operands.end(), in_view) >= expression.count;
      case Operator::kAsOf:
        return InView(*operands[0], member, ParseDate(expression.literals[0].text).value());
      default:
        return Holds(expression, FactsOf(member, view));
    }
  }
  std::vector<index::Ordinal> Select(const Expression& expression, View view,
                                     const std::vector<size_t>& members) const {
    std::vector<index::Ordinal> selected;
    for (size_t ordinal = 0; ordinal < members.size(); ++ordinal) {
      if (Joined(members[ordinal], view) && InView(expression, members[ordinal], view))
        selected.push_back(ordinal);
    }
    return selected;
  }

 private:
  struct Load {
    absl::CivilDay date;
    std::map<size_t, Facts> facts;
  };
  std::vector<Load> loads_;
};

class DatedQuestionsTest : public testing::Test {
 protected:
  // Members [first, first + count) are all who have anything on the day.
  void Load(int day, size_t first, size_t count, uint32_t seed) {
    const std::vector<Facts> facts = MakeFacts(seed, count);
    population_ = &database_.Load(facts, first, index::LoadMode::kReplace, FactTags(), kFirstDay + day);
    std::map<size_t, Facts> by_member;
    for (size_t i = 0; i < count; ++i) {
      by_member[first + i] = facts[i];
      if (std::find(members_.begin(), members_.end(), first + i) == members_.end())
        members_.push_back(first + i);
    }
    history_.Add(kFirstDay + day, by_member);
  }
  void LoadInAnyOrder() {
    Load(0, 100, 200, 1);
    Load(5, 0, kMembers / 2, 2);
    Load(3, 150, 200, 3);
    Load(7, 50, 300, 4);
    Load(3, 120, 250, 5);
    Load(1, kMembers - 60, 60, 6);
  }

  std::string Dated(std::mt19937& random, int depth) {
    const auto below = [&random](uint32_t bound) { return static_cast<uint32_t>(random() % bound); };
    if (depth == 0) {
      for (;;) {  // the model knows one TODAY
        std::string text = RandomExpression(random()).Make(static_cast<int>(below(3)));
        if (!absl::StrContains(text, "TODAY") && !absl::StrContains(text, "WITHIN")) return text;
      }
    }
    const std::string a = Dated(random, depth - 1);
    const std::string date = DateText(kFirstDay + static_cast<int>(below(kDays + 2)));
    switch (below(6)) {
      case 0:
        return absl::StrCat("(", a, " AND ", Dated(random, depth - 1), ")");
      case 1:
        return absl::StrCat("(", a, " OR ", Dated(random, depth - 1), ")");
      case 2:
        return absl::StrCat("(NOT ", a, ")");
      case 3:
        return absl::StrCat("(AT LEAST 2 OF (", a, ", ", Dated(random, depth - 1), ", EVERYONE))");
      default:
        return absl::StrCat("((", a, ") AS OF ", date, ")");
    }
  }

  static std::unique_ptr<Question> Ask(const std::string& text, Standpoint at) {
    return AskAt(std::move(at), text);
  }
  void ExpectAnswer(const std::string& text, History::View as_of) {
    SCOPED_TRACE(absl::StrCat(text, as_of.has_value() ? " as of " + DateText(*as_of) : ""));
    ViewPtr view = *population_->CurrentView();
    if (as_of.has_value()) view = *view->AsOf(*as_of);
    const std::unique_ptr<Question> question = Ask(text, {view, kToday});
    ASSERT_NE(question, nullptr);
    const ParseResult parsed = Parse(text);
    const std::vector<index::Ordinal> expected = history_.Select(*parsed.expression, as_of, members_);
    EXPECT_EQ(MembersOf(*question), expected);
    EXPECT_THAT(question->Count(WorkBudget::Unlimited()), IsOkAndHolds(expected.size()));
    EXPECT_EQ(question->member_count(), std::count_if(members_.begin(), members_.end(), [&](size_t member) {
                return history_.Joined(member, as_of);
              }));
    // What it pins answers again as it did.
    const auto pins = question->Pins();
    ASSERT_THAT(pins, IsOk());
    Standpoint again{nullptr, kToday};
    for (const index::PinnedView& pin : *pins) {
      ViewPtr opened = *population_->OpenView(pin);
      if (again.view == nullptr) {
        again.view = std::move(opened);
      } else {
        again.dated.push_back(std::move(opened));
      }
    }
    EXPECT_THAT(Ask(text, again)->Count(WorkBudget::Unlimited()), IsOkAndHolds(expected.size()));
  }

  FactDatabase database_;
  index::Population* population_ = nullptr;
  std::vector<size_t> members_;  // by ordinal
  History history_;
};

TEST_F(DatedQuestionsTest, AnswerAsThePlainReadingDoes) {
  LoadInAnyOrder();
  std::mt19937 random(10);
  for (int i = 0; i < 400; ++i) {
    const std::string text = Dated(random, 1 + i % 4);
    ASSERT_NO_FATAL_FAILURE(
        ExpectAnswer(text, i % 3 == 0 ? History::View(kFirstDay + i % kDays) : History::View()));
    ASSERT_FALSE(HasFailure()) << "question " << i;
  }
}

TEST_F(DatedQuestionsTest, ABatchAnswersAsOneByOne) {
  LoadInAnyOrder();
  std::mt19937 random(11);
  std::vector<std::string> texts;
  for (int i = 0; i < 150; ++i) texts.push_back(Dated(random, i % 4));
  std::vector<Wording> wordings;
  for (const std::string& text : texts) wordings.push_back({text});
  const ViewPtr now = *population_->CurrentView();
  for (const ViewPtr& view : {now, *now->AsOf(kFirstDay + 4)}) {
    const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, {view, kToday}, WorkBudget::Unlimited());
    ASSERT_THAT(batch, IsOk());
    for (size_t i = 0; i < texts.size(); ++i) {
      SCOPED_TRACE(texts[i]);
      const std::unique_ptr<Question> alone = Ask(texts[i], {view, kToday});
      ASSERT_NE(alone, nullptr);
      EXPECT_THAT(alone->Count(WorkBudget::Unlimited()), IsOkAndHolds(batch->answers[i].count));
      const auto unknown = alone->Unknown();
      ASSERT_THAT(unknown, IsOk());
      ASSERT_EQ(unknown->size(), batch->answers[i].unknown.size());
      for (size_t j = 0; j < unknown->size(); ++j)
        EXPECT_EQ((*unknown)[j].member_count, batch->answers[i].unknown[j].member_count);
      EXPECT_EQ(batch->answers[i].pins.size(), alone->Pins()->size());
      EXPECT_EQ(batch->member_count, alone->member_count());
    }
  }
}

TEST_F(DatedQuestionsTest, UnknownIsCountedInEachView) {
  LoadInAnyOrder();
  const std::unique_ptr<Question> question = Ask(
      "vip OR (vip AS OF 2026-01-05) OR (age > 1 AS OF 2026-01-01)", {*population_->CurrentView(), kToday});
  ASSERT_NE(question, nullptr);
  const auto unknown = question->Unknown();
  ASSERT_THAT(unknown, IsOk());
  std::vector<std::string> texts;
  for (const UnknownCount& count : *unknown) {
    const History::View view = count.as_of;
    const auto lacks = [&](size_t member) {
      return history_.Joined(member, view) && history_.FactsOf(member, view).at(count.tag).empty();
    };
    EXPECT_EQ(count.member_count, std::count_if(members_.begin(), members_.end(), lacks));
    texts.push_back(absl::StrCat(count.tag, view.has_value() ? " " + DateText(*view) : ""));
  }
  EXPECT_THAT(texts, ElementsAre("age 2026-01-01", "vip", "vip 2026-01-05"));
}

// A load between preparing and counting changes neither; one that is published while views are opened is in
// none of them.
TEST_F(DatedQuestionsTest, AllViewsAreOfOneMoment) {
  LoadInAnyOrder();
  const std::string text = "(vip AS OF 2026-01-04) OR NOT (vip AS OF 2026-01-06)";
  const ViewPtr before = *population_->CurrentView();
  const std::unique_ptr<Question> question = Ask(text, {before, kToday});
  const uint64_t count = *question->Count(WorkBudget::Unlimited());
  Load(3, 0, kMembers, 21);
  Load(5, 0, 20, 22);
  EXPECT_THAT(question->Count(WorkBudget::Unlimited()), IsOkAndHolds(count));
  EXPECT_THAT(Ask(text, {before, kToday})->Count(WorkBudget::Unlimited()), IsOkAndHolds(count))
      << "views that are opened now are of the snapshot's moment too";
  EXPECT_NE(*Ask(text, {*population_->CurrentView(), kToday})->Count(WorkBudget::Unlimited()), count);
}

}  // namespace
}  // namespace muster::query
