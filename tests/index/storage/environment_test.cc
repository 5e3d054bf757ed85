#include "index/storage/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lmdb.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/format_version.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
constexpr size_t kMapSize = size_t{1} << 30;

std::unique_ptr<Environment> OpenOrDie(const std::string& directory, size_t map_size = kMapSize,
                                       EnvironmentKind kind = EnvironmentKind::kIndex) {
  auto environment = Environment::Open({.directory = directory, .kind = kind, .map_size = map_size});
  EXPECT_THAT(environment, IsOk());
  return environment.ok() ? *std::move(environment) : nullptr;
}

void PutOne(Environment& environment, std::string_view key, std::string_view value) {
  auto transaction = environment.BeginWrite();
  ASSERT_THAT(transaction, IsOk());
  ASSERT_THAT(transaction->Put(DatabaseId::kSettings, key, value), IsOk());
  ASSERT_THAT(transaction->Commit(), IsOk());
}

std::optional<std::string> GetOne(Environment& environment, std::string_view key) {
  auto transaction = environment.BeginRead();
  EXPECT_THAT(transaction, IsOk());
  auto value = transaction->Get(DatabaseId::kSettings, key);
  EXPECT_THAT(value, IsOk());
  if (!value->has_value()) return std::nullopt;
  return std::string(**value);
}

TEST(EnvironmentTest, WhatIsCommittedIsThereAfterReopening) {
  TemporaryDirectory directory;
  {
    auto environment = OpenOrDie(directory.path());
    PutOne(*environment, "a", "1");
    auto undone = environment->BeginWrite();
    ASSERT_THAT(undone->Put(DatabaseId::kSettings, "b", "2"), IsOk());
  }
  auto environment = OpenOrDie(directory.path());
  EXPECT_EQ(GetOne(*environment, "a"), "1");
  EXPECT_EQ(GetOne(*environment, "b"), std::nullopt);
}

TEST(EnvironmentTest, ReadersKeepTheirViewUntilTheyRenewIt) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path());
  PutOne(*environment, "a", "old");
  auto reader = environment->BeginRead();
  ASSERT_THAT(reader, IsOk());
  auto cursor = reader->NewCursor(DatabaseId::kSettings);
  ASSERT_THAT(cursor, IsOk());
  PutOne(*environment, "a", "new");
  cursor->First();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "old");
  reader->Reset();
  ASSERT_THAT(reader->Renew(), IsOk());
  ASSERT_THAT(reader->RenewCursor(*cursor), IsOk());
  cursor->First();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "new");
}

TEST(EnvironmentTest, ManyThreadsShareThePoolOfReaders) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path());
  PutOne(*environment, "a", "1");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 200; ++j) right += GetOne(*environment, "a") == "1";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 1600);
}

TEST(EnvironmentTest, AFullMapSaysSoAndGrowsWhenNobodyReads) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path(), size_t{1} << 20);
  const std::string value(3000, 'x');
  absl::Status status;
  uint32_t written = 0;
  while (status.ok()) {
    auto transaction = environment->BeginWrite();
    status = transaction->Put(DatabaseId::kSettings, MakeKey(written), value);
    if (status.ok()) status = transaction->Commit();
    if (status.ok()) ++written;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(status), Reason::kStorageFull);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--map-size"));
  {
    auto reader = environment->BeginRead();
    auto grown = environment->Grow(true, absl::Milliseconds(10));
    ASSERT_THAT(grown, IsOk());
    EXPECT_FALSE(*grown) << "a reader was open";
  }
  auto grown = environment->Grow(true, absl::Milliseconds(10));
  ASSERT_THAT(grown, IsOk());
  EXPECT_TRUE(*grown);
  EXPECT_EQ(environment->map_size(), size_t{2} << 20);
  PutOne(*environment, "after", "1");
  EXPECT_EQ(GetOne(*environment, MakeKey(0)), value);
  EXPECT_EQ(GetOne(*environment, MakeKey(written - 1)), value);
  EXPECT_EQ(GetOne(*environment, MakeKey(written)), std::nullopt);
}

TEST(EnvironmentTest, TheGreatestMapSizeIsAnErrorWithItsMend) {
  TemporaryDirectory directory;
  auto environment = Environment::Open(
      {.directory = directory.path(), .map_size = size_t{1} << 20, .max_map_size = size_t{1} << 20});
  ASSERT_THAT(environment, IsOk());
  auto grown = (*environment)->Grow(true, absl::Milliseconds(10));
  EXPECT_EQ(ReasonOf(grown.status()), Reason::kStorageFull);
  EXPECT_THAT(std::string(grown.status().message()), HasSubstr("greatest size"));
}

// Says in the file that it is of another format.
void WriteFormat(const std::string& directory, uint32_t format) {
  MDB_env* env;
  ASSERT_EQ(mdb_env_create(&env), 0);
  ASSERT_EQ(mdb_env_open(env, directory.c_str(), 0, 0644), 0);
  MDB_txn* txn;
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
  MDB_dbi names;
  ASSERT_EQ(mdb_dbi_open(txn, nullptr, 0, &names), 0);
  std::string record = EncodeFormat(format, EnvironmentKind::kIndex, 1);
  MDB_val key{kFormatKey.size(), const_cast<char*>(kFormatKey.data())};
  MDB_val value{record.size(), record.data()};
  ASSERT_EQ(mdb_put(txn, names, &key, &value, 0), 0);
  ASSERT_EQ(mdb_txn_commit(txn), 0);
  mdb_env_close(env);
  std::filesystem::remove(directory + "/CLOSED");
}

TEST(EnvironmentTest, AnotherFormatVersionIsRefusedBeforeAnythingIsWritten) {
  TemporaryDirectory directory;
  { OpenOrDie(directory.path()); }
  for (const uint32_t format : {uint32_t{1}, kFormatVersion - 1, kFormatVersion + 6}) {
    WriteFormat(directory.path(), format);
    auto refused = Environment::Open({.directory = directory.path(), .map_size = kMapSize});
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnimplemented));
    EXPECT_THAT(std::string(refused.status().message()),
                HasSubstr(absl::StrCat("format version ", format, ", ")));
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(directory.path()));
  }
}

TEST(EnvironmentTest, ACopyHasTheSameIdentityAndAnotherOneHasAnother) {
  TemporaryDirectory directory, copy, other;
  Identity identity = 0;
  {
    auto environment = OpenOrDie(directory.path());
    identity = environment->identity();
    EXPECT_NE(identity, 0u);
  }
  EXPECT_EQ(OpenOrDie(directory.path())->identity(), identity);
  std::filesystem::copy_file(directory.path() + "/data.mdb", copy.path() + "/data.mdb");
  EXPECT_EQ(OpenOrDie(copy.path())->identity(), identity);
  EXPECT_NE(OpenOrDie(other.path())->identity(), identity);
  TemporaryDirectory given;
  auto of_a_population = Environment::Open({.directory = given.path(), .identity = identity});
  ASSERT_THAT(of_a_population, IsOk());
  EXPECT_EQ((*of_a_population)->identity(), identity);
}

TEST(EnvironmentTest, AFileThatIsOpenIsRefusedUnderAnyName) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path() + "/one");
  std::filesystem::create_directory_symlink(directory.path() + "/one", directory.path() + "/two");
  for (const char* name : {"/one", "/two"}) {
    const auto second = Environment::Open({.directory = directory.path() + name});
    EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(std::string(second.status().message()), HasSubstr("in use by another server"));
  }
  std::filesystem::rename(directory.path() + "/one", directory.path() + "/three");
  EXPECT_THAT(Environment::Open({.directory = directory.path() + "/three"}), ::testing::Not(IsOk()));
  environment.reset();
  EXPECT_THAT(Environment::Open({.directory = directory.path() + "/three"}), IsOk());
}

// An administrator verifies what the server's user serves afterwards.
TEST(EnvironmentTest, WhatIsLeftBesideTheFileIsItsOwners) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give a file to another user";
  constexpr uid_t kNobody = 65534;
  TemporaryDirectory directory;
  { OpenOrDie(directory.path()); }
  for (const char* name : {"CLOSED", "lock.mdb"}) std::filesystem::remove(directory.path() + "/" + name);
  ASSERT_EQ(chown(directory.path().c_str(), kNobody, kNobody), 0);
  { OpenOrDie(directory.path()); }
  for (const char* name : {"CLOSED", "lock.mdb"}) {
    struct stat file = {};
    // After a start without the mark there is none until everything was read.
    if (name == std::string("CLOSED") && !std::filesystem::exists(directory.path() + "/CLOSED")) continue;
    ASSERT_EQ(stat((directory.path() + "/" + name).c_str(), &file), 0) << name;
    EXPECT_EQ(file.st_uid, kNobody) << name;
  }
}

// After a crash, the mark of a clean shutdown is only written once all pages were read and found whole.
TEST(EnvironmentTest, AMarkOfAShutdownComesBackWhenAllWasRead) {
  TemporaryDirectory directory;
  {
    auto environment = OpenOrDie(directory.path());
    absl::StatusOr<WriteTransaction> transaction = environment->BeginWrite();
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT(transaction->Put(DatabaseId::kSettings, "a", "b"), IsOk());
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  std::filesystem::remove(directory.path() + "/CLOSED");  // as after a crash
  { EXPECT_FALSE(OpenOrDie(directory.path())->was_closed()); }
  {
    auto environment = OpenOrDie(directory.path());
    EXPECT_FALSE(environment->was_closed()) << "the start before read nothing";
    EXPECT_TRUE(Scrub(*environment, {}).value());
  }
  EXPECT_TRUE(OpenOrDie(directory.path())->was_closed());
}

TEST(EnvironmentTest, TheOtherKindIsRefused) {
  TemporaryDirectory directory;
  { OpenOrDie(directory.path(), kMapSize, EnvironmentKind::kMembers); }
  auto refused = Environment::Open({.directory = directory.path(), .map_size = kMapSize});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("put its folders back"));
}

TEST(EnvironmentTest, AFormatRecordThatIsDamagedIsNoOtherFormat) {
  const std::string record = EncodeFormat(kFormatVersion, EnvironmentKind::kIndex, 77);
  EXPECT_EQ(ReadFormatRecord(record, EnvironmentKind::kIndex, "here").value(), 77u);
  for (size_t bit = 0; bit < record.size() * 8; ++bit) {
    std::string damaged = record;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(ReadFormatRecord(damaged, EnvironmentKind::kIndex, "here"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(EnvironmentTest, DamagedFilesAreRefused) {
  TemporaryDirectory directory;
  {
    std::ofstream file(directory.path() + "/data.mdb");
    file << std::string(100000, 'z');
  }
  auto refused = Environment::Open({.directory = directory.path(), .map_size = kMapSize});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kStorageCorrupt);
}

TEST(EnvironmentTest, FilesThatWereCutShortAreRefusedAndLeftAsTheyAre) {
  TemporaryDirectory directory;
  {
    auto environment = OpenOrDie(directory.path());
    for (uint32_t i = 0; i < 20; ++i) PutOne(*environment, MakeKey(i), std::string(10'000, 'x'));
  }
  const std::string path = directory.path() + "/data.mdb";
  const auto kept = std::filesystem::file_size(path);
  for (const auto size : {kept - 1, 3 * kept / 4, kept / 2}) {
    std::filesystem::resize_file(path, size);
    auto refused = Environment::Open({.directory = directory.path(), .map_size = kMapSize});
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(ReasonOf(refused.status()), Reason::kStorageCorrupt);
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("cut short"));
    EXPECT_EQ(std::filesystem::file_size(path), size);
  }
}

// Pages that one transaction takes at the file's end and gives back are never written.
TEST(EnvironmentTest, FilesThatAreShortOfFreePagesAreSound) {
  TemporaryDirectory directory;
  size_t used = 0;
  {
    auto environment = OpenOrDie(directory.path());
    for (uint32_t i = 0; i < 40; ++i) PutOne(*environment, MakeKey(i), std::string(1'000, 'x'));
    for (uint32_t round = 0; round < 2; ++round) {
      auto transaction = environment->BeginWrite();
      ASSERT_THAT(transaction->Delete(DatabaseId::kSettings, MakeKey(2 * round)), IsOk());
      ASSERT_THAT(transaction->Put(DatabaseId::kSettings, "large", std::string(100'000, 'x')), IsOk());
      ASSERT_THAT(transaction->Delete(DatabaseId::kSettings, "large"), IsOk());
      ASSERT_THAT(transaction->Commit(), IsOk());
    }
    used = environment->used_bytes();
  }
  ASSERT_LT(std::filesystem::file_size(directory.path() + "/data.mdb"), used)
      << "this test needs a short file";
  auto environment = OpenOrDie(directory.path());
  ASSERT_NE(environment, nullptr);
  EXPECT_EQ(GetOne(*environment, MakeKey(1)), std::string(1'000, 'x'));
  PutOne(*environment, "large", std::string(100'000, 'y'));
  EXPECT_EQ(GetOne(*environment, "large"), std::string(100'000, 'y'));
}

TEST(EnvironmentTest, TooManyOpenFilesSayTheMend) {
  TemporaryDirectory directory;
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  auto refused = Environment::Open({.directory = directory.path(), .map_size = kMapSize});
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("higher limit of open files"));
}

TEST(EnvironmentTest, AMissingParentIsNamed) {
  TemporaryDirectory directory;
  auto refused = Environment::Open({.directory = directory.path() + "/a/b", .map_size = kMapSize});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("/a/b"));
}

TEST(EnvironmentTest, KeysOutOfBoundsAreRefused) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path());
  auto transaction = environment->BeginWrite();
  EXPECT_THAT(transaction->Put(DatabaseId::kSettings, "", "v"), StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string long_key(512, 'k');
  EXPECT_THAT(transaction->Put(DatabaseId::kSettings, long_key, "v"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CountersTest, NumbersAscendFromOneAndSurvive) {
  TemporaryDirectory directory;
  for (uint64_t round = 0; round < 2; ++round) {
    auto environment = OpenOrDie(directory.path());
    auto transaction = environment->BeginWrite();
    EXPECT_EQ(NextNumber(*transaction, "a").value(), round + 1);
    EXPECT_EQ(NextNumber(*transaction, "b").value(), 2 * round + 1);
    EXPECT_EQ(NextId(*transaction, "b").value(), 2 * round + 2);
    ASSERT_THAT(transaction->Commit(), IsOk());
    EXPECT_EQ(LastNumber(*environment->BeginRead(), "b").value(), 2 * round + 2);
    EXPECT_EQ(LastNumber(*environment->BeginRead(), "c").value(), 0u);
  }
}

TEST(CursorTest, WalksLikeASortedMap) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path());
  std::map<std::string, std::string> model;
  std::mt19937 random(7);
  auto transaction = environment->BeginWrite();
  for (int i = 0; i < 2000; ++i) {
    const std::string key = std::to_string(random() % 700);
    if (random() % 3 == 0) {
      auto deleted = transaction->Delete(DatabaseId::kSettings, key);
      EXPECT_THAT(deleted, IsOkAndHolds(model.erase(key) > 0));
    } else {
      const std::string value(random() % 50, 'v');
      ASSERT_THAT(transaction->Put(DatabaseId::kSettings, key, value), IsOk());
      model[key] = value;
    }
  }
  ASSERT_THAT(transaction->Commit(), IsOk());
  auto reader = environment->BeginRead();
  EXPECT_EQ(reader->CountItems(DatabaseId::kSettings).value(), model.size());
  auto cursor = reader->NewCursor(DatabaseId::kSettings);
  auto expected = model.begin();
  for (cursor->First(); cursor->valid(); cursor->Next(), ++expected) {
    ASSERT_NE(expected, model.end());
    EXPECT_EQ(cursor->key(), expected->first);
    EXPECT_EQ(cursor->value(), expected->second);
  }
  EXPECT_EQ(expected, model.end());
  for (int i = 0; i < 700; i += 13) {
    const std::string key = std::to_string(i);
    const auto at_or_after = model.lower_bound(key);
    cursor->Seek(key);
    EXPECT_EQ(cursor->valid(), at_or_after != model.end());
    if (cursor->valid()) {
      EXPECT_EQ(cursor->key(), at_or_after->first);
    }
    cursor->SeekBefore(key);
    EXPECT_EQ(cursor->valid(), at_or_after != model.begin());
    if (cursor->valid()) {
      EXPECT_EQ(cursor->key(), std::prev(at_or_after)->first);
    }
    EXPECT_THAT(cursor->status(), IsOk());
  }
}

TEST(CursorTest, AtEndsWithThePrefix) {
  TemporaryDirectory directory;
  auto environment = OpenOrDie(directory.path());
  for (uint32_t a : {1u, 2u, 3u}) {
    for (uint32_t b : {0u, 7u, 0xffffffffu}) PutOne(*environment, MakeKey(a, b), "v");
  }
  auto reader = environment->BeginRead();
  auto cursor = reader->NewCursor(DatabaseId::kSettings);
  int walked = 0;
  for (cursor->Seek(MakeKey(2)); cursor->At(MakeKey(2)); cursor->Next()) ++walked;
  EXPECT_EQ(walked, 3);
  EXPECT_TRUE(cursor->valid()) << "3 follows";
}

}  // namespace
}  // namespace muster::index
