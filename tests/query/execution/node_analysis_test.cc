// The measurements of nodes by EXPLAIN: how they are evaluated, and what they read.
#include "query/execution/node_analysis.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::kChunkOrdinals;
using index::RowRef;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr RowRef RowOf(uint32_t value) { return {1, index::MakeRow(value, index::kMembershipSlot)}; }
constexpr RowRef SliceOf(index::Slot slot) { return {2, index::MakeRow(index::kOwnValue, slot)}; }

// Every `step`-th of chunks [first, end) of fragment 0.
Bitmap Every(uint32_t step, uint32_t first = 0, uint32_t end = index::kChunksPerFragment) {
  std::vector<uint32_t> locals;
  for (uint32_t local = first * kChunkOrdinals; local < end * kChunkOrdinals; local += step)
    locals.push_back(local);
  return Bitmap::FromSorted(locals);
}

// Rows 1 to 3: bitsets; 4: short arrays in the first two chunks; 5: everybody; 6: a long array with an edge;
// 7: runs. A number of two bits, of everybody.
MemoryRows TestRows() {
  MemoryRows rows(1);
  rows.Put({index::kEveryoneTag, index::kKnownRow}, 0, Bitmap::Full());
  for (uint32_t value = 1; value <= 3; ++value) rows.Put(RowOf(value), 0, Every(value + 1));
  rows.Put(RowOf(4), 0, Every(1000, 0, 2));
  rows.Put(RowOf(5), 0, Bitmap::Full());
  const Bitmap flips = Every(2000);
  rows.Put(RowOf(6), 0,
           {index::EncodeRecord(index::RecordKind::kImage, Every(100)),
            {index::EncodeRecord(index::RecordKind::kXor, flips)}},
           0);
  Bitmap runs = Every(1, 0, 1);
  runs.Subtract(Every(30'000));
  rows.Put(RowOf(7), 0, runs);
  rows.Put(SliceOf(index::kMembershipSlot), 0, Bitmap::Full());
  rows.Put(SliceOf(index::kFirstMagnitudeSlot), 0, Every(3));
  rows.Put(SliceOf(index::kFirstMagnitudeSlot + 1), 0, Every(5));
  return rows;
}

std::string WaysText(const WayCounts& ways) {
  std::string text;
  for (size_t way = 0; way < ways.size(); ++way) {
    if (ways[way] == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", std::string(NameOf(static_cast<ChunkWay>(way))), " ",
                    ways[way]);
  }
  return text;
}

// Of one node, over four chunks.
NodeMeasurement Measured(ProgramBuilder builder, NodeIndex node) {
  const Program program = std::move(builder).Build({node, false});
  const MemoryRows rows = TestRows();
  MemorySource source(rows);
  const auto measured = AnalyseNodes(oracle::JobOf(program, source, 1));
  EXPECT_THAT(measured, IsOk());
  EXPECT_FALSE(source.in_window());
  const NodeMeasurement& of_node = (*measured)[node];
  EXPECT_EQ(of_node.chunks_scanned + of_node.chunks_skipped, 4u);
  absl::StatusOr<uint64_t> count = ScanCount(oracle::JobOf(program, source, 1), nullptr);
  EXPECT_EQ(*count, of_node.members);
  return of_node;
}

std::string WaysOf(ProgramBuilder builder, NodeIndex node) {
  return WaysText(Measured(std::move(builder), node).ways);
}

using Kinds = std::vector<uint32_t>;
std::vector<Operand> Operands(ProgramBuilder& builder, const Kinds& values) {
  std::vector<Operand> operands;
  for (const uint32_t value : values) operands.push_back({builder.Row(RowOf(value)), false});
  return operands;
}
std::string WaysOfAnd(const Kinds& values) {
  ProgramBuilder builder;
  const NodeIndex node = builder.And(Operands(builder, values));
  return WaysOf(std::move(builder), node);
}
std::string WaysOfOr(const Kinds& values) {
  ProgramBuilder builder;
  const NodeIndex node = builder.Or(Operands(builder, values));
  return WaysOf(std::move(builder), node);
}
std::string WaysOfAtLeast(uint32_t count, const Kinds& values) {
  ProgramBuilder builder;
  const NodeIndex node = builder.AtLeast(count, Operands(builder, values));
  return WaysOf(std::move(builder), node);
}

TEST(AnalyseNodes, SaysHowRowsAreStored) {
  const std::vector<std::string> expected = {"bitset 4", "unread 2, array 2", "unread 4", "with edges 4",
                                             "unread 3, runs 1"};
  const Kinds values = {1, 4, 5, 6, 7};
  for (size_t i = 0; i < values.size(); ++i) {
    ProgramBuilder builder;
    const NodeIndex node = builder.Row(RowOf(values[i]));
    EXPECT_EQ(WaysOf(std::move(builder), node), expected[i]) << values[i];
  }
}

TEST(AnalyseNodes, SaysHowJunctionsAreEvaluated) {
  EXPECT_EQ(WaysOfAnd({1, 2, 3}), "fused 4");
  EXPECT_EQ(WaysOfAnd({1, 4}), "unread 2, looked up 2");
  EXPECT_EQ(WaysOfAnd({1, 5}), "one operand 4");
  EXPECT_EQ(WaysOfAnd({5}), "unread 4");
  EXPECT_EQ(WaysOfOr({1, 2}), "united 4");
  EXPECT_EQ(WaysOfOr({1, 4}), "one operand 2, united 2");
  EXPECT_EQ(WaysOfOr({1, 5}), "unread 4");
}

TEST(AnalyseNodes, SaysHowThresholdsAndNumbersAreEvaluated) {
  EXPECT_EQ(WaysOfAtLeast(2, {1, 2, 3}), "registers 4");
  EXPECT_EQ(WaysOfAtLeast(2, {1, 2, 5}), "as ANY OF 4");
  EXPECT_EQ(WaysOfAtLeast(2, {1, 2, 7}), "registers 1, as ALL OF 3");
  EXPECT_EQ(WaysOfAtLeast(1, {1, 5}), "unread 4");
  EXPECT_EQ(WaysOfAtLeast(2, {4, 4, 4}), "unread 2, lists 2");
  EXPECT_EQ(WaysOfAtLeast(3, Kinds(16, 1)), "planes 4");
  ProgramBuilder builder;
  const NodeIndex range = builder.Range({2}, 2, 1, 2);
  EXPECT_EQ(WaysOf(std::move(builder), range), "slices 4");
}

TEST(AnalyseNodes, OperandsAreMeasuredAloneAndTheirWaysAreTheirOwn) {
  ProgramBuilder builder;
  const NodeIndex either = builder.Or(Operands(builder, {1, 2}));
  const NodeIndex both = builder.And({{either, false}, {builder.Row(RowOf(4)), false}});
  const Program program = std::move(builder).Build({both, false});
  const MemoryRows rows = TestRows();
  MemorySource source(rows);
  const auto measured = AnalyseNodes(oracle::JobOf(program, source, 1));
  ASSERT_THAT(measured, IsOk());
  EXPECT_EQ(WaysText((*measured)[either].ways), "united 4");
  EXPECT_EQ((*measured)[either].chunks_scanned, 4u);
  EXPECT_EQ((*measured)[either].bytes_read, 4u * 2 * index::kChunkBytes);
  EXPECT_EQ(WaysText((*measured)[both].ways), "unread 2, looked up 2");
  EXPECT_EQ((*measured)[both].chunks_scanned, 2u);
  EXPECT_EQ((*measured)[both].chunks_skipped, 2u);
}

// Three members, 7, 70 and 700: whatever is asked, they are looked up in it, and the chunks behind them count
// neither as read nor as unread.
TEST(AnalyseNodes, FewMembersAreLookedUpAndChunksWithoutAnyAreNotCounted) {
  MemoryRows rows(2);
  const auto put = [&rows](RowRef row, std::vector<uint32_t> locals) {
    rows.Put(row, 0, Bitmap::FromSorted(locals));
  };
  put({index::kEveryoneTag, index::kKnownRow}, {7, 70, 700});
  put(RowOf(1), {7, 70});
  put(RowOf(2), {70, 700});
  put(SliceOf(index::kMembershipSlot), {7, 70});
  put(SliceOf(index::kFirstMagnitudeSlot), {7});
  ProgramBuilder builder;
  const NodeIndex either = builder.Or(Operands(builder, {1, 2}));
  const NodeIndex both = builder.And(Operands(builder, {1, 2}));
  const NodeIndex some = builder.AtLeast(2, Operands(builder, {1, 2, 1}));
  const NodeIndex range = builder.Range({2}, 1, 1, 1);
  const NodeIndex root = builder.Or({{either, false}, {both, false}, {some, false}, {range, false}});
  const Program program = std::move(builder).Build({root, false});
  MemorySource source(rows);
  const auto measured = AnalyseNodes(oracle::JobOf(program, source, 2));
  ASSERT_THAT(measured, IsOk());
  for (const NodeIndex node : {either, both, some, range, root}) {
    EXPECT_EQ(WaysText((*measured)[node].ways), "looked up 1") << node;
    EXPECT_EQ((*measured)[node].chunks_scanned + (*measured)[node].chunks_skipped, 1u) << node;
  }
  EXPECT_EQ((*measured)[both].members, 1u);
  ScanStatistics statistics;
  ASSERT_EQ(*ScanCount(oracle::JobOf(program, source, 2), &statistics), 3u);
  EXPECT_EQ(statistics.chunks_scanned + statistics.chunks_skipped, 1u);
}

// What one node computed in a chunk is not another's gain.
TEST(AnalyseNodes, SharedNodesAreEvaluatedForEachNode) {
  ProgramBuilder builder;
  const NodeIndex either = builder.Or(Operands(builder, {1, 2}));
  const NodeIndex both = builder.And({{either, false}, {builder.Row(RowOf(3)), true}});
  const NodeIndex again = builder.And({{either, false}, {builder.Row(RowOf(3)), false}});
  const NodeIndex root = builder.Or({{both, false}, {again, false}});
  const Program program = std::move(builder).Build({root, false});
  ASSERT_TRUE(program.is_shared(either));
  const MemoryRows rows = TestRows();
  MemorySource source(rows);
  const auto measured = AnalyseNodes(oracle::JobOf(program, source, 1));
  ASSERT_THAT(measured, IsOk());
  EXPECT_EQ((*measured)[both].bytes_read, 4u * 3 * index::kChunkBytes);
  EXPECT_EQ((*measured)[again].bytes_read, 4u * 3 * index::kChunkBytes);
  EXPECT_EQ((*measured)[either].members, (*measured)[root].members);
}

}  // namespace
}  // namespace muster::query
