#include "index/versions/versions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/versions/publishing/lone_store.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {

namespace {

constexpr char kRestored[] =
    "the store was restored from a backup, or is a copy of another, and holds other loads than those that "
    "this token was given out for";

absl::Status OtherStore(const char* what) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(what, "; ask again without the token")),
                    Reason::kOtherStore);
}

// Versions with their publications' identities; or the first tag of which one is not there or not visible.
struct VersionLookup {
  std::vector<KnownVersion> versions;
  std::optional<TagId> missing;
  uint64_t published = 0;      // the last publish sequence
  uint64_t last_sequence = 0;  // the greatest of the versions
};

absl::StatusOr<VersionLookup> FindPublished(const Transaction& transaction, const VersionVector& versions) {
  VersionLookup known;
  ASSIGN_OR_RETURN(known.published, LastNumber(transaction, kPublishCounter));
  for (const auto& [tag, version] : versions) {
    ASSIGN_OR_RETURN(const std::optional<VersionRecord> record, FindVersion(transaction, tag, version));
    if (!record.has_value() || record->publish_sequence > known.published) {
      known.missing = tag;
      return known;
    }
    known.versions.push_back({tag, version, record->identity});
    known.last_sequence = std::max(known.last_sequence, record->publish_sequence);
  }
  return known;
}

}  // namespace

Versions::Versions(WriterQueue& writer, const VersionsOptions& options)
    : describe_tag_(options.describe_tag),
      published_(options.published),
      writer_(writer),
      numbers_(writer),
      leases_(std::make_shared<LeaseTable>(options.clock, options.restart_grace)),
      settler_(writer) {}

std::string Versions::Describe(TagId tag) const {
  if (tag == kEveryoneTag) return "EVERYONE";
  return describe_tag_ ? describe_tag_(tag) : absl::StrCat("tag ", tag);
}

Versions::~Versions() {
  settler_.Stop();
  {
    MutexLock lock(mutex_);
    current_.reset();
  }
}

absl::StatusOr<std::unique_ptr<Versions>> Versions::Open(WriterQueue& writer,
                                                         const VersionsOptions& options) {
  std::unique_ptr<Versions> made(new Versions(writer, options));
  if (writer.environment().read_only()) return made;
  RETURN_IF_ERROR(writer.Run(WriteClass::kPublish, CreateEveryone));
  ASSIGN_OR_RETURN(ReadTransaction transaction, writer.environment().BeginRead());
  ASSIGN_OR_RETURN(std::vector<StagedEntry> staged, ListStaged(transaction));
  SweepInBackground(writer, std::move(staged));
  if (options.settle) made->settler_.Start();
  return made;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Versions::CurrentSnapshot() {
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment().BeginRead());
  ASSIGN_OR_RETURN(uint64_t sequence, LastNumber(transaction, kPublishCounter));
  {
    MutexLock lock(mutex_);
    if (current_ != nullptr && current_sequence_ == sequence) return current_;
  }
  ASSIGN_OR_RETURN(std::vector<KnownVersion> versions, CurrentVersions(transaction));
  transaction.Reset();
  auto snapshot = Snapshot::Make(Parts(), {std::move(versions), sequence});
  RETURN_IF_ERROR(snapshot.status());
  std::shared_ptr<const Snapshot> old;  // released outside the mutex: it may hold the last lease
  MutexLock lock(mutex_);
  if (current_ == nullptr || current_sequence_ < sequence) {
    old = std::exchange(current_, *snapshot);
    current_sequence_ = sequence;
  }
  return snapshot;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Versions::OpenSnapshot(VersionVector versions) {
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment().BeginRead());
  if (!versions.contains(kEveryoneTag)) {
    ASSIGN_OR_RETURN(std::optional<PublishedVersion> everyone, CurrentVersion(transaction, kEveryoneTag));
    if (!everyone.has_value()) return Corrupt("list of current versions");
    versions.emplace(kEveryoneTag, everyone->version);
  }
  ASSIGN_OR_RETURN(const VersionLookup known, FindPublished(transaction, versions));
  if (known.missing.has_value()) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat("version ", versions.at(*known.missing), " of ",
                                                   Describe(*known.missing), " is not there")),
        Reason::kSnapshotExpired);
  }
  transaction.Reset();
  return Snapshot::Make(Parts(), {known.versions, known.published, std::nullopt, /*is_pinned=*/true});
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Versions::OpenPinned(const PinnedView& view) {
  if (view.population != environment().identity()) {
    return OtherStore(
        "the population is another one than this token was given out for: that one was dropped, or another "
        "server has it");
  }
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment().BeginRead());
  ASSIGN_OR_RETURN(const VersionLookup known, FindPublished(transaction, view.versions));
  if (known.missing.has_value()) {
    ASSIGN_OR_RETURN(const std::vector<PublishedVersion> left, VersionsOf(transaction, *known.missing));
    const Version wanted = view.versions.at(*known.missing);
    if (left.empty() || left.back().version < wanted) return OtherStore(kRestored);
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat("version ", wanted, " of ", Describe(*known.missing),
                                                   " is no longer kept; ask again without the token")),
        Reason::kSnapshotExpired);
  }
  if (FingerprintOf(known.versions) != view.fingerprint) return OtherStore(kRestored);
  transaction.Reset();
  // Every load and every rollback publishes a version of everyone: what was published after these versions
  // wasn't there when the view was pinned.
  return Snapshot::Make(Parts(), {known.versions, known.last_sequence, view.as_of, /*is_pinned=*/true});
}

absl::Status Versions::DiscardStaged(LoadId load) {
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment().BeginRead());
  ASSIGN_OR_RETURN(std::vector<StagedEntry> staged, ListStaged(transaction));
  std::erase_if(staged, [load](const StagedEntry& entry) { return entry.load != load; });
  SweepInBackground(writer_, std::move(staged));
  return absl::OkStatus();
}

void Versions::SweepDropped(TagId tag, StoreId store) {
  SweepLoneStore(writer_, store, [leases = leases_, tag] { return leases->IsHeld(tag, kLoneVersion); });
}

}  // namespace muster::index
