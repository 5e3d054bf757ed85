// Stores of sets that belong to no tag, such as id lists. Each is the only version of its own tag number, has
// no date and no load, and is never among the current versions.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "index/storage/identity.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/staged.h"

namespace muster::index {

// Its version.
inline constexpr Version kLoneVersion = 1;
// Its date: one before all others, as that of version 0 of everyone.
inline constexpr absl::CivilDay kNoDate(1, 1, 1);

// Removes the store from `staging`. Call it in the transaction that writes the record naming the store.
// INTERNAL if the store is not staged, or not by that load.
absl::Status ShowLoneStore(WriteTransaction& transaction, const StagedVersion& staged, Identity identity);

// Adds the store to `staging`. Call it in the transaction that removes the record naming the store, which
// stays readable until SweepLoneStore or the next start finds it there.
absl::Status DropLoneStore(WriteTransaction& transaction, StoreId store);

// Sweeps a dropped store in the background through the queue, class sweep, once `is_held` returns false;
// polls it at intervals. Returns at once. `is_held` is called on the writer's thread while the queue runs.
void SweepLoneStore(WriterQueue& writer, StoreId store, std::function<bool()> is_held);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_LONE_STORE_H_
