#include "server/admission/worker_pool.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

// Blocks tasks until it is opened.
class Barrier {
 public:
  WorkerPool::Task Task() {
    return [this] {
      ++entered_;
      gate_.wait();
    };
  }
  void WaitForEntered(int count) const {
    while (entered_.load() < count) std::this_thread::yield();
  }
  int entered() const { return entered_.load(); }
  void Open() { opener_.set_value(); }

 private:
  std::atomic<int> entered_{0};
  std::promise<void> opener_;
  std::shared_future<void> gate_{opener_.get_future().share()};
};

void RunToItsEnd(WorkerPool& pool, Lane lane) {
  std::promise<void> ran;
  ASSERT_THAT(pool.Submit(lane, [&ran] { ran.set_value(); }), IsOk());
  ran.get_future().wait();
}

// Blocks two of three workers for its lifetime, and the third until `first` is opened, so that tasks
// submitted meanwhile are queued and then run one at a time.
struct OneFreeWorker {
  explicit OneFreeWorker(WorkerPool& pool) {
    for (int i = 0; i < 2; ++i) EXPECT_THAT(pool.Submit(Lane::kQuestion, keep_out.Task()), IsOk());
    EXPECT_THAT(pool.Submit(Lane::kQuestion, first.Task()), IsOk());
    keep_out.WaitForEntered(2);
    first.WaitForEntered(1);
  }
  Barrier keep_out;
  Barrier first;
};

TEST(WorkerPoolTest, RunsWhatItAdmits) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool({.threads = 3, .queue_length = 1'000});
    for (int i = 0; i < 500; ++i) {
      ASSERT_THAT(pool.Submit(i % 2 == 0 ? Lane::kQuestion : Lane::kLoad, [&ran] { ++ran; }), IsOk());
    }
    pool.Join();
    const WorkerPoolCounters counters = pool.counters();
    EXPECT_EQ(counters.admitted, 500u);
    EXPECT_EQ(counters.finished, 500u);
    EXPECT_EQ(counters.waiting, 0u);
    EXPECT_EQ(counters.running, 0u);
  }
  EXPECT_EQ(ran.load(), 500);
}

TEST(WorkerPoolTest, AFullQueueRefusesAtOnceAndSaysSo) {
  WorkerPool pool({.threads = 3, .queue_length = 3});
  Barrier barrier;
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(pool.Submit(Lane::kQuestion, barrier.Task()), IsOk());
    barrier.WaitForEntered(i + 1);
  }
  for (int i = 0; i < 3; ++i) ASSERT_THAT(pool.Submit(Lane::kQuestion, [] {}), IsOk());
  bool ran = false;
  const absl::Status refused = pool.Submit(Lane::kQuestion, [&ran] { ran = true; });
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("overloaded"));
  EXPECT_EQ(pool.counters().overloaded, 1u);
  barrier.Open();
  pool.Join();
  EXPECT_FALSE(ran);
}

TEST(WorkerPoolTest, OneOfTheTransportsThreadsIsLeftWhateverTheMachine) {
  EXPECT_EQ(AtOnceBeside(0), 1) << "not known";
  for (const int processors : {1, 2, 4, 5}) EXPECT_EQ(AtOnceBeside(processors), 1) << processors;
  EXPECT_EQ(AtOnceBeside(6), 2);
  EXPECT_EQ(AtOnceBeside(32), 15);
  for (const int processors : {33, 34, 36, 64, 128, 512})
    EXPECT_EQ(AtOnceBeside(processors), 15) << processors;
  EXPECT_GE(DefaultAtOnce(), 1);
}

TEST(WorkerPoolTest, ACallIsAnsweredAtOnceOnlyWhileNobodyWaits) {
  WorkerPool pool({.at_once = 2, .threads = 3, .queue_length = 3});
  ASSERT_TRUE(pool.EnterAtOnce());
  ASSERT_TRUE(pool.EnterAtOnce());
  EXPECT_FALSE(pool.EnterAtOnce()) << "as many are answered at once as may be";
  EXPECT_EQ(pool.counters().running, 2u);
  pool.LeaveAtOnce();
  Barrier barrier;
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(pool.Submit(Lane::kQuestion, barrier.Task()), IsOk());
    barrier.WaitForEntered(i + 1);
  }
  ASSERT_TRUE(pool.EnterAtOnce()) << "all workers are at work, and nobody waits for them";
  ASSERT_THAT(pool.Submit(Lane::kQuestion, [] {}), IsOk());
  EXPECT_FALSE(pool.EnterAtOnce());
  pool.LeaveAtOnce();
  pool.LeaveAtOnce();
  barrier.Open();
  pool.StopAdmission();
  EXPECT_FALSE(pool.EnterAtOnce());
  pool.Join();
  const WorkerPoolCounters counters = pool.counters();
  EXPECT_EQ(counters.at_once, 3u);
  EXPECT_EQ(counters.admitted, 7u);
  EXPECT_EQ(counters.refused, 0u) << "that is for Submit to say";
  EXPECT_EQ(counters.finished, 4u);
  EXPECT_EQ(counters.running, 0u);
}

TEST(WorkerPoolTest, AScanLeavesTwoWorkersWhenItBorrows) {
  WorkerPool pool({.threads = 5, .queue_length = 100});
  Barrier barrier;
  ASSERT_THAT(pool.Submit(Lane::kQuestion, barrier.Task()), IsOk());
  barrier.WaitForEntered(1);
  EXPECT_FALSE(pool.IsWanted());
  EXPECT_TRUE(pool.Borrow(barrier.Task()));
  EXPECT_TRUE(pool.Borrow(barrier.Task()));
  EXPECT_FALSE(pool.Borrow(barrier.Task())) << "two threads are kept for later calls";
  barrier.WaitForEntered(3);
  RunToItsEnd(pool, Lane::kQuestion);
  EXPECT_EQ(pool.counters().borrowed, 2u);
  barrier.Open();
  pool.Join();
  EXPECT_FALSE(pool.Borrow([] {})) << "after the end";
}

TEST(WorkerPoolTest, WhoWaitsIsSeenByBorrowers) {
  WorkerPool pool({.threads = 3, .queue_length = 100});
  Barrier barrier;
  for (int i = 0; i < 4; ++i) ASSERT_THAT(pool.Submit(Lane::kQuestion, barrier.Task()), IsOk());
  barrier.WaitForEntered(3);
  EXPECT_TRUE(pool.IsWanted());
  barrier.Open();
  pool.Join();
  EXPECT_FALSE(pool.IsWanted());
}

TEST(WorkerPoolTest, LoadsLeaveAWorkerForShortQuestionsAndOneForLongOnes) {
  WorkerPool pool({.threads = 4, .queue_length = 100});
  Barrier loads;
  for (int i = 0; i < 10; ++i) ASSERT_THAT(pool.Submit(Lane::kLoad, loads.Task()), IsOk());
  loads.WaitForEntered(2);
  // The other workers are free for questions, again and again, while all loads stand still.
  for (int i = 0; i < 20; ++i) {
    RunToItsEnd(pool, i % 2 == 0 ? Lane::kQuestion : Lane::kLongQuestion);
  }
  EXPECT_EQ(loads.entered(), 2);
  loads.Open();
  pool.Join();
  EXPECT_EQ(loads.entered(), 10);
}

TEST(WorkerPoolTest, LongQuestionsAndLoadsTogetherLeaveAWorkerForShortOnes) {
  WorkerPool pool({.threads = 4, .queue_length = 100});
  Barrier heavy;
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(pool.Submit(Lane::kLongQuestion, heavy.Task()), IsOk());
    ASSERT_THAT(pool.Submit(Lane::kLoad, heavy.Task()), IsOk());
  }
  heavy.WaitForEntered(3);
  for (int i = 0; i < 20; ++i) {
    RunToItsEnd(pool, Lane::kQuestion);
  }
  EXPECT_EQ(heavy.entered(), 3);
  heavy.Open();
  pool.Join();
  EXPECT_EQ(heavy.entered(), 20);
}

TEST(WorkerPoolTest, AQuestionThatTurnsOutLongWaitsBehindLongOnes) {
  WorkerPool pool({.threads = 3, .queue_length = 100});
  Barrier long_ones;
  for (int i = 0; i < 2; ++i) ASSERT_THAT(pool.Submit(Lane::kLongQuestion, long_ones.Task()), IsOk());
  long_ones.WaitForEntered(2);
  std::promise<void> deferred;
  ASSERT_THAT(pool.Submit(Lane::kQuestion,
                          [&] {
                            ASSERT_TRUE(pool.Defer(Lane::kLongQuestion, long_ones.Task()).ok());
                            deferred.set_value();
                          }),
              IsOk());
  deferred.get_future().wait();
  // Short questions still pass it.
  RunToItsEnd(pool, Lane::kQuestion);
  EXPECT_EQ(long_ones.entered(), 2);
  long_ones.Open();
  pool.Join();
  EXPECT_EQ(long_ones.entered(), 3);
}

TEST(WorkerPoolTest, DeferringIsBoundedToo) {
  WorkerPool pool({.threads = 3, .queue_length = 1});
  Barrier barrier;
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(pool.Submit(Lane::kLongQuestion, barrier.Task()), IsOk());
    barrier.WaitForEntered(i + 1);
  }
  pool.StopAdmission();
  EXPECT_THAT(pool.Defer(Lane::kLongQuestion, [] {}), IsOk()) << "a call that was admitted goes on";
  EXPECT_THAT(pool.Defer(Lane::kLongQuestion, [] {}), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(pool.counters().overloaded, 1u);
  EXPECT_EQ(pool.counters().admitted, 1u) << "of two calls one was sent away";
  barrier.Open();
  pool.Join();
}

TEST(WorkerPoolTest, OneThreadIsRaisedToThreeSoThatEachLaneCanRun) {
  WorkerPool pool({.threads = 1, .queue_length = 10});
  EXPECT_EQ(pool.threads(), 3);
  RunToItsEnd(pool, Lane::kLoad);
}

TEST(WorkerPoolTest, WaitingLanesTakeTurns) {
  WorkerPool pool({.threads = 3, .queue_length = 100});
  // All workers stand still while tasks queue up; then one goes on alone, and the order it takes them in is
  // seen.
  OneFreeWorker workers(pool);
  std::string order;
  std::promise<void> done;
  for (int i = 0; i < 4; ++i) ASSERT_THAT(pool.Submit(Lane::kQuestion, [&order] { order += 'q'; }), IsOk());
  for (int i = 0; i < 3; ++i) ASSERT_THAT(pool.Submit(Lane::kLoad, [&order] { order += 'l'; }), IsOk());
  ASSERT_THAT(pool.Submit(Lane::kLoad,
                          [&] {
                            order += 'l';
                            done.set_value();
                          }),
              IsOk());
  workers.first.Open();
  done.get_future().wait();
  workers.keep_out.Open();
  pool.Join();
  EXPECT_THAT(order.substr(0, 6), ::testing::AnyOf("lqlqlq", "qlqlql"));
}

// With a short question between any two of them, too.
TEST(WorkerPoolTest, LongQuestionsAndLoadsTakeTurnsAmongThemselves) {
  WorkerPool pool({.threads = 3, .queue_length = 100});
  OneFreeWorker workers(pool);
  std::string order;
  for (int i = 0; i < 6; ++i) ASSERT_THAT(pool.Submit(Lane::kQuestion, [] {}), IsOk());
  std::promise<void> done;
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(pool.Submit(Lane::kLongQuestion, [&order] { order += 'x'; }), IsOk());
    ASSERT_THAT(pool.Submit(Lane::kLoad, [&order] { order += 'l'; }), IsOk());
  }
  ASSERT_THAT(pool.Submit(Lane::kLoad, [&done] { done.set_value(); }), IsOk());
  workers.first.Open();
  done.get_future().wait();
  workers.keep_out.Open();
  pool.Join();
  EXPECT_THAT(order, ::testing::AnyOf("xlxlxl", "lxlxlx"));
}

TEST(WorkerPoolTest, AfterStopAdmissionNewCallsAreRefusedAndOldOnesGoOn) {
  WorkerPool pool({.threads = 2, .queue_length = 10});
  Barrier barrier;
  std::atomic<int> steps{0};
  ASSERT_THAT(pool.Submit(Lane::kLoad,
                          [&] {
                            barrier.Task()();
                            ++steps;
                            pool.Resume(Lane::kLoad, [&steps] { ++steps; });
                          }),
              IsOk());
  barrier.WaitForEntered(1);
  pool.StopAdmission();
  const absl::Status refused = pool.Submit(Lane::kQuestion, [] {});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("shutting down"));
  barrier.Open();
  pool.Join();
  EXPECT_EQ(steps.load(), 2);
  EXPECT_EQ(pool.counters().refused, 1u);
}

TEST(WorkerPoolTest, ResumeIsTakenWhenTheQueueIsFull) {
  WorkerPool pool({.threads = 2, .queue_length = 1});
  Barrier barrier;
  std::atomic<int> resumed{0};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.Submit(Lane::kQuestion, barrier.Task()).ok() || i == 1);
  while (barrier.entered() < 1) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) pool.Resume(Lane::kQuestion, [&resumed] { ++resumed; });
  barrier.Open();
  pool.Join();
  EXPECT_EQ(resumed.load(), 5);
}

TEST(WorkerPoolTest, ATasksBelongingsGoWithIt) {
  WorkerPool pool({.threads = 2, .queue_length = 10});
  auto held = std::make_shared<int>(7);
  std::weak_ptr<int> watch = held;
  ASSERT_THAT(pool.Submit(Lane::kQuestion, [held = std::move(held)] {}), IsOk());
  pool.Join();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace muster::server
