// A planned program over a snapshot's rows → count, or members in ordinal order.
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
#include "query/execution/numbers/number_sum.h"
#include "query/execution/program/program.h"
#include "query/execution/program/stop_token.h"

namespace muster::query {

struct Kernels;  // query/execution/kernels/kernels.h

struct ScanStatistics {
  uint64_t chunks_scanned = 0;
  uint64_t chunks_skipped = 0;  // the others that hold a member: decided without reading an operand's bytes
  uint64_t bytes_read = 0;      // of stored containers
};

// The part of a scan that one call does: fragments [first, end).
struct FragmentRange {
  uint32_t first = 0;
  uint32_t end = 0;
};

struct ScanOptions {
  const StopToken* stop = nullptr;
  uint32_t window_fragments =
      index::kMaxWindowFragments;    // at most; fewer when the program has very many rows
  const Kernels* kernels = nullptr;  // null: the fastest that the processor runs
};

// How many members each root of the program selects in the fragments. All roots are answered in one pass:
// what several of them need is resolved, read and computed once. Errors: the source's, the stop token's, and
// DATA_LOSS where a record that was needed has a broken directory. Scratch is made once a call; nothing is
// allocated a fragment. `statistics` may be null.
absl::StatusOr<std::vector<uint64_t>> ScanCounts(const Program& program, index::RowSource& source,
                                                 FragmentRange fragments, const ScanOptions& options,
                                                 ScanStatistics* statistics);

// ScanCounts in parts, with scratch that is made once. Not thread-safe; what it was given outlives it.
class CountScan {
 public:
  CountScan(const Program& program, index::RowSource& source, const ScanOptions& options);
  ~CountScan();
  // Adds the fragments' counts to the totals; after an error those mean nothing.
  absl::Status Add(FragmentRange fragments);
  const std::vector<uint64_t>& totals() const;
  const ScanStatistics& statistics() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same for the first root and fragments [0, fragment_count).
absl::StatusOr<uint64_t> ScanCount(const Program& program, index::RowSource& source, uint32_t fragment_count,
                                   const ScanOptions& options, ScanStatistics* statistics);

// Σ of a number over what the first root selects, in one pass. `number`: a kRange node of the program, whose
// bounds don't matter. Errors and statistics as ScanCounts.
absl::StatusOr<NumberSum> ScanSum(const Program& program, NodeIndex number, index::RowSource& source,
                                  uint32_t fragment_count, const ScanOptions& options,
                                  ScanStatistics* statistics);

// Hands the ordinals ≥ `from` that the first root selects, ascending, to `sink` in batches of at most one
// chunk; a sink that answers false ends the scan with OK.
absl::Status ScanMembers(const Program& program, index::RowSource& source, uint32_t fragment_count,
                         index::Ordinal from, const ScanOptions& options,
                         const std::function<bool(absl::Span<const index::Ordinal>)>& sink,
                         ScanStatistics* statistics);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SCAN_H_
