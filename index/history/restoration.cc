#include "index/history/restoration.h"

#include <utility>

#include "index/catalog/load_records.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/cursor.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/records/statistics.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

std::vector<Publication> PublicationsOf(absl::Span<const Restoration> restorations, LoadId load) {
  std::vector<Publication> publications;
  publications.reserve(restorations.size());
  for (const Restoration& restoration : restorations) {
    Publication publication;
    publication.staged = {.tag = restoration.tag, .load = load, .parent = restoration.restored};
    publication.business_date = restoration.date;
    publication.parent_must_be_current = false;
    publication.restores_parent = true;
    publications.push_back(std::move(publication));
  }
  return publications;
}

absl::StatusOr<LoadId> TakeNumber(WriterQueue& writer) {
  LoadId load = 0;
  RETURN_IF_ERROR(writer.Run(WriteClass::kPublish, [&load](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(load, NextNumber(transaction, kLoadCounter));
    return absl::OkStatus();
  }));
  FaultPoint("rollback/numbered");
  return load;
}

// Writes the versions ahead, and shows them together with the record, which is small.
absl::StatusOr<std::vector<Version>> WriteAndShow(const HistoryParts& parts, LoadId load,
                                                  absl::Span<const Restoration> restorations,
                                                  const records::LoadRecord& record,
                                                  const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const PreparedVersions prepared,
                   PrepareVersions(parts.writer, load, PublicationsOf(restorations, load)));
  RETURN_IF_ERROR(budget.Check());
  FaultPoint("rollback/before_publish");
  RETURN_IF_ERROR(parts.writer.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    RETURN_IF_ERROR(ShowVersions(transaction, prepared));
    return StageLoad(transaction, load, record);
  }));
  FaultPoint("rollback/after_publish");
  std::vector<Version> versions;
  for (const PreparedVersion& version : prepared.versions) versions.push_back(version.version);
  return versions;
}

}  // namespace

absl::StatusOr<std::vector<Version>> PublishRestorations(const HistoryParts& parts,
                                                         absl::Span<const Restoration> restorations,
                                                         const std::string& label, const WorkBudget& budget) {
  records::LoadRecord record;
  record.set_published_unix_micros(absl::ToUnixMicros(parts.clock()));
  record.set_rolled_back_label(label);
  ASSIGN_OR_RETURN(const LoadId load, TakeNumber(parts.writer));
  absl::StatusOr<std::vector<Version>> versions = WriteAndShow(parts, load, restorations, record, budget);
  if (versions.ok()) {
    parts.versions.Published();
  } else {
    // What can't be discarded now is swept at the next start.
    parts.versions.DiscardStaged(load).IgnoreError();
  }
  return versions;
}

absl::StatusOr<PublishedVersion> CurrentOf(const Transaction& view, TagId tag, const std::string& name) {
  ASSIGN_OR_RETURN(const std::optional<PublishedVersion> current, CurrentVersion(view, tag));
  if (current) return *current;
  return WithReason(
      absl::NotFoundError(Sentence("the tag ", Quoted(name), " has no versions: nothing was loaded yet")),
      Reason::kUnknownVersion);
}

absl::StatusOr<uint64_t> MembersOf(const Transaction& view, TagId tag, Version version) {
  ASSIGN_OR_RETURN(const StorePath path, FindPath(view, tag, version));
  return CardinalityOf(view, path, kKnownRow);
}

// Everyone's versions have ascending numbers and sequences, so the walk from the last one down ends at the
// one that the version was published with; of a change of the scale, which has none, at the one before it.
absl::StatusOr<bool> HasMembersOfNow(const Transaction& view, const VersionRecord& record) {
  ASSIGN_OR_RETURN(const PublishedVersion current, CurrentOf(view, kEveryoneTag, "EVERYONE"));
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kVersions));
  const Key<4> prefix = MakeKey(kEveryoneTag);
  for (cursor.SeekBefore(MakeKey(kEveryoneTag, kNoVersion)); cursor.At(prefix); cursor.Previous()) {
    if (cursor.key().size() != 8) return Corrupt("list of versions");
    const Version version = ReadU32(cursor.key().data() + 4);
    ASSIGN_OR_RETURN(const VersionRecord everyone, DecodeVersion(version, cursor.value()));
    if (everyone.publish_sequence <= record.publish_sequence)
      return DescendsFrom(view, kEveryoneTag, current.version, version);
  }
  RETURN_IF_ERROR(cursor.status());
  return Corrupt("list of versions");
}

absl::StatusOr<bool> DescendsFrom(const Transaction& view, TagId tag, Version version, Version ancestor) {
  while (version > ancestor) {
    ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(view, tag, version));
    if (record.parent == kNoVersion) return false;
    version = record.parent;
  }
  return version == ancestor;
}

}  // namespace muster::index
