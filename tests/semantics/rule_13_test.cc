// Rule 13: equal expressions have one canonical text.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kRecords[] = "id,vip,city,age\na,1,X,1\nb,0,Y,2\n";
constexpr char kSchema[] =
    "tags:\n  - {name: vip, kind: FLAG}\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n";

TEST(Rule13, EqualSetsOfClausesHaveOneCanonicalText) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const std::vector<std::vector<std::string>> equal = {
      {"vip AND city = 'X'", "city = \"X\" and vip", "(vip) AND ((city='X'))", "vip AND city = 'X' AND vip",
       "city ＝ “X” AND `vip`"},
      {"vip OR (city = 'X' OR age > 1)", "age>1 OR city='X' OR vip", "(age > 1 OR vip) OR city = 'X'"},
      {"city IN ('X', 'Y')", "city IN ('Y','X')", "city IN ('Y', 'X', 'Y')"},
      {"AT LEAST 2 OF (vip, age = 1, city = 'X')", "at least 2 of (city='X', vip, age=1)"},
      {"NOT (vip AND age = 1)", "NOT (age = 1 AND vip)"},
  };
  for (const auto& texts : equal) {
    const std::string canonical = server.CanonicalOf(texts[0]);
    for (const std::string& text : texts) EXPECT_EQ(server.CanonicalOf(text), canonical) << text;
    // It is an expression of its own canonical form, and selects the same.
    EXPECT_EQ(server.CanonicalOf(canonical), canonical);
    EXPECT_EQ(server.IdsOf(canonical), server.IdsOf(texts[0])) << canonical;
  }
}

TEST(Rule13, DifferentSetsHaveDifferentTexts) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const std::vector<std::pair<std::string, std::string>> different = {
      {"AT LEAST 2 OF (vip, vip, age = 1)", "AT LEAST 2 OF (vip, age = 1)"},
      {"city != 'X'", "NOT city = 'X'"},
      {"vip AND (city = 'X' OR age = 1)", "vip AND city = 'X' OR age = 1"},
      {"city = 'X'", "city = 'x'"},
      {"age NOT IN (1)", "NOT age IN (1)"},
  };
  for (const auto& [one, other] : different)
    EXPECT_NE(server.CanonicalOf(one), server.CanonicalOf(other)) << one;
}

TEST(Rule13, ReceiptsAndExplanationsCarryIt) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  muster::v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("city='X' and vip", answer), IsOk());
  EXPECT_EQ(answer.receipt().expression(), server.CanonicalOf("vip AND city = 'X'"));
  EXPECT_EQ(answer.receipt().count(), answer.count());
  const Finished explained = server.Count("city='X' and vip", {"--explain"});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out + explained.err, HasSubstr(answer.receipt().expression()));
}

TEST(Rule13, TheReceiptsSnapshotGivesTheSameNumberAgain) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  muster::v1::CountMembersResponse before;
  ASSERT_THAT(server.Ask("city = 'X' OR NOT vip", before), IsOk());
  server.MustLoad("id,vip,city,age\nb,1,,\nc,1,X,1\n", kSchema);
  muster::v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(before.receipt().expression());
  request.set_snapshot(before.receipt().snapshot());
  request.set_today(before.receipt().today());
  muster::v1::CountMembersResponse again;
  grpc::ClientContext context;
  const grpc::Status status = server.queries().CountMembers(&context, request, &again);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(again.count(), 2u);
  EXPECT_EQ(again.population_member_count(), 2u);
  EXPECT_EQ(server.CountOf("city = 'X' OR NOT vip"), 2);  // now a and c
  EXPECT_EQ(server.IdsOf("city = 'X' OR NOT vip"), "a c");
}

TEST(Rule13, ASavedExpressionKeepsTheAuthorsTextAndACanonicalText) {
  TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const std::string text = "vip and # loyal\n city='X'";
  ASSERT_EQ(server.Cli({"segments", "-p", "p", "create", "loyal", text}).exit_code, 0);
  server.Restart();
  const Finished shown = server.Cli({"segments", "-p", "p", "show", "loyal", "--format", "json"});
  EXPECT_THAT(shown.out, HasSubstr("\"vip and # loyal\\n city='X'\"")) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("\"canonical\": \"city = 'X' AND vip\""));
  // Its remark ends with it, as its OR would.
  EXPECT_EQ(server.IdsOf("SEGMENT 'loyal' AND age = 1"), "a");
  EXPECT_EQ(server.IdsOf("NOT SEGMENT 'loyal'"), "b");
}

}  // namespace
}  // namespace muster::testing
