// Why a member is in a set: the whole agrees with the list of the same expression, and every clause with a
// direct implementation of docs/semantics.md.
#include "query/questions/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "index/bitmap/salted_buckets.h"
#include "query/language/parser.h"
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
constexpr absl::CivilDay kEarlier(2025, 12, 1);
constexpr size_t kFirstLoad = 600;
constexpr size_t kMembers = 1'000;

// Members 0 … 599 joined on the earlier day, the others today; some have changed since.
class WhyTest : public testing::Test {
 protected:
  WhyTest() : facts_(MakeFacts(11, kFirstLoad)) {
    population_ = &database_.Load(facts_, 0, index::LoadMode::kMerge, FactTags(), kEarlier);
    const std::vector<Facts> later = MakeFacts(12, kMembers - 500);
    population_ = &database_.Load(later, 500, index::LoadMode::kReplace);
    facts_.resize(kMembers);
    for (size_t i = 0; i < kMembers; ++i) {
      facts_[i] = i < 500 ? later[0] : later[i - 500];
      if (i >= 500) continue;  // members that the REPLACE doesn't name lose their values
      for (auto& [tag, cell] : facts_[i]) cell.clear();
    }
  }

  Standpoint Now() { return {*population_->CurrentView(), kToday}; }
  Standpoint Then() {
    Standpoint at = Now();
    at.view = *OpenDated(at, kEarlier);
    return at;
  }
  static std::set<index::Ordinal> Selected(const std::string& text, Standpoint at) {
    const std::vector<index::Ordinal> members = MembersOf(*AskAt(std::move(at), text));
    return {members.begin(), members.end()};
  }
  WhyAnswers Why(const std::vector<std::string>& texts, index::Ordinal member, Standpoint at) {
    std::vector<Wording> wordings;
    for (const std::string& text : texts) wordings.push_back({text});
    absl::StatusOr<WhyAnswers> why = ExplainMember(wordings, member, std::move(at), WorkBudget::Unlimited());
    EXPECT_THAT(why, IsOk());
    return *std::move(why);
  }
  void Save(const std::string& name, const std::string& text) { SaveAt(Now(), *population_, name, text); }

  FactDatabase database_;
  std::vector<Facts> facts_;  // of now
  index::Population* population_ = nullptr;
};

// The third truth value, straight from the texts.
enum class Truth { kFalse, kUnknown, kTrue };

bool LacksATag(const Expression& leaf, const Facts& member) {
  const auto lacks = [&member](const std::string& tag) { return !tag.empty() && member.at(tag).empty(); };
  return lacks(leaf.tag) || std::any_of(leaf.terms.begin(), leaf.terms.end(),
                                        [&lacks](const Term& term) { return lacks(term.tag); });
}

Truth TruthOf(const Expression& node, const Facts& member) {
  std::vector<Truth> operands;
  for (const ExpressionPtr& operand : node.operands) operands.push_back(TruthOf(*operand, member));
  const auto count = [&operands](Truth truth) { return std::count(operands.begin(), operands.end(), truth); };
  switch (node.op) {
    case Operator::kAnd:
      return *std::min_element(operands.begin(), operands.end());
    case Operator::kOr:
      return *std::max_element(operands.begin(), operands.end());
    case Operator::kNot:
      return static_cast<Truth>(2 - static_cast<int>(operands[0]));
    case Operator::kAtLeast:
      if (count(Truth::kTrue) >= node.count) return Truth::kTrue;
      return count(Truth::kTrue) + count(Truth::kUnknown) >= node.count ? Truth::kUnknown : Truth::kFalse;
    default:
      if (node.op != Operator::kHas && LacksATag(node, member)) return Truth::kUnknown;
      return Holds(node, member) ? Truth::kTrue : Truth::kFalse;
  }
}

// The nodes of a tree in the order of the answer.
void ListNodes(const Expression& node, std::vector<const Expression*>& nodes) {
  nodes.push_back(&node);
  for (const ExpressionPtr& operand : node.operands) ListNodes(*operand, nodes);
}

TEST_F(WhyTest, EveryNodeAgreesWithThePlainReading) {
  for (uint32_t seed = 0; seed < 150; ++seed) {
    const std::string text = RandomExpression(seed).Make(static_cast<int>(seed % 4));
    const ParseResult parsed = Parse(text);
    std::vector<const Expression*> nodes;
    ListNodes(*parsed.expression, nodes);
    for (index::Ordinal member = seed % 7; member < kMembers; member += 67) {
      const WhyAnswers why = Why({text}, member, Now());
      ASSERT_THAT(why.answers[0].nodes, SizeIs(nodes.size())) << text;
      for (size_t i = 0; i < nodes.size(); ++i) {
        const WhyNode& node = why.answers[0].nodes[i];
        EXPECT_EQ(node.verdict.selected, Holds(*nodes[i], facts_[member]))
            << text << "\n"
            << node.text << " of member " << member;
        EXPECT_EQ(node.verdict.unknown, TruthOf(*nodes[i], facts_[member]) == Truth::kUnknown)
            << text << "\n"
            << node.text << " of member " << member;
        EXPECT_EQ(node.span.offset, nodes[i]->span.offset);
      }
      ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
  }
}

// With segments and several dates, from now and from a date.
TEST_F(WhyTest, TheWholeAgreesWithTheList) {
  constexpr const char* kSkeletons[] = {"{0}",
                                        "SEGMENT 's' AND {0}",
                                        "NOT SEGMENT 's' OR {1}",
                                        "({0} AS OF 2025-12-05) AND NOT {0}",
                                        "(NOT {0}) AS OF 2025-12-31",
                                        "NOT ({0} OR NOT {1}) AS OF TODAY - 30 DAYS",
                                        "AT LEAST 2 OF ({0}, SEGMENT 's' AS OF 2026-01-01, NOT {1}, {0})",
                                        "AT LEAST 0 OF ({0}) AS OF 2026-01-01",
                                        "EVERYONE AS OF 2026-01-01 OR {1}",
                                        "(NOT EVERYONE OR {0}) AS OF 2026-01-01"};
  ASSERT_NO_FATAL_FAILURE(Save("inner", "NOT vip AND HAS city"));
  ASSERT_NO_FATAL_FAILURE(Save("s", "SEGMENT 'inner' OR (age > 30 AS OF 2025-12-31)"));
  for (uint32_t seed = 0; seed < 60; ++seed) {
    RandomExpression random(seed);
    std::vector<std::string> texts;
    for (const char* skeleton : kSkeletons) {
      texts.push_back(absl::StrReplaceAll(skeleton, {{"{0}", absl::StrCat("(", random.Make(1), ")")},
                                                     {"{1}", absl::StrCat("(", random.Make(2), ")")}}));
    }
    Standpoint at = seed % 3 == 0 ? Then() : Now();
    std::vector<std::set<index::Ordinal>> lists;
    for (const std::string& text : texts) lists.push_back(Selected(text, at));
    for (index::Ordinal member = seed % 11; member < kMembers; member += 91) {
      const WhyAnswers why = Why(texts, member, at);
      ASSERT_THAT(why.answers, SizeIs(texts.size()));
      for (size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(why.answers[i].nodes[0].verdict.selected, lists[i].contains(member))
            << texts[i] << " of member " << member << ", seed " << seed;
      }
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(WhyTest, SaysWhatTheMemberHasAndWhereEachNodeStands) {
  ASSERT_NO_FATAL_FAILURE(Save("grown", "age >= 0 AND HAS city"));
  const auto with_age = static_cast<index::Ordinal>(
      std::find_if(facts_.begin() + 500, facts_.end(),
                   [](const Facts& facts) { return !facts.at("age").empty() && facts.at("city").empty(); }) -
      facts_.begin());
  const std::string text = "NOT SEGMENT 'grown' AND (city = '上海' AS OF 2025-12-31)";
  const WhyAnswers why = Why({text}, with_age, Now());
  std::vector<std::string> shown;
  for (const WhyNode& node : why.answers[0].nodes) {
    shown.push_back(absl::StrCat(node.level, " ", node.text, node.segment.empty() ? "" : " in ", node.segment,
                                 " @", node.span.offset, node.as_of.has_value() ? " then" : ""));
  }
  EXPECT_THAT(shown, ElementsAre("0 AND @0", "1 NOT @0", "2 SEGMENT 'grown' @4", "3 AND in grown @0",
                                 "4 age >= 0 in grown @0", "4 HAS city in grown @13",
                                 "1 AS OF 2025-12-31 @25 then", "2 city = '上海' @25 then"));
  const std::vector<WhyNode>& nodes = why.answers[0].nodes;
  ASSERT_THAT(nodes[4].tags, SizeIs(1));
  ASSERT_THAT(why.tags.at(nodes[4].tags[0]).values, SizeIs(1));
  EXPECT_EQ(why.tags.at(nodes[4].tags[0]).values[0].text, facts_[with_age].at("age"));
  EXPECT_THAT(why.tags.at(nodes[5].tags[0]).values, IsEmpty());
  EXPECT_FALSE(nodes[5].verdict.unknown);  // HAS is never unknown
  EXPECT_TRUE(why.today == kToday);
}

TEST_F(WhyTest, ASumHasAllItsTagsOnce) {
  const WhyAnswers why = Why({"age - 2 * price + age > 3"}, 510, Now());
  ASSERT_THAT(why.answers[0].nodes, SizeIs(1));
  EXPECT_EQ(why.answers[0].nodes[0].text, "age - 2 * price + age > 3");
  EXPECT_THAT(why.answers[0].nodes[0].tags, SizeIs(2));
  EXPECT_EQ(why.answers[0].nodes[0].verdict.unknown,
            facts_[510].at("age").empty() || facts_[510].at("price").empty());
}

// A list is true or false of a member, never unknown: also of one who joined after it was loaded, and of a
// date before the member joined.
TEST_F(WhyTest, AListHoldsAMemberOrDoesNot) {
  const std::string ids[] = {"m00000001", "m00000800", "nobody"};
  const auto load = population_->BeginListLoad({"l", false});
  ASSERT_THAT(load, IsOk());
  ASSERT_THAT((*load)->Feed({std::vector<std::string_view>(std::begin(ids), std::end(ids))}), IsOk());
  ASSERT_THAT((*load)->Commit(std::size(ids), WorkBudget::Unlimited()), IsOk());
  const std::string text = "LIST 'l' OR NOT (LIST 'l' AS OF 2025-12-05) AND NOT vip";
  const auto selected = [](const WhyNode& node) {
    EXPECT_FALSE(node.verdict.unknown) << node.text;
    return node.verdict.selected;
  };
  struct Case {
    index::Ordinal member;
    bool listed, listed_then;
    std::string fact_then;  // none of a date before the member joined
  };
  for (const Case& each : {Case{0, true, true, "is in the list"}, Case{1, false, false, "is not in the list"},
                           Case{799, true, false, ""}}) {
    const WhyAnswers why = Why({text}, each.member, Now());
    const std::vector<WhyNode>& nodes = why.answers[0].nodes;
    ASSERT_THAT(nodes, SizeIs(8));
    EXPECT_EQ(nodes[1].text, "LIST 'l'");
    EXPECT_THAT(nodes[1].tags, IsEmpty());
    EXPECT_EQ(selected(nodes[1]), each.listed) << each.member;
    EXPECT_EQ(nodes[5].text, "LIST 'l'");
    EXPECT_EQ(selected(nodes[5]), each.listed_then) << each.member;
    EXPECT_TRUE(nodes[5].as_of == absl::CivilDay(2025, 12, 5));
    EXPECT_EQ(nodes[1].fact, each.listed ? "is in the list" : "is not in the list") << each.member;
    EXPECT_EQ(nodes[5].fact, each.fact_then) << each.member;
    EXPECT_EQ(Why({"LIST 'l'"}, each.member, Then()).answers[0].nodes[0].fact, each.fact_then) << each.member;
    EXPECT_EQ(nodes[0].verdict.selected, Selected(text, Now()).contains(each.member));
  }
}

// The bucket is that of rule 13c, whether the clause selects it or not, and whatever form the salt is written
// in.
TEST_F(WhyTest, ABucketClauseSaysTheMembersBucket) {
  ASSERT_NO_FATAL_FAILURE(Save("split", "BUCKET('spring', 0, 4999)"));
  const std::string text =
      "BUCKET('spring', 0, 4999) AND NOT BUCKET('e\u0301', 9, 1) OR SEGMENT 'split' OR NOT vip";
  for (const index::Ordinal member : {0u, 7u, 999u}) {
    const std::string id = absl::StrFormat("m%08d", member + 1);  // as FactDatabase names them
    const auto bucket_of = [&id](const std::string& salt) { return index::BucketFinder(salt).BucketOf(id); };
    const WhyAnswers why = Why({text}, member, Now());
    std::vector<std::string> facts;
    for (const WhyNode& node : why.answers[0].nodes) {
      if (!node.fact.empty()) facts.push_back(node.fact);
      if (node.text == "BUCKET ('spring', 0, 4999)") {
        EXPECT_EQ(node.verdict.selected, bucket_of("spring") < 5'000) << id;
      }
    }
    const std::string spring = absl::StrCat("is in bucket ", bucket_of("spring"));
    EXPECT_THAT(facts, ElementsAre(spring, absl::StrCat("is in bucket ", bucket_of("\u00e9")), spring)) << id;
  }
}

TEST_F(WhyTest, AMemberWhoJoinedLaterIsInNoSetOfADate) {
  const WhyAnswers why = Why({"EVERYONE", "NOT vip", "NOT NOBODY OR vip"}, kMembers - 1, Then());
  for (const WhyAnswer& answer : why.answers) EXPECT_FALSE(answer.nodes[0].verdict.selected);
  EXPECT_GT(why.first_date, kEarlier);
  EXPECT_TRUE(Why({"EVERYONE"}, 0, Then()).answers[0].nodes[0].verdict.selected);
}

TEST_F(WhyTest, ProblemsAreThoseOfACountAndNodesAreBounded) {
  const WhyAnswers why = Why({"vip", "cty = 'x'"}, 0, Now());
  EXPECT_THAT(why.answers[0].problems, IsEmpty());
  ASSERT_THAT(why.answers[1].problems, SizeIs(1));
  EXPECT_THAT(why.answers[1].problems[0].message, HasSubstr("did you mean city?"));
  const Wording wordings[] = {{"vip AND HAS city"}, {"NOT vip"}};
  EXPECT_THAT(ExplainMember(wordings, 0, Now(), WorkBudget::Unlimited(), {.max_nodes = 5}), IsOk());
  EXPECT_THAT(ExplainMember(wordings, 0, Now(), WorkBudget::Unlimited(), {.max_nodes = 4}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 4 conditions")));
  WorkBudget none(nullptr, {.values = 0});
  EXPECT_THAT(ExplainMember({{"city = '上海'"}}, 0, Now(), none), testing::Not(IsOk()));
  EXPECT_TRUE(none.ran_out());
}

}  // namespace
}  // namespace muster::query
