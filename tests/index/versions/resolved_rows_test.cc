// Cached rows belong to one view: a caller with another view finds none of them.
#include "index/versions/snapshots/resolved_rows.h"

#include <gtest/gtest.h>

namespace muster::index {
namespace {

constexpr ResolvedKey kKey{{3, 7}, 1, 0, 64};
const char map[2] = {};

ResolvedRow RowOf(uint32_t flips, size_t fragments = 64) {
  ResolvedRow row;
  row.fragments.resize(fragments);
  row.fragments[0].flip_count = flips;
  return row;
}

StorageView View(uint64_t transaction, int place = 0) { return {transaction, map + place}; }

TEST(ResolvedRowsTest, ARowIsFoundInItsViewAlone) {
  ResolvedRows rows;
  EXPECT_EQ(rows.Find(View(5), kKey), nullptr);
  const auto kept = rows.Keep(View(5), kKey, RowOf(1));
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(rows.Find(View(5), kKey), kept);
  EXPECT_EQ(rows.Find(View(6), kKey), nullptr) << "a commit came between";
  EXPECT_EQ(rows.Find(View(5, 1), kKey), nullptr) << "the map was moved";
  for (const ResolvedKey& other :
       {ResolvedKey{{3, 8}, 1, 0, 64}, ResolvedKey{{4, 7}, 1, 0, 64}, ResolvedKey{{3, 7}, 2, 0, 64},
        ResolvedKey{{3, 7}, 1, 64, 64}, ResolvedKey{{3, 7}, 1, 0, 63}}) {
    EXPECT_EQ(rows.Find(View(5), other), nullptr);
  }
}

TEST(ResolvedRowsTest, ANewerViewReplacesTheOlder) {
  ResolvedRows rows;
  rows.Keep(View(5), kKey, RowOf(1));
  const auto newer = rows.Keep(View(6), kKey, RowOf(2));
  EXPECT_EQ(rows.Find(View(6), kKey), newer);
  EXPECT_EQ(rows.Find(View(5), kKey), nullptr);
  EXPECT_EQ(rows.Keep(View(5), kKey, RowOf(1)), nullptr) << "a reader that began earlier";
  EXPECT_EQ(rows.Find(View(6), kKey), newer);
  const auto moved = rows.Keep(View(6, 1), kKey, RowOf(3));
  EXPECT_EQ(rows.Find(View(6, 1), kKey), moved);
  EXPECT_EQ(newer->fragments[0].flip_count, 2u) << "who has it keeps it";
}

TEST(ResolvedRowsTest, TheFirstOfTwoIsKept) {
  ResolvedRows rows;
  const auto first = rows.Keep(View(5), kKey, RowOf(1));
  EXPECT_EQ(rows.Keep(View(5), kKey, RowOf(1)), first);
}

TEST(ResolvedRowsTest, MemoryIsBounded) {
  constexpr size_t kMaxBytes = size_t{1} << 20;
  ResolvedRows rows(kMaxBytes);
  std::vector<std::weak_ptr<const ResolvedRow>> all;
  for (uint32_t row = 0; row < 2000; ++row) all.push_back(rows.Keep(View(5), {{3, row}, 1, 0, 64}, RowOf(1)));
  size_t alive = 0;
  for (const auto& each : all) alive += each.expired() ? 0 : 1;
  EXPECT_GT(alive, 0u);
  EXPECT_LE(alive * 64 * sizeof(ResolvedRow::Fragment), kMaxBytes);
  EXPECT_NE(rows.Find(View(5), {{3, 1999}, 1, 0, 64}), nullptr);
}

}  // namespace
}  // namespace muster::index
