// The check of member ids while loads divide the blocks of ordinals anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/dictionary/id_hash.h"
#include "index/dictionary/ordinal_index.h"
#include "index/dictionary/verify_dictionary.h"
#include "index/status/status_macros.h"
#include "tests/index/dictionary/dictionary_under_test.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::IsEmpty;

class VerifyMembersTest : public DictionaryTest {
 protected:
  static constexpr size_t kMoreThanATurn = 2'500'000;
  static constexpr int kIds = 300'000;

  void SetUp() override {
    std::vector<std::string> ids;
    for (int i = 0; i < kIds; ++i) ids.push_back(absl::StrCat("member-", i));
    Assign(ids);
    ASSERT_THAT(dictionary_->Flush(), IsOk());
    const absl::StatusOr<ReadTransaction> transaction = environment_->BeginRead();
    ASSERT_THAT(transaction, IsOk());
    id_blocks_ = transaction->CountItems(DatabaseId::kMemberIds).value();
    const IdHash hash = ReadIdHash(*transaction)->value();
    for (const std::string& id : ids) hashes_.insert(StoredHash(hash.Of(id)));
  }

  // Adds entries between those of the ids: as of a load that was not indexed yet, which no check counts.
  void AddOthers(size_t count) {
    std::vector<uint64_t> entries;
    while (entries.size() < count) {
      const uint32_t hash = static_cast<uint32_t>(random_());
      if (hashes_.count(hash) == 0) entries.push_back(uint64_t{hash} << 32 | entries.size());
    }
    std::sort(entries.begin(), entries.end());
    ASSERT_THAT(AddOrdinals(*writer_, next_, entries), IsOk());
    next_ += count;
  }

  // What the check finds. `between`: called behind each turn of the walk over the ordinals, with its number.
  std::vector<std::string> Problems(const std::function<void(int)>& between) {
    std::vector<std::string> problems;
    int turns = 0;
    Findings findings([&](const Check& check, bool ended) {
      if (!ended && check.records > id_blocks_) between(++turns);
      if (!ended) return true;
      for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
      return true;
    });
    const std::unique_ptr<TreeGuard> guard = environment_->NewGuard();
    EXPECT_THAT(VerifyMembers(*environment_, *guard, kIds, findings), IsOk());
    return problems;
  }

  std::mt19937_64 random_{3};
  uint64_t id_blocks_ = 0;
  std::unordered_set<uint32_t> hashes_;
  Ordinal next_ = Ordinal{1} << 33;
};

TEST_F(VerifyMembersTest, BlocksAreDividedAnewBetweenTwoTurns) {
  ASSERT_NO_FATAL_FAILURE(AddOthers(kMoreThanATurn));
  int turns = 0;
  EXPECT_THAT(Problems([this, &turns](int turn) {
                turns = turn;
                // All blocks are written anew, and then a few.
                if (turn <= 4) AddOthers(turn % 2 == 1 ? 300'000 : 3'000);
              }),
              IsEmpty());
  EXPECT_GE(turns, 2) << "the ordinals were read in one turn";
}

TEST_F(VerifyMembersTest, EntriesThatAreGoneAreMissed) {
  ASSERT_NO_FATAL_FAILURE(AddOthers(kMoreThanATurn));
  const auto take_away = [this](int turn) {
    if (turn != 1) return;
    ASSERT_THAT(writer_->Run(WriteClass::kStaging,
                             [](WriteTransaction& transaction) -> absl::Status {
                               ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kOrdinals));
                               cursor.Last();
                               const std::string key(cursor.key());
                               return transaction.Delete(DatabaseId::kOrdinals, key).status();
                             }),
                IsOk());
  };
  EXPECT_THAT(Problems(take_away),
              ::testing::ElementsAre(::testing::HasSubstr(" member ids lead to a number below ")));
}

}  // namespace
}  // namespace muster::index
