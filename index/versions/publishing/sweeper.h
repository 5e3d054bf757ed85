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

// Within the transaction that makes the thing, or publishes it.
absl::Status RegisterStaged(WriteTransaction& transaction, const StagedEntry& entry);
absl::Status RemoveStaged(WriteTransaction& transaction, const StagedEntry& entry);
// Whether it is staged, and for that load.
absl::StatusOr<bool> IsStaged(const Transaction& transaction, const StagedEntry& entry);

// Everything in `staging`.
absl::StatusOr<std::vector<StagedEntry>> ListStaged(const Transaction& transaction);
// The publication that is prepared, or was when its load or the server died.
absl::StatusOr<std::optional<StagedEntry>> FindPublication(const Transaction& transaction);

// One bounded bite of one entry's records; the `staging` entry goes last, so a crash leaves the rest to the
// next sweep. True when nothing is left of it. FAILED_PRECONDITION when the entry is not staged for that
// load.
absl::StatusOr<bool> SweepBite(WriteTransaction& transaction, const StagedEntry& entry);

// Sweeps the entries in the background through the queue, class sweep, a bite a turn; goes on later when the
// disk has no room for a turn. Answers at once.
void SweepInBackground(WriterQueue& writer, std::vector<StagedEntry> entries);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_SWEEPER_H_
