// Sweeping on a full disk: it is postponed until there is space.
#include <cerrno>
#include <thread>

#include "gtest/gtest.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/sweeper.h"
#include "tests/index/storage/disk_errors.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

std::vector<StagedEntry> Staged(Environment& environment) {
  const auto transaction = environment.BeginRead();
  EXPECT_THAT(transaction, IsOk());
  return *ListStaged(*transaction);
}

TEST(DelayedSweepTest, WhatFoundNoRoomIsSweptWhenThereIsSome) {
  const TemporaryDirectory directory;
  {
    auto environment = Environment::Open({.directory = directory.path()});
    ASSERT_THAT(environment, IsOk());
    WriterQueue writer(**environment);
    const absl::Status staged = writer.Run(WriteClass::kStaging, [](WriteTransaction& transaction) {
      absl::Status status;
      for (uint32_t id = 1; id <= 20 && status.ok(); ++id)
        status = RegisterStaged(transaction, {StagedKind::kStore, id, 7});
      return status;
    });
    ASSERT_THAT(staged, IsOk());
  }
  // As after a start: what is listed is swept.
  auto environment = Environment::Open({.directory = directory.path()});
  ASSERT_THAT(environment, IsOk());
  WriterQueue writer(**environment, absl::Milliseconds(20));
  {
    const FailingDisk full(DiskError::kFails, ENOSPC, directory.path() + "/data.mdb");
    SweepInBackground(writer, Staged(**environment));
    while (full.failed() < 3) std::this_thread::yield();
    EXPECT_EQ(Staged(**environment).size(), 20u);
  }
  while (!Staged(**environment).empty()) std::this_thread::yield();
  writer.Stop();
}

}  // namespace
}  // namespace muster::index
