#include "query/execution/parallel_scan.h"

#include <algorithm>
#include <atomic>

#include "index/concurrency/mutex.h"
#include "query/execution/program/program.h"

namespace muster::query {
namespace {

// Fragments of a window: short enough that threads end together, and that a borrowed one goes back soon.
constexpr uint32_t kWindowFragments = 16;
// A scan of fewer windows ends before a borrowed thread begins.
constexpr uint32_t kLeastWindows = 4;
// Threads that one scan borrows at most.
constexpr uint32_t kMaxBorrowed = 63;

void AddUp(const ScanStatistics& part, ScanStatistics& sum) {
  sum.chunks_scanned += part.chunks_scanned;
  sum.chunks_skipped += part.chunks_skipped;
  sum.bytes_read += part.bytes_read;
}

// What the threads of a scan share; it lives as long as the last of them. A thread that begins after the
// caller has left finds no window and touches nothing of the caller's.
//
// Invariants:
//   1. A window is taken by one thread, and its counts are added once.
//   2. The caller's objects are used only between Enter, which fails once the scan is over, and Leave.
//   3. The scan is over when the caller has seen nobody inside.
class SharedScan {
 public:
  SharedScan(const Program& program, const RowSourceMaker& make_source, uint32_t fragment_count,
             const ScanOptions& options)
      : program_(program), make_source_(make_source), fragment_count_(fragment_count), options_(options) {
    totals_.resize(program.roots().size());
    options_.window_fragments = std::min(options_.window_fragments, kWindowFragments);
  }

  // `goes_on`: asked after each window.
  template <typename GoesOn>
  void Work(const GoesOn& goes_on) {
    if (!Enter()) return;
    const std::unique_ptr<index::RowSource> source = make_source_();
    CountScan scan(program_, *source, options_);
    absl::Status status;
    uint32_t first = 0;
    while (status.ok() && TakeWindow(first)) {
      status = scan.Add({first, std::min(first + kWindowFragments, fragment_count_)});
      if (!goes_on()) break;
    }
    Leave(status, scan);
  }

  // Waits until nobody is inside; from then on nobody enters.
  absl::StatusOr<std::vector<uint64_t>> Finish(ScanStatistics* statistics) {
    MutexLock lock(mutex_);
    over_ = true;
    while (inside_ > 0) left_.Wait(mutex_);
    if (!status_.ok()) return status_;
    if (statistics != nullptr) *statistics = std::move(statistics_);
    return std::move(totals_);
  }

  bool HasWindows() const { return next_.load(std::memory_order_relaxed) < fragment_count_; }

 private:
  bool Enter() {
    MutexLock lock(mutex_);
    if (over_) return false;
    ++inside_;
    return true;
  }
  // With what the thread counted, or why the whole scan has failed.
  void Leave(const absl::Status& status, const CountScan& scan) {
    MutexLock lock(mutex_);
    if (!status.ok()) {
      if (status_.ok()) status_ = status;
      next_.store(fragment_count_, std::memory_order_relaxed);
    }
    for (size_t root = 0; root < totals_.size(); ++root) totals_[root] += scan.totals()[root];
    AddUp(scan.statistics(), statistics_);
    if (--inside_ == 0) left_.NotifyAll();
  }
  bool TakeWindow(uint32_t& first) {
    first = next_.fetch_add(kWindowFragments, std::memory_order_relaxed);
    return first < fragment_count_;
  }
  const Program& program_;
  const RowSourceMaker& make_source_;
  const uint32_t fragment_count_;
  ScanOptions options_;
  std::atomic<uint32_t> next_{0};
  Mutex mutex_;
  CondVar left_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  uint32_t inside_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<uint64_t> totals_ ABSL_GUARDED_BY(mutex_);
  ScanStatistics statistics_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::vector<uint64_t>> ParallelCounts(const Program& program,
                                                     const RowSourceMaker& make_source,
                                                     uint32_t fragment_count, const ScanOptions& options,
                                                     ScanHelpers* helpers, ScanStatistics* statistics) {
  const uint32_t windows = (fragment_count + kWindowFragments - 1) / kWindowFragments;
  if (helpers == nullptr || windows < kLeastWindows) {
    const std::unique_ptr<index::RowSource> source = make_source();
    return ScanCounts(program, *source, {0, fragment_count}, options, statistics);
  }
  const auto scan = std::make_shared<SharedScan>(program, make_source, fragment_count, options);
  const auto help = [scan, helpers] { scan->Work([helpers] { return !helpers->IsWanted(); }); };
  const uint32_t wanted = std::min(windows / kLeastWindows, kMaxBorrowed);
  uint32_t borrowed = 0;
  while (borrowed < wanted && helpers->Borrow(help)) ++borrowed;
  scan->Work([&] {
    if (borrowed < wanted && scan->HasWindows() && helpers->Borrow(help)) ++borrowed;
    return true;
  });
  return scan->Finish(statistics);
}

}  // namespace muster::query
