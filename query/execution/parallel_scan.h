// Runs one scan on several threads, each taking windows of fragments. For code that defines sinks; other code
// calls scan.h and number_scans.h.
#ifndef MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_
#define MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_

#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "index/bitmap/geometry.h"
#include "index/concurrency/entry_gate.h"
#include "index/concurrency/mutex.h"
#include "query/execution/chunk_scan.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/view_sources.h"
#include "query/execution/scan.h"
#include "query/execution/scan_helpers.h"
#include "query/execution/window_queue.h"

namespace muster::query {

// The consumer of a scan's chunks. Each thread has its own sink, copied from the one passed to the
// scan, which receives chunks in ascending order, though not all of them; the results are merged in any
// order.
template <typename S>
concept ScanSink = requires(S& sink, EvalContext& context, index::Ordinal first) {
  // Whether it must run only on the calling thread, and so receives all chunks in ascending order.
  { S::kOneThread } -> std::convertible_to<bool>;
  // Consumes the chunk that the context entered. False: enough; the whole scan ends.
  { sink.Add(context, first) } -> std::same_as<bool>;
};
// A sink that can run on several threads.
template <typename S>
concept SharedScanSink = ScanSink<S> && std::copy_constructible<S> && requires(S& sink, S& other) {
  // Merges the result of another thread, for other chunks.
  sink.Merge(std::move(other));
};

// The state that the threads of a scan share; it lives as long as the last of them. A thread that starts
// after the caller has returned finds no window and touches nothing of the caller's.
//
// Invariants:
//   1. Each window is taken by one thread, whose sink receives its chunks.
//   2. The caller's objects are used only inside the gate, which the caller closes before it returns.
template <SharedScanSink Sink>
class SharedScan {
 public:
  SharedScan(const ScanJob& job, const Sink& empty)
      : job_(job), empty_(empty), windows_(job.fragments, job.options), found_(empty) {}

  // `goes_on`: called after each window; false ends this thread's work.
  template <typename GoesOn>
  void Work(const GoesOn& goes_on) {
    if (!gate_.Enter()) return;
    {
      ViewSources sources(job_.program, job_.make_source);
      ChunkScan scan(job_.program, sources, job_.options);
      Sink sink(empty_);
      absl::Status status;
      FragmentRange window;
      while (status.ok() && !scan.ended() && windows_.Take(window)) {
        status = scan.Run(window, sink);
        if (!goes_on()) break;
      }
      if (!status.ok() || scan.ended()) windows_.Close();
      Add(status, scan.statistics(), std::move(sink));
    }
    gate_.Leave();
  }

  // Waits for the threads that scan; no other can begin.
  absl::Status Finish(Sink& sink, ScanStatistics* statistics) {
    gate_.Close();
    MutexLock lock(mutex_);
    if (statistics != nullptr) *statistics = statistics_;
    if (status_.ok()) sink.Merge(std::move(found_));
    return status_;
  }

  bool HasWindows() const { return windows_.HasMore(); }

 private:
  // Adds the result of one thread, or the error that ends the whole scan.
  void Add(const absl::Status& status, const ScanStatistics& statistics, Sink&& sink) {
    MutexLock lock(mutex_);
    statistics_.Add(statistics);
    if (!status.ok()) {
      if (status_.ok()) status_ = status;
      return;
    }
    found_.Merge(std::move(sink));
  }

  const ScanJob& job_;  // owned by the caller
  const Sink empty_;
  WindowQueue windows_;
  EntryGate gate_;
  Mutex mutex_;
  Sink found_ ABSL_GUARDED_BY(mutex_);
  ScanStatistics statistics_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

// Runs ParallelScan on the calling thread and at most `wanted` others.
template <SharedScanSink Sink>
absl::Status ScanWithHelpers(const ScanJob& job, uint32_t wanted, Sink& sink, ScanStatistics* statistics) {
  ScanHelpers* const helpers = job.helpers;
  const auto scan = std::make_shared<SharedScan<Sink>>(job, sink);
  const auto help = [scan, helpers] { scan->Work([helpers] { return !helpers->IsWanted(); }); };
  uint32_t borrowed = 0;
  while (borrowed < wanted && helpers->Borrow(help)) ++borrowed;
  scan->Work([&] {
    if (borrowed < wanted && scan->HasWindows() && helpers->Borrow(help)) ++borrowed;
    return true;
  });
  return scan->Finish(sink, statistics);
}

// Runs the job; `sink`, empty before, then holds the results of all threads. After an error it is
// meaningless. Errors and statistics as in scan.h.
template <ScanSink Sink>
absl::Status ParallelScan(const ScanJob& job, Sink& sink, ScanStatistics* statistics) {
  if constexpr (!Sink::kOneThread) {
    const uint32_t wanted = job.helpers != nullptr ? WindowQueue::ThreadsFor(job.fragments, job.options) : 0;
    if (wanted > 0) return ScanWithHelpers(job, wanted, sink, statistics);
  }
  ViewSources sources(job.program, job.make_source);
  ChunkScan scan(job.program, sources, job.options);
  absl::Status status = scan.Run(job.fragments, sink);
  if (statistics != nullptr) *statistics = scan.statistics();
  return status;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_
