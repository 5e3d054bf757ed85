#include "server/admission/call_stop.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/admission/call_limit.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

TEST(CallStopTest, GoesOnUntilCancelled) {
  CallStop stop(CallStop::Clock::time_point::max());
  EXPECT_THAT(stop.Check(), IsOk());
  stop.Cancel();
  EXPECT_TRUE(stop.cancelled());
  EXPECT_THAT(stop.Check(), StatusIs(absl::StatusCode::kCancelled));
}

TEST(CallStopTest, APassedDeadlineStopsAndIsNamedEvenWhenGrpcCancelledTheCall) {
  CallStop stop(CallStop::Clock::now() - std::chrono::seconds(1));
  EXPECT_THAT(stop.Check(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  stop.Cancel();
  EXPECT_THAT(stop.Check(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(std::string(stop.Check().message()), HasSubstr("deadline"));
}

TEST(CallStopTest, ADeadlineToComeDoesNotStop) {
  CallStop stop(CallStop::Clock::now() + std::chrono::hours(1));
  EXPECT_THAT(stop.Check(), IsOk());
}

TEST(CallLimitTest, RefusesOverTheLimitAndMakesRoomWhenATicketGoes) {
  CallLimit limit(2, "loads");
  absl::StatusOr<CallLimit::Ticket> first = limit.Enter();
  ASSERT_THAT(first, IsOk());
  {
    absl::StatusOr<CallLimit::Ticket> second = limit.Enter();
    ASSERT_THAT(second, IsOk());
    const absl::StatusOr<CallLimit::Ticket> third = limit.Enter();
    EXPECT_THAT(third, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_THAT(std::string(third.status().message()), HasSubstr("2 loads"));
    EXPECT_EQ(limit.open(), 2);
  }
  EXPECT_EQ(limit.open(), 1);
  CallLimit::Ticket moved = *std::move(first);
  EXPECT_EQ(limit.open(), 1);
  moved = CallLimit::Ticket();
  EXPECT_EQ(limit.open(), 0);
}

TEST(CallStopTest, AServerThatEndsItsCallsSaysSo) {
  std::atomic<bool> ending{false};
  CallStop stop(CallStop::Clock::time_point::max(), nullptr, &ending);
  EXPECT_THAT(stop.Check(), IsOk());
  ending = true;
  stop.Cancel();
  EXPECT_THAT(stop.Check(), StatusIs(absl::StatusCode::kUnavailable));
}

// A call whose state of waiting the test controls.
class FakeCall final : public HeldCall {
 public:
  absl::Duration blocked_for() const override { return blocked_for_; }
  bool End(const absl::Status& why) override {
    if (busy_) {
      blocked_for_ = absl::ZeroDuration();
      return false;
    }
    ended_ = why;
    return true;
  }

  absl::Duration blocked_for_;
  bool busy_ = false;  // begins to work just when it is asked to end
  absl::Status ended_;
};

TEST(CallLimitTest, TheCallThatKeptItsServerWaitingLongestGivesUpItsPlace) {
  CallLimit limit(3, "loads");
  std::vector<std::shared_ptr<FakeCall>> calls;
  std::vector<CallLimit::Ticket> tickets;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::make_shared<FakeCall>());
    tickets.push_back(*limit.Enter(calls.back()));
  }
  EXPECT_THAT(limit.Enter(), ::testing::Not(IsOk()));
  calls[0]->blocked_for_ = CallLimit::kIdleBeforeEnd - absl::Milliseconds(1);
  EXPECT_THAT(limit.Enter(), ::testing::Not(IsOk()));
  calls[0]->blocked_for_ = CallLimit::kIdleBeforeEnd + absl::Seconds(1);
  calls[1]->blocked_for_ = CallLimit::kIdleBeforeEnd + absl::Seconds(3);
  calls[2]->blocked_for_ = CallLimit::kIdleBeforeEnd + absl::Seconds(9);
  calls[2]->busy_ = true;
  absl::StatusOr<CallLimit::Ticket> next = limit.Enter();
  EXPECT_THAT(next, IsOk());
  EXPECT_THAT(calls[1]->ended_, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(std::string(calls[1]->ended_.message()), HasSubstr("kept it waiting for 8s"));
  EXPECT_THAT(calls[0]->ended_, IsOk());
  EXPECT_THAT(calls[2]->ended_, IsOk());
  // One place is held by two until the ended one is gone; a further one takes the other's that waits.
  EXPECT_EQ(limit.open(), 4);
  tickets[1] = CallLimit::Ticket();
  EXPECT_EQ(limit.open(), 3);
  EXPECT_THAT(limit.Enter(), IsOk());
  EXPECT_THAT(calls[0]->ended_, StatusIs(absl::StatusCode::kAborted));
}

TEST(CallLimitTest, EndsTheCallsThatWait) {
  CallLimit limit(3, "loads");
  const auto waiting = std::make_shared<FakeCall>();
  const auto working = std::make_shared<FakeCall>();
  working->busy_ = true;
  const absl::StatusOr<CallLimit::Ticket> first = limit.Enter(waiting), second = limit.Enter(working);
  limit.EndWaiting(EndsWithTheServer());
  EXPECT_THAT(waiting->ended_, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(working->ended_, IsOk());
}

}  // namespace
}  // namespace muster::server
