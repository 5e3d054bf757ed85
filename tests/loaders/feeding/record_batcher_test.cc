// Batches of records: plain and coded columns say what the file said, and stay within their limits.
#include "loaders/feeding/record_batcher.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace muster::loaders {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using Record = std::vector<std::string>;

// The cells of a column, record by record.
std::vector<std::string> CellsOf(const v1::CellColumn& column) {
  std::vector<std::string> texts;
  for (int i = 0; i < column.ends_size(); ++i) {
    const uint32_t begin = i == 0 ? 0 : column.ends(i - 1);
    texts.push_back(column.text().substr(begin, column.ends(i) - begin));
  }
  if (column.codes().empty()) return texts;
  std::vector<std::string> cells;
  for (size_t i = 0; i < column.codes().size(); i += 2) {
    cells.push_back(texts.at(static_cast<uint8_t>(column.codes()[i]) +
                             256u * static_cast<uint8_t>(column.codes()[i + 1])));
  }
  return cells;
}

void Feed(RecordBatcher& batcher, const std::vector<Record>& records) {
  uint64_t line = 2;
  for (const Record& record : records) {
    const std::vector<absl::string_view> cells(record.begin(), record.end());
    batcher.TakeRecord(line++, cells);
  }
}

std::vector<v1::RecordBatch> TakeAll(RecordBatcher& batcher) {
  std::vector<v1::RecordBatch> batches;
  while (!batcher.Empty()) batches.push_back(batcher.TakeBatch().batch());
  return batches;
}

TEST(RecordBatcherTest, RepeatedCellsAreSentOnce) {
  RecordBatcher batcher(0, {2, 1, 2});
  Feed(batcher, {{"a", "7", "Rome"}, {"b", "", "Bonn"}, {"c", "7", "Rome"}});
  EXPECT_FALSE(batcher.Full());
  const std::vector<v1::RecordBatch> batches = TakeAll(batcher);
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_THAT(CellsOf(batches[0].member_ids()), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(batches[0].member_ids().codes().empty());
  EXPECT_THAT(CellsOf(batches[0].cells(0)), ElementsAre("Rome", "Bonn", "Rome"));
  EXPECT_EQ(batches[0].cells(0).text(), "RomeBonn");
  EXPECT_THAT(CellsOf(batches[0].cells(1)), ElementsAre("7", "", "7"));
  EXPECT_THAT(CellsOf(batches[0].cells(2)), ElementsAre("Rome", "Bonn", "Rome"));
  EXPECT_THAT(batches[0].lines(), ElementsAre(2, 3, 4));
}

TEST(RecordBatcherTest, RandomColumnsComeBackWhateverTheirForm) {
  std::mt19937_64 random(11);
  std::vector<Record> records;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t bits = random();
    // Few texts, as many as records, and a column that turns from one kind to the other.
    records.push_back({std::to_string(i), std::to_string(bits % 300), std::to_string(bits),
                       i < 70'000 || i > 150'000 ? "same" : std::to_string(bits >> 20)});
  }
  RecordBatcher batcher(0, {1, 2, 3});
  Feed(batcher, records);
  const std::vector<v1::RecordBatch> batches = TakeAll(batcher);
  std::vector<std::vector<std::string>> columns(4);
  std::vector<bool> coded;
  for (const v1::RecordBatch& batch : batches) {
    EXPECT_LE(batch.member_ids().ends_size(), static_cast<int>(kBatchRecords));
    EXPECT_LT(batch.ByteSizeLong(), 2 * kBatchBytes);
    coded.push_back(!batch.cells(1).codes().empty());
    for (int column = 0; column < 4; ++column) {
      const std::vector<std::string> cells =
          CellsOf(column == 0 ? batch.member_ids() : batch.cells(column - 1));
      columns[static_cast<size_t>(column)].insert(columns[static_cast<size_t>(column)].end(), cells.begin(),
                                                  cells.end());
    }
  }
  for (size_t column = 0; column < 4; ++column) {
    ASSERT_EQ(columns[column].size(), records.size());
    for (size_t i = 0; i < records.size(); ++i) ASSERT_EQ(columns[column][i], records[i][column]) << i;
  }
  EXPECT_TRUE(coded[0]);
  coded.erase(coded.begin());
  EXPECT_THAT(coded, Each(false)) << "a column whose cells all differ isn't coded again at once";
}

TEST(RecordBatcherTest, AColumnOfDifferentCellsIsTriedAgain) {
  RecordBatcher batcher(0, {1});
  int coded = 0, batches = 0;
  for (int i = 0; i < 40; ++i) {
    Feed(batcher, {{"a", "x"}, {"b", i == 0 ? "y" : "x"}, {"c", "x"}});
    coded += batcher.TakeBatch().batch().cells(0).codes().empty() ? 0 : 1;
    ++batches;
  }
  EXPECT_EQ(coded, batches - 15) << "two texts in three cells are too many, one is not";
}

TEST(RecordBatcherTest, ABatchEndsAtItsLimitOfBytesOrRecords) {
  RecordBatcher batcher(0, {1});
  const std::string large(300 << 10, 'x');
  for (int i = 0; i < 30; ++i) Feed(batcher, {{"a", large + std::to_string(i)}});
  EXPECT_TRUE(batcher.Full());
  size_t records = 0;
  for (const v1::RecordBatch& batch : TakeAll(batcher)) {
    EXPECT_LT(batch.ByteSizeLong(), kBatchBytes + 2 * large.size());
    records += static_cast<size_t>(batch.member_ids().ends_size());
  }
  EXPECT_EQ(records, 30u);
  for (size_t i = 0; i < kBatchRecords; ++i) batcher.TakeBroken({.line = i + 1, .message = "m"});
  EXPECT_TRUE(batcher.Full());
  EXPECT_EQ(batcher.TakeBatch().batch().rejected_size(), static_cast<int>(kBatchRecords));
  EXPECT_TRUE(batcher.Empty());
  EXPECT_EQ(batcher.records(), 30u + kBatchRecords);
}

}  // namespace
}  // namespace muster::loaders
