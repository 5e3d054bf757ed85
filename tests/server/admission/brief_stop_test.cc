#include "server/admission/brief_stop.h"

#include "gtest/gtest.h"
#include "server/admission/call_stop.h"

namespace muster::server {
namespace {

TEST(BriefStopTest, StopsWithTheOtherToken) {
  CallStop call(CallStop::Clock::time_point::max());
  const BriefStop brief(call, std::chrono::hours(1));
  EXPECT_TRUE(brief.Check().ok());
  call.Cancel();
  EXPECT_EQ(brief.Check().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(brief.ran_out());
}

TEST(BriefStopTest, StopsWhenItsTimeIsOverAndKnowsThatItWasThat) {
  const CallStop call(CallStop::Clock::time_point::max());
  const BriefStop brief(call, std::chrono::microseconds(0));
  EXPECT_FALSE(brief.ran_out()) << "nobody asked";
  EXPECT_FALSE(brief.Check().ok());
  EXPECT_TRUE(brief.ran_out());
}

TEST(BriefStopTest, ACallThatWasGivenUpIsNotOneThatTookTooLong) {
  CallStop call(CallStop::Clock::time_point::max());
  call.Cancel();
  const BriefStop brief(call, std::chrono::microseconds(0));
  EXPECT_EQ(brief.Check().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(brief.ran_out());
}

}  // namespace
}  // namespace muster::server
