// Deletes what was staged and will never be published.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_SWEEPER_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_SWEEPER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/writer_queue.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

struct StagedEntry {
  StagedKind kind = StagedKind::kStore;
  uint32_t id = 0;
  LoadId load = 0;
};

// The key of `staging`.
std::string StagedKey(StagedKind kind, uint32_t id);

// Call them in the transaction that creates, or publishes, the entry's store, edge or publication.
absl::Status RegisterStaged(WriteTransaction& transaction, const StagedEntry& entry);
absl::Status RemoveStaged(WriteTransaction& transaction, const StagedEntry& entry);
// Whether it is staged by the entry's load.
absl::StatusOr<bool> IsStaged(const Transaction& transaction, const StagedEntry& entry);

// Everything in `staging`.
absl::StatusOr<std::vector<StagedEntry>> ListStaged(const Transaction& transaction);
// The prepared publication, perhaps left by a load or server that died; empty when there is none.
absl::StatusOr<std::optional<StagedEntry>> FindPublication(const Transaction& transaction);

// Deletes one bounded bite of an entry's records. The `staging` entry is deleted last, so that the next sweep
// continues after a crash. True when nothing is left of it. FAILED_PRECONDITION when the entry is not staged
// for that load.
absl::StatusOr<bool> SweepBite(WriteTransaction& transaction, const StagedEntry& entry);

// Sweeps the entries in the background through the queue, class sweep, one bite a turn. Continues later when
// the disk has no room for a turn. Returns at once.
void SweepInBackground(WriterQueue& writer, std::vector<StagedEntry> entries);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_SWEEPER_H_
