// Random expressions, printed as text and evaluated by a real database, compared with a direct implementation
// of docs/semantics.md.
#include <gtest/gtest.h>

#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/questions/question.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"

namespace muster::query {
namespace {

constexpr absl::CivilDay kToday(2026, 3, 31);

std::vector<index::Ordinal> AllMembers(const Question& question) {
  std::vector<index::Ordinal> members;
  const absl::Status status =
      question.Members(0, WorkBudget::Unlimited(), [&members](absl::Span<const index::Ordinal> batch) {
        members.insert(members.end(), batch.begin(), batch.end());
        return true;
      });
  EXPECT_THAT(status, IsOk());
  return members;
}

// The question's members are those for whom the expression holds.
void ExpectAnswers(const std::string& text, const std::vector<Facts>& facts, index::Population& population) {
  absl::StatusOr<PrepareResult> prepared = Prepare({text}, {*population.CurrentView(), kToday});
  ASSERT_THAT(prepared, IsOk()) << prepared.status() << "\n" << text;
  ASSERT_NE(prepared->question, nullptr) << RenderProblem(text, prepared->problems[0]);
  const ParseResult parsed = Parse(text);
  std::vector<index::Ordinal> expected;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (Holds(*parsed.expression, facts[i])) expected.push_back(i);
  }
  EXPECT_EQ(AllMembers(*prepared->question), expected) << text;
  const absl::StatusOr<uint64_t> count = prepared->question->Count(WorkBudget::Unlimited());
  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(*count, expected.size()) << text;

  // The canonical text selects the same, and has itself as its canonical text.
  const std::string& canonical = prepared->question->canonical();
  absl::StatusOr<PrepareResult> again = Prepare({canonical}, {*population.CurrentView(), kToday});
  ASSERT_TRUE(again.ok() && again->question != nullptr) << canonical;
  EXPECT_EQ(again->question->canonical(), canonical);
  EXPECT_EQ(*again->question->Count(WorkBudget::Unlimited()), expected.size()) << canonical;
}

TEST(RandomQuestions, AnswerAsThePlainReadingDoes) {
  FactDatabase database;
  const std::vector<Facts> facts = MakeFacts(1, 1'000);
  index::Population& population = database.Load(facts);
  for (uint32_t seed = 0; seed < 1'500; ++seed) {
    const std::string text = RandomExpression(seed).Make(static_cast<int>(seed % 4));
    ASSERT_NO_FATAL_FAILURE(ExpectAnswers(text, facts, population)) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(RandomQuestions, StillDoAfterMergesAndAReplace) {
  FactDatabase database;
  std::vector<Facts> facts = MakeFacts(2, 500);
  index::Population* population = &database.Load(facts);
  // New cells take the old ones' place and empty ones keep them; MULTI values unite, so these tags are left
  // out here.
  std::vector<index::LoadTagSpec> plain;
  for (const index::LoadTagSpec& tag : FactTags()) {
    if (tag.kind != index::TagKind::kMulti) plain.push_back(tag);
  }
  const std::vector<Facts> later = MakeFacts(3, 300);
  population = &database.Load(later, 350, index::LoadMode::kMerge, plain);
  facts.resize(650, Facts(MakeFacts(4, 1)[0]));
  for (size_t i = 500; i < 650; ++i) {
    for (auto& [tag, cell] : facts[i]) cell.clear();
  }
  for (size_t i = 0; i < later.size(); ++i) {
    for (const index::LoadTagSpec& tag : plain) {
      if (!later[i].at(tag.name).empty()) facts[350 + i][tag.name] = later[i].at(tag.name);
    }
  }
  for (uint32_t seed = 0; seed < 200; ++seed) {
    ASSERT_NO_FATAL_FAILURE(ExpectAnswers(RandomExpression(seed).Make(2), facts, *population))
        << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  // A REPLACE is the whole truth for its tags: members it doesn't name lose them.
  const std::vector<Facts> truth = MakeFacts(5, 100);
  population = &database.Load(truth, 0, index::LoadMode::kReplace);
  for (size_t i = 0; i < facts.size(); ++i) {
    for (auto& [tag, cell] : facts[i]) cell = i < truth.size() ? truth[i].at(tag) : "";
  }
  for (uint32_t seed = 1'000; seed < 1'200; ++seed) {
    ASSERT_NO_FATAL_FAILURE(ExpectAnswers(RandomExpression(seed).Make(2), facts, *population))
        << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace muster::query
