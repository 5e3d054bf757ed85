// Turns for tags: first come, first served, and nobody waits for loads of other tags.
#include "index/loading/tag_turns.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;

TEST(TagTurns, LoadsOfOtherTagsDontWait) {
  TagTurns turns;
  const auto first = turns.Take({"city", "age"}, WorkBudget::Unlimited());
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(turns.Take({"vip"}, WorkBudget::Unlimited()), IsOk());
  EXPECT_THAT(turns.Take({}, WorkBudget::Unlimited()), IsOk());
}

TEST(TagTurns, ABudgetEndsTheWait) {
  TagTurns turns;
  auto first = turns.Take({"city", "age"}, WorkBudget::Unlimited());
  ASSERT_THAT(first, IsOk());
  const WorkBudget ended([] { return absl::DeadlineExceededError("enough"); });
  EXPECT_THAT(turns.Take({"vip", "age"}, ended), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(turns.Take({"vip"}, ended), IsOk()) << "the one that gave up holds nothing";
  first->reset();
  EXPECT_THAT(turns.Take({"vip", "age"}, ended), IsOk());
}

// A load that wants two tags isn't overtaken in the one that is free.
TEST(TagTurns, ComeInTheOrderOfArrival) {
  TagTurns turns;
  std::vector<std::string> order;  // all want "b", so that one at a time appends
  auto holder = turns.Take({"a"}, WorkBudget::Unlimited());
  ASSERT_THAT(holder, IsOk());
  std::atomic<int> waiting{0};
  const auto load = [&](const std::string& name, const std::vector<std::string>& tags) {
    bool waits = false;
    const WorkBudget budget([&waiting, &waits] {
      if (!waits) ++waiting;
      waits = true;
      return absl::OkStatus();
    });
    const auto turn = turns.Take(tags, budget);
    ASSERT_THAT(turn, IsOk());
    order.push_back(name);
  };
  std::vector<std::thread> loads;
  const std::vector<std::pair<std::string, std::vector<std::string>>> wanted = {
      {"first", {"b", "a"}}, {"second", {"b"}}, {"third", {"a", "b"}}};
  for (size_t i = 0; i < wanted.size(); ++i) {
    loads.emplace_back(load, wanted[i].first, wanted[i].second);
    while (waiting <= static_cast<int>(i)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  holder->reset();
  for (std::thread& thread : loads) thread.join();
  EXPECT_THAT(order, ElementsAre("first", "second", "third"));
}

// Turns of random tags, by threads that would see each other otherwise.
TEST(TagTurns, TwoNeverHaveTheSameTag) {
  TagTurns turns;
  std::vector<int> holders(3, 0);  // by tag; each is changed under its turn alone
  const auto work = [&](int seed) {
    for (int i = 0; i < 300; ++i) {
      std::vector<std::string> tags;
      const int mask = (i * 5 + seed) % 7 + 1;
      for (int tag = 0; tag < 3; ++tag) {
        if ((mask >> tag & 1) != 0) tags.push_back(std::string(1, static_cast<char>('a' + tag)));
      }
      const auto turn = turns.Take(tags, WorkBudget::Unlimited());
      ASSERT_THAT(turn, IsOk());
      for (int tag = 0; tag < 3; ++tag) {
        if ((mask >> tag & 1) == 0) continue;
        EXPECT_EQ(++holders[static_cast<size_t>(tag)], 1);
      }
      for (int tag = 0; tag < 3; ++tag) {
        if ((mask >> tag & 1) != 0) --holders[static_cast<size_t>(tag)];
      }
    }
  };
  std::vector<std::thread> threads;
  for (int seed = 0; seed < 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(holders, ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace muster::index
