// Questions with BUCKET over a real database, against a hash of the members' ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "query/language/parser.h"
#include "query/questions/batch.h"
#include "query/questions/question.h"
#include "query/questions/why.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/fact_table.h"
#include "tests/query/questions/random_expression.h"

namespace muster::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::CivilDay kToday(2026, 3, 31);
constexpr size_t kMembers = 1'500;

uint64_t BucketOfMember(const std::string& salt, size_t member) {
  const std::string hashed =
      salt + '\0' + absl::StrFormat("m%08d", member + 1);  // as FactDatabase names them
  return XXH3_64bits(hashed.data(), hashed.size()) % 10'000;
}

// The plain reading, with BUCKET.
bool HoldsWithBuckets(const Expression& node, const std::vector<Facts>& facts, size_t member) {
  const auto holds = [&](const ExpressionPtr& operand) { return HoldsWithBuckets(*operand, facts, member); };
  const std::vector<ExpressionPtr>& operands = node.operands;
  switch (node.op) {
    case Operator::kAnd:
      return std::all_of(operands.begin(), operands.end(), holds);
    case Operator::kOr:
      return std::any_of(operands.begin(), operands.end(), holds);
    case Operator::kNot:
      return !holds(operands[0]);
    case Operator::kAtLeast:
      return std::count_if(operands.begin(), operands.end(), holds) >= node.count;
    case Operator::kBucket: {
      const uint64_t bucket = BucketOfMember(node.literals[0].text, member);
      return std::stoull(node.literals[1].text) <= bucket && bucket <= std::stoull(node.literals[2].text);
    }
    default:
      return Holds(node, facts[member]);
  }
}

class BucketQuestionsTest : public testing::Test {
 protected:
  BucketQuestionsTest() : facts_(MakeFacts(21, kMembers)), population_(database_.Load(facts_)) {}

  Standpoint Now() { return {*population_.CurrentView(), kToday}; }
  std::vector<index::Ordinal> Expected(const std::string& text) {
    const ParseResult parsed = Parse(text);
    std::vector<index::Ordinal> members;
    for (size_t i = 0; i < kMembers; ++i) {
      if (HoldsWithBuckets(*parsed.expression, facts_, i)) members.push_back(i);
    }
    return members;
  }
  std::vector<index::Ordinal> MembersOf(const std::string& text) {
    std::vector<index::Ordinal> members;
    const absl::StatusOr<PrepareResult> prepared = Prepare({text}, Now());
    EXPECT_TRUE(prepared.ok() && prepared->question != nullptr) << text;
    EXPECT_THAT(prepared->question->Members(0, WorkBudget::Unlimited(),
                                            [&members](absl::Span<const index::Ordinal> batch) {
                                              members.insert(members.end(), batch.begin(), batch.end());
                                              return true;
                                            }),
                IsOk());
    return members;
  }

  FactDatabase database_;
  const std::vector<Facts> facts_;
  index::Population& population_;
};

std::string RandomBucket(uint32_t seed) {
  const uint32_t low = seed * 7'919 % 10'000;
  return absl::StrCat("BUCKET('", seed % 3 == 0 ? "spring" : "autumn", "', ", low, ", ",
                      low + seed * 104'729 % (10'000 - low), ")");
}

TEST_F(BucketQuestionsTest, AnswerAsThePlainReadingDoes) {
  std::vector<std::string> texts;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    RandomExpression random(seed);
    const std::string bucket = RandomBucket(seed), other = RandomBucket(seed + 1);
    const std::string a = random.Make(1), b = random.Make(2);
    const std::string forms[] = {bucket,
                                 absl::StrCat("NOT ", bucket),
                                 absl::StrCat(bucket, " AND (", a, ") AND NOT ", other),
                                 absl::StrCat("(", a, ") AND NOT ", bucket),
                                 absl::StrCat(bucket, " OR (", b, ") OR ", other, " AND ", bucket),
                                 absl::StrCat("AT LEAST 2 OF (", a, ", ", bucket, ", ", b, ")")};
    texts.push_back(forms[seed % std::size(forms)]);
    EXPECT_EQ(MembersOf(texts.back()), Expected(texts.back())) << texts.back();
  }
  std::vector<Wording> wordings;
  for (const std::string& text : texts) wordings.push_back({text});
  const absl::StatusOr<BatchAnswers> batch = CountBatch(wordings, Now(), WorkBudget::Unlimited());
  ASSERT_THAT(batch, IsOk());
  for (size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(batch->answers[i].count, Expected(texts[i]).size()) << texts[i];
  for (index::Ordinal member = 3; member < kMembers; member += 191) {
    const absl::StatusOr<WhyAnswers> why =
        ExplainMember(absl::MakeSpan(wordings).first(90), member, Now(), WorkBudget::Unlimited());
    ASSERT_THAT(why, IsOk());
    for (size_t i = 0; i < why->answers.size(); ++i) {
      const ParseResult parsed = Parse(texts[i]);
      EXPECT_EQ(why->answers[i].nodes[0].verdict.selected,
                HoldsWithBuckets(*parsed.expression, facts_, member))
          << texts[i] << " of member " << member;
    }
  }
}

TEST_F(BucketQuestionsTest, AReversedRangeIsNobodyWithAWarning) {
  const absl::StatusOr<PrepareResult> prepared = Prepare({"vip OR BUCKET('s', 5000, 499)"}, Now());
  ASSERT_TRUE(prepared.ok() && prepared->question != nullptr);
  ASSERT_THAT(prepared->question->warnings(), SizeIs(1));
  const Problem& warning = prepared->question->warnings()[0];
  EXPECT_EQ(warning.reason, index::Reason::kReversedRange);
  EXPECT_THAT(warning.message, HasSubstr("write BUCKET ('s', 499, 5000)"));
  EXPECT_EQ(warning.span.offset, 19);
  EXPECT_EQ(warning.span.length, 9);
  EXPECT_THAT(MembersOf("BUCKET('s', 1, 0)"), IsEmpty());
}

// The salt is hashed in form C, as the canonical text has it; there it may be longer than it was written.
TEST_F(BucketQuestionsTest, ASaltIsInNormalForm) {
  EXPECT_EQ(MembersOf("BUCKET('cafe\xcc\x81', 0, 4999)"), MembersOf("BUCKET('caf\xc3\xa9', 0, 4999)"));
  EXPECT_EQ(MembersOf("BUCKET('cafe\xcc\x81', 0, 4999)"), Expected("BUCKET('caf\xc3\xa9', 0, 4999)"));
  std::string grows;
  for (int i = 0; i < 60; ++i) grows += "\xf0\x9d\x85\xa0";  // four code points in form C
  const absl::StatusOr<PrepareResult> prepared =
      Prepare({absl::StrCat("BUCKET('", grows.substr(0, 200), "', 0, 4999)")}, Now());
  ASSERT_THAT(prepared, IsOk());
  ASSERT_THAT(prepared->problems, SizeIs(1));
  EXPECT_EQ(prepared->problems[0].reason, index::Reason::kLimit);
}

// What takes long is spent of the budget before it is begun.
TEST_F(BucketQuestionsTest, IsSpentOfTheBudget) {
  WorkBudget little(nullptr, {.chunks = 500});
  EXPECT_THAT(Prepare({"BUCKET('s', 0, 4999)"}, Now(), little),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(little.ran_out());
}

}  // namespace
}  // namespace muster::query
