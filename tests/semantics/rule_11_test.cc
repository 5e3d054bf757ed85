// Rule 11: thresholds.
#include <limits>

#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

TEST(Rule11, AtLeastCountsItsOperands) {
  const TinyServer server;
  server.MustLoad(
      "id,vip,x,y\na,1,1,1\nb,1,1,0\nc,0,0,1\nd,,,\n",
      "tags:\n  - {name: vip, kind: FLAG}\n  - {name: x, kind: FLAG}\n  - {name: y, kind: FLAG}\n");
  ExpectSelects(server, {{"AT LEAST 0 OF (vip, x)", "a b c d"},
                         {"AT LEAST 0 OF (NOBODY)", "a b c d"},
                         {"AT LEAST 1 OF (vip, x, y)", "a b c"},
                         {"AT LEAST 2 OF (vip, x, y)", "a b"},
                         {"AT LEAST 3 OF (vip, x, y)", "a"},
                         {"AT LEAST 4 OF (vip, x, y)", ""},
                         {"AT LEAST 99999 OF (EVERYONE)", ""},
                         {"AT LEAST 9223372036854775807 OF (EVERYONE)", ""},
                         {"AT LEAST 9223372036854775808 OF (EVERYONE)", ""},
                         {"NOT AT LEAST 99999999999999999999999 OF (vip, x)", "a b c d"},
                         {"AT LEAST -1 OF (vip)", "a b c d"},
                         {"AT LEAST -9223372036854775808 OF (vip)", "a b c d"},
                         {"AT LEAST 2 OF (vip, vip)", "a b"},
                         {"AT LEAST 2 OF (vip, vip, y)", "a b"},
                         {"AT LEAST 3 OF (vip, vip, y)", "a"},
                         {"AT LEAST 1 OF (vip)", "a b"},
                         {"NOT AT LEAST 2 OF (vip, x, y)", "c d"},
                         {"AT LEAST 2 OF (NOT vip, NOT x, y)", "c d"},
                         {"AT LEAST 1 OF (AT LEAST 2 OF (vip, y), NOT HAS x)", "a d"},
                         {"AT LEAST 2 OF (x = true, EVERYONE, NOBODY)", "a b"}});
  ExpectRefuses(server, {{"AT LEAST 1 OF ()", "SYNTAX", ""}, {"AT LEAST 1.5 OF (vip)", "SYNTAX", ""}});
}

TEST(Rule11, TheSameAsAProtoTree) {
  const TinyServer server;
  server.MustLoad("id,vip\na,1\nb,0\n", "tags:\n  - {name: vip, kind: FLAG}\n");
  struct Row {
    int64_t at_least;
    uint64_t count;
  };
  for (const Row& row :
       {Row{0, 2}, Row{1, 1}, Row{2, 1}, Row{3, 0}, Row{-1, 2}, Row{std::numeric_limits<int64_t>::max(), 0},
        Row{std::numeric_limits<int64_t>::min(), 2}}) {
    muster::v1::CountMembersRequest request;
    request.set_population("p");
    auto* threshold = request.mutable_expression()->mutable_tree()->mutable_at_least();
    threshold->set_count(row.at_least);
    threshold->add_operands()->mutable_flag()->set_tag("vip");
    threshold->add_operands()->mutable_flag()->set_tag("vip");
    muster::v1::CountMembersResponse answer;
    grpc::ClientContext context;
    const grpc::Status status = server.queries().CountMembers(&context, request, &answer);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(answer.count(), row.count) << row.at_least;
  }
}

}  // namespace
}  // namespace muster::testing
