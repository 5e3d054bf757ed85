// Stores of sets that are no tag, such as an id list's: each is the only version of a tag number of its own,
// of no date and of no load, and is never among the current versions.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_

#include <functional>

#include "absl/status/status.h"
#include "index/storage/identity.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/staged.h"

namespace muster::index {

// Its version.
inline constexpr Version kLoneVersion = 1;

// Within the transaction that makes it visible by what names it: takes the store out of `staging`. INTERNAL:
// it is not staged, or not by that load.
absl::Status ShowLoneStore(WriteTransaction& transaction, const StagedVersion& staged, Identity identity);

// Within the transaction that removes what names it. It stays readable until SweepLoneStore, or the next
// start, finds it in `staging`.
absl::Status DropLoneStore(WriteTransaction& transaction, StoreId store);

// Sweeps a dropped store in the background through the queue, class sweep, once `is_held` says that nobody
// reads it; asks again now and then. Answers at once. `is_held` is called on the writer's thread, as long as the
// queue runs.
void SweepLoneStore(WriterQueue& writer, StoreId store, std::function<bool()> is_held);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_
