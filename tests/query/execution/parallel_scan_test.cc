// Several threads compute the same as one, whenever they start: counts, sums and ranks.
#include "query/execution/parallel_scan.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/number_scans.h"
#include "query/execution/program/program.h"
#include "tests/matchers/status.h"
#include "tests/oracle/lent_threads.h"
#include "tests/oracle/memory_rows.h"
#include "tests/query/execution/stop_after.h"

namespace muster::query {
namespace {

using oracle::LentThreads;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr index::RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr uint32_t kFragments = 150;

index::RowRef Flag(uint32_t tag) { return {tag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)}; }

const MemoryRows& Rows() {
  static const MemoryRows& rows = *new MemoryRows([] {
    MemoryRows made(kFragments);
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
      made.Put(kEveryone, fragment, index::Bitmap::Full());
      for (uint32_t tag = 1; tag <= 3; ++tag) {
        std::vector<uint32_t> locals;
        for (uint32_t local = fragment % 7; local < index::kFragmentOrdinals;
             local += 5 * tag + fragment % 3) {
          locals.push_back(local);
        }
        made.Put(Flag(tag), fragment, index::Bitmap::FromSorted(locals));
      }
    }
    return made;
  }());
  return rows;
}

Program TwoRoots() {
  ProgramBuilder builder;
  const Operand a{builder.Row(Flag(1)), false};
  const Operand b{builder.Row(Flag(2)), false};
  const Operand not_c{builder.Row(Flag(3)), true};
  const Operand both{builder.And({a, b}), false};
  return std::move(builder).Build({{builder.And({both, not_c}), false}, {builder.Or({a, not_c}), false}});
}

std::unique_ptr<index::RowSource> MakeSource(ViewIndex, index::RowSource*) {
  return std::make_unique<MemorySource>(Rows());
}

// The whole population, by the calling thread and `helpers` (null: none).
ScanJob JobOf(const Program& program, ScanHelpers* helpers, const ScanOptions& options = {}) {
  return {.program = program,
          .make_source = MakeSource,
          .fragments = {0, kFragments},
          .options = options,
          .helpers = helpers};
}

std::vector<uint64_t> Expected(ScanStatistics& statistics) {
  return ScanCounts(JobOf(TwoRoots(), nullptr), &statistics).value();
}

TEST(ParallelScanTest, CountsAndStatisticsAreThoseOfOneThread) {
  ScanStatistics alone;
  const std::vector<uint64_t> expected = Expected(alone);
  for (const uint32_t threads : {0u, 1u, 3u, 9u}) {
    for (const bool wanted : {false, true}) {
      LentThreads helpers(threads);
      helpers.wanted = wanted;
      ScanStatistics statistics;
      const auto counts = ScanCounts(JobOf(TwoRoots(), &helpers), &statistics);
      ASSERT_THAT(counts, IsOk());
      EXPECT_EQ(*counts, expected) << threads << " threads";
      EXPECT_EQ(statistics.bytes_read, alone.bytes_read);
      EXPECT_EQ(statistics.chunks_scanned, alone.chunks_scanned);
      EXPECT_EQ(statistics.chunks_skipped, alone.chunks_skipped);
    }
  }
}

TEST(ParallelScanTest, NobodyIsWaitedForWhoHasNotBegun) {
  ScanStatistics alone;
  const std::vector<uint64_t> expected = Expected(alone);
  LentThreads helpers(2);
  helpers.start = false;
  const auto counts = ScanCounts(JobOf(TwoRoots(), &helpers), nullptr);
  EXPECT_THAT(counts, IsOkAndHolds(expected));
  EXPECT_EQ(helpers.ended, 0u);
}

TEST(ParallelScanTest, AFewFragmentsBorrowNobody) {
  LentThreads helpers(2);
  helpers.start = false;
  const Program program = TwoRoots();
  ScanJob job = JobOf(program, &helpers);
  job.fragments.end = 3;
  const auto counts = ScanCounts(job, nullptr);
  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(helpers.borrowed(), 0u);
}

TEST(ParallelScanTest, AllThreadsStop) {
  LentThreads helpers(3);
  const StopAfter stop(50);
  ScanOptions options;
  options.budget = &stop;
  const auto counts = ScanCounts(JobOf(TwoRoots(), &helpers, options), nullptr);
  EXPECT_EQ(counts.status(), absl::CancelledError("the client gave up"));
}

// A number of nine bits and a sign, of nine members in ten of flag 1 and of others.
constexpr index::TagId kNumberTag = 9;
constexpr int kBits = 9;

int64_t NumberOf(index::Ordinal ordinal) {
  const auto magnitude = static_cast<int64_t>((ordinal * 2654435761u >> 7) % (1u << kBits));
  return ordinal % 11 == 0 ? -magnitude : magnitude;
}

// Flag 1 and everyone of Rows(), and the number.
const MemoryRows& NumberRows() {
  static const MemoryRows& rows = *new MemoryRows([] {
    MemoryRows made(kFragments);
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
      made.Put(kEveryone, fragment, index::Bitmap::Full());
      std::vector<std::vector<uint32_t>> by_slot(index::kFirstMagnitudeSlot + kBits);
      std::vector<uint32_t> selected;
      // Chunks with many members and chunks with a few.
      for (uint32_t local = fragment % 7; local < index::kFragmentOrdinals;
           local += local % (2 * index::kChunkOrdinals) < index::kChunkOrdinals ? 23 : 1001) {
        selected.push_back(local);
        if (local % 10 == 0) continue;
        by_slot[index::kMembershipSlot].push_back(local);
        index::VisitNumberSlots(NumberOf(index::FirstOrdinalOf(fragment) + local),
                                [&](index::Slot slot) { by_slot[slot].push_back(local); });
      }
      made.Put(Flag(1), fragment, index::Bitmap::FromSorted(selected));
      for (index::Slot slot = 0; slot < by_slot.size(); ++slot) {
        if (by_slot[slot].empty()) continue;
        made.Put({kNumberTag, index::MakeRow(index::kOwnValue, slot)}, fragment,
                 index::Bitmap::FromSorted(by_slot[slot]));
      }
    }
    return made;
  }());
  return rows;
}

struct NumberQuestion {
  Program program;
  NodeIndex number = 0;
};
NumberQuestion AskNumber() {
  ProgramBuilder builder;
  const NodeIndex selected = builder.Row(Flag(1));
  const NodeIndex number = builder.Range({kNumberTag}, kBits, 0, 0);
  return {std::move(builder).Build({selected, false}), number};
}

// By a loop over the members.
std::vector<RankedMember> ByNumber() {
  std::vector<RankedMember> members;
  const std::vector<oracle::MemoryFragment>& known = *NumberRows().Find({kNumberTag, index::kKnownRow});
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
    for (uint32_t local = fragment % 7; local < index::kFragmentOrdinals;
         local += local % (2 * index::kChunkOrdinals) < index::kChunkOrdinals ? 23 : 1001) {
      if (local % 10 == 0) continue;
      const index::Ordinal ordinal = index::FirstOrdinalOf(fragment) + local;
      members.push_back({ordinal, NumberOf(ordinal)});
    }
  }
  EXPECT_EQ(known.size(), kFragments);
  std::stable_sort(members.begin(), members.end(),
                   [](const RankedMember& a, const RankedMember& b) { return a.number < b.number; });
  return members;
}

void CheckNumbers(const ScanJob& job, NodeIndex number, const std::vector<RankedMember>& sorted) {
  const auto sum = ScanSum(job, number, nullptr);
  ASSERT_THAT(sum, IsOk());
  absl::int128 expected = 0;
  for (const RankedMember& member : sorted) expected += member.number;
  EXPECT_TRUE(sum->sum == expected);
  EXPECT_EQ(sum->members, sorted.size());
  const auto extremes = ScanExtremes(job, number, nullptr);
  ASSERT_THAT(extremes, IsOk());
  EXPECT_EQ(extremes->least, sorted.front().number);
  EXPECT_EQ(extremes->greatest, sorted.back().number);
  EXPECT_EQ(extremes->members, sorted.size());
  const std::vector<uint32_t> asked = {0, 1, 250'000, 500'000, 999'999, 1'000'000};
  const auto percentiles = ScanPercentiles(job, number, asked, nullptr);
  ASSERT_THAT(percentiles, IsOk());
  for (size_t i = 0; i < asked.size(); ++i) {
    const uint64_t rank = std::max<uint64_t>((sorted.size() * uint64_t{asked[i]} + 999'999) / 1'000'000, 1);
    EXPECT_EQ(percentiles->numbers[i], sorted[rank - 1].number) << asked[i];
  }
  for (const size_t count : {1u, 1000u, 20'000u}) {  // cut within equal numbers
    const auto least = ScanTop(job, number, {NumberEnd::kLeast, count}, nullptr);
    ASSERT_THAT(least, IsOk());
    EXPECT_TRUE(*least == std::vector<RankedMember>(sorted.begin(), sorted.begin() + count)) << count;
  }
}

TEST(ParallelScanTest, SumsAndRanksAreThoseOfALoopOverTheMembers) {
  const NumberQuestion question = AskNumber();
  const std::vector<RankedMember> sorted = ByNumber();
  for (const uint32_t threads : {0u, 1u, 3u, 9u}) {
    SCOPED_TRACE(threads);
    // Each of the ten scans of CheckNumbers borrows at most nine.
    LentThreads helpers(10 * threads);
    ScanJob job = JobOf(question.program, threads == 0 ? nullptr : &helpers);
    job.make_source = [](ViewIndex, index::RowSource*) {
      return std::make_unique<MemorySource>(NumberRows());
    };
    CheckNumbers(job, question.number, sorted);
    EXPECT_GE(helpers.borrowed(), threads) << "at least one scan was by several";
  }
}

TEST(ParallelScanTest, MembersComeInOrderOnTheCallingThread) {
  const Program program = TwoRoots();
  LentThreads helpers(3);
  index::Ordinal last = 0;
  uint64_t members = 0;
  const auto sink = [&](absl::Span<const index::Ordinal> batch) {
    for (const index::Ordinal ordinal : batch) {
      EXPECT_TRUE(members == 0 || ordinal > last);
      last = ordinal;
      ++members;
    }
    return true;
  };
  ASSERT_THAT(ScanMembers(JobOf(program, &helpers), 0, sink, nullptr), IsOk());
  ScanStatistics alone;
  EXPECT_EQ(members, Expected(alone).front());
  EXPECT_EQ(helpers.borrowed(), 0u);
}

// A sink that has enough ends the scan of all threads.
class EnoughSink {
 public:
  static constexpr bool kOneThread = false;
  explicit EnoughSink(std::atomic<uint32_t>& chunks) : chunks_(chunks) {}
  bool Add(EvalContext&, index::Ordinal) { return ++chunks_ < 10; }
  void Merge(EnoughSink&&) {}

 private:
  std::atomic<uint32_t>& chunks_;
};

TEST(ParallelScanTest, ASinkThatHasEnoughEndsTheScanOfAllThreads) {
  const Program program = TwoRoots();
  for (const uint32_t threads : {0u, 4u}) {
    LentThreads helpers(threads);
    std::atomic<uint32_t> chunks{0};
    EnoughSink sink(chunks);
    EXPECT_THAT(ParallelScan(JobOf(program, &helpers), sink, nullptr), IsOk());
    EXPECT_LE(chunks, 10 + threads) << "each thread ends at its next chunk";
  }
}

}  // namespace
}  // namespace muster::query
