#include "server/answers/parse_answer.h"

#include "absl/strings/str_cat.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ParseAnswerTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::ParseExpressionRequest Text(const std::string& text, const std::string& population = "") {
    v1::ParseExpressionRequest request;
    request.mutable_expression()->set_text(text);
    request.set_population(population);
    return request;
  }
  v1::ParseExpressionResponse Parse(const v1::ParseExpressionRequest& request) {
    const auto parsed = Answer(&ParseExpression, request);
    EXPECT_THAT(parsed, IsOk());
    return parsed.ok() ? *parsed : v1::ParseExpressionResponse();
  }
};

TEST_F(ParseAnswerTest, ParseExpressionTurnsATextIntoATreeAndBack) {
  const v1::ParseExpressionResponse parsed = Parse(Text("(vip) and not (city in ('y', 'x', 'x'))"));
  EXPECT_EQ(parsed.text(), "vip AND NOT city IN ('y', 'x', 'x')");
  EXPECT_EQ(parsed.canonical(), "NOT city IN ('x', 'y') AND vip");
  ASSERT_THAT(parsed.tree().all_of().operands(), SizeIs(2));
  EXPECT_EQ(parsed.tree().all_of().operands(0).flag().tag(), "vip");
  EXPECT_THAT(parsed.tree().all_of().operands(1).negated().membership().literals(), SizeIs(3));
  EXPECT_THAT(parsed.problems(), IsEmpty());
  v1::ParseExpressionRequest back;
  *back.mutable_expression()->mutable_tree() = parsed.tree();
  EXPECT_EQ(Parse(back).text(), parsed.text());
  EXPECT_EQ(Parse(back).canonical(), parsed.canonical());
  EXPECT_EQ(Parse(back).tree().SerializeAsString(), parsed.tree().SerializeAsString());
}

TEST_F(ParseAnswerTest, ParseExpressionListsWhatIsWrongWithAText) {
  const v1::ParseExpressionResponse parsed = Parse(Text("vip AND\n  城市 == "));
  EXPECT_FALSE(parsed.has_tree());
  EXPECT_EQ(parsed.text(), "");
  ASSERT_FALSE(parsed.problems().empty());
  const v1::ParseProblem& problem = parsed.problems(0);
  EXPECT_EQ(problem.path(), "expression.text");
  EXPECT_NE(problem.message(), "");
  EXPECT_EQ(problem.problem().reason(), v1::ERROR_REASON_SYNTAX);
  EXPECT_EQ(problem.problem().line(), 2);
  EXPECT_GE(problem.problem().column(), 6);
  EXPECT_GE(problem.problem().offset(), 17) << "bytes of UTF-8, of which a Chinese character has three";
}

TEST_F(ParseAnswerTest, ParseExpressionLooksNamesUpOnlyInAPopulation) {
  const std::string text = "cty = 'x' AND age = 'old'";
  EXPECT_THAT(Parse(Text(text)).problems(), IsEmpty());
  const v1::ParseExpressionResponse parsed = Parse(Text(text, "p"));
  EXPECT_EQ(parsed.text(), text) << "its form is right";
  EXPECT_TRUE(parsed.has_tree());
  ASSERT_THAT(parsed.problems(), SizeIs(2));
  EXPECT_EQ(parsed.problems(0).problem().reason(), v1::ERROR_REASON_UNKNOWN_TAG);
  EXPECT_THAT(parsed.problems(0).problem().nearest(), ElementsAre("city"));
  EXPECT_EQ(parsed.problems(0).problem().offset(), 0);
  EXPECT_EQ(parsed.problems(0).problem().length(), 3);
  EXPECT_EQ(parsed.problems(1).problem().reason(), v1::ERROR_REASON_WRONG_TYPE);
  // Of a tree, the path of the node.
  v1::ParseExpressionRequest tree = Text("", "p");
  *tree.mutable_expression()->mutable_tree() = parsed.tree();
  const v1::ParseExpressionResponse of_tree = Parse(tree);
  ASSERT_THAT(of_tree.problems(), SizeIs(2));
  EXPECT_EQ(of_tree.problems(1).path(), "expression.tree.all_of.operands[1].comparison");
  EXPECT_EQ(of_tree.problems(1).problem().offset(), -1);
}

TEST_F(ParseAnswerTest, ParseExpressionWarnsAndNotices) {
  const v1::ParseExpressionResponse parsed = Parse(Text("city = 'z'", "p"));
  EXPECT_THAT(parsed.problems(), IsEmpty());
  ASSERT_THAT(parsed.warnings(), SizeIs(1));
  EXPECT_EQ(parsed.warnings(0).reason(), v1::WARNING_REASON_UNKNOWN_VALUE);
  EXPECT_EQ(parsed.warnings(0).offset(), 7);
  EXPECT_THAT(Parse(Text("NOT vip AS OF 2026-11-01")).notices(), SizeIs(1));
}

TEST_F(ParseAnswerTest, ParseExpressionGivesWhatIsTooDeepForATreeAsText) {
  std::string text = "vip";
  for (int i = 0; i < 60; ++i) text = absl::StrCat(i % 2 == 0 ? "NOT (vip OR " : "(vip AND ", text, ")");
  const v1::ParseExpressionResponse parsed = Parse(Text(text));
  EXPECT_FALSE(parsed.has_tree());
  EXPECT_NE(parsed.text(), "");
  EXPECT_THAT(parsed.problems(), IsEmpty());
  EXPECT_THAT(parsed.notices(), ElementsAre(HasSubstr("a tree has at most 40")));
  EXPECT_EQ(Parse(Text(parsed.text())).canonical(), parsed.canonical());
}

TEST_F(ParseAnswerTest, ParseExpressionRefusesAWrongRequest) {
  EXPECT_EQ(FieldOf(Answer(&ParseExpression, v1::ParseExpressionRequest()).status()), "expression");
  EXPECT_EQ(ReasonOf(Answer(&ParseExpression, Text("vip AND", "q")).status()), "UNKNOWN_POPULATION");
  v1::ParseExpressionRequest day = Text("vip", "p");
  day.set_today("2026-02-30");
  EXPECT_EQ(FieldOf(Answer(&ParseExpression, day).status()), "today");
  v1::ParseExpressionRequest tree;
  tree.mutable_expression()->mutable_tree()->mutable_all_of();
  EXPECT_EQ(FieldOf(Answer(&ParseExpression, tree).status()), "expression.tree.all_of.operands");
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(Answer(&ParseExpression, Text("vip"), unwanted), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::server
