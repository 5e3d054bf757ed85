// Loads whose records are packed, in memory or in a file, and committed fragment by fragment, beside the same loads
// in one piece: all stored records are the same, byte for byte.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "index/versions/records/version_record.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using Records = std::map<std::string, std::string>;

Environment& EnvironmentOf(Population& population) {
  return static_cast<StoredPopulation&>(population).versions().environment();
}

Records ReadDatabase(Environment& environment, DatabaseId database) {
  Records records;
  RecordWalk walk;
  walk.visit = [&records](const Transaction&, std::string_view key, std::string_view value) {
    records.emplace(key, value);
  };
  EXPECT_THAT(WalkRecords(environment, environment.guard(), database, walk), IsOkAndHolds(true));
  return records;
}

// What is stored of versions, with the numbers of stores and edges, which depend on the threads, replaced by
// names: a store is named by the first version that has it, an edge by its own.
Records StoredVersions(Population& population) {
  Environment& environment = EnvironmentOf(population);
  std::map<uint32_t, std::string> stores, edges;
  Records named;
  for (const auto& [key, value] : ReadDatabase(environment, DatabaseId::kVersions)) {
    const uint32_t tag = ReadU32(key.data()), version = ReadU32(key.data() + 4);
    VersionRecord record = *DecodeVersion(version, value);
    const std::string name = absl::StrCat(tag, "/", version);
    stores.emplace(record.store, name);
    if (record.edge != kNoEdge) edges.emplace(record.edge, name);
    named[absl::StrCat("version ", name)] =
        absl::StrCat(stores[record.store], " ", record.edge != kNoEdge, " ", record.parent, " ",
                     record.business_day, " ", record.fragment_count, " ", record.ends_later);
  }
  const auto add = [&](DatabaseId database, const char* what, const std::map<uint32_t, std::string>& names) {
    for (const auto& [key, value] : ReadDatabase(environment, database)) {
      const auto name = names.find(ReadU32(key.data()));
      ASSERT_NE(name, names.end()) << what << " of nothing";
      named[absl::StrCat(what, " ", name->second, " ", key.substr(4))] = value;
    }
  };
  add(DatabaseId::kStores, "store", stores);
  add(DatabaseId::kFragments, "fragment", stores);
  add(DatabaseId::kRowStats, "row", stores);
  add(DatabaseId::kValuesWithRows, "values", stores);
  add(DatabaseId::kEdges, "edge", edges);
  add(DatabaseId::kEdgeStats, "edge row", edges);
  return named;
}

void ExpectSame(const Records& expected, const Records& found) {
  for (const auto& [key, value] : expected) {
    const auto same = found.find(key);
    ASSERT_NE(same, found.end()) << key.substr(0, 20);
    ASSERT_EQ(same->second, value) << key.substr(0, 20);
  }
  ASSERT_EQ(found.size(), expected.size());
}

std::vector<LoadTagSpec> AllTags() {
  std::vector<LoadTagSpec> tags = {TagSpec("flag", TagKind::kFlag),      TagSpec("few", TagKind::kSingle),
                                   TagSpec("many", TagKind::kSingle),    TagSpec("multi", TagKind::kMulti),
                                   TagSpec("weighted", TagKind::kMulti), TagSpec("number", TagKind::kNumber)};
  tags[3].separator = tags[4].separator = "|";
  tags[4].weight_separator = ":";
  for (LoadTagSpec& tag : tags) tag.clear = "-";
  return tags;
}

// Tiles that were staged so far.
std::atomic<int> tiles{0};
void CountTiles(const char* point) {
  if (std::string_view(point) == "load/tile_staged") ++tiles;
}

// The same random loads into a database that packs all records and one that packs none. By the seed, the packed
// ones go to a file or stay in memory.
class SpilledLoads : public testing::TestWithParam<uint32_t> {
 protected:
  SpilledLoads() {
    spilled_.spool = SpillEverything();
    if (GetParam() % 2 == 0) {
      spilled_.spool.spill_beyond = std::numeric_limits<uint64_t>::max();
      spilled_.spool.pack_beyond = 0;
    }
    for (TestDatabase* const database : {&spilled_, &in_memory_}) {
      database->settle = false;
      database->Reopen();
    }
  }

  std::string Cell(size_t tag) {
    const uint32_t dice = random_() % 8;
    if (dice < 2) return "";
    if (dice == 2) return "-";
    switch (tag) {
      case 0:
        return random_() % 2 ? "yes" : "no";
      case 1:
        return absl::StrCat("v", random_() % 40);
      case 2:
        return absl::StrCat("v", random_() % 3 == 0 ? random_() % 20 : random_() % many_);
      case 3:
        return absl::StrCat("m", random_() % 5, "|m", random_() % 30);
      case 4:
        return absl::StrCat("w", random_() % 9, ":", random_() % 3);
      default:
        return absl::StrCat(static_cast<int>(random_() % 2'000) - 1'000);
    }
  }

  TextRecords RandomRecords(const std::vector<size_t>& tags, size_t count) {
    TextRecords records;
    for (size_t i = 0; i < count; ++i) {
      std::vector<std::string> record = {absl::StrCat(random_() % kMembers)};
      for (const size_t tag : tags) record.push_back(Cell(tag));
      records.push_back(std::move(record));
    }
    return records;
  }

  // Each batch becomes a part of the file.
  static absl::StatusOr<LoadResult> LoadInBatches(Database& database, const LoadSpec& spec,
                                                  const TextRecords& records) {
    constexpr size_t kBatch = 700;
    ASSIGN_OR_RETURN(const std::unique_ptr<Load> load, database.BeginLoad(spec));
    for (size_t begin = 0; begin < records.size(); begin += kBatch) {
      const size_t end = std::min(begin + kBatch, records.size());
      const TextRecords batch(records.begin() + static_cast<ptrdiff_t>(begin),
                              records.begin() + static_cast<ptrdiff_t>(end));
      RETURN_IF_ERROR(FeedText(*load, batch, spec.tags.size()));
      EXPECT_TRUE(load->packed());
    }
    return load->Commit(records.size(), WorkBudget::Unlimited());
  }

  void LoadBoth(const LoadSpec& spec, const TextRecords& records) {
    const absl::StatusOr<LoadResult> expected = LoadText(*in_memory_, spec, records);
    const absl::StatusOr<LoadResult> found = LoadInBatches(*spilled_, spec, records);
    ASSERT_EQ(found.status().code(), expected.status().code()) << expected.status();
    if (!expected.ok()) {
      EXPECT_EQ(found.status().message(), expected.status().message());
      return;
    }
    EXPECT_EQ(found->rejected_records, expected->rejected_records);
    EXPECT_EQ(found->rejections, expected->rejections);
    EXPECT_EQ(found->new_members, expected->new_members);
    EXPECT_EQ(found->member_count, expected->member_count);
    EXPECT_EQ(found->warnings, expected->warnings);
    ASSERT_EQ(found->first_rejected.size(), expected->first_rejected.size());
    for (size_t i = 0; i < found->first_rejected.size(); ++i) {
      EXPECT_EQ(found->first_rejected[i].line, expected->first_rejected[i].line);
      EXPECT_EQ(found->first_rejected[i].message, expected->first_rejected[i].message);
    }
    ASSERT_EQ(found->tags.size(), expected->tags.size());
    for (size_t i = 0; i < found->tags.size(); ++i) {
      EXPECT_EQ(found->tags[i].version, expected->tags[i].version);
      EXPECT_EQ(found->tags[i].member_count, expected->tags[i].member_count);
    }
  }

  // The members "0" … "kMembers − 1" join: one half in the first fragment, the other in the second.
  void JoinMembers() {
    LoadSpec spec;
    spec.population = "p";
    spec.tags = {TagSpec("flag", TagKind::kFlag)};
    for (int half = 0; half < 2; ++half) {
      spec.label = absl::StrCat("half ", half);
      TextRecords records;
      for (int i = 0; i < kMembers / 2; ++i)
        records.push_back({absl::StrCat(half * kMembers / 2 + i), "yes"});
      ASSERT_NO_FATAL_FAILURE(LoadBoth(spec, records));
      if (half == 1) break;
      for (TestDatabase* const database : {&spilled_, &in_memory_})
        SkipOrdinals(**(*database)->FindPopulation("p"), kFragmentOrdinals);
    }
  }

  void ExpectSameStores() {
    const Records expected = StoredVersions(**in_memory_->FindPopulation("p"));
    ExpectSame(expected, StoredVersions(**spilled_->FindPopulation("p")));
  }

  static constexpr int kMembers = 16'000;
  std::mt19937 random_{GetParam()};
  uint32_t many_ = 200;  // different values of `many`
  TestDatabase spilled_, in_memory_;
};

TEST_P(SpilledLoads, StoreTheSameBytesAsLoadsInMemory) {
  ASSERT_NO_FATAL_FAILURE(JoinMembers());
  SetFaultHook(CountTiles);
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " round ", round));
    if (round == 6) many_ = 700;      // past the limit of rows alone
    if (round == 12) many_ = 60'000;  // past the limit of rows for all values
    const bool all = round == 12 || round == 18;
    LoadSpec spec;
    spec.population = "p";
    spec.label = absl::StrCat("round ", round);
    spec.mode = (all ? round == 18 : random_() % 3 == 0) ? LoadMode::kReplace : LoadMode::kMerge;
    spec.max_rejected = !all && random_() % 5 == 0 ? 0.05 : 1;
    if (!all) spec.business_date = absl::CivilDay(2026, 11, 1) + static_cast<int>(random_() % 15);
    spec.make_current = random_() % 3 == 0;
    std::vector<size_t> tags;
    const bool replace_on_merge = random_() % 2 == 0;
    for (size_t tag = 0; tag < AllTags().size(); ++tag) {
      if (!all && random_() % 4 == 0) continue;
      tags.push_back(tag);
      spec.tags.push_back(AllTags()[tag]);
      spec.tags.back().replace_on_merge = replace_on_merge && (tag == 3 || tag == 4);
    }
    const size_t count = all ? 40'000 : 50 + random_() % 2'000;
    tiles = 0;
    ASSERT_NO_FATAL_FAILURE(LoadBoth(spec, RandomRecords(tags, count)));
    EXPECT_TRUE(tiles == 0 || tiles == 1 + 2) << "one in memory, and one for each of the fragments";
    if (all) {
      EXPECT_EQ(tiles, 3);
      const auto population = *spilled_->FindPopulation("p");
      EXPECT_FALSE(ReadDatabase(EnvironmentOf(*population), DatabaseId::kValuesWithRows).empty());
    }
    if (round == 15) {
      for (TestDatabase* const database : {&spilled_, &in_memory_}) {
        TagChange change;
        change.scale = 2;
        ASSERT_THAT((**(*database)->FindPopulation("p")).UpdateTag("number", change, WorkBudget::Unlimited()),
                    IsOk());
      }
    }
    if (round % 6 == 5) {
      ASSERT_NO_FATAL_FAILURE(ExpectSameStores());
    }
  }
  SetFaultHook(nullptr);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SpilledLoads, testing::Range(1u, 5u));

TEST(SpillByItself, ALoadInSeveralBatchesIsWhole) {
  TestDatabase database;
  database.spool.spill_beyond = 100'000;
  database.Reopen();
  LoadSpec spec;
  spec.population = "p";
  spec.tags = {TagSpec("n", TagKind::kNumber)};
  const std::unique_ptr<Load> load = *database->BeginLoad(spec);
  bool spilled = false, in_memory = false;
  for (int batch = 0; batch < 40; ++batch) {
    TextRecords records;
    for (int i = 0; i < 500; ++i) records.push_back({absl::StrCat(batch, "-", i), absl::StrCat(batch)});
    ASSERT_THAT(FeedText(*load, records, 1), IsOk());
    spilled = spilled || load->packed();
    in_memory = in_memory || (load->packed() && load->SpillableBytes() > 0);
    EXPECT_LT(load->SpillableBytes(), 150'000u);
  }
  EXPECT_TRUE(spilled && in_memory);
  const absl::StatusOr<LoadResult> result = load->Commit(40 * 500, WorkBudget::Unlimited());
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->member_count, 40u * 500);
  EXPECT_EQ(result->tags[0].member_count, 40u * 500);
  EXPECT_EQ(load->HeldBytes(), 0u);
}

TEST(SpillByItself, WhatIsRefusedLeavesNothing) {
  TestDatabase database;
  database.spool = SpillEverything();
  database.Reopen();
  LoadSpec spec;
  spec.population = "p";
  spec.tags = {TagSpec("n", TagKind::kNumber)};
  ASSERT_THAT(LoadText(*database, spec, {{"a", "1"}}), IsOk());
  const absl::Status refused = LoadText(*database, spec, {{"a", "1"}, {"a", "2"}, {"b", "3"}}).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("line 2: member 'a', tag 'n': 2 here, 1 in an earlier"));
  const auto population = *database->FindPopulation("p");
  EXPECT_EQ(ReadDatabase(EnvironmentOf(*population), DatabaseId::kStaging).size(), 0u);
  EXPECT_EQ((*population->CurrentView())->members().everyone_count(), 1u);
  for (const auto& entry : std::filesystem::directory_iterator(database.folder() + "/populations/p"))
    EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("index", "members", "CRASHED"));
}

}  // namespace
}  // namespace muster::index
