#include "server/admission/call_stop.h"

#include <chrono>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/admission/call_limit.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

TEST(CallStopTest, GoesOnUntilCancelled) {
  CallStop stop(CallStop::Clock::time_point::max());
  EXPECT_TRUE(stop.Check().ok());
  stop.Cancel();
  EXPECT_TRUE(stop.cancelled());
  EXPECT_EQ(stop.Check().code(), absl::StatusCode::kCancelled);
}

TEST(CallStopTest, APassedDeadlineStopsAndIsNamedEvenWhenGrpcCancelledTheCall) {
  CallStop stop(CallStop::Clock::now() - std::chrono::seconds(1));
  EXPECT_EQ(stop.Check().code(), absl::StatusCode::kDeadlineExceeded);
  stop.Cancel();
  EXPECT_EQ(stop.Check().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(stop.Check().message()), HasSubstr("deadline"));
}

TEST(CallStopTest, ADeadlineToComeDoesNotStop) {
  CallStop stop(CallStop::Clock::now() + std::chrono::hours(1));
  EXPECT_TRUE(stop.Check().ok());
}

TEST(CallLimitTest, RefusesOverTheLimitAndMakesRoomWhenATicketGoes) {
  CallLimit limit(2, "loads");
  absl::StatusOr<CallLimit::Ticket> first = limit.Enter();
  ASSERT_TRUE(first.ok());
  {
    absl::StatusOr<CallLimit::Ticket> second = limit.Enter();
    ASSERT_TRUE(second.ok());
    const absl::StatusOr<CallLimit::Ticket> third = limit.Enter();
    EXPECT_EQ(third.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(third.status().message()), HasSubstr("2 loads"));
    EXPECT_EQ(limit.open(), 2);
  }
  EXPECT_EQ(limit.open(), 1);
  CallLimit::Ticket moved = *std::move(first);
  EXPECT_EQ(limit.open(), 1);
  moved = CallLimit::Ticket();
  EXPECT_EQ(limit.open(), 0);
}

}  // namespace
}  // namespace muster::server
