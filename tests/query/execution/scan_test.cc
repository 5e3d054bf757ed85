// Scans: what they read, when they stop, and that they don't allocate.
#include "query/execution/scan.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/node_analysis.h"
#include "query/execution/program/program.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/query/execution/allocation_count.h"
#include "tests/query/execution/stop_after.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::kFragmentOrdinals;
using index::Ordinal;
using index::RecordKind;
using index::RowRef;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr RowRef Flag(uint32_t tag) {
  return {tag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};
}

Bitmap EveryNth(uint32_t step) {
  std::vector<uint32_t> locals;
  for (uint32_t local = 0; local < kFragmentOrdinals; local += step) locals.push_back(local);
  return Bitmap::FromSorted(locals);
}

Bitmap RandomSet(std::mt19937_64& random, uint32_t percent) {
  std::vector<uint32_t> locals;
  for (uint32_t local = 0; local < kFragmentOrdinals; ++local) {
    if (random() % 100 < percent) locals.push_back(local);
  }
  return Bitmap::FromSorted(locals);
}

// Flags 1 to `flags` and number tag 9, everyone full; the same sets in every fragment, each with `flips` XOR
// records.
MemoryRows Rows(uint32_t fragments, uint32_t flags, uint32_t flips) {
  std::mt19937_64 random(5);
  MemoryRows rows(fragments);
  const auto put = [&](RowRef row, uint32_t percent) {
    const Bitmap image = RandomSet(random, percent);
    oracle::MemoryFragment records{index::EncodeRecord(RecordKind::kImage, image), {}};
    for (uint32_t i = 0; i < flips; ++i) {
      records.flips.push_back(index::EncodeRecord(RecordKind::kXor, RandomSet(random, i == 0 ? 1 : 12)));
    }
    for (uint32_t fragment = 0; fragment < fragments; ++fragment) rows.Put(row, fragment, records, 0);
  };
  for (uint32_t tag = 1; tag <= flags; ++tag) put(Flag(tag), 10 * tag);
  put({9, index::kKnownRow}, 80);
  for (index::Slot slot = index::kSignSlot; slot < index::kFirstMagnitudeSlot + 6; ++slot) {
    put({9, index::MakeRow(index::kOwnValue, slot)}, 40);
  }
  for (uint32_t fragment = 0; fragment < fragments; ++fragment) rows.Put(kEveryone, fragment, Bitmap::Full());
  return rows;
}

Program And(std::vector<RowRef> positives, std::vector<RowRef> negatives) {
  ProgramBuilder builder;
  std::vector<Operand> operands;
  for (const RowRef& row : positives) operands.push_back({builder.Row(row), false});
  for (const RowRef& row : negatives) operands.push_back({builder.Row(row), true});
  const NodeIndex root = builder.And(operands);
  return std::move(builder).Build({root, false});
}

// Every kind of node at once.
Program Everything() {
  ProgramBuilder builder;
  const auto row = [&](uint32_t tag, bool negated = false) {
    return Operand{builder.Row(Flag(tag)), negated};
  };
  const NodeIndex either = builder.Or({row(1), row(2), {builder.And({row(3), row(4, true)}), false}});
  const NodeIndex least = builder.AtLeast(2, {row(1), row(2, true), row(3), row(4)});
  const NodeIndex range = builder.Range({9}, 6, -20, 33);
  const std::vector<SetRef> list = {Flag(1), Flag(2), Flag(3)};
  const NodeIndex any = builder.AnyRow(list);
  const NodeIndex root = builder.And(
      {row(4), {either, false}, {least, false}, {range, false}, {any, true}, {builder.Everyone(), false}});
  return std::move(builder).Build({root, true});
}

uint64_t AllocationsOf(const Program& program, const MemoryRows& rows) {
  MemorySource source(rows);
  const uint64_t before = AllocationCount();
  absl::StatusOr<uint64_t> count =
      ScanCount(oracle::JobOf(program, source, rows.fragment_count(), {.window_fragments = 4}), nullptr);
  const uint64_t after = AllocationCount();
  EXPECT_THAT(count, IsOk());
  EXPECT_GT(*count, 0u);
  return after - before;
}

// Eight times the fragments and windows, not one allocation more: whatever is allocated is the scan's, not a
// fragment's.
TEST(Scan, AllocatesNothingForAFragment) {
  for (const uint32_t flips : {0u, 1u, 3u}) {
    const MemoryRows few = Rows(8, 5, flips);
    const MemoryRows many = Rows(64, 5, flips);
    const Program plain = And({Flag(3), Flag(4), Flag(5)}, {Flag(1), Flag(2)});
    EXPECT_EQ(AllocationsOf(plain, many), AllocationsOf(plain, few)) << flips << " flips";
    const Program all = Everything();
    EXPECT_EQ(AllocationsOf(all, many), AllocationsOf(all, few)) << flips << " flips";
    EXPECT_GT(AllocationsOf(plain, few), 0u) << "the count of allocations doesn't count";
  }
}

TEST(Scan, StopsBeforeTheNextChunk) {
  const MemoryRows rows = Rows(8, 2, 0);
  const Program program = And({Flag(1), Flag(2)}, {});
  for (const uint64_t allowed : {0u, 1u, 5u, 31u}) {
    const StopAfter stop(allowed);
    MemorySource source(rows);
    ScanStatistics statistics;
    absl::StatusOr<uint64_t> count =
        ScanCount(oracle::JobOf(program, source, 8, {.budget = &stop}), &statistics);
    EXPECT_THAT(count, StatusIs(absl::StatusCode::kCancelled));
    EXPECT_EQ(statistics.chunks_scanned + statistics.chunks_skipped, allowed);
    EXPECT_FALSE(source.in_window());
  }
}

// A list of many values is resolved for longer than a chunk takes, and a plan of many nodes counted.
TEST(Scan, StopsWhileItResolvesAndWhileItCountsNodes) {
  MemoryRows rows(1);
  rows.Put(kEveryone, 0, Bitmap::Full());
  std::vector<SetRef> list;
  for (uint32_t value = 1; value <= 2000; ++value)
    list.push_back(RowRef{3, index::MakeRow(value, index::kMembershipSlot)});
  ProgramBuilder any;
  const NodeIndex all = any.AnyRow(list);
  const Program wide = std::move(any).Build({all, false});
  ProgramBuilder builder;
  std::vector<Operand> operands;
  for (const SetRef& row : list) operands.push_back({builder.Row(row), true});
  const NodeIndex root = builder.And(operands);
  const Program deep = std::move(builder).Build({root, false});
  MemorySource source(rows);
  ScanStatistics statistics;
  const StopAfter while_resolving(3);
  EXPECT_THAT(ScanCount(oracle::JobOf(wide, source, 1, {.budget = &while_resolving}), &statistics),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(statistics.chunks_scanned + statistics.chunks_skipped, 0u);
  const StopAfter while_counting(2000 / 256 + 10);  // resolved, and in the first chunk's nodes
  EXPECT_THAT(AnalyseNodes(oracle::JobOf(deep, source, 1, {.budget = &while_counting})),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_FALSE(source.in_window());
}

TEST(Scan, ASinkEndsIt) {
  const MemoryRows rows = Rows(4, 2, 1);
  const Program program = And({Flag(2)}, {});
  MemorySource source(rows);
  std::vector<Ordinal> members;
  ScanStatistics statistics;
  const auto take_two = [&](absl::Span<const Ordinal> batch) {
    EXPECT_LE(batch.size(), index::kChunkOrdinals);
    members.insert(members.end(), batch.begin(), batch.end());
    return members.size() < index::kChunkOrdinals / 4;
  };
  const Ordinal from = kFragmentOrdinals + 70'000;
  ASSERT_THAT(ScanMembers(oracle::JobOf(program, source, 4), from, take_two, &statistics), IsOk());
  EXPECT_THAT(members, testing::Each(testing::Ge(from)));
  EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
  EXPECT_GE(members.size(), index::kChunkOrdinals / 4);
  EXPECT_LT(statistics.chunks_scanned, 8u);
  EXPECT_FALSE(source.in_window());
}

TEST(Scan, AnEmptyOperandSkipsTheChunk) {
  MemoryRows rows = Rows(2, 3, 0);
  rows.Put(Flag(7), 1, Bitmap::FromSorted(std::vector<uint32_t>{5}));
  const Program program = And({Flag(1), Flag(2), Flag(7)}, {});
  MemorySource source(rows);
  ScanStatistics statistics;
  ASSERT_THAT(ScanCount(oracle::JobOf(program, source, 2), &statistics), IsOk());
  EXPECT_EQ(statistics.chunks_scanned, 1u);
  EXPECT_EQ(statistics.chunks_skipped, 7u);
  EXPECT_LT(statistics.bytes_read, 1000u) << "an array of one value is looked up, not widened";
}

TEST(Scan, AFullChunkOfEveryoneCostsNothing) {
  const MemoryRows rows = Rows(2, 1, 0);
  ProgramBuilder builder;
  const NodeIndex everyone = builder.Everyone();
  const Program program = std::move(builder).Build({everyone, false});
  MemorySource source(rows);
  ScanStatistics statistics;
  absl::StatusOr<uint64_t> count = ScanCount(oracle::JobOf(program, source, 2), &statistics);
  EXPECT_THAT(count, IsOkAndHolds(2u * kFragmentOrdinals));
  EXPECT_EQ(statistics.bytes_read, 0u);
}

TEST(Scan, IsCutToEveryone) {
  MemoryRows rows(1);
  rows.Put(kEveryone, 0, EveryNth(2));
  rows.Put(Flag(1), 0, EveryNth(3));
  MemorySource source(rows);
  EXPECT_EQ(*ScanCount(oracle::JobOf(And({Flag(1)}, {}), source, 1), nullptr), EveryNth(6).Cardinality());
  EXPECT_EQ(*ScanCount(oracle::JobOf(And({}, {Flag(1)}), source, 1), nullptr),
            EveryNth(2).Cardinality() - EveryNth(6).Cardinality());
}

TEST(Scan, ABrokenDirectoryIsDataLoss) {
  MemoryRows rows = Rows(2, 2, 0);
  std::string record = index::EncodeRecord(RecordKind::kImage, EveryNth(3));
  record.resize(record.size() / 2);
  rows.Put(Flag(1), 1, {record, {}}, 0);
  MemorySource source(rows);
  absl::StatusOr<uint64_t> count = ScanCount(oracle::JobOf(And({Flag(1), Flag(2)}, {}), source, 2), nullptr);
  EXPECT_THAT(count, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(count.status().message()), testing::HasSubstr("fragment 1"));
}

// A source in which the records of one row are damaged, in the only fragment that has them.
class DamagedSource : public MemorySource {
 public:
  DamagedSource(const MemoryRows& rows, RowRef damaged) : MemorySource(rows), damaged_(damaged) {}
  absl::Status CheckRecord(RowRef row, index::RecordBytes record) override {
    if (row != damaged_ || record.empty()) return absl::OkStatus();
    ++met_;
    return absl::DataLossError("it is damaged");
  }
  uint32_t met() const { return met_; }

 private:
  const RowRef damaged_;
  uint32_t met_ = 0;
};

TEST(Scan, ADamagedRecordIsDataLossBeforeAnythingIsHandedOn) {
  MemoryRows rows = Rows(3, 2, 0);
  const RowRef image = Flag(3), flips = Flag(4);
  rows.Put(image, 1, EveryNth(3));
  rows.Put(flips, 1, {std::string(), {index::EncodeRecord(RecordKind::kXor, EveryNth(5))}}, 0);
  for (const RowRef damaged : {image, flips}) {
    for (const Program& program : {And({Flag(1)}, {damaged}), And({Flag(1), damaged}, {}), And({damaged}, {}),
                                   And({}, {damaged}), And({Flag(1), Flag(2)}, {damaged})}) {
      DamagedSource source(rows, damaged);
      EXPECT_EQ(ScanCount(oracle::JobOf(program, source, 3), nullptr).status().message(), "it is damaged");
      const auto take = [](absl::Span<const Ordinal> members) {
        EXPECT_LT(members.back(), kFragmentOrdinals);
        return true;
      };
      EXPECT_THAT(ScanMembers(oracle::JobOf(program, source, 3), 0, take, nullptr),
                  StatusIs(absl::StatusCode::kDataLoss));
      EXPECT_EQ(source.met(), 2u);
      EXPECT_THAT(ScanCount(oracle::JobOf(program, source, 1), nullptr), IsOk()) << "fragment 0 is whole";
    }
  }
}

TEST(Scan, ARecordThatIsNotReadIsNotChecked) {
  MemoryRows rows = Rows(2, 1, 0);
  rows.Put(Flag(3), 1, EveryNth(3));
  DamagedSource source(rows, Flag(3));
  const absl::StatusOr<uint64_t> count =
      ScanCount(oracle::JobOf(And({Flag(2), Flag(3)}, {}), source, 2), nullptr);
  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(*count, 0u) << "nobody has flag 2";
  EXPECT_EQ(source.met(), 0u);
}

TEST(Scan, ManyRowsMakeSmallerWindows) {
  MemoryRows rows(16);
  std::vector<SetRef> list;
  for (uint32_t value = 1; value <= 65'536; ++value) {
    const RowRef row{3, index::MakeRow(value, index::kMembershipSlot)};
    list.push_back(row);
    if (value % 64 == 0) rows.Put(row, value / 64 % 16, Bitmap::FromSorted(std::vector<uint32_t>{value}));
  }
  for (uint32_t fragment = 0; fragment < 16; ++fragment) rows.Put(kEveryone, fragment, Bitmap::Full());
  ProgramBuilder builder;
  const NodeIndex any = builder.AnyRow(list);
  const Program program = std::move(builder).Build({any, false});
  MemorySource source(rows);
  absl::StatusOr<uint64_t> count = ScanCount(oracle::JobOf(program, source, 16), nullptr);
  EXPECT_THAT(count, IsOkAndHolds(1024u));
  EXPECT_GE(source.windows_begun(), 2u);
}

}  // namespace
}  // namespace muster::query
