// Loads as their feeders see them: of tags, spec, batches of text cells, commit; and of id lists.
#ifndef MUSTER_INDEX_POPULATION_LOAD_H_
#define MUSTER_INDEX_POPULATION_LOAD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/work_budget.h"
#include "index/lists/id_list_intake.h"
#include "index/loading/plan/load_spec.h"
#include "index/loading/rejections/kept_rejections.h"
#include "index/population/open_loads.h"
#include "index/status/status_macros.h"

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
  // when another load took over the label, or claimed one of its tags after its lease ran out, or when this record makes it a
  // large one and another large load holds one of its tags; then it may still be committed without the batch.
  virtual absl::Status Feed(const RecordBatchView& batch) = 0;
  // The next records are those of the part `name`: their lines count from 1 again, and messages about them name the
  // part.
  virtual void BeginPart(std::string) {}
  // Before Commit: the SHA-256 of the input, for a spec without one.
  virtual void SetInput(std::string) {}
  // Bytes of memory that the load holds: accepted records, values, and ids that are not stored yet.
  virtual uint64_t HeldBytes() const { return 0; }
  // Upper bounds of the additional bytes held while Feed takes the batch, and while Commit runs: at least, and with
  // all threads and all records at once.
  virtual uint64_t BytesToFeed(const RecordBatchView&) const { return 0; }
  virtual CommitBytes BytesToCommit() const { return {}; }
  // Moves the records that it holds in memory, of so many bytes, to a file on the population's disk, which goes
  // when the load ends. RESOURCE_EXHAUSTED, kDiskFull: no room.
  virtual absl::Status Spill() { return absl::OkStatus(); }
  virtual uint64_t SpillableBytes() const { return 0; }
  // Whether records are packed: they are by Spill, and when there are many.
  virtual bool packed() const { return false; }
  // How many additional bytes Commit may hold, BytesToCommit().least or more. With more of them it takes fewer,
  // larger pieces, and more threads.
  virtual void SetCommitBytes(uint64_t) {}
  // All records that it rejects, also after its end; null unless its spec has keep_rejected.
  virtual std::shared_ptr<const KeptRejections> kept_rejections() const { return nullptr; }
  // Checks, stages and publishes; a dry run discards instead, and its result says what would have been.
  // `records`: how many the client fed or rejected. FAILED_PRECONDITION when too many were rejected, ABORTED when
  // another load made a new tag of this one with another kind or scale; nothing is visible then. INTERNAL when
  // the disk doesn't give spilled records back. `budget` may end it until it publishes.
  virtual absl::StatusOr<LoadResult> Commit(uint64_t records, const WorkBudget& budget) = 0;
};

// Not thread-safe. The destructor abandons a load that wasn't committed. Keeps its population open, which
// can't be dropped meanwhile.
class ListLoad {
 public:
  ListLoad(std::shared_ptr<const void> population, IdListIntake intake,
           std::unique_ptr<OpenLoads::Claim> claim)
      : population_(std::move(population)), claim_(std::move(claim)), intake_(std::move(intake)) {}

  // As IdListIntake::Feed; renews the load's lease. ABORTED, kLoadConflict, if another load of the list took
  // over or the lease expired.
  absl::Status Feed(const IdBatchView& batch) {
    RETURN_IF_ERROR(claim_->Check());
    RETURN_IF_ERROR(intake_.Feed(batch));
    return claim_->Check();  // the lease starts here again, however long the batch took
  }
  // As IdListIntake::Commit, and ABORTED as Feed. Call it once.
  absl::StatusOr<IdListResult> Commit(uint64_t ids, const WorkBudget& budget) {
    RETURN_IF_ERROR(claim_->BeginCommit());
    return intake_.Commit(ids, budget);
  }
  uint64_t HeldBytes() const { return intake_.HeldBytes(); }
  uint64_t BytesToFeed(const IdBatchView& batch) const { return intake_.BytesToFeed(batch); }
  uint64_t BytesToCommit() const { return intake_.BytesToCommit(); }

 private:
  const std::shared_ptr<const void> population_;  // destroyed last
  const std::unique_ptr<OpenLoads::Claim> claim_;
  IdListIntake intake_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_LOAD_H_
