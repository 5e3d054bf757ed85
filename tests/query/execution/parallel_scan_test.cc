// Several threads count what one counts, whenever they begin.
#include "query/execution/parallel_scan.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "query/execution/program/program.h"
#include "tests/oracle/memory_rows.h"

namespace muster::query {
namespace {

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

std::unique_ptr<index::RowSource> MakeSource() { return std::make_unique<MemorySource>(Rows()); }

std::vector<uint64_t> Expected(ScanStatistics& statistics) {
  MemorySource source(Rows());
  return ScanCounts(TwoRoots(), source, {0, kFragments}, {}, &statistics).value();
}

// Threads of its own, each of which waits until `start` says so.
class Threads : public ScanHelpers {
 public:
  explicit Threads(uint32_t count) : left_(count) {}
  ~Threads() override {
    start = true;
    for (std::thread& thread : threads_) thread.join();
  }
  bool Borrow(std::function<void()> work) override {
    if (left_ == 0) return false;
    --left_;
    threads_.emplace_back([this, work = std::move(work)] {
      while (!start) std::this_thread::yield();
      work();
      ++ended;
    });
    return true;
  }
  bool IsWanted() const override { return wanted; }

  std::atomic<bool> start{true};
  std::atomic<bool> wanted{false};
  std::atomic<uint32_t> ended{0};

 private:
  uint32_t left_;
  std::vector<std::thread> threads_;
};

TEST(ParallelScanTest, CountsAndStatisticsAreThoseOfOneThread) {
  ScanStatistics alone;
  const std::vector<uint64_t> expected = Expected(alone);
  for (const uint32_t threads : {0u, 1u, 3u, 9u}) {
    for (const bool wanted : {false, true}) {
      Threads helpers(threads);
      helpers.wanted = wanted;
      ScanStatistics statistics;
      const auto counts = ParallelCounts(TwoRoots(), MakeSource, kFragments, {}, &helpers, &statistics);
      ASSERT_TRUE(counts.ok()) << counts.status();
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
  Threads helpers(2);
  helpers.start = false;
  const auto counts = ParallelCounts(TwoRoots(), MakeSource, kFragments, {}, &helpers, nullptr);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(*counts, expected);
  EXPECT_EQ(helpers.ended, 0u);
}

TEST(ParallelScanTest, AFewFragmentsBorrowNobody) {
  Threads helpers(2);
  helpers.start = false;
  const auto counts = ParallelCounts(TwoRoots(), MakeSource, 3, {}, &helpers, nullptr);
  ASSERT_TRUE(counts.ok());
  EXPECT_TRUE(helpers.Borrow([] {}) && helpers.Borrow([] {})) << "both were left";
}

class StopAfter : public StopToken {
 public:
  explicit StopAfter(int checks) : left_(checks) {}
  absl::Status Check() const override {
    return left_.fetch_sub(1) > 0 ? absl::OkStatus() : absl::CancelledError("enough");
  }

 private:
  mutable std::atomic<int> left_;
};

TEST(ParallelScanTest, AllThreadsStop) {
  Threads helpers(3);
  const StopAfter stop(50);
  ScanOptions options;
  options.stop = &stop;
  const auto counts = ParallelCounts(TwoRoots(), MakeSource, kFragments, options, &helpers, nullptr);
  EXPECT_EQ(counts.status(), absl::CancelledError("enough"));
}

}  // namespace
}  // namespace muster::query
