// The check of edges: reports nothing for any sound tree of versions, wherever its base is, and reports every
// wrong one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/versions/verification/verify_versions.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the check finds.
std::vector<std::string> ProblemsOf(StoreUnderTest& store) {
  std::vector<std::string> problems;
  Findings findings([&problems](const Check& check, bool ended) {
    if (!ended) return true;
    for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
    return true;
  });
  const std::unique_ptr<TreeGuard> guard = store.environment().NewGuard();
  EXPECT_THAT(VerifyEdges(store.environment(), *guard, findings), IsOk());
  return problems;
}

// Keys and values of a database.
std::vector<std::pair<std::string, std::string>> RecordsOf(Environment& environment, DatabaseId database) {
  std::vector<std::pair<std::string, std::string>> records;
  auto reader = environment.BeginRead();
  auto cursor = reader->NewCursor(database);
  for (cursor->First(); cursor->valid(); cursor->Next()) records.emplace_back(cursor->key(), cursor->value());
  return records;
}

void Put(StoreUnderTest& store, DatabaseId database, const std::string& key, const std::string& value) {
  EXPECT_THAT(store.writer().Run(
                  WriteClass::kPublish,
                  [&](WriteTransaction& transaction) { return transaction.Put(database, key, value); }),
              IsOk());
}

class VerifyEdgesTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(VerifyEdgesTest, NothingIsFoundWhereverTheSettlerStops) {
  StoreUnderTest store;
  VersionModel model(store, GetParam());
  for (int i = 0; i < 8; ++i) model.AddChild();
  while (!HasFailure()) {
    EXPECT_THAT(ProblemsOf(store), IsEmpty());
    const auto stepped = store.versions().settler().Step(1);
    ASSERT_THAT(stepped, IsOk());
    if (!*stepped) break;
  }
}

TEST_P(VerifyEdgesTest, EachWrongChangeIsFound) {
  StoreUnderTest store;
  VersionModel model(store, GetParam());
  for (int i = 0; i < 8; ++i) model.AddChild();
  ASSERT_THAT(store.versions().settler().Step(1 + GetParam() * 3), IsOk());
  int found = 0;
  for (const auto& [key, value] : RecordsOf(store.environment(), DatabaseId::kEdgeStats)) {
    const absl::StatusOr<EdgeStats> stats = DecodeEdgeStats(value);
    ASSERT_THAT(stats, IsOk());
    if (stats->records == 0) continue;  // of a value without a row only statistics are kept
    const uint32_t row = ReadU32(key.data() + 4);
    const std::string edge_row =
        absl::StrCat("edge ", ReadU32(key.data()), ", row ", row >> 8, ".", row & 0xff);
    Put(store, DatabaseId::kEdgeStats, key, EncodeEdgeStats({stats->change + 1, stats->records}));
    EXPECT_THAT(ProblemsOf(store),
                ElementsAre(absl::StrCat(edge_row, ": it changes the row by ", stats->change,
                                         " members, and its statistics say ", stats->change + 1)));
    Put(store, DatabaseId::kEdgeStats, key, EncodeEdgeStats({stats->change, stats->records + 1}));
    EXPECT_THAT(ProblemsOf(store),
                ElementsAre(absl::StrCat(edge_row, ": it has ", stats->records,
                                         " records, and its statistics say ", stats->records + 1)));
    Put(store, DatabaseId::kEdgeStats, key, value);
    ++found;
  }
  EXPECT_GT(found, 0);
  EXPECT_THAT(ProblemsOf(store), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, VerifyEdgesTest, ::testing::Range(1u, 6u));

// A whole image is that of the end farther from the base: one of the nearer end would be read as the wrong
// version.
TEST(VerifyEdgesImageTest, AWholeImageOfTheNearerEndIsFound) {
  StoreUnderTest store;
  Content before, after;
  before[{kKnownRow, 0}] = Bitmap::FromSorted({1, 2, 3});
  after[{kKnownRow, 0}] = Bitmap::FromSorted({7});
  const Version parent = store.PublishStore(1, 3, before, absl::CivilDay(2026, 1, 5));
  store.PublishEdge(2, 3, parent, before, after, absl::CivilDay(2026, 1, 6));
  const auto records = RecordsOf(store.environment(), DatabaseId::kEdges);
  ASSERT_EQ(records.size(), 1u);
  ASSERT_EQ(DecodeRecord(RecordBytesOf(records[0].second))->kind, RecordKind::kAfter);
  EXPECT_THAT(ProblemsOf(store), IsEmpty());
  Put(store, DatabaseId::kEdges, records[0].first,
      EncodeRecord(RecordKind::kBefore, Bitmap::FromSorted({1, 2, 3})));
  EXPECT_THAT(ProblemsOf(store), ElementsAre(HasSubstr("edge (a whole image of its nearer end)")));
}

}  // namespace
}  // namespace muster::index
