#include "server/wire/message_weight.h"

#include <random>
#include <string>

#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"
#include "muster/v1/load_service.pb.h"
#include "muster/v1/query_service.pb.h"

namespace muster::server {
namespace {

uint64_t Weigh(const std::string& bytes, const google::protobuf::Message& type, uint64_t most = UINT64_MAX) {
  // In small pieces, as they come from the network.
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()), 1'000);
  return ParsedWeight(stream, *type.GetDescriptor(), most);
}

void Grow(std::mt19937& random, int depth, v1::Expression& node) {
  switch (depth == 0 ? 0 : random() % 4) {
    case 0: {
      v1::Membership& in = *node.mutable_membership();
      in.set_tag(std::string(random() % 30, 't'));
      for (uint32_t i = random() % 20; i > 0; --i)
        in.add_literals()->set_text(std::string(random() % 40, 'v'));
      return;
    }
    case 1:
      node.mutable_everyone();
      return;
    case 2:
      Grow(random, depth - 1, *node.mutable_negated());
      return;
    default:
      for (uint32_t i = random() % 8; i > 0; --i)
        Grow(random, depth - 1, *node.mutable_all_of()->add_operands());
  }
}

// The slow look: protobuf's own count of what it holds.
TEST(MessageWeightTest, IsAboutWhatProtobufHolds) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    v1::CountMembersRequest request;
    Grow(random, 6, *request.mutable_expression()->mutable_tree());
    const uint64_t weight = Weigh(request.SerializeAsString(), request);
    v1::CountMembersRequest parsed;
    ASSERT_TRUE(parsed.ParseFromString(request.SerializeAsString()));
    EXPECT_GE(weight * 4, parsed.SpaceUsedLong() * 3) << request.ShortDebugString().substr(0, 400);
    EXPECT_LE(weight, parsed.SpaceUsedLong() * 4) << request.ShortDebugString().substr(0, 400);
  }
}

TEST(MessageWeightTest, CountsPackedNumbersOneByOne) {
  v1::LoadRecordsRequest request;
  v1::RecordBatch& batch = *request.mutable_batch();
  for (uint32_t i = 0; i < 1'000'000; ++i) batch.mutable_member_ids()->add_ends(i * 5);
  const uint64_t weight = Weigh(request.SerializeAsString(), request);
  EXPECT_GE(weight, 4'000'000u);
  EXPECT_LE(weight, 4'100'000u);
}

TEST(MessageWeightTest, BytesThatAreNoMessageComeToAnEnd) {
  std::mt19937 random(9);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 32);
    Weigh(bytes, v1::CountMembersRequest(), 100'000);
    Weigh(bytes, v1::LoadRecordsRequest(), 100'000);
  }
}

}  // namespace
}  // namespace muster::server
