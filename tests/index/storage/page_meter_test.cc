// The estimate of touched pages against the bytes that the process really writes.
#include "index/storage/pages/page_meter.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "index/storage/environment.h"
#include "index/storage/pages/keys.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

uint64_t BytesWrittenSoFar() {
  std::ifstream io("/proc/self/io");
  std::string name;
  uint64_t number;
  while (io >> name >> number) {
    if (name == "wchar:") return number;
  }
  return 0;
}

std::unique_ptr<Environment> OpenOrDie(const std::string& directory, EnvironmentKind kind) {
  auto environment = Environment::Open({.directory = directory, .kind = kind, .map_size = size_t{4} << 30});
  EXPECT_THAT(environment, IsOk());
  return *std::move(environment);
}

// The pages of one commit: touched by the estimate, and written by the system's count.
struct Honesty {
  uint64_t estimated = 0;
  uint64_t written = 0;
};

Honesty CommitAndCompare(WriteTransaction& transaction) {
  Honesty honesty{transaction.touched_pages(), 0};
  const uint64_t before = BytesWrittenSoFar();
  EXPECT_THAT(transaction.Commit(), IsOk());
  honesty.written = (BytesWrittenSoFar() - before + kPageBytes - 1) / kPageBytes;
  EXPECT_LE(honesty.written, honesty.estimated);
  EXPECT_LE(honesty.estimated, kMaxTouchedPages);
  return honesty;
}

// Fills transactions with `put` until each is nearly full, `commits` times. The estimate must not be absurd
// either.
template <typename Put>
void FillAndCompare(Environment& environment, int commits, double most_times_too_high, Put put) {
  Honesty all;
  for (int i = 0; i < commits; ++i) {
    auto transaction = environment.BeginWrite();
    ASSERT_THAT(transaction, IsOk());
    while (!transaction->NearlyFull()) put(*transaction);
    const Honesty one = CommitAndCompare(*transaction);
    all.estimated += one.estimated;
    all.written += one.written;
  }
  EXPECT_LE(static_cast<double>(all.estimated), most_times_too_high * static_cast<double>(all.written))
      << all.estimated << " estimated, " << all.written << " written";
}

TEST(PageMeterTest, AppendedFragments) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  uint32_t next = 0;
  const std::string value(33000, 'f');
  FillAndCompare(*environment, 20, 1.3, [&](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kFragments, MakeKey(1, 0, next++), value), IsOk());
  });
}

TEST(PageMeterTest, AppendedSmallRecords) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  uint32_t next = 0;
  const std::string value(60, 'e');
  FillAndCompare(*environment, 5, 3, [&](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kEdges, MakeKey(1, next++, 0), value), IsOk());
  });
}

TEST(PageMeterTest, ScatteredIds) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kMembers);
  std::mt19937_64 random(11);
  FillAndCompare(*environment, 60, 6, [&](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kOrdinals, MakeKey64(random()), MakeKey64(1)), IsOk());
  });
}

TEST(PageMeterTest, ValuesOfAllSizesComeGrowShrinkAndGo) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  std::mt19937 random(12);
  FillAndCompare(*environment, 60, 6, [&](WriteTransaction& transaction) {
    const Key<12> key = MakeKey(1, random() % 40, random() % 40);
    if (random() % 4 == 0) {
      ASSERT_THAT(transaction.Delete(DatabaseId::kFragments, key), IsOk());
      return;
    }
    const size_t sizes[] = {0, 20, 500, 1500, 2100, 9000, 33000};
    const std::string value(sizes[random() % 7] + random() % 20, 'v');
    ASSERT_THAT(transaction.Put(DatabaseId::kFragments, key, value), IsOk());
  });
}

TEST(PageMeterTest, LongKeys) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kMembers);
  std::mt19937 random(13);
  FillAndCompare(*environment, 20, 8, [&](WriteTransaction& transaction) {
    std::string key(480, 'k');
    for (char& c : key) c = static_cast<char>('a' + random() % 26);
    ASSERT_THAT(transaction.Put(DatabaseId::kOrdinals, key, MakeKey64(1)), IsOk());
  });
}

TEST(PageMeterTest, DeletedRangesAndTheFreeListTheyLeave) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  const std::string value(33000, 'f');
  for (uint32_t next = 0; next < 4000;) {
    auto transaction = environment->BeginWrite();
    while (!transaction->NearlyFull() && next < 4000) {
      ASSERT_THAT(transaction->Put(DatabaseId::kFragments, MakeKey(1, 0, next++), value), IsOk());
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  bool gone = false;
  while (!gone) {
    auto transaction = environment->BeginWrite();
    auto deleted = transaction->DeletePrefix(DatabaseId::kFragments, MakeKey(1));
    ASSERT_THAT(deleted, IsOk());
    gone = *deleted;
    CommitAndCompare(*transaction);
  }
  // Reuse of what is free, in pieces of every size.
  std::mt19937 random(14);
  uint32_t next = 0;
  FillAndCompare(*environment, 30, 3, [&](WriteTransaction& transaction) {
    const std::string some(random() % 2 == 0 ? 33000 : 300, 'r');
    ASSERT_THAT(transaction.Put(DatabaseId::kFragments, MakeKey(2, 0, next++), some), IsOk());
  });
}

TEST(PageMeterTest, ATransactionThatWouldTouchTooMuchIsRefused) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  const std::string value(33000, 'f');
  auto transaction = environment->BeginWrite();
  absl::Status status;
  uint32_t put = 0;
  while (status.ok() && put < 1000)
    status = transaction->Put(DatabaseId::kFragments, MakeKey(1, 0, put++), value);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_NE(status.message().find("1024 pages"), status.message().npos) << status;
  EXPECT_GT(put, 80u);
}

TEST(PageMeterTest, TheProcessKeepsItsGreatestCount) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), EnvironmentKind::kIndex);
  auto transaction = environment->BeginWrite();
  const std::string value(33000, 'f');
  for (uint32_t i = 0; i < 50; ++i) {
    ASSERT_THAT(transaction->Put(DatabaseId::kFragments, MakeKey(1, 0, i), value), IsOk());
  }
  const uint32_t mine = transaction->touched_pages();
  ASSERT_THAT(transaction->Commit(), IsOk());
  EXPECT_GE(MostTouchedPages(), mine);
  EXPECT_LE(MostTouchedPages(), kMaxTouchedPages);
}

}  // namespace
}  // namespace muster::index
