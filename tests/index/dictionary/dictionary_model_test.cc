// The member dictionary beside an unordered map: any ids in any batches, equal hashes, kills after any commit.
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "index/storage/fault_point.h"
#include "tests/index/dictionary/dictionary_under_test.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

std::string AnyId(std::mt19937_64& random) {
  const uint64_t number = random() % 20'000;
  switch (number % 8) {
    case 0:
      return absl::StrCat(number);
    case 1:
      return absl::StrFormat("%016x", number * 0x9e3779b97f4a7c15);
    case 2:
      return absl::StrFormat("%08d", number);
    case 3:
      return absl::StrCat("城市-", number, "-🙂");
    case 4:
      return absl::StrFormat("%08x-0000-4000-8000-%012x", number, number * 77);
    case 5:
      return std::string(1 + number % 480, 'x');
    default:
      return absl::StrCat("customer-", number);
  }
}

// The dictionary beside an unordered map: known and new ids in batches of all sizes, flushes, and reopening.
class ModelTest : public DictionaryTest {
 protected:
  void AssignSome(size_t size) {
    std::vector<std::string> ids;
    for (size_t i = 0; i < size; ++i) ids.push_back(AnyId(random_));
    const std::vector<Ordinal> ordinals = Assign(ids);
    for (size_t i = 0; i < size; ++i) {
      const auto [at, fresh] = model_.emplace(ids[i], order_.size());
      if (fresh) order_.push_back(ids[i]);
      ASSERT_EQ(ordinals[i], at->second) << ids[i];
    }
  }
  void CheckStored() {
    for (Ordinal ordinal = 0; ordinal < order_.size(); ordinal += 1 + random_() % 30) {
      ASSERT_EQ(*dictionary_->Find(order_[ordinal]), std::optional<Ordinal>(ordinal)) << order_[ordinal];
      ASSERT_EQ(*dictionary_->IdOf(ordinal), order_[ordinal]);
    }
    for (int i = 0; i < 300; ++i) ASSERT_EQ(*dictionary_->Find(absl::StrCat("none", i)), std::nullopt);
    std::vector<Ordinal> all(order_.size());
    for (Ordinal ordinal = 0; ordinal < all.size(); ++ordinal) all[ordinal] = ordinal;
    ASSERT_EQ(Read(all), order_);
  }
  void Compare() {
    const size_t sizes[] = {1, 30, 63, 64, 500, 9'000};
    for (int round = 0; round < 60; ++round) {
      ASSERT_NO_FATAL_FAILURE(AssignSome(sizes[random_() % 6]));
      if (round % 4 != 3) continue;
      ASSERT_THAT(dictionary_->Flush(), IsOk());
      if (round % 20 != 19) continue;
      Close();
      Open();
      ASSERT_NO_FATAL_FAILURE(CheckStored());
    }
    ASSERT_GT(order_.size(), 10'000u);
  }

  std::mt19937_64 random_{11};
  std::unordered_map<std::string, Ordinal> model_;
  std::vector<std::string> order_;
};

TEST_F(ModelTest, AnyIdsInAnyBatches) { Compare(); }

// The next day's table: the same members in nearly the same order, with new ones among them and others missing.
TEST_F(ModelTest, KnownIdsInTheirOrder) {
  ASSERT_NO_FATAL_FAILURE(AssignSome(9'000));
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  for (const uint64_t one_in : {1'000'000, 300, 40, 7, 2}) {
    std::vector<std::string> ids;
    for (const std::string& id : order_) {
      const uint64_t dice = random_() % one_in;
      if (dice == 0 && random_() % 2 == 0) continue;
      if (dice == 0) ids.push_back(absl::StrCat("new ", random_()));
      ids.push_back(id);
    }
    for (size_t begin = 0; begin < ids.size(); begin += 1'500) {
      const size_t end = std::min(begin + 1'500, ids.size());
      const std::vector<std::string> batch(ids.begin() + begin, ids.begin() + end);
      const std::vector<Ordinal> ordinals = Assign(batch);
      for (size_t i = 0; i < batch.size(); ++i) {
        const auto [at, fresh] = model_.emplace(batch[i], order_.size());
        if (fresh) order_.push_back(batch[i]);
        ASSERT_EQ(ordinals[i], at->second) << batch[i];
      }
    }
    ASSERT_THAT(dictionary_->Flush(), IsOk());
  }
  ASSERT_NO_FATAL_FAILURE(CheckStored());
}

TEST_F(ModelTest, IdsOfOneHash) {
  Close();
  hash_mask_ = 0xff000000'ff000000;  // 256 hashes in the store, and as many in memory
  Open();
  Compare();
}

TEST_F(DictionaryTest, OrdinalsDontDependOnTheBatches) {
  std::mt19937_64 random(12);
  std::vector<std::string> ids;
  for (int i = 0; i < 30'000; ++i) ids.push_back(AnyId(random));
  const std::vector<Ordinal> together = Assign(ids);
  Close();
  std::filesystem::remove_all(folder_ + "/members");
  Open();
  std::vector<Ordinal> apart;
  for (size_t begin = 0; begin < ids.size();) {
    const size_t end = std::min(ids.size(), begin + 1 + random() % 4'000);
    const std::vector<Ordinal> some =
        Assign({ids.begin() + static_cast<ptrdiff_t>(begin), ids.begin() + static_cast<ptrdiff_t>(end)});
    apart.insert(apart.end(), some.begin(), some.end());
    begin = end;
    if (random() % 2 == 0) {
      ASSERT_THAT(dictionary_->Flush(), IsOk());
    }
  }
  EXPECT_EQ(apart, together);
}

// What each commit left of the `members` environment: a kill leaves one of these.
struct Commits {
  std::string folder;
  size_t flushed = 0;          // ids that a finished flush stored
  std::vector<size_t> copies;  // `flushed` at each copy
} commits;

void CopyAfterCommit(const char* point) {
  if (point != std::string_view("storage/after_commit") || commits.copies.size() >= 60) return;
  const std::string copy = absl::StrCat(commits.folder, "/commit-", commits.copies.size());
  std::filesystem::create_directories(copy + "/members");
  std::filesystem::copy_file(commits.folder + "/members/data.mdb", copy + "/members/data.mdb");
  commits.copies.push_back(commits.flushed);
}

TEST_F(ModelTest, AKillAfterAnyCommitLeavesOneOrdinalForEachId) {
  Close();
  hash_mask_ = 0xfff00000'fff00000;
  Open();
  commits = {.folder = folder_};
  SetFaultHook(CopyAfterCommit);
  for (int round = 0; round < 12; ++round) {
    ASSERT_NO_FATAL_FAILURE(AssignSome(round % 3 == 0 ? 4'000 : 200));
    ASSERT_THAT(dictionary_->Flush(), IsOk());
    commits.flushed = order_.size();
  }
  SetFaultHook(nullptr);
  Close();
  ASSERT_GT(commits.copies.size(), 30u);
  const std::string whole = folder_;
  for (size_t i = 0; i < commits.copies.size(); ++i) {
    folder_ = absl::StrCat(whole, "/commit-", i);
    Open();
    ASSERT_GE(dictionary_->Stored().end, commits.copies[i]);
    // Later ids may get other ordinals, in another order: each its own.
    const std::vector<std::string> backwards(order_.rbegin(), order_.rend());
    const std::vector<Ordinal> ordinals = Assign(backwards);
    EXPECT_EQ(std::set<Ordinal>(ordinals.begin(), ordinals.end()).size(), ordinals.size()) << "commit " << i;
    for (size_t known = 0; known < commits.copies[i]; ++known)
      ASSERT_EQ(ordinals[ordinals.size() - 1 - known], known) << "commit " << i;
    ASSERT_THAT(dictionary_->Flush(), IsOk());
    EXPECT_EQ(Read({ordinals[0], ordinals[77]}), (std::vector<std::string>{backwards[0], backwards[77]}));
    Close();
  }
  folder_ = whole;
}

}  // namespace
}  // namespace muster::index
