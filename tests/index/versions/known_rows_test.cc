#include "index/versions/snapshots/known_rows.h"

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace muster::index {
namespace {

TEST(KnownRowsTest, RowsAreToldApartByTagVersionAndRow) {
  KnownRows known;
  EXPECT_EQ(known.FindCardinality({1}, 2), std::nullopt);
  known.KeepCardinality({1}, 2, 12);
  known.KeepCardinality({2}, 1, 0);
  known.KeepCardinality({1, 3}, 2, 13);
  EXPECT_EQ(known.FindCardinality({1}, 2), 12u);
  EXPECT_EQ(known.FindCardinality({1, 3}, 2), 13u);
  EXPECT_EQ(known.FindCardinality({2}, 1), 0u);
  EXPECT_EQ(known.FindCardinality({2}, 2), std::nullopt);
  EXPECT_EQ(known.FindCardinality({1}, 1), std::nullopt);
  EXPECT_EQ(known.FindCardinality({2, 3}, 1), std::nullopt);
}

TEST(KnownRowsTest, TagsAreToldApartByWhichValuesHaveRows) {
  KnownRows known;
  known.KeepValuesWithRows({2}, ValuesWithRows());
  known.KeepValuesWithRows({3}, ValuesWithRows({5, 7}));
  ASSERT_TRUE(known.FindValuesWithRows({2}).has_value());
  EXPECT_TRUE(known.FindValuesWithRows({2})->all());
  ASSERT_TRUE(known.FindValuesWithRows({3}).has_value());
  EXPECT_TRUE(known.FindValuesWithRows({3})->Has(7));
  EXPECT_FALSE(known.FindValuesWithRows({3})->Has(6));
  EXPECT_EQ(known.FindValuesWithRows({1}), std::nullopt);
  EXPECT_EQ(known.FindValuesWithRows({2, 1}), std::nullopt);
}

TEST(KnownRowsTest, ListsOfRowsAreKeptUnlessTheyAreLong) {
  KnownRows known;
  auto few = std::make_shared<TagRows>();
  few->values = {MakeRow(2, 0), MakeRow(1, 0)};
  auto many = std::make_shared<TagRows>();
  many->values.resize(5'000);
  known.KeepTagRows({1}, few);
  known.KeepTagRows({2}, many);
  EXPECT_EQ(known.FindTagRows({1}), few);
  EXPECT_EQ(known.FindTagRows({1, 7}), nullptr);
  EXPECT_EQ(known.FindTagRows({2}), nullptr);
}

// The statistics of one tag: row → members.
class OneTag final : public RowStatistics {
 public:
  explicit OneTag(std::map<RowId, uint64_t> rows) : rows_(std::move(rows)) {}
  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override { return rows_.at(row.row); }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId, absl::Span<const RowId>) const override {
    return absl::UnimplementedError("not asked for");
  }
  absl::Status VisitRows(TagId, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override {
    for (auto row = rows_.lower_bound(MakeRow(first, 0)); row != rows_.end() && ValueOf(row->first) <= last;
         ++row)
      visit(row->first, row->second);
    return absl::OkStatus();
  }
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId) const override { return ValuesWithRows(); }

 private:
  const std::map<RowId, uint64_t> rows_;
};

TEST(TagRowsTest, ValuesOfMostMembersComeFirstAndSlicesAreEnoughForASingle) {
  const OneTag weighted({{kKnownRow, 9},
                         {MakeRow(1, 0), 2},
                         {MakeRow(1, 2), 1},
                         {MakeRow(1, 4), 1},
                         {MakeRow(2, 0), 7},
                         {MakeRow(2, 3), 7},
                         {MakeRow(3, 0), 2}});
  const absl::StatusOr<TagRowsPtr> rows = ReadTagRows(weighted, 1, /*single=*/false);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)->slices, std::vector<RowId>());
  EXPECT_EQ((*rows)->values, (std::vector<RowId>{MakeRow(2, 0), MakeRow(1, 0), MakeRow(3, 0)}));
  EXPECT_EQ((*rows)->weights, (std::vector<RowId>{MakeRow(1, 2), MakeRow(1, 4), MakeRow(2, 3)}));
  const OneTag sliced({{kKnownRow, 9}, {MakeRow(0, 2), 5}, {MakeRow(0, 3), 6}, {MakeRow(1, 0), 2}});
  for (const bool single : {true, false}) {
    const absl::StatusOr<TagRowsPtr> own = ReadTagRows(sliced, 1, single);
    ASSERT_TRUE(own.ok());
    EXPECT_EQ((*own)->slices, (std::vector<RowId>{MakeRow(0, 2), MakeRow(0, 3)}));
    EXPECT_EQ((*own)->values.size(), single ? 0u : 1u);
  }
}

TEST(ValuesWithRowsTest, KeepAllRowsButMembershipOfOtherValues) {
  const ValuesWithRows none(std::vector<ValueId>{}), some({5, 7}), all;
  EXPECT_TRUE(all.all());
  EXPECT_FALSE(none.all());
  EXPECT_TRUE(all.Keeps(MakeRow(6, kMembershipSlot)));
  EXPECT_TRUE(some.Keeps(MakeRow(5, kMembershipSlot)));
  EXPECT_FALSE(some.Keeps(MakeRow(6, kMembershipSlot)));
  EXPECT_FALSE(none.Keeps(MakeRow(5, kMembershipSlot)));
  EXPECT_TRUE(none.Keeps(kKnownRow));
  EXPECT_TRUE(none.Keeps(MakeRow(kOwnValue, kFirstMagnitudeSlot)));
  EXPECT_TRUE(all.values().empty());
}

TEST(KnownRowsTest, NoMoreAreKeptThanSaid) {
  KnownRows known({.cardinalities = 3});
  for (RowId row = 0; row < 100; ++row) {
    known.KeepCardinality({1}, row, row);
    EXPECT_EQ(known.FindCardinality({1}, row), row);
    uint64_t kept = 0;
    for (RowId other = 0; other < 100; ++other) kept += known.FindCardinality({1}, other).has_value() ? 1 : 0;
    EXPECT_LE(kept, 3u);
  }
}

TEST(KnownRowsTest, ListsOfValuesAreBoundedInBytes) {
  KnownRows known({.list_bytes = 100'000});
  std::vector<ValueId> values(2'048);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<ValueId>(i + 1);
  for (TagId tag = 0; tag < 200; ++tag) known.KeepValuesWithRows({tag, 1}, ValuesWithRows(values));
  EXPECT_TRUE(known.FindValuesWithRows({199, 1}).has_value());
  size_t kept = 0;
  for (TagId tag = 0; tag < 200; ++tag) kept += known.FindValuesWithRows({tag, 1}).has_value() ? 1 : 0;
  EXPECT_LE(kept * values.size() * sizeof(ValueId), 100'000u);
}

}  // namespace
}  // namespace muster::index
