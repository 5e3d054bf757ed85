// Every question of every data set, as text and as a tree, through gRPC: the count, and the hash of the
// sorted member ids.
#include <grpcpp/grpcpp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cpp/member_ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/data_sets/data_set.h"
#include "tests/data_sets/json_expression.h"
#include "tests/matchers/status.h"
#include "tests/processes/server_process.h"

namespace muster::testing {
namespace {

std::string Sha256Hex(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), sizeof digest));
}

class DataSetQuestion : public ::testing::TestWithParam<Asked> {
 protected:
  void Ask(muster::v1::QueryService::Stub& stub, const muster::v1::ExpressionSource& expression) {
    muster::v1::CountMembersRequest count;
    count.set_population("p");
    *count.mutable_expression() = expression;
    muster::v1::CountMembersResponse counted;
    grpc::ClientContext count_context;
    const grpc::Status status = stub.CountMembers(&count_context, count, &counted);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(counted.count(), GetParam().count);

    muster::v1::StreamMembersRequest members;
    members.set_population("p");
    *members.mutable_expression() = expression;
    grpc::ClientContext members_context;
    const auto stream = stub.StreamMembers(&members_context, members);
    std::vector<std::string> ids;
    for (muster::v1::StreamMembersResponse part; stream->Read(&part);) {
      for (const std::string_view id : client::IdsOf(part.ids())) ids.emplace_back(id);
    }
    const grpc::Status streamed = stream->Finish();
    ASSERT_THAT(streamed, IsOk());
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids.size(), GetParam().count);
    EXPECT_EQ(Sha256Hex(absl::StrJoin(ids, "\n")), GetParam().members_sha256);
  }
};

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
  Ask(*stub, text);
  muster::v1::ExpressionSource tree;
  *tree.mutable_tree() = TreeOf(GetParam().expression);
  Ask(*stub, tree);
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
