#include "server/services/message_weight.h"

#include <functional>
#include <random>
#include <string>

#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"
#include "muster/v1/load_service.pb.h"
#include "muster/v1/query_service.pb.h"
#include "server/services/message_bytes.h"
#include "tests/matchers/status.h"

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

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// A field with a message or text of that many bytes.
std::string Field(int number, const std::string& content) {
  std::string bytes(1, static_cast<char>(number << 3 | 2));
  size_t size = content.size();
  for (; size >= 128; size >>= 7) bytes += static_cast<char>(size | 128);
  return bytes + static_cast<char>(size) + content;
}

std::string Repeat(const std::string& piece, size_t bytes) {
  std::string all;
  while (all.size() + piece.size() <= bytes) all += piece;
  return all;
}

TEST(MessageWeightTest, SmallBytesOfManyObjectsAreRefusedBeforeTheyAreParsed) {
  constexpr size_t kMany = 15u << 20;
  const std::string operands = Field(2, Field(2, Field(3, Repeat(Field(1, ""), kMany))));
  v1::CountMembersRequest count;
  EXPECT_THAT(ParseMessage(BufferOf(operands), count), StatusIs(absl::StatusCode::kResourceExhausted));
  v1::BatchCountMembersRequest batch;
  EXPECT_THAT(ParseMessage(BufferOf(Repeat(Field(2, ""), kMany)), batch),
              StatusIs(absl::StatusCode::kResourceExhausted));
  v1::LoadRecordsRequest load;
  const std::string cells = Field(2, Repeat(Field(2, ""), kMany));
  EXPECT_THAT(ParseMessage(BufferOf(cells), load), StatusIs(absl::StatusCode::kResourceExhausted));
  const std::string unknown = Repeat(std::string("\x78\x01", 2), kMany);  // field 15, which no request has
  EXPECT_THAT(ParseMessage(BufferOf(unknown), count), StatusIs(absl::StatusCode::kResourceExhausted));
  const std::string missing = Field(1, Repeat(Field(7, ""), kMany));
  EXPECT_THAT(ParseMessage(BufferOf(missing), load), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(MessageWeightTest, TheLargestHonestRequestsAreTaken) {
  v1::LoadRecordsRequest load;
  v1::RecordBatch& batch = *load.mutable_batch();
  for (v1::CellColumn* column : {batch.mutable_member_ids(), batch.add_cells(), batch.add_cells()}) {
    for (uint32_t end = 5; end < 2'500'000; end += 5) {
      column->mutable_text()->append("abcde");
      column->add_ends(end);
    }
  }
  for (uint64_t line = 2; line < 500'000; ++line) batch.add_lines(line);
  ASSERT_LE(load.ByteSizeLong(), kMaxMessageBytes);
  ASSERT_GE(load.ByteSizeLong(), kMaxMessageBytes / 2);
  v1::LoadRecordsRequest parsed;
  EXPECT_THAT(ParseMessage(BufferOf(load.SerializeAsString()), parsed), IsOk());
  v1::CountMembersRequest count;
  v1::ExpressionList& any = *count.mutable_expression()->mutable_tree()->mutable_any_of();
  for (int list = 0; list < 9; ++list) {
    v1::Membership& in = *any.add_operands()->mutable_membership();
    in.set_tag("city");
    for (int i = 0; i < 65'536; ++i) in.add_literals()->set_text("value-" + std::to_string(i));
  }
  v1::CountMembersRequest again;
  EXPECT_THAT(ParseMessage(BufferOf(count.SerializeAsString()), again), IsOk());
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
