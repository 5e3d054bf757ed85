// Maps that grow while they are read and written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "index/status/status_reason.h"
#include "index/storage/files/address_space.h"
#include "index/storage/pages/keys.h"
#include "index/storage/writer_queue.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

std::unique_ptr<Environment> Open(const std::string& directory, size_t size, size_t most) {
  auto environment = Environment::Open({.directory = directory, .map_size = size, .max_map_size = most});
  EXPECT_THAT(environment, IsOk());
  return environment.ok() ? *std::move(environment) : nullptr;
}

// What the writer `which` puts under its key number `n`.
std::string ValueOf(uint32_t which, uint32_t n) {
  return std::string(36'000, static_cast<char>('a' + (which * 7 + n) % 26)) + std::to_string(n);
}

absl::Status Put(WriterQueue& queue, uint32_t which, uint32_t n) {
  return queue.Run(WriteClass::kStaging, [which, n](WriteTransaction& transaction) {
    return transaction.Put(DatabaseId::kSettings, MakeKey(which, n), ValueOf(which, n));
  });
}

class GrowingStore {
 public:
  static constexpr uint32_t kWriters = 3;
  static constexpr uint32_t kValues = 150;

  void Write(uint32_t which) {
    for (uint32_t n = 0; n < kValues; ++n) {
      const absl::Status put = Put(queue_, which, n);
      if (!put.ok()) ++failures_;
      EXPECT_THAT(put, IsOk());
      written_[which] = n + 1;
    }
  }

  // Values that are told to be written are there, whole; also in a second view beside the first.
  void ReadUntil(const std::atomic<bool>& done, uint32_t seed) {
    std::mt19937 random(seed);
    while (!done) {
      const uint32_t which = random() % kWriters;
      const uint32_t end = written_[which];
      if (end == 0) continue;
      const uint32_t n = random() % end;
      const auto outer = environment_->BeginRead();
      const auto inner = environment_->BeginRead();
      ASSERT_TRUE(outer.ok() && inner.ok()) << outer.status() << inner.status();
      for (const ReadTransaction* view : {&*outer, &*inner}) {
        const auto value = view->Get(DatabaseId::kSettings, MakeKey(which, n));
        ASSERT_TRUE(value.ok() && value->has_value()) << which << " " << n;
        if (**value != ValueOf(which, n)) ++failures_;
      }
    }
  }

  Environment& environment() { return *environment_; }
  int failures() const { return failures_; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_ = Open(directory_.path(), kMiB, 256 * kMiB);
  WriterQueue queue_{*environment_};
  std::array<std::atomic<uint32_t>, kWriters> written_{};
  std::atomic<int> failures_{0};
};

TEST(Growth, LosesNothingUnderReadersAndWriters) {
  GrowingStore store;
  std::atomic<bool> done{false};
  std::vector<std::thread> readers, writers;
  for (uint32_t i = 0; i < 4; ++i) readers.emplace_back([&, i] { store.ReadUntil(done, i); });
  for (uint32_t i = 0; i < GrowingStore::kWriters; ++i) writers.emplace_back([&, i] { store.Write(i); });
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(store.failures(), 0);
  EXPECT_GE(store.environment().map_size(), 16 * kMiB) << "16 MB were written";
  const auto view = store.environment().BeginRead();
  EXPECT_EQ(view->CountItems(DatabaseId::kSettings).value(), GrowingStore::kWriters * GrowingStore::kValues);
}

// However long a reader holds the map, the write continues when the reader has ended.
TEST(Growth, AWriteWaitsForReadersThatHoldTheMap) {
  TemporaryDirectory directory;
  auto environment = Open(directory.path(), kMiB, 64 * kMiB);
  WriterQueue queue(*environment);
  auto reader = environment->BeginRead();
  ASSERT_THAT(reader, IsOk());
  std::atomic<uint32_t> written{0};
  std::thread writer([&] {
    for (uint32_t n = 0; n < 300; ++n) {
      const absl::Status put = Put(queue, 0, n);
      EXPECT_THAT(put, IsOk());
      written = n + 1;
    }
  });
  uint32_t seen = 0;
  for (uint32_t now = 1; now != seen; now = written) {  // until the writer stands still
    seen = now;
    absl::SleepFor(absl::Milliseconds(500));
    EXPECT_THAT(environment->BeginRead(), IsOk()) << "others read meanwhile";
  }
  EXPECT_LT(seen, 300u);
  EXPECT_EQ(environment->map_size(), kMiB);
  reader->Reset();
  writer.join();
  EXPECT_EQ(written, 300u);
}

TEST(Growth, EndsAtTheGreatestSizeAndLeavesTheStoreAsItWas) {
  TemporaryDirectory directory;
  auto environment = Open(directory.path(), kMiB, 4 * kMiB);
  WriterQueue queue(*environment);
  absl::Status status;
  uint32_t written = 0;
  while (status.ok()) {
    status = Put(queue, 0, written);
    if (status.ok()) ++written;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(status), Reason::kStorageFull);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("--map-size"));
  EXPECT_EQ(environment->map_size(), 4 * kMiB);
  EXPECT_EQ(environment->BeginRead()->CountItems(DatabaseId::kSettings).value(), written);
}

TEST(Growth, AFileThatAnotherProgramHasGrownIsReadOn) {
  TemporaryDirectory directory;
  int go[2];
  ASSERT_EQ(pipe(go), 0);
  const pid_t child = fork();
  if (child == 0) {  // forked before anything is open here
    char said = 0;
    MDB_env* environment;
    if (read(go[0], &said, 1) != 1 || mdb_env_create(&environment) != 0 ||
        mdb_env_set_mapsize(environment, 64 * kMiB) != 0 || mdb_env_set_maxdbs(environment, 64) != 0 ||
        mdb_env_open(environment, directory.path().c_str(), 0, 0600) != 0) {
      _exit(1);
    }
    MDB_txn* txn;
    MDB_dbi theirs;
    const std::string large(8 * kMiB, 'x');
    MDB_val key{5, const_cast<char*>("large")};
    MDB_val value{large.size(), const_cast<char*>(large.data())};
    const bool written = mdb_txn_begin(environment, nullptr, 0, &txn) == 0 &&
                         mdb_dbi_open(txn, "theirs", MDB_CREATE, &theirs) == 0 &&
                         mdb_put(txn, theirs, &key, &value, 0) == 0 && mdb_txn_commit(txn) == 0;
    _exit(written ? 0 : 1);
  }
  auto environment = Open(directory.path(), kMiB, 64 * kMiB);
  {
    auto transaction = environment->BeginWrite();
    ASSERT_TRUE(transaction.ok() && transaction->Put(DatabaseId::kSettings, "ours", "kept").ok() &&
                transaction->Commit().ok());
  }
  { ASSERT_THAT(environment->BeginRead(), IsOk()); }  // leaves a reader to be renewed
  ASSERT_EQ(write(go[1], "g", 1), 1);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  const auto reader = environment->BeginRead();
  ASSERT_THAT(reader, IsOk());
  EXPECT_GT(environment->map_size(), 8 * kMiB);
  const auto value = reader->Get(DatabaseId::kSettings, "ours");
  ASSERT_TRUE(value.ok() && value->has_value());
  EXPECT_EQ(**value, "kept");
  EXPECT_THAT(environment->BeginWrite(), IsOk());
  close(go[0]);
  close(go[1]);
}

TEST(AddressSpace, WhatDoesNotFitIsSaid) {
  EXPECT_THAT(CheckAddressSpace(kMiB), IsOk());
  const absl::Status refused = CheckAddressSpace(size_t{1} << 60);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("--map-size"));
}

}  // namespace
}  // namespace muster::index
