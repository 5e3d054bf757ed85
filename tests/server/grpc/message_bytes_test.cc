#include "server/grpc/message_bytes.h"

#include <string>

#include "gtest/gtest.h"
#include "muster/v1/load_service.pb.h"
#include "muster/v1/query_service.pb.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

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

TEST(MessageBytesTest, SmallBytesOfManyObjectsAreRefusedBeforeTheyAreParsed) {
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

TEST(MessageBytesTest, TheLargestHonestRequestsAreTaken) {
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

}  // namespace
}  // namespace muster::server
