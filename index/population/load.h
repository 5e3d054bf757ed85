// The interface of one load: batches of text cells, then commit.
#ifndef MUSTER_INDEX_POPULATION_LOAD_H_
#define MUSTER_INDEX_POPULATION_LOAD_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

// How long an open load keeps its tags without being fed (docs/semantics.md, rule 23).
inline constexpr absl::Duration kLoadLease = absl::Minutes(10);

// An open load. Used by one thread at a time. Destroying an uncommitted one abandons it: nothing becomes
// visible, its tags and label are free again, and what it staged is swept.
class Load {
 public:
  virtual ~Load() = default;
  // Set when the label was published before with the same content: the load needs no records.
  virtual const std::optional<LoadResult>& published_before() const = 0;
  // Takes records. INVALID_ARGUMENT when the batch's columns don't fit each other; bad records are counted,
  // not errors. The views need to live during the call only. Renews the load's lease. ABORTED, kLoadConflict,
  // when another load took over the label, or claimed one of its tags after its lease ran out.
  virtual absl::Status Feed(const RecordBatchView& batch) = 0;
  // Bytes of memory that the load holds: accepted records, values, and ids that are not stored yet.
  virtual uint64_t HeldBytes() const { return 0; }
  // Upper bounds of the additional bytes held while Feed takes the batch, and while Commit runs.
  virtual uint64_t BytesToFeed(const RecordBatchView&) const { return 0; }
  virtual uint64_t BytesToCommit() const { return 0; }
  // Checks, stages and publishes. `records`: how many the client fed or rejected. FAILED_PRECONDITION when
  // too many were rejected, ABORTED when the parent version changed; nothing is visible then. `budget` may
  // end it until it publishes.
  virtual absl::StatusOr<LoadResult> Commit(uint64_t records, const WorkBudget& budget) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_LOAD_H_
