#include "server/wire/expressions/problem_messages.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "query/language/parser.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_decoder.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::muster::testing::RpcDetails;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

query::Problem ProblemAt(int32_t offset, index::Reason reason, std::string message) {
  query::Problem problem;
  problem.reason = reason;
  problem.message = std::move(message);
  problem.span.offset = offset;
  problem.span.length = offset < 0 ? 0 : 1;
  return problem;
}

query::Problem ProblemOfNode(int32_t node, index::Reason reason) {
  query::Problem problem;
  problem.reason = reason;
  problem.message = "Something is so.";
  problem.span.node = node;
  return problem;
}

v1::ExpressionSource TextSource(std::string text) {
  v1::ExpressionSource source;
  source.set_text(std::move(text));
  return source;
}

v1::ExpressionSource TreeSource(const std::string& tree) {
  v1::ExpressionSource source;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(tree, source.mutable_tree())) << tree;
  return source;
}

// 0 all_of · 1 flag · 2 any_of · 3 negated · 4 presence · 5 at_least · 6 membership · 7 as_of · 8 comparison
v1::ExpressionSource DeepTree() {
  return TreeSource(
      "all_of { operands { flag { tag: 'a' } }"
      "         operands { any_of { operands { negated { presence { tag: 'b' } } }"
      "                             operands { at_least { count: 1 operands { membership { tag: 'c' mode: "
      "MEMBERSHIP_MODE_ANY literals { text: 'x' } } } } } } }"
      "         operands { as_of { date: '2026-01-31' operand { comparison { tag: 'd' operator: "
      "COMPARISON_OPERATOR_EQUAL literal { number: '1' } } } } } }");
}

TEST(ProblemMessagesTest, ProblemsOfATextHaveTheirPlaceInBytesAndInCharacters) {
  const std::string text = "性别 = 'f'\nAND 城 (";
  const auto last = static_cast<int32_t>(text.size()) - 1;
  query::Problem unknown = ProblemAt(0, index::Reason::kUnknownTag, "There is no tag `性别`.");
  unknown.span.length = 6;
  unknown.about = {.tag = "性别", .nearest = {"性别码", "年龄"}};
  const google::rpc::Status status =
      ToRpcStatus(ProblemsError("expression", TextSource(text),
                                {unknown, ProblemAt(last, index::Reason::kSyntax, "It is not closed.")}));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status.message(), HasSubstr("line 1, column 1"));
  EXPECT_THAT(status.message(), HasSubstr("2 problems"));
  const RpcDetails details = DetailsOf(status);
  EXPECT_EQ(details.info.reason(), "UNKNOWN_TAG");
  EXPECT_EQ(details.info.metadata().at("tag"), "性别");
  EXPECT_EQ(details.info.metadata().at("nearest"), "性别码");
  EXPECT_EQ(details.info.metadata().count("value"), 0u);
  ASSERT_THAT(details.bad.field_violations(), SizeIs(2));
  EXPECT_EQ(details.bad.field_violations(0).field(), "expression.text:1:1");
  EXPECT_EQ(details.bad.field_violations(1).field(), "expression.text:2:7");
  EXPECT_EQ(details.bad.field_violations(1).description(), "It is not closed.");
  ASSERT_THAT(details.problems.problems(), SizeIs(2));
  const v1::ExpressionProblem& first = details.problems.problems(0);
  EXPECT_EQ(first.reason(), v1::ERROR_REASON_UNKNOWN_TAG);
  EXPECT_EQ(first.offset(), 0);
  EXPECT_EQ(first.length(), 6);
  EXPECT_THAT(first.nearest(), ElementsAre("性别码", "年龄"));
  const v1::ExpressionProblem& second = details.problems.problems(1);
  EXPECT_EQ(second.reason(), v1::ERROR_REASON_SYNTAX);
  EXPECT_EQ(second.offset(), last);
  EXPECT_EQ(second.line(), 2);
  EXPECT_EQ(second.column(), 7);
}

TEST(ProblemMessagesTest, ProblemsOfATreeNameTheirNode) {
  const v1::ExpressionSource tree = DeepTree();
  std::vector<query::Problem> problems;
  for (int32_t node = 0; node < 9; ++node) problems.push_back(ProblemOfNode(node, index::Reason::kWrongType));
  problems.push_back(ProblemOfNode(-1, index::Reason::kWrongType));
  const RpcDetails details = DetailsOf(ToRpcStatus(ProblemsError("expression", tree, problems)));
  std::vector<std::string> fields;
  for (const auto& violation : details.bad.field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields,
              ElementsAre("expression.tree.all_of", "expression.tree.all_of.operands[0].flag",
                          "expression.tree.all_of.operands[1].any_of",
                          "expression.tree.all_of.operands[1].any_of.operands[0].negated",
                          "expression.tree.all_of.operands[1].any_of.operands[0].negated.presence",
                          "expression.tree.all_of.operands[1].any_of.operands[1].at_least",
                          "expression.tree.all_of.operands[1].any_of.operands[1].at_least.operands[0]."
                          "membership",
                          "expression.tree.all_of.operands[2].as_of",
                          "expression.tree.all_of.operands[2].as_of.operand.comparison", "expression.tree"));
  EXPECT_EQ(details.problems.problems(3).offset(), -1);
  EXPECT_EQ(details.problems.problems(3).line(), 0);
}

// The decoder numbers nodes as the paths do.
TEST(ProblemMessagesTest, TheDecoderGivesEachNodeItsNumber) {
  const v1::ExpressionSource tree = DeepTree();
  const auto decoded = DecodeExpression(tree.tree(), "expression.tree");
  ASSERT_THAT(decoded, IsOk());
  const query::Expression& root = **decoded;
  EXPECT_EQ(root.span.node, 0);
  EXPECT_EQ(root.operands[0]->tag_span.node, 1);
  const query::Expression& any = *root.operands[1];
  EXPECT_EQ(any.span.node, 2);
  EXPECT_EQ(any.operands[0]->span.node, 3);
  EXPECT_EQ(any.operands[0]->operands[0]->tag_span.node, 4);
  EXPECT_EQ(any.operands[1]->span.node, 5);
  EXPECT_EQ(any.operands[1]->operands[0]->literals[0].span.node, 6);
  EXPECT_EQ(root.operands[2]->literals[0].span.node, 7);
  EXPECT_EQ(root.operands[2]->operands[0]->span.node, 8);
}

TEST(ProblemMessagesTest, WarningsSayThePlaceAndTheirSubject) {
  const std::string text = "城市 = '上海'\n  OR city = 'X'";
  query::Problem warning = ProblemAt(static_cast<int32_t>(text.find("'X'")), index::Reason::kUnknownValue,
                                     "No member has the value.");
  warning.span.length = 3;
  warning.about = {.tag = "city", .value = "X", .nearest = {"Y"}};
  v1::CountMembersResponse answer;
  EncodeWarnings("expression", TextSource(text), {warning}, *answer.mutable_warnings());
  EncodeWarnings("expressions[7].expression", DeepTree(), {ProblemOfNode(8, index::Reason::kEmptyValue)},
                 *answer.mutable_warnings());
  ASSERT_THAT(answer.warnings(), SizeIs(2));
  const v1::Warning& in_text = answer.warnings(0);
  EXPECT_EQ(in_text.offset(), warning.span.offset);
  EXPECT_EQ(in_text.length(), 3);
  EXPECT_EQ(in_text.line(), 2);
  EXPECT_EQ(in_text.column(), 13);
  EXPECT_EQ(in_text.path(), "expression.text");
  EXPECT_EQ(in_text.reason(), v1::WARNING_REASON_UNKNOWN_VALUE);
  EXPECT_EQ(in_text.tag(), "city");
  EXPECT_EQ(in_text.value(), "X");
  EXPECT_THAT(in_text.nearest(), ElementsAre("Y"));
  const v1::Warning& in_tree = answer.warnings(1);
  EXPECT_EQ(in_tree.offset(), -1);
  EXPECT_EQ(in_tree.line(), 0);
  EXPECT_EQ(in_tree.path(), "expressions[7].expression.tree.all_of.operands[2].as_of.operand.comparison");
  EXPECT_EQ(in_tree.reason(), v1::WARNING_REASON_EMPTY_VALUE);
}

TEST(ProblemMessagesTest, OnlyWhatIsWrongOutweighsWhatIsUnimplemented) {
  const v1::ExpressionSource text = TextSource("SEGMENT 'a' AND x");
  const auto later = ProblemAt(0, index::Reason::kUnimplemented, "Segments come later.");
  const auto wrong = ProblemAt(16, index::Reason::kUnknownTag, "There is no tag `x`.");
  EXPECT_THAT(ToRpcStatus(ProblemsError("expression", text, {later})),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(DetailsOf(ToRpcStatus(ProblemsError("expression", text, {later}))).info.reason(),
            "UNIMPLEMENTED");
  const google::rpc::Status both = ToRpcStatus(ProblemsError("expression", text, {later, wrong}));
  EXPECT_THAT(both, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(DetailsOf(both).info.reason(), "UNKNOWN_TAG");
}

// The list ends at its limit, and the search for problems with it: their number is not known.
TEST(ProblemMessagesTest, AFullListIsNotCalledAllProblems) {
  std::vector<query::Problem> problems;
  for (int32_t i = 0; i < static_cast<int32_t>(query::kMaxProblems); ++i) {
    problems.push_back(ProblemAt(i, index::Reason::kSyntax, "Wrong."));
  }
  const v1::ExpressionSource text = TextSource(std::string(30, '$'));
  EXPECT_THAT(std::string(ProblemsError("expression", text, problems).message()),
              HasSubstr("Wrong. (the first of 20 problems that are listed)"));
  problems.pop_back();
  EXPECT_THAT(std::string(ProblemsError("expression", text, problems).message()),
              HasSubstr("Wrong. (19 problems in all)"));
}

TEST(ProblemMessagesTest, TrailersStaySmallWhateverTheProblemsSay) {
  const v1::ExpressionSource text = TextSource(std::string(3'000'000, 'x'));
  std::string long_message;
  for (int i = 0; i < 5'000; ++i) long_message += "标签";
  std::vector<query::Problem> problems;
  for (int i = 0; i < 30; ++i) {
    problems.push_back(ProblemAt(i, index::Reason::kSyntax, long_message));
    problems.back().about = {long_message, long_message, {long_message, long_message, long_message}, 1};
  }
  const google::rpc::Status encoded = ToRpcStatus(ProblemsError("expression", text, problems));
  EXPECT_LE(encoded.ByteSizeLong() * 4 / 3, kMaxEncodedDetailsBytes);
  const RpcDetails details = DetailsOf(encoded);
  EXPECT_GE(details.bad.field_violations_size(), 1);
  EXPECT_LE(details.problems.problems_size(), details.bad.field_violations_size());
  EXPECT_EQ(details.info.metadata().size(), 4u);
}

// A path is never cut: a builder follows it.
TEST(ProblemMessagesTest, ThePathOfTheDeepestNodeIsWhole) {
  v1::ExpressionSource source;
  v1::Expression* node = source.mutable_tree();
  std::string path = "expression.tree";
  for (int depth = 1; depth < 40; ++depth) {
    node->mutable_at_least()->set_count(1);
    node = node->mutable_at_least()->add_operands();
    path += ".at_least.operands[0]";
  }
  node->mutable_flag()->set_tag("x");
  query::Problem problem = ProblemOfNode(39, index::Reason::kUnknownTag);
  problem.about.nearest = {std::string(200, 'y'), std::string(200, 'z'), std::string(200, 'y')};
  const RpcDetails details = DetailsOf(ToRpcStatus(ProblemsError("expression", source, {problem})));
  EXPECT_EQ(details.bad.field_violations(0).field(), path + ".flag");
  EXPECT_EQ(details.info.metadata().at("nearest"), std::string(200, 'y'));
}

}  // namespace
}  // namespace muster::server
