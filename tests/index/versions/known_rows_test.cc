#include "index/versions/known_rows.h"

#include "gtest/gtest.h"

namespace muster::index {
namespace {

TEST(KnownRowsTest, RowsAreToldApartByTagAndRow) {
  KnownRows known;
  EXPECT_EQ(known.FindCardinality({1, 2}), std::nullopt);
  known.KeepCardinality({1, 2}, 12);
  known.KeepCardinality({2, 1}, 0);
  EXPECT_EQ(known.FindCardinality({1, 2}), 12u);
  EXPECT_EQ(known.FindCardinality({2, 1}), 0u);
  EXPECT_EQ(known.FindCardinality({2, 2}), std::nullopt);
  EXPECT_EQ(known.FindCardinality({1, 1}), std::nullopt);
}

TEST(KnownRowsTest, TagsWithAllRowsAreToldApart) {
  KnownRows known;
  known.KeepTagWithAllRows(2);
  EXPECT_TRUE(known.IsTagWithAllRows(2));
  EXPECT_FALSE(known.IsTagWithAllRows(1));
}

TEST(KnownRowsTest, NoMoreAreKeptThanSaid) {
  KnownRows known(/*most=*/3);
  for (RowId row = 0; row < 100; ++row) {
    known.KeepCardinality({1, row}, row);
    EXPECT_EQ(known.FindCardinality({1, row}), row);
    uint64_t kept = 0;
    for (RowId other = 0; other < 100; ++other) kept += known.FindCardinality({1, other}).has_value() ? 1 : 0;
    EXPECT_LE(kept, 3u);
  }
}

}  // namespace
}  // namespace muster::index
