// Located rows belong to one view: a caller with another view finds none of them.
#include "index/versions/snapshots/located_rows.h"

#include <gtest/gtest.h>

#include <vector>

#include "index/versions/snapshots/version_row_source.h"
#include "tests/index/versions/version_model.h"

namespace muster::index {
namespace {

constexpr TagVersion kTag{3, 1};
const char map[2] = {};

StorageView View(uint64_t transaction, int place = 0) { return {transaction, map + place}; }

struct Found {
  LocatedRowsPtr rows;
  bool locate = false;
};
Found Find(LocatedRowsCache& cache, const StorageView& view, uint32_t fragment = 0, TagVersion tag = kTag) {
  Found found{std::make_shared<const LocatedRows>()};
  found.locate = cache.Find(view, fragment, {tag}, absl::MakeSpan(&found.rows, 1));
  return found;
}

TEST(LocatedRowsTest, RowsAreFoundInTheirViewAlone) {
  LocatedRowsCache cache;
  EXPECT_EQ(Find(cache, View(5)).rows, nullptr);
  const auto rows = std::make_shared<const LocatedRows>();
  cache.Keep(View(5), 0, kTag, rows);
  EXPECT_EQ(Find(cache, View(5)).rows, rows);
  EXPECT_EQ(Find(cache, View(5), 1).rows, nullptr);
  EXPECT_EQ(Find(cache, View(5), 0, {3, 2}).rows, nullptr);
  EXPECT_EQ(Find(cache, View(5), 0, {4, 1}).rows, nullptr);
  EXPECT_EQ(Find(cache, View(4)).rows, nullptr) << "a reader that began earlier";
  EXPECT_EQ(Find(cache, View(5)).rows, rows);
  EXPECT_EQ(Find(cache, View(5, 1)).rows, nullptr) << "the map was moved";
  cache.Keep(View(5, 1), 0, kTag, rows);
  EXPECT_EQ(Find(cache, View(6)).rows, nullptr) << "a commit came between";
}

TEST(LocatedRowsTest, OnlyRowsOfTheLastViewAreKept) {
  LocatedRowsCache cache;
  const auto older = std::make_shared<const LocatedRows>(), newer = std::make_shared<const LocatedRows>();
  EXPECT_EQ(Find(cache, View(6)).rows, nullptr);
  cache.Keep(View(6), 0, kTag, newer);
  cache.Keep(View(5), 1, kTag, older);
  EXPECT_EQ(Find(cache, View(6), 1).rows, nullptr);
  cache.Keep(View(6), 0, kTag, older);
  EXPECT_EQ(Find(cache, View(6)).rows, newer) << "the first of two is kept";
}

TEST(LocatedRowsTest, RowsAreLocatedWhenTheyAreAskedForAgain) {
  LocatedRowsCache cache;
  EXPECT_FALSE(Find(cache, View(5)).locate);
  EXPECT_FALSE(Find(cache, View(5), 1).locate) << "another fragment";
  EXPECT_FALSE(Find(cache, View(5), 0, {4, 1}).locate) << "another tag";
  EXPECT_TRUE(Find(cache, View(5)).locate);
  EXPECT_FALSE(Find(cache, View(4)).locate) << "what it would locate isn't kept";
  EXPECT_FALSE(Find(cache, View(6)).locate) << "a commit came between";
  EXPECT_TRUE(Find(cache, View(6)).locate);
}

TEST(LocatedRowsTest, AFullCacheStaysUntilItHasMissedAsMuchAsItHas) {
  constexpr size_t kRows = 10;
  LocatedRowsCache cache(kRows * LocatedRows().ByteSize());
  const auto rows = std::make_shared<const LocatedRows>();
  Find(cache, View(5));
  for (uint32_t fragment = 0; fragment < 2 * kRows; ++fragment) cache.Keep(View(5), fragment, kTag, rows);
  EXPECT_EQ(rows.use_count(), 1 + static_cast<long>(kRows));
  EXPECT_EQ(Find(cache, View(5), kRows - 1).rows, rows);
  EXPECT_FALSE(Find(cache, View(5), kRows - 1).locate);
  for (uint32_t fragment = kRows; fragment < 2 * kRows; ++fragment) {
    EXPECT_EQ(Find(cache, View(5), fragment).rows, nullptr);
    EXPECT_EQ(rows.use_count(), 1 + static_cast<long>(kRows));
  }
  Find(cache, View(5), kRows);
  EXPECT_EQ(rows.use_count(), 1) << "others are needed";
  EXPECT_FALSE(Find(cache, View(5), kRows).locate);
  EXPECT_TRUE(Find(cache, View(5), kRows).locate);
}

// A tag of all forms of containers, in two chunks of the second fragment.
TEST(LocatedRowsTest, ContainersAreThoseOfTheRowsThatHaveMembersInAChunk) {
  constexpr uint32_t kSecond = kChunkOrdinals;
  StoreUnderTest store;
  Content content;
  content[{kKnownRow, 1}] = Bitmap::Full();
  std::vector<uint32_t> dense, few = {5, 9}, run;
  for (uint32_t local = 0; local < kChunkOrdinals; local += 3) dense.push_back(kSecond + local);
  for (uint32_t local = 100; local < 20'000; ++local) run.push_back(local);
  content[{MakeRow(0, kFirstMagnitudeSlot), 1}] = Bitmap::FromSorted(dense);
  content[{MakeRow(1, kMembershipSlot), 1}] = Bitmap::FromSorted(few);
  content[{MakeRow(2, kMembershipSlot), 1}] = Bitmap::FromSorted(run);
  content[{MakeRow(2, kFirstMagnitudeSlot), 1}] = Bitmap::FromSorted(few);
  const Version version = store.PublishStore(1, 3, content, absl::CivilDay(2026, 1, 5));
  const auto snapshot = *store.versions().OpenSnapshot({{3, version}});
  const TagRowsPtr rows = *snapshot->FindTagRows(3, false);
  const std::unique_ptr<VersionRowSource> source = snapshot->LendRowSource();
  ASSERT_THAT(source->BeginWindow(1, 1), IsOk());
  const LocatedRowsPtr located = *LocatedRows::Read(*source, 3, rows, LocatedRows::Extent::kAll);
  ASSERT_NE(located, nullptr);
  using Forms = std::vector<std::pair<RowId, ChunkForm>>;
  const auto forms = [&](uint32_t chunk, LocatedRows::Part part, const std::vector<RowId>& list) {
    Forms found;
    for (const LocatedChunk& each : located->Of(chunk, part)) found.emplace_back(list[each.row], each.form);
    return found;
  };
  const std::vector<RowId> known = {kKnownRow};
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk)
    EXPECT_EQ(forms(chunk, LocatedRows::kKnown, known), (Forms{{kKnownRow, ChunkForm::kFull}}));
  const LocatedRowsPtr known_row = *LocatedRows::Read(*source, 3, rows, LocatedRows::Extent::kKnownRow);
  EXPECT_TRUE(located->has_all());
  EXPECT_FALSE(known_row->has_all());
  EXPECT_EQ(known_row->Of(2, LocatedRows::kKnown).size(), 1u);
  EXPECT_TRUE(known_row->Of(1, LocatedRows::kSlices).empty());
  LocatedRowsCache cache;
  Find(cache, View(5));
  for (const LocatedRowsPtr& each : {known_row, located, known_row}) cache.Keep(View(5), 0, kTag, each);
  EXPECT_EQ(Find(cache, View(5)).rows, located) << "more take the place of fewer";
  EXPECT_EQ(forms(1, LocatedRows::kSlices, rows->slices),
            (Forms{{MakeRow(0, kFirstMagnitudeSlot), ChunkForm::kBitset}}));
  EXPECT_EQ(forms(0, LocatedRows::kSlices, rows->slices), Forms());
  EXPECT_EQ(forms(0, LocatedRows::kValues, rows->values),
            (Forms{{MakeRow(2, kMembershipSlot), ChunkForm::kRuns},
                   {MakeRow(1, kMembershipSlot), ChunkForm::kArray}}))
      << "that of most members first";
  EXPECT_EQ(forms(1, LocatedRows::kValues, rows->values), Forms());
  EXPECT_EQ(forms(0, LocatedRows::kWeights, rows->weights),
            (Forms{{MakeRow(2, kFirstMagnitudeSlot), ChunkForm::kArray}}));
  source->EndWindow();
  ASSERT_THAT(source->BeginWindow(0, 1), IsOk());
  const LocatedRowsPtr empty = *LocatedRows::Read(*source, 3, rows, LocatedRows::Extent::kAll);
  EXPECT_TRUE(empty->Of(0, LocatedRows::kKnown).empty());
  EXPECT_TRUE(empty->has_all());
  source->EndWindow();
}

}  // namespace
}  // namespace muster::index
