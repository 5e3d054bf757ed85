#include "index/concurrency/entry_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace muster {
namespace {

TEST(EntryGateTest, AClosedGateLetsNoThreadIn) {
  EntryGate gate;
  EXPECT_TRUE(gate.Enter());
  EXPECT_TRUE(gate.Enter());
  gate.Leave();
  gate.Leave();
  gate.Close();
  EXPECT_FALSE(gate.Enter());
  gate.Close();  // a second time
}

// What the threads use dies as soon as Close has returned. TSan and ASan see a thread that is still inside.
TEST(EntryGateTest, CloseWaitsForThoseInside) {
  for (int round = 0; round < 200; ++round) {
    const auto gate = std::make_shared<EntryGate>();
    auto callers = std::make_unique<std::atomic<int>>(0);
    std::atomic<int>* const used = callers.get();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([gate, used] {
        if (!gate->Enter()) return;
        ++*used;
        gate->Leave();
      });
    }
    gate->Close();
    callers.reset();
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace muster
