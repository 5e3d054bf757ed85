// Reads all records of a database in a sequence of bounded transactions.
#ifndef MUSTER_INDEX_STORAGE_RECORD_WALK_H_
#define MUSTER_INDEX_STORAGE_RECORD_WALK_H_

#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/environment.h"

namespace muster::index {

// The callbacks of a walk. Each may be empty.
struct RecordWalk {
  // For each record, in the order of the keys; key and value point into the map during the call.
  std::function<void(const Transaction&, std::string_view key, std::string_view value)> visit;
  // For each damage found, DATA_LOSS, with the key of the damaged value, or an empty one for a damaged page.
  // A record with a damaged value is skipped; a damaged page ends the walk.
  std::function<void(const absl::Status&, std::string_view key)> damaged;
  // After each transaction, with the bytes that it read; none is open then. False ends the walk.
  std::function<bool(size_t bytes)> go_on;
  // For records that hold ranges and may be divided anew between two transactions: moves the cursor of the next
  // one to where the walk continues, which is `next`, the key of the first record that was not visited, or the
  // record before it. That one may be visited twice. Not called behind a damaged record, which is never divided.
  // Empty: the walk continues at `next`.
  std::function<void(Cursor&, std::string_view next)> resume;
};

// Walks the database in transactions of at most some milliseconds or megabytes, so that none delays the
// writer or a growing map. Checks what `guard` hasn't checked. True: the walk reached the end, and nothing
// was damaged. Errors other than damage are returned.
absl::StatusOr<bool> WalkRecords(Environment& environment, TreeGuard& guard, DatabaseId database,
                                 const RecordWalk& walk);

// Checks the branches of the trees that scans read, of each up to the first damage. They are few, lead to all
// records, and would otherwise be checked by the first question that needs them. `go_on` as above; False: it
// returned false.
absl::StatusOr<bool> LookAtBranches(Environment& environment, const RecordWalk& walk);

// Walks every database of the environment with its own guard, and trusts each that is whole: later reads of
// it need no check. `go_on` and `damaged` as above. True: all were whole.
absl::StatusOr<bool> Scrub(Environment& environment, const RecordWalk& walk);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_RECORD_WALK_H_
