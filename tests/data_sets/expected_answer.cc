#include "tests/data_sets/expected_answer.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/member_ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::testing {
namespace {

std::string Sha256Hex(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), sizeof digest));
}

}  // namespace

void ExpectAnswer(muster::v1::QueryService::Stub& stub, const muster::v1::ExpressionSource& expression,
                  const Asked& asked) {
  muster::v1::CountMembersRequest count;
  count.set_population("p");
  *count.mutable_expression() = expression;
  muster::v1::CountMembersResponse counted;
  grpc::ClientContext count_context;
  const grpc::Status status = stub.CountMembers(&count_context, count, &counted);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(counted.count(), asked.count);

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
  EXPECT_EQ(ids.size(), asked.count);
  EXPECT_EQ(Sha256Hex(absl::StrJoin(ids, "\n")), asked.members_sha256);
}

}  // namespace muster::testing
