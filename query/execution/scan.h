// Runs a planned program over the rows of its views, and returns a count, or members in ordinal order. For
// aggregates of numbers see number_scans.h.
#ifndef MUSTER_QUERY_EXECUTION_SCAN_H_
#define MUSTER_QUERY_EXECUTION_SCAN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
#include "index/bitmap/row_source.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/program/program.h"
#include "query/execution/program/view_sources.h"
#include "query/execution/scan_helpers.h"

namespace muster::query {

struct Kernels;  // query/execution/kernels/kernels.h

struct ScanStatistics {
  uint64_t chunks_scanned = 0;
  uint64_t chunks_skipped = 0;  // all others that hold a member: decided without reading an operand's bytes
  uint64_t bytes_read = 0;      // of stored containers

  void Add(const ScanStatistics& other) {
    chunks_scanned += other.chunks_scanned;
    chunks_skipped += other.chunks_skipped;
    bytes_read += other.bytes_read;
  }
};

// Fragments [first, end).
struct FragmentRange {
  uint32_t first = 0;
  uint32_t end = 0;
};

struct ScanOptions {
  const WorkBudget* budget = nullptr;
  uint32_t window_fragments = index::kMaxWindowFragments;  // at most; fewer if the program has very many rows
  const index::MemberIds* ids = nullptr;  // the population's; null: the program has no BUCKET
  const Kernels* kernels = nullptr;       // null: the fastest that the processor runs
  uint32_t windows_a_thread = 4;          // a thread is only borrowed for at least this many windows
};

// The input of a scan and the threads for it. A plain value; what it refers to outlives the scan.
//
// A scan runs on the calling thread and on threads that `helpers` (null: none) lends. A scan of few fragments
// borrows none, since a thread takes some tens of microseconds to start; a long one asks for threads
// repeatedly. It returns when all its windows are done, whether or not every borrowed thread has started. All
// threads check the budget.
struct ScanJob {
  const Program& program;
  RowSourceMaker make_source;  // of each view and thread
  FragmentRange fragments;
  ScanOptions options = {};
  ScanHelpers* helpers = nullptr;
};

// Errors of all scans are those of the source and of the budget, and DATA_LOSS if a needed record has a
// broken directory; the first one is returned. Scratch memory is allocated once per thread, and nothing per
// fragment. `statistics` may be null; after an error it covers the work done until then.

// The number of members that each root of the program selects. All roots are evaluated in one pass: shared
// parts are resolved, read and computed once.
absl::StatusOr<std::vector<uint64_t>> ScanCounts(const ScanJob& job, ScanStatistics* statistics);
// The same for the first root.
absl::StatusOr<uint64_t> ScanCount(const ScanJob& job, ScanStatistics* statistics);

// Receives ascending ordinals, at least one and at most a chunk's at once. False ends the scan.
using MemberSink = std::function<bool(absl::Span<const index::Ordinal>)>;
// Passes the ordinals ≥ `from` that the first root selects to `sink`, on the calling thread. If the sink ends
// the scan, the result is OK.
absl::Status ScanMembers(const ScanJob& job, index::Ordinal from, const MemberSink& sink,
                         ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SCAN_H_
