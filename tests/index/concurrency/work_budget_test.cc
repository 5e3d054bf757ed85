#include "index/concurrency/work_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace muster {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WorkBudgetTest, WithoutLimitsItAllowsEverything) {
  WorkBudget& budget = WorkBudget::Unlimited();
  EXPECT_TRUE(budget.Check().ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.SpendValues(WorkLimits::kNone).ok());
    EXPECT_TRUE(budget.SpendChunks(WorkLimits::kNone).ok());
  }
  EXPECT_FALSE(budget.ran_out());
}

TEST(WorkBudgetTest, WhatIsSpentAddsUpToTheLimit) {
  WorkBudget budget(nullptr, {.values = 10, .chunks = 3});
  EXPECT_TRUE(budget.SpendValues(4).ok());
  EXPECT_TRUE(budget.SpendValues(6).ok());
  EXPECT_TRUE(budget.SpendChunks(3).ok()) << "each has a limit of its own";
  EXPECT_FALSE(budget.ran_out());
  EXPECT_EQ(budget.SpendValues(1).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(budget.ran_out());
  EXPECT_TRUE(budget.Check().ok()) << "what needs no more may end well";
}

TEST(WorkBudgetTest, OnceItRanOutNoSmallerPartIsAllowed) {
  WorkBudget budget(nullptr, {.values = 10});
  EXPECT_FALSE(budget.SpendValues(WorkLimits::kNone).ok());
  EXPECT_FALSE(budget.SpendValues(1).ok());
}

TEST(WorkBudgetTest, ALimitOfNothingAllowsNothing) {
  WorkBudget budget(nullptr, {.chunks = 0});
  EXPECT_TRUE(budget.SpendChunks(0).ok());
  EXPECT_FALSE(budget.ran_out());
  EXPECT_FALSE(budget.SpendChunks(1).ok());
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
  EXPECT_EQ(budget.Check().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(budget.ran_out());
}

TEST(WorkBudgetTest, ItsTimeIsNotOverBeforeItIs) {
  const WorkBudget budget(nullptr, {.until = Clock::now() + std::chrono::hours(1)});
  EXPECT_TRUE(budget.Check().ok());
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
