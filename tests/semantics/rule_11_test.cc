// Rule 11: thresholds.
#include <limits>

#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

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
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(answer.count(), row.count) << row.at_least;
  }
}

}  // namespace
}  // namespace muster::testing
