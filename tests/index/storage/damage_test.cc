// Files damaged at rest: whatever they contain, a read returns what was written or DATA_LOSS, and no damage
// crashes the process.
#include <map>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "index/storage/environment.h"
#include "index/storage/pages/keys.h"
#include "tests/index/storage/file_damage.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using testing::DamageFile;
using testing::Random;
using testing::RandomBytes;
using Model = std::map<std::pair<DatabaseId, std::string>, std::string>;

constexpr DatabaseId kDatabases[] = {DatabaseId::kFragments, DatabaseId::kEdges, DatabaseId::kRowStats,
                                     DatabaseId::kValueIds, DatabaseId::kCounters};

absl::StatusOr<std::unique_ptr<Environment>> Open(const std::string& directory) {
  return Environment::Open({.directory = directory, .map_size = size_t{64} << 20});
}

// Small values and large ones, as the database has them; 8 bytes of a key that is dense, or sparse text.
void ChangeSome(Environment& environment, Random& random, int count, Model& model) {
  absl::StatusOr<WriteTransaction> transaction = environment.BeginWrite();
  ASSERT_THAT(transaction, IsOk());
  for (int i = 0; i < count; ++i) {
    const DatabaseId database = kDatabases[random() % std::size(kDatabases)];
    const std::string key = database == DatabaseId::kValueIds
                                ? absl::StrCat("value ", random() % 2000)
                                : std::string(MakeKey(7, static_cast<uint32_t>(random() % 400)));
    if (random() % 4 == 0) {
      model.erase({database, key});
      ASSERT_THAT(transaction->Delete(database, key), IsOk());
      continue;
    }
    const bool large = database == DatabaseId::kFragments && random() % 3 != 0;
    const std::string value = RandomBytes(random, large ? 1500 + random() % 20'000 : random() % 60);
    model[{database, key}] = value;
    ASSERT_THAT(transaction->Put(database, key, value), IsOk());
  }
  ASSERT_THAT(transaction->Commit(), IsOk());
}

// An environment whose pages were split, put together, freed and taken again.
void Make(const std::string& directory, Model& model) {
  Random random(11);
  absl::StatusOr<std::unique_ptr<Environment>> environment = Open(directory);
  ASSERT_THAT(environment, IsOk());
  for (int turn = 0; turn < 40; ++turn) ChangeSome(**environment, random, 60, model);
}

void ExpectDataLoss(const absl::Status& status) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ReasonOf(status), Reason::kStorageCorrupt);
}

// Every key, those that aren't there too, and every walk.
void ExpectTruthOrDataLoss(Environment& environment, const Model& model, size_t& refused) {
  absl::StatusOr<ReadTransaction> transaction = environment.BeginRead();
  ASSERT_THAT(transaction, IsOk());
  const auto get = [&](DatabaseId database, const std::string& key) {
    const absl::StatusOr<std::optional<std::string_view>> found = transaction->Get(database, key);
    if (!found.ok()) {
      ++refused;
      return ExpectDataLoss(found.status());
    }
    const auto wanted = model.find({database, key});
    ASSERT_EQ(found->has_value(), wanted != model.end()) << SpecOf(database).name;
    if (found->has_value()) {
      EXPECT_TRUE(**found == wanted->second);
    }
  };
  for (uint32_t i = 0; i < 400; ++i) {
    for (const DatabaseId database : kDatabases) get(database, std::string(MakeKey(7, i)));
  }
  for (uint32_t i = 0; i < 2000; ++i) get(DatabaseId::kValueIds, absl::StrCat("value ", i));
  for (const DatabaseId database : kDatabases) {
    absl::StatusOr<Cursor> cursor = transaction->NewCursor(database);
    ASSERT_THAT(cursor, IsOk());
    auto wanted = model.lower_bound({database, ""});
    for (cursor->First(); cursor->valid(); cursor->Next(), ++wanted) {
      ASSERT_TRUE(wanted != model.end() && wanted->first.first == database);
      EXPECT_TRUE(cursor->key() == wanted->first.second && cursor->value() == wanted->second);
    }
    if (cursor->status().ok()) {
      EXPECT_TRUE(wanted == model.end() || wanted->first.first != database) << "a walk ended early";
    } else {
      ExpectDataLoss(cursor->status());
    }
  }
}

// Writes to what is damaged: they may be refused.
void WriteSome(Environment& environment, Random& random, Model& model) {
  absl::StatusOr<WriteTransaction> transaction = environment.BeginWrite();
  ASSERT_THAT(transaction, IsOk());
  Model changed = model;
  absl::Status done;
  for (int i = 0; i < 60 && done.ok(); ++i) {
    const DatabaseId database = kDatabases[random() % std::size(kDatabases)];
    const std::string key(MakeKey(7, static_cast<uint32_t>(random() % 400)));
    const std::string value = RandomBytes(random, random() % 4'000);
    if (random() % 2 == 0) {
      done = transaction->Put(database, key, value);
      changed[{database, key}] = value;
    } else {
      done = transaction->Delete(database, key).status();
      changed.erase({database, key});
    }
  }
  if (done.ok()) done = transaction->Commit();
  if (done.ok()) {
    model = std::move(changed);
  } else {
    ExpectDataLoss(done);
  }
}

TEST(DamageTest, IsNotSeenWhereThereIsNone) {
  TemporaryDirectory whole;
  Model written;
  Make(whole.path(), written);
  for (const bool marked : {true, false}) {
    if (!marked) std::filesystem::remove(whole.path() + "/CLOSED");
    absl::StatusOr<std::unique_ptr<Environment>> environment = Open(whole.path());
    ASSERT_THAT(environment, IsOk());
    EXPECT_EQ((*environment)->was_closed(), marked);
    size_t refused = 0;
    Random random(3);
    for (int turn = 0; turn < 5; ++turn) {
      ExpectTruthOrDataLoss(**environment, written, refused);
      ChangeSome(**environment, random, 60, written);
    }
    EXPECT_EQ(refused, 0u);
  }
}

// The pages from which LMDB reaches everything, bit by bit: what it maps, and which commit is the newest.
TEST(DamageTest, NoBitOfAMetaPageIsBelieved) {
  TemporaryDirectory whole;
  Model written;
  Make(whole.path(), written);
  constexpr size_t kMetaBytes = 152;
  for (const bool marked : {true, false}) {
    for (size_t bit = 0; bit < 2 * kMetaBytes * 8; ++bit) {
      const size_t place = bit / 8 % kMetaBytes + (bit / 8 < kMetaBytes ? 0 : testing::kFilePageBytes);
      SCOPED_TRACE(absl::StrCat(marked ? "closed" : "not closed", ", bit ", bit % 8, " of byte ", place));
      TemporaryDirectory damaged;
      const std::string path = damaged.path() + "/data.mdb";
      std::filesystem::copy_file(whole.path() + "/data.mdb", path);
      if (marked) std::filesystem::copy_file(whole.path() + "/CLOSED", damaged.path() + "/CLOSED");
      testing::FlipBit(path, place, static_cast<int>(bit % 8));
      const absl::StatusOr<std::unique_ptr<Environment>> environment = Open(damaged.path());
      // With the mark nothing passes; without it, bits that say nothing do (LMDB's spare ones, the older
      // page's).
      if (!environment.ok()) ExpectDataLoss(environment.status());
      EXPECT_FALSE(marked && environment.ok());
      if (HasFailure()) return;
    }
  }
}

// The heads of the pages of trees, bit by bit; also those flags that LMDB sets only in memory.
TEST(DamageTest, NoBitOfAPagesHeadIsBelieved) {
  TemporaryDirectory whole;
  Model written;
  Make(whole.path(), written);
  constexpr size_t kFlags = 10, kFlagBits = 16;  // where they are in a page
  const size_t pages = std::filesystem::file_size(whole.path() + "/data.mdb") / testing::kFilePageBytes;
  size_t refused = 0;
  for (size_t page = 2; page < pages; page += 3) {
    for (size_t bit = page % 4; bit < kFlagBits; bit += 4) {
      SCOPED_TRACE(absl::StrCat("page ", page, ", flag ", bit));
      TemporaryDirectory damaged;
      const std::string path = damaged.path() + "/data.mdb";
      std::filesystem::copy_file(whole.path() + "/data.mdb", path);
      testing::FlipBit(path, page * testing::kFilePageBytes + kFlags + bit / 8, static_cast<int>(bit % 8));
      const absl::StatusOr<std::unique_ptr<Environment>> environment = Open(damaged.path());
      if (!environment.ok()) {
        ExpectDataLoss(environment.status());
        continue;
      }
      const size_t before = refused;
      ExpectTruthOrDataLoss(**environment, written, refused);
      if (refused > before) continue;
      // No read reaches the page, so writes succeed and are read back.
      Random random(page);
      Model model = written;
      for (int turn = 0; turn < 3; ++turn) WriteSome(**environment, random, model);
      ExpectTruthOrDataLoss(**environment, model, refused);
      EXPECT_EQ(refused, before);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(refused, 0u);
}

TEST(DamageTest, IsNeverAnAnswer) {
  TemporaryDirectory whole;
  Model written;
  Make(whole.path(), written);
  ASSERT_TRUE(std::filesystem::exists(whole.path() + "/CLOSED"));
  size_t refused_opens = 0, refused_reads = 0, sound = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    TemporaryDirectory damaged;
    std::filesystem::copy_file(whole.path() + "/data.mdb", damaged.path() + "/data.mdb");
    // With the mark of a clean shutdown, and as after a crash.
    const bool marked = seed % 2 == 0;
    if (marked) std::filesystem::copy_file(whole.path() + "/CLOSED", damaged.path() + "/CLOSED");
    const std::string what = DamageFile(damaged.path() + "/data.mdb", random);
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", what));
    absl::StatusOr<std::unique_ptr<Environment>> environment = Open(damaged.path());
    if (!environment.ok()) {
      ++refused_opens;
      ExpectDataLoss(environment.status());
      continue;
    }
    const size_t before = refused_reads;
    Model model = written;
    ExpectTruthOrDataLoss(**environment, model, refused_reads);
    WriteSome(**environment, random, model);
    ExpectTruthOrDataLoss(**environment, model, refused_reads);
    sound += refused_reads == before ? 1 : 0;
    if (HasFailure()) break;
  }
  EXPECT_GT(refused_opens, 50u);
  EXPECT_GT(refused_reads, 5'000u);
  EXPECT_GT(sound, 5u) << "some damage hits pages that are free";
}

}  // namespace
}  // namespace muster::index
