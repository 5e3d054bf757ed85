#include "server/admission/load_memory.h"

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

// A share, and the result of its request.
struct Load {
  explicit Load(LoadMemory& memory) : share(std::make_unique<LoadMemory::Share>(memory)) {}
  // Whether it waits.
  bool Wait(uint64_t bytes) {
    told.reset();
    const absl::Status asked = share->Ask(bytes, [this](const absl::Status& status) { told = status; });
    EXPECT_THAT(asked, IsOk());
    return !told.has_value();
  }
  bool granted() const { return told.has_value() && told->ok(); }
  bool refused() const { return told.has_value() && !told->ok(); }

  std::optional<absl::Status> told;
  std::unique_ptr<LoadMemory::Share> share;
};

TEST(LoadMemory, SharesStayWithinTheBudget) {
  LoadMemory memory(100);
  Load a(memory), b(memory);
  EXPECT_TRUE(a.share->TryTake(60));
  EXPECT_TRUE(a.share->TryTake(10)) << "it has more";
  EXPECT_FALSE(b.share->TryTake(41));
  EXPECT_TRUE(b.share->TryTake(40));
  EXPECT_EQ(memory.held_bytes(), 100u);
  a.share->Settle(20);
  EXPECT_EQ(memory.held_bytes(), 60u);
  a.share->Settle(70);
  EXPECT_EQ(memory.held_bytes(), 110u) << "what is really held counts, however it was estimated";
  EXPECT_FALSE(b.share->TryTake(41));
  a.share->Settle(20);
  a.share.reset();
  EXPECT_EQ(memory.held_bytes(), 40u);
}

TEST(LoadMemory, MoreThanTheWholeBudgetIsRefusedAtOnce) {
  LoadMemory memory(100);
  Load a(memory);
  bool told = false;
  const absl::Status asked = a.share->Ask(101, [&told](const absl::Status&) { told = true; });
  EXPECT_THAT(asked, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_NE(asked.message().find("--load-memory"), std::string::npos);
  EXPECT_FALSE(told);
}

TEST(LoadMemory, WhoWaitsIsServedOldestFirst) {
  LoadMemory memory(100);
  Load holder(memory), old(memory), young(memory);
  ASSERT_TRUE(holder.share->TryTake(100));
  EXPECT_TRUE(young.Wait(50));
  EXPECT_TRUE(old.Wait(60));
  holder.share->Settle(40);
  EXPECT_TRUE(old.granted());
  EXPECT_FALSE(young.told.has_value());
  old.share.reset();
  EXPECT_TRUE(young.granted());
  EXPECT_EQ(memory.held_bytes(), 90u);
}

TEST(LoadMemory, WhoFitsDoesNotWaitBehindWhoDoesNot) {
  LoadMemory memory(100);
  Load holder(memory), large(memory), small(memory);
  ASSERT_TRUE(holder.share->TryTake(70));
  EXPECT_TRUE(large.Wait(50));
  EXPECT_TRUE(small.share->TryTake(30));
}

TEST(LoadMemory, WhenAllWaitTheNewestIsRefusedAndItsShareServesTheOthers) {
  LoadMemory memory(100);
  Load a(memory), b(memory), c(memory);
  for (Load* load : {&a, &b, &c}) ASSERT_TRUE(load->share->TryTake(30));
  EXPECT_TRUE(c.Wait(60));
  EXPECT_TRUE(a.Wait(60));
  b.Wait(60);  // now no load can proceed
  EXPECT_TRUE(c.refused());
  EXPECT_THAT(*c.told, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(a.told.has_value());
  EXPECT_FALSE(b.told.has_value());
  c.share.reset();
  EXPECT_TRUE(a.granted());
  EXPECT_FALSE(b.told.has_value());
  a.share.reset();
  EXPECT_TRUE(b.granted());
}

TEST(LoadMemory, ANewLoadWithoutAShareIsRefusedBeforeThoseThatHoldOne) {
  LoadMemory memory(100);
  Load a(memory), b(memory);
  ASSERT_TRUE(a.share->TryTake(60));
  ASSERT_TRUE(b.share->TryTake(30));
  EXPECT_TRUE(a.Wait(80));
  Load c(memory);
  EXPECT_TRUE(c.Wait(50)) << "b may still end";
  b.Wait(90);
  EXPECT_TRUE(c.refused());
  EXPECT_FALSE(b.told.has_value());
  c.share.reset();
  EXPECT_TRUE(b.refused()) << "still no load can proceed";
}

TEST(LoadMemory, AFairShareLeavesOneToEachOtherLoadAndToTheNext) {
  LoadMemory memory(120);
  Load first(memory), second(memory), third(memory);
  EXPECT_FALSE(first.share->TryTakeFair(61)) << "half of it is for another load that may come";
  EXPECT_TRUE(first.share->TryTakeFair(60));
  EXPECT_FALSE(second.share->TryTakeFair(41));
  EXPECT_TRUE(second.share->TryTakeFair(40));
  EXPECT_FALSE(first.share->TryTakeFair(60)) << "what it holds is too much since the second came";
  EXPECT_TRUE(first.share->TryTake(60)) << "but it holds it";
  EXPECT_FALSE(third.share->TryTakeFair(21)) << "so much is fair, but isn't there";
  first.share->Settle(10);
  EXPECT_TRUE(third.share->TryTakeFair(30));
}

TEST(LoadMemory, WhoWithdrawsIsToldNothing) {
  LoadMemory memory(100);
  Load holder(memory), waiting(memory);
  ASSERT_TRUE(holder.share->TryTake(100));
  EXPECT_TRUE(waiting.Wait(10));
  EXPECT_TRUE(waiting.share->Withdraw());
  holder.share.reset();
  EXPECT_FALSE(waiting.told.has_value());
  EXPECT_EQ(memory.held_bytes(), 0u);
}

// The client cancelled the load just before it began to wait: nothing would wake it before its time is over.
TEST(LoadMemory, ALoadThatWasWithdrawnDoesntBeginToWait) {
  LoadMemory memory(100);
  Load holder(memory), late(memory);
  ASSERT_TRUE(holder.share->TryTake(100));
  EXPECT_FALSE(late.share->Withdraw()) << "it doesn't wait yet";
  bool told = false;
  const absl::Status asked = late.share->Ask(10, [&told](const absl::Status&) { told = true; });
  EXPECT_THAT(asked, StatusIs(absl::StatusCode::kCancelled));
  holder.share.reset();
  EXPECT_FALSE(told);
}

// Many threads that take, wait and end: the budget is never passed, everybody is told once, and nothing is
// left.
TEST(LoadMemory, ManyLoadsAtOnce) {
  constexpr uint64_t kBudget = 1000;
  LoadMemory memory(kBudget);
  std::atomic<int> refused{0}, granted{0};
  std::vector<std::thread> threads;
  for (uint32_t seed = 0; seed < 8; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int round = 0; round < 300; ++round) {
        LoadMemory::Share share(memory);
        uint64_t bytes = 0;
        bool goes_on = true;
        for (int step = 0; step < 5 && goes_on; ++step) {
          bytes += 100 + random() % 100;
          std::this_thread::yield();
          EXPECT_LE(memory.held_bytes(), kBudget);
          if (share.TryTake(bytes)) continue;
          std::atomic<int> told{0};  // 1 granted, 2 refused
          ASSERT_THAT(share.Ask(bytes, [&told](const absl::Status& status) { told = status.ok() ? 1 : 2; }),
                      IsOk());
          while (told == 0) std::this_thread::yield();
          goes_on = told == 1;
          ++(goes_on ? granted : refused);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(memory.held_bytes(), 0u);
  EXPECT_GT(granted + refused, 0);
}

// Streams that are refused come by the thousand, and each step looks at every share that takes part.
TEST(LoadMemoryTest, WhoTakesNothingTakesNoPart) {
  LoadMemory memory(100);
  std::vector<std::unique_ptr<LoadMemory::Share>> shares;
  for (int i = 0; i < 1'000; ++i) {
    shares.push_back(std::make_unique<LoadMemory::Share>(memory));
    EXPECT_TRUE(shares.back()->TryTake(0));
    shares.back()->Settle(0);
    EXPECT_FALSE(shares.back()->Withdraw());
  }
  EXPECT_EQ(memory.sharing(), 0u);
  EXPECT_TRUE(shares[0]->TryTake(60));
  EXPECT_FALSE(shares[1]->TryTake(60));
  EXPECT_EQ(memory.sharing(), 2u);
  shares.clear();
  EXPECT_EQ(memory.sharing(), 0u);
  EXPECT_EQ(memory.held_bytes(), 0u);
}

}  // namespace
}  // namespace muster::server
