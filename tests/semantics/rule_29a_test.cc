// Rule 29a: the places of problems and warnings, and their details for programs.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "muster/v1/error.pb.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSchema[] =
    "tags:\n  - {name: 城市, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n  - {name: vip, kind: FLAG}\n";
constexpr char kRecords[] = "id,城市,age,vip\na,上海,30,1\nb,北京,40,0\n";

struct Details {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  v1::ExpressionProblems problems;
};

Details DetailsOf(const grpc::Status& status) {
  google::rpc::Status rpc;
  EXPECT_TRUE(rpc.ParseFromString(status.error_details()));
  Details details;
  for (const google::protobuf::Any& any : rpc.details())
    any.UnpackTo(&details.info) || any.UnpackTo(&details.bad) || any.UnpackTo(&details.problems);
  EXPECT_EQ(details.bad.field_violations_size(), details.problems.problems_size());
  return details;
}

v1::CountMembersRequest Request() {
  v1::CountMembersRequest request;
  request.set_population("p");
  return request;
}

grpc::Status Count(const TinyServer& server, const v1::CountMembersRequest& request,
                   v1::CountMembersResponse& answer) {
  grpc::ClientContext context;
  return server.queries().CountMembers(&context, request, &answer);
}

void SetEqual(v1::Expression& node, const std::string& tag, const std::string& text) {
  node.mutable_comparison()->set_tag(tag);
  node.mutable_comparison()->set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
  node.mutable_comparison()->mutable_literal()->set_text(text);
}

// Errors and warnings at the same places: after two lines, and after characters of three bytes.
TEST(Rule29a, PlacesAreBytesAndCharactersInErrorsAndInWarningsAlike) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const std::string before = "# 你好\n城市 = '上海'\n  AND 城市 = ";
  const std::string text = before + "'上每'";
  v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask(text, answer), IsOk());
  ASSERT_THAT(answer.warnings(), SizeIs(1));
  const v1::Warning& warning = answer.warnings(0);
  EXPECT_EQ(warning.offset(), static_cast<int>(before.size()));
  EXPECT_EQ(warning.length(), 8);
  EXPECT_EQ(warning.line(), 3);
  EXPECT_EQ(warning.column(), 12);
  EXPECT_EQ(warning.path(), "expression.text");
  EXPECT_EQ(warning.reason(), v1::WARNING_REASON_UNKNOWN_VALUE);
  EXPECT_EQ(warning.tag(), "城市");
  EXPECT_EQ(warning.value(), "上每");
  EXPECT_THAT(warning.nearest(), ElementsAre("上海"));

  const Details details = DetailsOf(server.Ask(before + "2026-01-31 OR agee > 3", answer));
  EXPECT_EQ(details.info.reason(), "WRONG_TYPE");
  EXPECT_EQ(details.info.metadata().at("tag"), "城市");
  EXPECT_EQ(details.info.metadata().at("value"), "2026-01-31");
  ASSERT_THAT(details.problems.problems(), SizeIs(2));
  EXPECT_EQ(details.bad.field_violations(0).field(), "expression.text:3:12");
  const v1::ExpressionProblem& wrong_type = details.problems.problems(0);
  EXPECT_EQ(wrong_type.offset(), static_cast<int>(before.size()));
  EXPECT_EQ(wrong_type.length(), 10);
  EXPECT_EQ(wrong_type.line(), 3);
  EXPECT_EQ(wrong_type.column(), 12);
  const v1::ExpressionProblem& unknown = details.problems.problems(1);
  EXPECT_EQ(unknown.reason(), v1::ERROR_REASON_UNKNOWN_TAG);
  EXPECT_EQ(unknown.tag(), "agee");
  EXPECT_THAT(unknown.nearest(), ElementsAre("age"));
  EXPECT_EQ(unknown.column(), 26);
}

TEST(Rule29a, MetadataSayTheTagTheNearestAndTheLimit) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  v1::CountMembersResponse answer;
  const auto metadata = [&](const std::string& text) {
    return DetailsOf(server.Ask(text, answer)).info.metadata();
  };
  EXPECT_EQ(metadata("agee > 3").at("tag"), "agee");
  EXPECT_EQ(metadata("agee > 3").at("nearest"), "age");
  EXPECT_EQ(metadata("agee > 3").count("limit"), 0u);
  EXPECT_EQ(metadata("age > 'old'").at("value"), "old");
  std::string many = "age IN (0";
  for (int i = 0; i < 65'536; ++i) many += ",1";
  EXPECT_EQ(metadata(many + ")").at("limit"), "65536");
  EXPECT_EQ(metadata("城市 = '" + std::string(401, 'x') + "'").at("limit"), "400");
  EXPECT_EQ(metadata(std::string(201, '(') + "vip" + std::string(201, ')')).at("limit"), "200");
}

// Each node of a tree that is wrong or is warned of has its path, so that a builder can mark the rule.
TEST(Rule29a, NodesOfATreeAreNamedByTheirPath) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  v1::CountMembersRequest request = Request();
  v1::Expression& tree = *request.mutable_expression()->mutable_tree();
  tree.mutable_all_of()->add_operands()->mutable_flag()->set_tag("vipp");
  v1::Expression& either = *tree.mutable_all_of()->add_operands();
  SetEqual(*either.mutable_any_of()->add_operands(), "age", "old");
  SetEqual(*either.mutable_any_of()->add_operands()->mutable_negated(), "ag", "x");
  v1::Expression& some = *tree.mutable_all_of()->add_operands();
  some.mutable_at_least()->set_count(1);
  some.mutable_at_least()->add_operands()->mutable_flag()->set_tag("城市");
  v1::CountMembersResponse answer;
  const Details details = DetailsOf(Count(server, request, answer));
  std::vector<std::string> fields;
  for (const auto& violation : details.bad.field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("expression.tree.all_of.operands[0].flag",
                                  "expression.tree.all_of.operands[1].any_of.operands[0].comparison",
                                  "expression.tree.all_of.operands[1].any_of.operands[1].negated.comparison",
                                  "expression.tree.all_of.operands[2].at_least.operands[0].flag"));
  EXPECT_EQ(details.info.metadata().at("tag"), "vipp");
  EXPECT_EQ(details.problems.problems(1).reason(), v1::ERROR_REASON_WRONG_TYPE);
  EXPECT_EQ(details.problems.problems(1).offset(), -1);

  request.mutable_expression()->mutable_tree()->Clear();
  v1::Expression& both = *request.mutable_expression()->mutable_tree();
  both.mutable_all_of()->add_operands()->mutable_flag()->set_tag("vip");
  SetEqual(*both.mutable_all_of()->add_operands(), "城市", "上每");
  v1::Range& range = *both.mutable_all_of()->add_operands()->mutable_range();
  range.set_tag("age");
  range.mutable_low()->set_number("9");
  range.mutable_high()->set_number("1");
  ASSERT_THAT(Count(server, request, answer), IsOk());
  ASSERT_THAT(answer.warnings(), SizeIs(2));
  EXPECT_EQ(answer.warnings(0).path(), "expression.tree.all_of.operands[1].comparison");
  EXPECT_EQ(answer.warnings(0).tag(), "城市");
  EXPECT_EQ(answer.warnings(1).path(), "expression.tree.all_of.operands[2].range");
  EXPECT_EQ(answer.warnings(1).reason(), v1::WARNING_REASON_REVERSED_RANGE);
  EXPECT_EQ(answer.warnings(1).offset(), -1);
}

TEST(Rule29a, TheJsonOfABatchSaysTheLinesOfTheFile) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const Finished batch = server.Cli({"count", "-p", "p", "--batch", "-", "--format", "json"},
                                    "# rules\nvip\n\nvipp\nage > 30 # years\n");
  EXPECT_EQ(batch.exit_code, 1);
  google::protobuf::Struct json;
  ASSERT_THAT(google::protobuf::util::JsonStringToMessage(batch.out, &json), IsOk()) << batch.out;
  const auto& results = json.fields().at("results").list_value().values();
  ASSERT_EQ(results.size(), 3);
  const std::vector<int> lines = {2, 4, 5};
  for (int i = 0; i < 3; ++i) {
    const auto& fields = results[i].struct_value().fields();
    EXPECT_EQ(fields.at("line").number_value(), lines[static_cast<size_t>(i)]) << batch.out;
    EXPECT_EQ(fields.count("error"), i == 1 ? 1u : 0u) << batch.out;
  }
}

// A receipt holds the tags of its own expression: of another one it can't say that it doesn't exist.
TEST(Rule29a, ATagThatOnlyTheReceiptLacksIsSaidToBeThere) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("vip", answer), IsOk());
  const std::string snapshot = answer.receipt().snapshot();
  EXPECT_EQ(server.Count("vip", {"--snapshot", snapshot}).out, "1\n");
  const Finished other = server.Count("vip AND age > 3", {"--snapshot", snapshot});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("There is a tag age, but the receipt's snapshot"));
  EXPECT_THAT(other.err, HasSubstr("ask without --snapshot"));
  const Finished none = server.Count("vip AND wealth > 3", {"--snapshot", snapshot});
  EXPECT_THAT(none.err, HasSubstr("There is no tag wealth"));
}

}  // namespace
}  // namespace muster::testing
