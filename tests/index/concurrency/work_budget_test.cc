#include "index/concurrency/work_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/matchers/status.h"

namespace muster {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WorkBudgetTest, WithoutLimitsItAllowsEverything) {
  WorkBudget& budget = WorkBudget::Unlimited();
  EXPECT_THAT(budget.Check(), IsOk());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(budget.SpendValues(WorkLimits::kNone), IsOk());
    EXPECT_THAT(budget.SpendChunks(WorkLimits::kNone), IsOk());
  }
  EXPECT_FALSE(budget.ran_out());
}

TEST(WorkBudgetTest, WhatIsSpentAddsUpToTheLimit) {
  WorkBudget budget(nullptr, {.values = 10, .chunks = 3});
  EXPECT_THAT(budget.SpendValues(4), IsOk());
  EXPECT_THAT(budget.SpendValues(6), IsOk());
  EXPECT_THAT(budget.SpendChunks(3), IsOk()) << "each has a limit of its own";
  EXPECT_FALSE(budget.ran_out());
  EXPECT_THAT(budget.SpendValues(1), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(budget.ran_out());
  EXPECT_THAT(budget.Check(), IsOk()) << "what needs no more may end well";
}

TEST(WorkBudgetTest, OnceItRanOutNoSmallerPartIsAllowed) {
  WorkBudget budget(nullptr, {.values = 10});
  EXPECT_THAT(budget.SpendValues(WorkLimits::kNone), ::testing::Not(IsOk()));
  EXPECT_THAT(budget.SpendValues(1), ::testing::Not(IsOk()));
}

TEST(WorkBudgetTest, ALimitOfNothingAllowsNothing) {
  WorkBudget budget(nullptr, {.chunks = 0});
  EXPECT_THAT(budget.SpendChunks(0), IsOk());
  EXPECT_FALSE(budget.ran_out());
  EXPECT_THAT(budget.SpendChunks(1), ::testing::Not(IsOk()));
}

TEST(WorkBudgetTest, WorkThatIsNoLongerWantedDidNotRunOut) {
  absl::Status wanted;
  WorkBudget budget([&wanted] { return wanted; },
                    {.values = 0, .until = Clock::now() - std::chrono::hours(1)});
  wanted = absl::CancelledError("the client gave up");
  EXPECT_EQ(budget.Check(), wanted);
  EXPECT_EQ(budget.SpendValues(1), wanted);
  EXPECT_FALSE(budget.ran_out());
  wanted = absl::OkStatus();
  EXPECT_THAT(budget.Check(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(budget.ran_out());
}

TEST(WorkBudgetTest, ItsTimeIsNotOverBeforeItIs) {
  const WorkBudget budget(nullptr, {.until = Clock::now() + std::chrono::hours(1)});
  EXPECT_THAT(budget.Check(), IsOk());
  EXPECT_FALSE(budget.ran_out());
}

TEST(WorkBudgetTest, ThreadsSpendOfOneBudget) {
  constexpr uint64_t kThreads = 4, kSpends = 10'000;
  WorkBudget budget(nullptr, {.values = kThreads * kSpends / 2});
  std::vector<uint64_t> allowed(kThreads);
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&budget, &allowed, thread] {
      for (uint64_t i = 0; i < kSpends; ++i) allowed[thread] += budget.SpendValues(1).ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  uint64_t all = 0;
  for (const uint64_t each : allowed) all += each;
  EXPECT_EQ(all, kThreads * kSpends / 2);
  EXPECT_TRUE(budget.ran_out());
}

}  // namespace
}  // namespace muster
