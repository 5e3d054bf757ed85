#include "server/grpc/grpc_status.h"

#include <string>

#include "gtest/gtest.h"
#include "server/wire/error_status.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;

TEST(GrpcStatusTest, CodeMessageAndDetailsReachTheTrailer) {
  const grpc::Status status = ToGrpcStatus(FieldError("field", "the cell `\xff\xfe` is not text"));
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_EQ(status.error_message(), "field: the cell `\xEF\xBF\xBD\xEF\xBF\xBD` is not text");
  EXPECT_EQ(DetailsOf(status).bad.field_violations(0).field(), "field");
  EXPECT_THAT(ToGrpcStatus(absl::OkStatus()), IsOk());
}

TEST(GrpcStatusTest, TrailersStaySmallWhateverTheyWouldSay) {
  std::string long_message;
  for (int i = 0; i < 5'000; ++i) long_message += "标签";
  for (const absl::Status& status :
       {absl::InvalidArgumentError(long_message), FieldError(long_message, long_message),
        absl::InvalidArgumentError(std::string(5'000, '%'))}) {
    const grpc::Status encoded = ToGrpcStatus(status);
    EXPECT_LE(encoded.error_message().size() * 3, kMaxEncodedMessageBytes + 3);
    EXPECT_LE(encoded.error_details().size() * 4 / 3, kMaxEncodedDetailsBytes);
    EXPECT_EQ(DetailsOf(encoded).info.domain(), "muster");
  }
}

}  // namespace
}  // namespace muster::server
