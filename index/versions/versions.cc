#include "index/versions/versions.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/status_reason.h"
#include "index/storage/counters.h"
#include "index/versions/publishing.h"
#include "index/versions/sweeper.h"
#include "index/versions/version_snapshot.h"

namespace muster::index {

Versions::Versions(WriterQueue& writer, const VersionsOptions& options)
    : describe_tag_(options.describe_tag),
      writer_(writer),
      leases_(options.clock, options.restart_grace),
      settler_(writer) {}

Versions::~Versions() {
  settler_.Stop();
  {
    MutexLock lock(mutex_);
    current_.reset();
  }
  leases_.ReleaseAll();
}

absl::StatusOr<std::unique_ptr<Versions>> Versions::Open(WriterQueue& writer, VersionsOptions options) {
  std::unique_ptr<Versions> made(new Versions(writer, options));
  absl::Status status = writer.Run(WriteClass::kPublish, CreateEveryone);
  if (!status.ok()) return status;
  absl::StatusOr<ReadTransaction> transaction = writer.environment().BeginRead();
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<std::vector<StagedEntry>> staged = ListStaged(*transaction);
  if (!staged.ok()) return staged.status();
  SweepInBackground(writer, *std::move(staged));
  if (options.settle) made->settler_.Start();
  return made;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Versions::CurrentSnapshot() {
  absl::StatusOr<ReadTransaction> transaction = environment().BeginRead();
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<uint64_t> sequence = LastNumber(*transaction, kPublishCounter);
  if (!sequence.ok()) return sequence.status();
  {
    MutexLock lock(mutex_);
    if (current_ != nullptr && current_sequence_ == *sequence) return current_;
  }
  absl::StatusOr<VersionVector> versions = CurrentVersions(*transaction);
  if (!versions.ok()) return versions.status();
  transaction->Reset();
  auto snapshot = VersionSnapshot::Make(environment(), leases_, resolved_, *std::move(versions));
  if (!snapshot.ok()) return snapshot;
  std::shared_ptr<const Snapshot> old;  // let go without the mutex: it may be the last of its lease
  MutexLock lock(mutex_);
  if (current_ == nullptr || current_sequence_ < *sequence) {
    old = std::exchange(current_, *snapshot);
    current_sequence_ = *sequence;
  }
  return snapshot;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Versions::OpenSnapshot(VersionVector versions) {
  absl::StatusOr<ReadTransaction> transaction = environment().BeginRead();
  if (!transaction.ok()) return transaction.status();
  if (!versions.contains(kEveryoneTag)) {
    absl::StatusOr<std::optional<PublishedVersion>> everyone = CurrentVersion(*transaction, kEveryoneTag);
    if (!everyone.ok()) return everyone.status();
    if (!everyone->has_value()) return Corrupt("list of current versions");
    versions.emplace(kEveryoneTag, (*everyone)->version);
  }
  const absl::StatusOr<uint64_t> visible = LastNumber(*transaction, kPublishCounter);
  if (!visible.ok()) return visible.status();
  for (const auto& [tag, version] : versions) {
    absl::StatusOr<std::optional<VersionRecord>> record = FindVersion(*transaction, tag, version);
    if (!record.ok()) return record.status();
    if (record->has_value() && (*record)->publish_sequence <= *visible) continue;
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat("version ", version, " of ",
                                                   tag == kEveryoneTag ? "EVERYONE"
                                                   : describe_tag_     ? describe_tag_(tag)
                                                                       : absl::StrCat("tag ", tag),
                                                   " is no longer kept; ask again without the token")),
        Reason::kSnapshotExpired);
  }
  transaction->Reset();
  return VersionSnapshot::Make(environment(), leases_, resolved_, std::move(versions));
}

absl::Status Versions::DiscardStaged(LoadId load) {
  absl::StatusOr<ReadTransaction> transaction = environment().BeginRead();
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<std::vector<StagedEntry>> staged = ListStaged(*transaction);
  if (!staged.ok()) return staged.status();
  std::erase_if(*staged, [load](const StagedEntry& entry) { return entry.load != load; });
  SweepInBackground(writer_, *std::move(staged));
  return absl::OkStatus();
}

}  // namespace muster::index
