#include "index/storage/writer_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;

// Turns that began while the fault hook counted them.
std::atomic<int> turns{0};

class WriterQueueTest : public ::testing::Test {
 protected:
  WriterQueueTest() {
    environment_ = *Environment::Open({.directory = directory_.path(), .map_size = size_t{1} << 20});
    queue_ = std::make_unique<WriterQueue>(*environment_);
  }

  // Occupies the writer until Release.
  void Hold() {
    queue_->Submit(
        WriteClass::kPublish,
        [this](WriteTransaction&) {
          held_.set_value();
          release_.get_future().wait();
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    held_.get_future().wait();
  }
  void Release() { release_.set_value(); }

  std::string Value(std::string_view key) {
    auto reader = environment_->BeginRead();
    auto value = reader->Get(DatabaseId::kSettings, key);
    return value->has_value() ? std::string(**value) : "";
  }

  static WriterQueue::Task PutTask(std::string key, std::string value) {
    return [key, value](WriteTransaction& transaction) {
      return transaction.Put(DatabaseId::kSettings, key, value);
    };
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<WriterQueue> queue_;
  std::promise<void> held_, release_;
};

TEST_F(WriterQueueTest, ACommittedTaskIsThereWhenItsCallerIsTold) {
  ASSERT_THAT(queue_->Run(WriteClass::kStaging, PutTask("a", "1")), IsOk());
  EXPECT_EQ(Value("a"), "1");
}

TEST_F(WriterQueueTest, AFailedTaskWritesNothing) {
  const absl::Status status = queue_->Run(WriteClass::kStaging, [](WriteTransaction& transaction) {
    EXPECT_THAT(transaction.Put(DatabaseId::kSettings, "a", "1"), IsOk());
    return absl::AbortedError("no");
  });
  EXPECT_EQ(status, absl::AbortedError("no"));
  EXPECT_EQ(Value("a"), "");
}

TEST_F(WriterQueueTest, EarlierClassesGoFirst) {
  std::vector<std::string> order;
  std::atomic<int> done{0};
  Hold();
  const auto add = [&](WriteClass write_class, std::string name) {
    queue_->Submit(
        write_class,
        [&order, name](WriteTransaction&) {
          order.push_back(name);
          return absl::OkStatus();
        },
        [&done](const absl::Status&) { ++done; });
  };
  add(WriteClass::kSweep, "sweep");
  add(WriteClass::kSettle, "settle");
  add(WriteClass::kStaging, "staging 1");
  add(WriteClass::kStaging, "staging 2");
  add(WriteClass::kMicroBatch, "batch");
  add(WriteClass::kPublish, "publish");
  Release();
  while (done < 6) std::this_thread::yield();
  EXPECT_THAT(order, ElementsAre("publish", "batch", "staging 1", "staging 2", "settle", "sweep"));
}

TEST_F(WriterQueueTest, MicroBatchesShareATurnAndAFailingOneFailsAlone) {
  std::atomic<int> done{0}, failed{0};
  Hold();
  turns = 0;
  SetFaultHook([](const char* point) { turns += std::string_view(point) == "storage/turn_begins"; });
  for (int i = 0; i < 5; ++i) {
    queue_->Submit(
        WriteClass::kMicroBatch,
        [i](WriteTransaction& transaction) {
          if (i == 3) return absl::InvalidArgumentError("the fourth");
          return transaction.Put(DatabaseId::kSettings, "m" + std::to_string(i), "1");
        },
        [&](const absl::Status& status) {
          failed += !status.ok();
          ++done;
        });
  }
  Release();
  while (done < 5) std::this_thread::yield();
  SetFaultHook(nullptr);
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(turns, 6) << "one together, then each alone";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Value("m" + std::to_string(i)), i == 3 ? "" : "1") << i;
}

TEST_F(WriterQueueTest, OnCommitRunsOnlyAfterACommit) {
  int committed = 0;
  (void)queue_->Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    transaction.OnCommit([&] { committed += 100; });
    return absl::AbortedError("no");
  });
  ASSERT_THAT(queue_->Run(WriteClass::kPublish,
                          [&](WriteTransaction& transaction) {
                            transaction.OnCommit([&] { ++committed; });
                            return absl::OkStatus();
                          }),
              IsOk());
  EXPECT_EQ(committed, 1);
}

TEST_F(WriterQueueTest, TheMapGrowsUnderWritersAndReaders) {
  const std::string value(3000, 'x');
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) Value(MakeKey(uint32_t{0}));
  });
  for (uint32_t i = 0; i < 2000; ++i) {
    ASSERT_THAT(queue_->Run(WriteClass::kStaging, PutTask(std::string(std::string_view(MakeKey(i))), value)),
                IsOk())
        << i;
  }
  stop = true;
  reader.join();
  EXPECT_GT(environment_->map_size(), size_t{4} << 20);
  EXPECT_EQ(Value(MakeKey(uint32_t{1999})), value);
}

TEST_F(WriterQueueTest, ATaskLargerThanWhatIsLeftGrowsTheMapAndRunsAgain) {
  int runs = 0;
  auto reader = environment_->BeginRead();  // keeps the map from growing before the first run
  ASSERT_THAT(reader, IsOk());
  ASSERT_THAT(queue_->Run(WriteClass::kStaging,
                          [&](WriteTransaction& transaction) {
                            ++runs;
                            reader->Reset();
                            for (uint32_t i = 0; i < 20; ++i) {
                              RETURN_IF_ERROR(transaction.Put(DatabaseId::kSettings, MakeKey(i),
                                                              std::string(60000, 'y')));
                            }
                            return absl::OkStatus();
                          }),
              IsOk());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Value(MakeKey(uint32_t{19})).size(), 60000u);
}

TEST_F(WriterQueueTest, StopFinishesTheTurnAndCancelsTheRest) {
  absl::Status waiting;
  Hold();
  queue_->Submit(WriteClass::kSweep, PutTask("late", "1"),
                 [&](const absl::Status& status) { waiting = status; });
  std::thread stopper([&] { queue_->Stop(); });
  Release();
  stopper.join();
  EXPECT_TRUE(absl::IsCancelled(waiting) || Value("late") == "1");
  EXPECT_TRUE(absl::IsCancelled(queue_->Run(WriteClass::kPublish, PutTask("a", "1"))));
  EXPECT_EQ(Value("a"), "");
}

TEST_F(WriterQueueTest, WaitingWithinATaskIsRefusedInsteadOfHanging) {
  absl::Status inner;
  ASSERT_THAT(queue_->Run(WriteClass::kStaging,
                          [&](WriteTransaction&) {
                            inner = queue_->Run(WriteClass::kPublish, PutTask("a", "1"));
                            return absl::OkStatus();
                          }),
              IsOk());
  EXPECT_THAT(inner, StatusIs(absl::StatusCode::kInternal));
}

TEST_F(WriterQueueTest, ManyThreadsWriteAndEveryNumberCountsOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const auto write_class = static_cast<WriteClass>(i % kWriteClassCount);
        EXPECT_THAT(queue_->Run(write_class,
                                [](WriteTransaction& transaction) {
                                  ASSIGN_OR_RETURN(auto value, transaction.Get(DatabaseId::kSettings, "sum"));
                                  const uint64_t sum = value.has_value() ? ReadU64(value->data()) : 0;
                                  return transaction.Put(DatabaseId::kSettings, "sum", MakeKey64(sum + 1));
                                }),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReadU64(Value("sum").data()), 100u);
}

TEST(ReaderTableTest, ADeadReadersSlotIsFreedInTime) {
  TemporaryDirectory directory;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  // Another process that reads, as `mdb_stat` or a second tool would; forked before anything is open here.
  const pid_t child = fork();
  if (child == 0) {
    MDB_env* environment;
    MDB_txn* reader;
    if (mdb_env_create(&environment) != 0 ||
        mdb_env_open(environment, directory.path().c_str(), 0, 0600) != 0 ||
        mdb_txn_begin(environment, nullptr, MDB_RDONLY, &reader) != 0 || write(ready[1], "r", 1) != 1) {
      _exit(1);
    }
    pause();
  }
  char said = 0;
  ASSERT_EQ(read(ready[0], &said, 1), 1);
  auto environment = *Environment::Open({.directory = directory.path(), .map_size = size_t{1} << 20});
  WriterQueue queue(*environment, absl::Milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(environment->freed_readers(), 0u) << "a living reader keeps its slot";
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (environment->freed_readers() == 0) std::this_thread::yield();
  EXPECT_EQ(environment->freed_readers(), 1u);
  close(ready[0]);
  close(ready[1]);
}

}  // namespace
}  // namespace muster::index
