// Random records packed in several parts, in memory and in a file, and read back by ranges; compared with a slow
// selection.
#include "index/loading/intake/record_parts.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;

constexpr int kBits = kFragmentBits;
constexpr uint32_t kRanges = 7;
constexpr size_t kColumns = 4;

// Columns: a SINGLE that most have, NUMBERs that all have, a MULTI with weights, and one that is mostly cleared.
SpooledRecords RandomRecords(std::mt19937& random, size_t count, bool ascending) {
  SpooledRecords records;
  for (size_t i = 0; i < count; ++i) {
    records.ordinals.push_back(random() % (Ordinal{kRanges} << kBits));
    records.lines.push_back(uint64_t{random()} << 8);
  }
  if (ascending) {
    std::sort(records.ordinals.begin(), records.ordinals.end());
    std::iota(records.lines.begin(), records.lines.end(), random());
  }
  records.columns.resize(kColumns);
  for (uint32_t i = 0; i < count; ++i) {
    if (random() % 10 != 0) {
      records.columns[0].records.push_back(i);
      records.columns[0].values.push_back(random() % 5'000'000);
    }
    records.columns[1].records.push_back(i);
    records.columns[1].numbers.push_back(static_cast<int64_t>(random()) - (int64_t{1} << 31));
    for (uint32_t several = random() % 4; several > 0; --several) {
      records.columns[2].records.push_back(i);
      records.columns[2].values.push_back(several);
      records.columns[2].numbers.push_back(random());
    }
    if (random() % 3 == 0) records.columns[3].cleared.push_back(i);
  }
  return records;
}

// One record with its cells.
struct Row {
  Ordinal ordinal;
  uint64_t line;
  std::vector<std::vector<std::pair<ValueId, int64_t>>> cells;
  std::vector<bool> clears;
  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> RowsOf(const SpooledRecords& records) {
  std::vector<Row> rows;
  for (size_t i = 0; i < records.ordinals.size(); ++i)
    rows.push_back({records.ordinals[i], records.lines[i],
                    std::vector<std::vector<std::pair<ValueId, int64_t>>>(kColumns),
                    std::vector<bool>(kColumns)});
  for (size_t c = 0; c < kColumns; ++c) {
    const TypedColumn& column = records.columns[c];
    for (size_t i = 0; i < column.size(); ++i) {
      rows[column.records[i]].cells[c].emplace_back(column.values.empty() ? 0 : column.values[i],
                                                    column.numbers.empty() ? 0 : column.numbers[i]);
    }
    for (const uint32_t record : column.cleared) rows[record].clears[c] = true;
  }
  return rows;
}

SpooledRecords ReadAll(const RecordParts& parts, RangeSpan ranges) {
  SpooledRecords read{*parts.ReadOrdinals(ranges), *parts.ReadLines(ranges), {}};
  for (size_t c = 0; c < kColumns; ++c) {
    read.columns.push_back(*parts.ReadColumn(ranges, c));
    EXPECT_TRUE(std::is_sorted(read.columns[c].records.begin(), read.columns[c].records.end()));
    EXPECT_TRUE(std::is_sorted(read.columns[c].cleared.begin(), read.columns[c].cleared.end()));
  }
  return read;
}

// The rows of the ranges: for each part, range by range, in the order of the input.
std::vector<Row> Selected(const std::vector<SpooledRecords>& parts, RangeSpan ranges) {
  std::vector<Row> rows;
  for (const SpooledRecords& part : parts) {
    const std::vector<Row> all = RowsOf(part);
    for (uint32_t range = ranges.first; range < ranges.end; ++range) {
      for (const Row& row : all) {
        if (row.ordinal >> kBits == range) rows.push_back(row);
      }
    }
  }
  return rows;
}

class RecordPartsTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  RecordParts parts_{kBits};
};

TEST_F(RecordPartsTest, RangesAreReadAsTheyWereAdded) {
  std::mt19937 random(7);
  std::vector<SpooledRecords> all;
  for (const size_t count : {1, 900, 1, 350, 2'000, 700}) {
    all.push_back(RandomRecords(random, count, count % 4 == 0));
    parts_.Add(all.back());
    // The first ones are in the file, the others in memory; and once more all in the file.
    const bool stays = count == 350 || count == 2'000;
    if (!stays) {
      ASSERT_THAT(parts_.MoveToDisk(directory_.path()), IsOk());
    }
    EXPECT_EQ(parts_.PackedBytes() > 0, stays);
    for (uint32_t first = 0; first < kRanges; ++first) {
      for (uint32_t end = first + 1; end <= kRanges + 1; ++end) {
        const SpooledRecords read = ReadAll(parts_, {first, end});
        ASSERT_EQ(RowsOf(read), Selected(all, {first, end})) << first << " " << end;
      }
    }
  }
  uint64_t records = 0;
  for (const RangeSize& range : parts_.ranges()) records += range.records;
  EXPECT_EQ(records, 3'952u);
}

// Columns of the usual kinds: their record numbers take nothing, their values as many bytes as they need.
TEST_F(RecordPartsTest, RecordsInOrderTakeFewBytes) {
  constexpr uint32_t kCount = 10'000;
  SpooledRecords records;
  records.columns.resize(kColumns);
  for (uint32_t i = 0; i < kCount; ++i) {
    records.ordinals.push_back(kFragmentOrdinals - kCount / 2 + i);
    records.lines.push_back(2 + i);
    for (TypedColumn& column : records.columns) column.records.push_back(i);
    records.columns[0].values.push_back(3 + i % 200);            // one byte
    records.columns[1].numbers.push_back(20'000 - i);            // two
    records.columns[2].numbers.push_back(int64_t{i} * 100'000);  // four
    records.columns[3].values.push_back(kTrueValue);             // none
  }
  parts_.Add(records);
  EXPECT_EQ(RowsOf(ReadAll(parts_, {0, 2})), RowsOf(records));
  const uint64_t ranges = 2 * (1 + kColumns) * sizeof(PackedRange);
  EXPECT_EQ(parts_.PackedBytes(), kCount * (1 + 2 + 4) + ranges);
}

TEST_F(RecordPartsTest, KnowWhetherOrdinalsAscend) {
  const auto add = [this](std::vector<Ordinal> ordinals) {
    SpooledRecords records;
    records.ordinals.assign(ordinals.begin(), ordinals.end());
    records.lines.resize(ordinals.size());
    records.columns.resize(kColumns);
    parts_.Add(records);
    return parts_.ascending();
  };
  EXPECT_TRUE(add({3, 4, 9}));
  EXPECT_TRUE(add({10}));
  EXPECT_FALSE(add({10}));
  EXPECT_FALSE(add({11})) << "two have the ordinal 10";
}

TEST(RecordPartsOrder, OneDescentIsEnough) {
  SpooledRecords records;
  records.ordinals = {5, 7, 6};
  records.lines = {1, 2, 3};
  RecordParts parts(kBits);
  parts.Add(records);
  EXPECT_FALSE(parts.ascending());
}

TEST_F(RecordPartsTest, SayWhatARangeHolds) {
  std::mt19937 random(8);
  for (int part = 0; part < 3; ++part) parts_.Add(RandomRecords(random, 500, false));
  for (uint32_t range = 0; range < kRanges; ++range) {
    const RangeSize& size = parts_.ranges()[range];
    const SpooledRecords read = ReadAll(parts_, {range, range + 1});
    uint64_t bytes = read.ordinals.size() * (sizeof(Ordinal) + sizeof(uint64_t)), largest = 0;
    for (const TypedColumn& column : read.columns) {
      bytes += column.size() * sizeof(uint32_t) + column.values.size() * sizeof(ValueId) +
               column.numbers.size() * sizeof(int64_t) + column.cleared.size() * sizeof(uint32_t);
      largest = std::max<uint64_t>(largest, column.size() + column.cleared.size());
    }
    EXPECT_EQ(size.records, read.ordinals.size());
    EXPECT_EQ(size.bytes, bytes);
    EXPECT_GE(size.largest, largest);
    EXPECT_GT(BytesToStage(size, 1), bytes);
    EXPECT_GT(BytesToStage(size, 2), BytesToStage(size, 1));
    EXPECT_EQ(ThreadsToStage(size, 9, BytesToStage(size, 4)), 4u);
    EXPECT_EQ(ThreadsToStage(size, 9, 0), 1u);
    EXPECT_EQ(ThreadsToStage(size, 9, UINT64_MAX), 9u);
  }
}

// The descriptor of the file without a name in `folder`.
int DescriptorIn(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string path = std::filesystem::read_symlink(entry.path(), gone).string();
    if (absl::StartsWith(path, folder)) return std::stoi(entry.path().filename().string());
  }
  return -1;
}

TEST_F(RecordPartsTest, ChangedBytesAreNotTakenForRecords) {
  std::mt19937 random(9);
  parts_.Add(RandomRecords(random, 40, false));
  ASSERT_THAT(parts_.MoveToDisk(directory_.path()), IsOk());
  const int descriptor = DescriptorIn(directory_.path());
  ASSERT_GE(descriptor, 0);
  const off_t size = lseek(descriptor, 0, SEEK_END);
  const auto all_read = [&] {
    bool read = parts_.ReadOrdinals({0, kRanges}).ok();
    for (size_t c = 0; c < kColumns; ++c) read = read && parts_.ReadColumn({0, kRanges}, c).ok();
    return read;
  };
  ASSERT_TRUE(all_read());
  for (off_t at = 0; at < size; ++at) {
    char byte = 0;
    ASSERT_EQ(pread(descriptor, &byte, 1, at), 1);
    const char changed = static_cast<char>(byte ^ 0x10);
    ASSERT_EQ(pwrite(descriptor, &changed, 1, at), 1);
    ASSERT_FALSE(all_read()) << "byte " << at;
    ASSERT_EQ(pwrite(descriptor, &byte, 1, at), 1);
  }
  ASSERT_TRUE(all_read());
  ASSERT_EQ(ftruncate(descriptor, size - 1), 0);
  EXPECT_FALSE(all_read());
}

}  // namespace
}  // namespace muster::index
