// Member ids: ordinals given out once, flushes that crash half-way. Values: stored and found.
#include "index/dictionary/member_dictionary.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/dictionary/blocks/ordinal_block.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "tests/index/dictionary/dictionary_under_test.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;

TEST_F(DictionaryTest, OrdinalsAreGivenOutOnceAndForEver) {
  EXPECT_THAT(Assign({"a", "b", "a"}), ElementsAre(0, 1, 0));
  EXPECT_EQ(*dictionary_->Find("a"), std::nullopt);  // not stored yet
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  EXPECT_EQ(*dictionary_->Find("b"), std::optional<Ordinal>(1));
  EXPECT_THAT(Assign({"c", "b"}), ElementsAre(2, 1));
  Close();  // c was never stored, so its ordinal is free
  Open();
  EXPECT_THAT(Assign({"d", "a"}), ElementsAre(2, 0));
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  EXPECT_THAT(Read({0, 1, 2}), ElementsAre("a", "b", "d"));
  std::vector<std::string> ids;
  EXPECT_THAT(dictionary_->ReadIds({3}, ids), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DictionaryTest, FindAllAssignsNothing) {
  const auto find = [this](std::vector<std::string_view> ids) {
    std::vector<Ordinal> ordinals(ids.size(), 99);
    std::vector<uint32_t> missing;
    EXPECT_THAT(dictionary_->FindAll(ids, absl::MakeSpan(ordinals), missing), IsOk());
    return std::pair(ordinals, missing);
  };
  EXPECT_EQ(find({"a"}).second, std::vector<uint32_t>({0}));
  Assign({"a", "b"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  Assign({"c"});
  const auto [ordinals, missing] = find({"x", "c", "a", "y", "b", "a"});  // stored, pending and unknown ones
  EXPECT_THAT(missing, ElementsAre(0, 3));
  EXPECT_EQ(std::vector<Ordinal>({ordinals[1], ordinals[2], ordinals[4], ordinals[5]}),
            std::vector<Ordinal>({2, 0, 1, 0}));
  EXPECT_THAT(Assign({"d", "x"}), ElementsAre(3, 4)) << "the ids that were sought got none";
  EXPECT_THAT(find({}).second, ElementsAre());
}

TEST_F(DictionaryTest, AFlushBelowAnOrdinalLeavesLaterIdsPending) {
  Assign({"a", "b"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  Assign({"c"});
  ASSERT_THAT(dictionary_->FlushBelow(2), IsOk());
  EXPECT_EQ(dictionary_->Stored().end, 2u);
  ASSERT_THAT(dictionary_->FlushBelow(3), IsOk());
  EXPECT_EQ(dictionary_->Stored().end, 3u);
}

// If such ids were pending, every later flush would fail, whichever load it is for.
TEST_F(DictionaryTest, IdsThatMayNotFitGetNoOrdinals) {
  Close();
  greatest_map_ = size_t{16} << 20;
  Open();
  const auto batch = [](int n) {
    std::vector<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.push_back(absl::StrCat("customer-", n, "-", i * 7919));
    return ids;
  };
  absl::Status refused;
  uint64_t assigned = 0;
  int n = 0;
  for (; refused.ok() && n < 1000; ++n) {
    const std::vector<std::string> ids = batch(n);
    std::vector<Ordinal> ordinals(ids.size());
    refused =
        dictionary_->Assign(std::vector<std::string_view>(ids.begin(), ids.end()), absl::MakeSpan(ordinals));
    if (refused.ok()) assigned += ids.size();
    if (n % 5 == 0) {
      ASSERT_THAT(dictionary_->Flush(), IsOk()) << assigned;
    }
  }
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(refused), Reason::kStorageFull);
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("--map-size"));
  EXPECT_GT(assigned, 50'000u);
  EXPECT_THAT(dictionary_->Flush(), IsOk());
  EXPECT_EQ(dictionary_->Stored().end, assigned) << "none of the refused batch is pending";
  EXPECT_EQ(Assign(batch(0))[7], 7u) << "known ids need no room";
  EXPECT_THAT(Assign({"one more"}), ElementsAre(assigned));
  EXPECT_THAT(dictionary_->Flush(), IsOk());
  Close();
  greatest_map_ = size_t{64} << 20;
  Open();
  EXPECT_EQ(Assign(batch(n - 1))[0], assigned + 1);
  EXPECT_THAT(dictionary_->Flush(), IsOk());
}

TEST_F(DictionaryTest, ManyIdsInManyFlushes) {
  std::mt19937 random(3);
  std::map<std::string, Ordinal> model;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> ids;
    for (uint32_t i = 0, size = random() % 2000; i < size; ++i)
      ids.push_back(absl::StrCat("m", random() % 30000));
    const std::vector<Ordinal> ordinals = Assign(ids);
    for (size_t i = 0; i < ids.size(); ++i) {
      const Ordinal expected = model.emplace(ids[i], model.size()).first->second;
      // New ids of a batch get their ordinals in the order of the batch.
      ASSERT_EQ(ordinals[i], expected) << ids[i];
    }
    if (round % 3 == 0) {
      ASSERT_THAT(dictionary_->Flush(), IsOk());
    }
    if (round % 10 == 9) {
      ASSERT_THAT(dictionary_->Flush(), IsOk());
      Close();
      Open();
    }
  }
  std::vector<std::string> by_ordinal(model.size());
  for (const auto& [id, ordinal] : model) by_ordinal[ordinal] = id;
  std::vector<Ordinal> some;
  std::vector<std::string> expected;
  for (Ordinal ordinal = 0; ordinal < model.size(); ordinal += 1 + random() % 5) {
    some.push_back(ordinal);
    expected.push_back(by_ordinal[ordinal]);
  }
  EXPECT_EQ(Read(some), expected);
  std::string lines = "before", all = lines;
  ASSERT_THAT(dictionary_->AppendIds(some, lines), IsOk());
  for (const std::string& id : expected) all += id + "\n";
  EXPECT_EQ(lines, all);
}

TEST_F(DictionaryTest, LoadsTogetherAgree) {
  constexpr int kThreads = 4;
  std::vector<std::map<std::string, Ordinal>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([&, n] {
      std::mt19937 random(static_cast<uint32_t>(n));
      for (int round = 0; round < 60; ++round) {
        std::vector<std::string> ids;
        for (int i = 0; i < 50; ++i) ids.push_back(absl::StrCat("m", random() % 3000));
        const std::vector<Ordinal> ordinals = Assign(ids);
        for (size_t i = 0; i < ids.size(); ++i) seen[n][ids[i]] = ordinals[i];
        if (round % 7 == n) {
          EXPECT_THAT(dictionary_->Flush(), IsOk());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  std::map<Ordinal, std::string> all;
  for (const auto& one : seen) {
    for (const auto& [id, ordinal] : one) {
      EXPECT_EQ(all.emplace(ordinal, id).first->second, id);
      EXPECT_EQ(*dictionary_->Find(id), std::optional<Ordinal>(ordinal));
    }
  }
  EXPECT_EQ(all.rbegin()->first + 1, all.size());
}

// A crash in the middle of the second step: taken back here by removing a part of what it wrote.
TEST_F(DictionaryTest, AHalfStoredFlushIsRepaired) {
  Assign({"a", "b"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  Assign({"c", "d", "e"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  const absl::Status undone = writer_->Run(WriteClass::kStaging, [](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kOrdinals));
    cursor.First();
    const std::string key(cursor.key());
    ASSIGN_OR_RETURN(const OrdinalBlock block, OrdinalBlock::Parse(key, cursor.value()));
    std::vector<HashedOrdinal> all, some;
    RETURN_IF_ERROR(block.Decode(all));
    for (const HashedOrdinal& entry : all)
      if (entry.ordinal != 2 && entry.ordinal != 4) some.push_back(entry);
    RETURN_IF_ERROR(transaction.Delete(DatabaseId::kOrdinals, key).status());
    RETURN_IF_ERROR(
        transaction.Put(DatabaseId::kOrdinals, OrdinalBlockKey(some.front()), EncodeOrdinalBlock(some)));
    return transaction.Put(DatabaseId::kMemberCounters, "indexed", MakeKey64(2));
  });
  ASSERT_THAT(undone, IsOk());
  Close();
  Open();
  EXPECT_THAT(Assign({"e", "f", "c", "d"}), ElementsAre(4, 5, 2, 3));
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  for (const auto& [id, ordinal] : std::map<std::string, Ordinal>{{"a", 0}, {"c", 2}, {"d", 3}, {"e", 4}})
    EXPECT_EQ(*dictionary_->Find(id), std::optional<Ordinal>(ordinal));
}

// Where the disk was full while sorted ids were written, and what the next commits left at each point: a kill
// leaves one of these.
std::string* full_disk_folder = nullptr;
int commits_copied = -1;

void LimitFiles(rlim_t bytes) {
  struct rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void FillTheDiskAfterTheBlocks(const char* point) {
  if (point == std::string_view("dictionary/blocks_written") && commits_copied < 0)
    LimitFiles(std::filesystem::file_size(*full_disk_folder + "/members/data.mdb") + (size_t{1} << 20));
  if (point != std::string_view("storage/after_commit") || commits_copied < 0 || commits_copied >= 4) return;
  const std::string copy = absl::StrCat(*full_disk_folder, "/killed-", commits_copied++);
  std::filesystem::create_directories(copy + "/members");
  std::filesystem::copy_file(*full_disk_folder + "/members/data.mdb", copy + "/members/data.mdb");
}

TEST_F(DictionaryTest, AFlushThatFailedAndAKillGiveNoOrdinalTwice) {
  signal(SIGXFSZ, SIG_IGN);
  Assign({"a", "b"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  std::mt19937 random(5);
  std::vector<std::string> ids;
  for (int i = 0; i < 900'000; ++i) ids.push_back(absl::StrCat(random() % 10'000'000, "-", i));
  const std::vector<Ordinal> ordinals = Assign(ids);
  full_disk_folder = &folder_;
  commits_copied = -1;
  SetFaultHook(FillTheDiskAfterTheBlocks);
  const absl::Status full = dictionary_->Flush();
  LimitFiles(RLIM_INFINITY);
  EXPECT_TRUE(IsForWantOfRoom(full)) << full;
  commits_copied = 0;
  EXPECT_THAT(dictionary_->Flush(), IsOk());
  SetFaultHook(nullptr);
  ASSERT_GE(commits_copied, 1);
  EXPECT_EQ(Read({ordinals[0], ordinals[899'999]}), (std::vector<std::string>{ids[0], ids[899'999]}));
  Close();
  const std::string whole = folder_;
  for (int i = 0; i < commits_copied; ++i) {
    folder_ = absl::StrCat(whole, "/killed-", i);
    Open();
    const Ordinal fresh = Assign({"new"})[0];
    std::map<Ordinal, std::string> owners = {{fresh, "new"}};
    for (size_t at = 0; at < ids.size(); at += 397) {
      const Ordinal ordinal = Assign({ids[at]})[0];
      ASSERT_EQ(owners.emplace(ordinal, ids[at]).first->second, ids[at]) << "after commit " << i;
    }
    Close();
  }
  folder_ = whole;
}

// Damage that no lookup may turn into an answer.
TEST_F(DictionaryTest, ADamagedBlockOfOrdinalsIsFound) {
  Assign({"a", "b", "c"});
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  const absl::Status broken = writer_->Run(WriteClass::kStaging, [](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kOrdinals));
    cursor.First();
    const std::string key(cursor.key());
    std::string block(cursor.value());
    block[4] = 9;  // the count of its entries
    return transaction.Put(DatabaseId::kOrdinals, key, block);
  });
  ASSERT_THAT(broken, IsOk());
  EXPECT_THAT(dictionary_->Find("a"), StatusIs(absl::StatusCode::kDataLoss));
  const std::vector<std::string_view> ids(100, "a");
  std::vector<Ordinal> ordinals(ids.size());
  EXPECT_THAT(dictionary_->Assign(ids, absl::MakeSpan(ordinals)), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DictionaryTest, PendingIdsTakeLittleMoreThanTheirText) {
  std::vector<std::string> ids;
  for (int i = 0; i < 196'000; ++i) ids.push_back(absl::StrFormat("%016d", i));
  Assign(ids);
  EXPECT_LT(dictionary_->PendingBytes(), ids.size() * (16 + 24));
  ASSERT_THAT(dictionary_->Flush(), IsOk());
  EXPECT_EQ(dictionary_->PendingBytes(), 0u);
}

TEST_F(DictionaryTest, StoredIdsTellWhichTheyAre) {
  const auto holds = [this](const StoredIds& ids) {
    const absl::StatusOr<ReadTransaction> view = environment_->BeginRead();
    return CheckHoldsIds(*view, ids);
  };
  EXPECT_THAT(holds({}), IsOk());
  std::vector<StoredIds> states;
  std::mt19937 random(7);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::string> ids;
    for (uint32_t i = 0, size = 1 + random() % 900; i < size; ++i)
      ids.push_back(absl::StrCat("m", round, "-", i));
    Assign(ids);
    ASSERT_THAT(dictionary_->Flush(), IsOk());
    states.push_back(dictionary_->Stored());
    if (round % 7 == 6) {
      Close();
      Open();
      EXPECT_EQ(dictionary_->Stored(), states.back());
    }
  }
  // It still holds what it held after each flush.
  for (const StoredIds& state : states) EXPECT_THAT(holds(state), IsOk()) << state.end;
  StoredIds other = states[11];
  ++other.sum;
  EXPECT_THAT(holds(other), StatusIs(absl::StatusCode::kDataLoss));
  StoredIds later = states.back();
  ++later.end;
  EXPECT_THAT(std::string(holds(later).message()),
              ::testing::HasSubstr(absl::StrCat("it ends at number ", states.back().end)));
}

TEST_F(DictionaryTest, ValuesAreStoredAndFound) {
  Close();
  Open(EnvironmentKind::kIndex);
  constexpr TagId kTag = 7;
  absl::StatusOr<ValueInterner> values = InternerOf(*environment_, kTag);
  ASSERT_THAT(values, IsOk());
  for (int i = 0; i < 5000; ++i) {
    const std::string text = absl::StrCat("value", i * 37 % 5000);
    ASSERT_EQ(*values->Intern(text, text), static_cast<ValueId>(i + 1));
  }
  std::vector<FreshValue> fresh = {{kTag - 3, 1, "of another tag"}};
  for (const auto& [text, id] : values->fresh()) fresh.push_back({kTag, id, text});
  ASSERT_THAT(StoreValues(*writer_, fresh), IsOk());
  absl::StatusOr<ValueInterner> later = InternerOf(*environment_, kTag);
  EXPECT_EQ(*later->Intern("value37", "value37"), 2u);
  EXPECT_EQ(*later->Intern("other", "other"), 5001u);
  EXPECT_EQ(later->fresh().size(), 1u);
  const absl::StatusOr<ReadTransaction> view = environment_->BeginRead();
  EXPECT_EQ(*ValueText(*view, kTag, 2), "value37");
  EXPECT_THAT(ValueText(*view, kTag, 5001), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(*FindStoredValue(*view, kTag + 1, "value37"), std::nullopt);
  EXPECT_EQ(*FindStoredValue(*view, kTag, std::string(500, 'x')), std::nullopt);
  EXPECT_EQ(*LastValueId(*view, kTag - 1), 0u);
  EXPECT_EQ(*FindStoredValue(*view, kTag - 3, "of another tag"), 1u);
  std::vector<std::string> found;
  const auto visit = [&](std::string_view text, ValueId) {
    found.emplace_back(text);
    return found.size() < 3;
  };
  ASSERT_THAT(VisitValues(*view, kTag, "value12", "value12", visit), IsOk());
  EXPECT_THAT(found, ElementsAre("value12", "value120", "value1200"));
  found.clear();
  ASSERT_THAT(VisitValues(*view, kTag, "value12", "value1298x", visit), IsOk());
  EXPECT_THAT(found, ElementsAre("value1299"));
  found.clear();
  ASSERT_THAT(VisitValuesBefore(*view, kTag, "value100x", visit), IsOk());
  EXPECT_THAT(found, ElementsAre("value1009", "value1008", "value1007"));
  found.clear();
  ASSERT_THAT(VisitValuesBefore(*view, kTag, "value1", visit), IsOk());
  EXPECT_THAT(found, ElementsAre("value0")) << "the values of another tag are before it";
}

}  // namespace
}  // namespace muster::index
