// A planned program over the rows of its views → count, or members in ordinal order. What numbers of members
// come to is in number_scans.h.
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
#include "index/bitmap/row_source.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/program/program.h"
#include "query/execution/program/view_sources.h"
#include "query/execution/scan_helpers.h"

namespace muster::query {

struct Kernels;  // query/execution/kernels/kernels.h

struct ScanStatistics {
  uint64_t chunks_scanned = 0;
  uint64_t chunks_skipped = 0;  // the others that hold a member: decided without reading an operand's bytes
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
  uint32_t window_fragments =
      index::kMaxWindowFragments;    // at most; fewer when the program has very many rows
  const Kernels* kernels = nullptr;  // null: the fastest that the processor runs
  uint32_t windows_a_thread = 4;     // a thread is borrowed for so many windows, and for no fewer
};

// What is scanned, and by whom. A plain value; what it refers to outlives the scan.
//
// A scan runs on the calling thread and on those that `helpers` (null: none) lends. One of few fragments
// borrows none, since a thread takes some tens of microseconds to begin; a long one asks for a thread again
// now and then. It returns when all its windows are done, whether or not every borrowed thread came to begin.
// All threads check the budget.
struct ScanJob {
  const Program& program;
  RowSourceMaker make_source;  // of each view and thread
  FragmentRange fragments;
  ScanOptions options = {};
  ScanHelpers* helpers = nullptr;
};

// In all scans errors are the source's, the budget's, and DATA_LOSS where a record that was needed has a
// broken directory: the first one met. Scratch is made once a thread; nothing is allocated a fragment.
// `statistics` may be null; after an error they tell what was done until then.

// How many members each root of the program selects. All roots are answered in one pass: what several of them
// need is resolved, read and computed once.
absl::StatusOr<std::vector<uint64_t>> ScanCounts(const ScanJob& job, ScanStatistics* statistics);
// The same for the first root.
absl::StatusOr<uint64_t> ScanCount(const ScanJob& job, ScanStatistics* statistics);

// Takes ordinals, ascending, at least one and at most a chunk's at once; false: no more are wanted.
using MemberSink = std::function<bool(absl::Span<const index::Ordinal>)>;
// Hands the ordinals ≥ `from` that the first root selects to `sink`, on the calling thread alone. A sink that
// wants no more ends the scan with OK.
absl::Status ScanMembers(const ScanJob& job, index::Ordinal from, const MemberSink& sink,
                         ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SCAN_H_
