// Reads all records of a database, a bounded transaction after the other.
#ifndef MUSTER_INDEX_STORAGE_RECORD_WALK_H_
#define MUSTER_INDEX_STORAGE_RECORD_WALK_H_

#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/environment.h"

namespace muster::index {

// What a walk calls. Each may be empty.
struct RecordWalk {
  // For each record, in the order of the keys; key and value point into the map, for the visit alone.
  std::function<void(const Transaction&, std::string_view key, std::string_view value)> visit;
  // For each damage that is met, DATA_LOSS. A record whose value is damaged is passed over; a damaged page
  // ends the walk.
  std::function<void(const absl::Status&)> damaged;
  // After each transaction, with the bytes that it read; none is open then. False ends the walk.
  std::function<bool(size_t bytes)> go_on;
};

// Walks the database, each transaction for at most some milliseconds or megabytes, so that none is in the way
// of the writer or of a growing map. What `guard` hasn't seen is checked. True: to the end, and nothing was
// damaged. An error that isn't damage is answered.
absl::StatusOr<bool> WalkRecords(Environment& environment, TreeGuard& guard, DatabaseId database,
                                 const RecordWalk& walk);

// Looks at the branches of the trees that scans read, of each as far as they are whole. They are few, lead to
// all records, and would have to be looked at by the first question that comes their way. `go_on` as above;
// False: it said so.
absl::StatusOr<bool> LookAtBranches(Environment& environment, const RecordWalk& walk);

// Walks every database of the environment with its own guard, and trusts each that is whole: what is read
// from it later needs no check. `go_on` and `damaged` as above. True: all were whole.
absl::StatusOr<bool> Scrub(Environment& environment, const RecordWalk& walk);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_RECORD_WALK_H_
