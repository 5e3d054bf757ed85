// Every question of every data set, as text and as a tree, through gRPC: the count, and the hash of the
// sorted member ids.
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/data_sets/data_set.h"
#include "tests/data_sets/expected_answer.h"
#include "tests/data_sets/json_expression.h"
#include "tests/matchers/status.h"
#include "tests/processes/server_process.h"

namespace muster::testing {
namespace {

class DataSetQuestion : public ::testing::TestWithParam<Asked> {};

TEST_P(DataSetQuestion, IsAnsweredExactly) {
  if (!GetParam().excepted.empty()) GTEST_SKIP() << GetParam().excepted;
  DataSet set;
  for (const DataSet& candidate : DataSets()) {
    if (candidate.name == GetParam().set) set = candidate;
  }
  ServerProcess server(LoadedFolder(set));
  ASSERT_TRUE(server.up());
  const auto stub = muster::v1::QueryService::NewStub(
      grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  muster::v1::ExpressionSource text;
  text.set_text(TextOf(GetParam().expression));
  SCOPED_TRACE(text.text());
  ExpectAnswer(*stub, text, GetParam());
  muster::v1::ExpressionSource tree;
  *tree.mutable_tree() = TreeOf(GetParam().expression);
  ExpectAnswer(*stub, tree, GetParam());
}

// What isn't read is not asked: without this, a broken file of questions would pass as a short one.
TEST(DataSetQuestions, AreAllRead) {
  if (DataSetsFolder().empty()) GTEST_SKIP() << "the data sets are not beside the project (../shared/data)";
  EXPECT_THAT(ReadQuestions().problems, ::testing::IsEmpty());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DataSetQuestion);
INSTANTIATE_TEST_SUITE_P(DataSets, DataSetQuestion, ::testing::ValuesIn(ReadQuestions().asked),
                         [](const auto& info) {
                           return absl::StrReplaceAll(info.param.id, {{"-", "_"}, {".", "_"}});
                         });

}  // namespace
}  // namespace muster::testing
