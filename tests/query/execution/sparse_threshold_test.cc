// AT LEAST over short lists, whose values are counted one by one, compared with a map of counters.
#include <map>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/node_analysis.h"
#include "query/execution/scan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::Ordinal;
using index::RowRef;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr uint32_t kFragments = 2;
constexpr RowRef RowOf(uint32_t value) { return {1, index::MakeRow(value, index::kMembershipSlot)}; }

// Rows 1 to `count` with `values` ordinals in each of their chunks, from a small range so that they overlap;
// and the number of rows that contain each ordinal.
struct Lists {
  MemoryRows rows{kFragments};
  std::map<Ordinal, uint32_t> times;
};

Lists RandomLists(std::mt19937_64& random, uint32_t count, uint32_t values) {
  Lists lists;
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment)
    lists.rows.Put({index::kEveryoneTag, index::kKnownRow}, fragment, Bitmap::Full());
  for (uint32_t row = 1; row <= count; ++row) {
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
      std::set<uint32_t> locals;
      for (uint32_t chunk = 0; chunk < index::kChunksPerFragment; ++chunk) {
        const uint32_t range = 1 + values * 4;
        const uint32_t first = chunk * index::kChunkOrdinals + (chunk % 2) * (index::kChunkOrdinals - range);
        for (uint32_t i = 0; i < values; ++i) locals.insert(first + static_cast<uint32_t>(random() % range));
      }
      lists.rows.Put(RowOf(row), fragment,
                     Bitmap::FromSorted(std::vector<uint32_t>(locals.begin(), locals.end())));
      for (const uint32_t local : locals) ++lists.times[index::FirstOrdinalOf(fragment) + local];
    }
  }
  return lists;
}

std::vector<Ordinal> Expected(const Lists& lists, uint32_t wanted) {
  std::vector<Ordinal> members;
  for (const auto& [ordinal, times] : lists.times) {
    if (times >= wanted) members.push_back(ordinal);
  }
  return members;
}

// AT LEAST `wanted` of rows 1 to `count`.
Program AtLeast(uint32_t wanted, uint32_t count) {
  ProgramBuilder builder;
  std::vector<Operand> operands;
  for (uint32_t row = 1; row <= count; ++row) operands.push_back({builder.Row(RowOf(row)), false});
  const NodeIndex node = builder.AtLeast(wanted, operands);
  return std::move(builder).Build({node, false});
}

TEST(SparseThreshold, CountsWhatAMapCounts) {
  std::mt19937_64 random(21);
  for (const uint32_t count : {2u, 3u, 8u, 16u, 40u, 255u, 256u, 300u}) {
    for (const uint32_t values : {1u, 20u, 119u, 121u, 400u}) {
      if (count * values > 20'000) continue;
      const Lists lists = RandomLists(random, count, values);
      for (const uint32_t wanted : {1u, 2u, 3u, count / 4 + 1, count}) {
        if (wanted > count) continue;
        const std::vector<Ordinal> expected = Expected(lists, wanted);
        const Program program = AtLeast(wanted, count);
        for (const Kernels* kernels : AllKernels()) {
          SCOPED_TRACE(std::to_string(wanted) + " of " + std::to_string(count) + " lists of " +
                       std::to_string(values) + " with " + kernels->name);
          MemorySource source(lists.rows, oracle::Lending::kCopies);
          const ScanOptions options{.kernels = kernels};
          ASSERT_EQ(*ScanCount(oracle::JobOf(program, source, kFragments, options), nullptr),
                    expected.size());
          std::vector<Ordinal> members;
          const auto take = [&](absl::Span<const Ordinal> batch) {
            members.insert(members.end(), batch.begin(), batch.end());
            return true;
          };
          ASSERT_THAT(ScanMembers(oracle::JobOf(program, source, kFragments, options), 0, take, nullptr),
                      IsOk());
          ASSERT_TRUE(members == expected);
        }
      }
    }
  }
}

// Counters are zero again for the next chunk, and an operand that is there twice counts twice.
TEST(SparseThreshold, EqualOperandsCountEach) {
  std::mt19937_64 random(22);
  const Lists lists = RandomLists(random, 2, 30);
  ProgramBuilder builder;
  const Operand first{builder.Row(RowOf(1)), false};
  const Operand second{builder.Row(RowOf(2)), false};
  const NodeIndex node = builder.AtLeast(2, {first, first, second});
  const Program program = std::move(builder).Build({node, false});
  MemorySource source(lists.rows);
  const auto measured = AnalyseNodes(oracle::JobOf(program, source, kFragments));
  ASSERT_THAT(measured, IsOk());
  EXPECT_EQ((*measured)[node].members, (*measured)[first.node].members);
  EXPECT_EQ((*measured)[node].ways[static_cast<size_t>(ChunkWay::kInBytes)], 8u);
}

}  // namespace
}  // namespace muster::query
