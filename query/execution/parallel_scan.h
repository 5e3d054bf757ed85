// One count by several threads, each taking window after window of fragments.
#ifndef MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_
#define MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/row_source.h"
#include "query/execution/scan.h"

namespace muster::query {

// Threads that a scan may borrow. Thread-safe.
class ScanHelpers {
 public:
  virtual ~ScanHelpers() = default;
  // Calls `work` on a spare thread, now or soon; false when there is none to spare. Never blocks.
  virtual bool Borrow(std::function<void()> work) = 0;
  // Whether somebody else waits for a thread: a borrowed one then goes back after its window.
  virtual bool IsWanted() const = 0;
};

// Where each thread gets a row source of its own from; called by several threads at once.
using RowSourceMaker = std::function<std::unique_ptr<index::RowSource>()>;

// ScanCounts over fragments [0, fragment_count) by the calling thread and those that `helpers` (null: none)
// lends. A scan of few fragments borrows nobody, since a thread takes some tens of microseconds to begin; a
// long one asks for a thread again now and then. Returns when all its windows are done, whether or not every
// borrowed thread came to begin. The stop token is asked by all of its threads. Errors: the first one met.
absl::StatusOr<std::vector<uint64_t>> ParallelCounts(const Program& program,
                                                     const RowSourceMaker& make_source,
                                                     uint32_t fragment_count, const ScanOptions& options,
                                                     ScanHelpers* helpers, ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PARALLEL_SCAN_H_
