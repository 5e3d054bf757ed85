#include "index/versions/publishing/publishing.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "index/storage/write_in_turns.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {
namespace {

// everyone's version 0 is older than any date: the first one of rule 17.
constexpr absl::CivilDay kFirstDay(1, 1, 1);

absl::Status NotStaged(const StagedVersion& staged) {
  return absl::InternalError(absl::StrCat("what load ", staged.load, " publishes for tag ", staged.tag,
                                          " is not staged, or not by that load"));
}

absl::StatusOr<Version> NextVersion(const Transaction& transaction, TagId tag) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kVersions));
  const Key<8> end = MakeKey(tag, kNoVersion);
  cursor.SeekBefore(end);
  RETURN_IF_ERROR(cursor.status());
  const Key<4> prefix = MakeKey(tag);
  if (!cursor.At(prefix)) return 1;
  const Version next = ReadU32(cursor.key().data() + 4) + 1;
  if (next >= kNoVersion) {
    return WithLimit(absl::ResourceExhaustedError("all version numbers of the tag are used up"),
                     kNoVersion - 1);
  }
  return next;
}

// Makes `version` the first version of a new store, which its base holds.
absl::Status AdoptStore(WriteTransaction& transaction, const StagedVersion& staged, Version version) {
  ASSIGN_OR_RETURN(StoreRecord store, ReadStore(transaction, staged.new_store));
  if (store.tag != staged.tag || store.settled != kNoVersion) return NotStaged(staged);
  store.settled = version;
  return transaction.Put(DatabaseId::kStores, MakeKey(staged.new_store), EncodeStore(store));
}

absl::Status CheckParent(const Transaction& transaction, const Publication& publication) {
  const StagedVersion& staged = publication.staged;
  ASSIGN_OR_RETURN(std::optional<PublishedVersion> now,
                   VersionAsOf(transaction, staged.tag, publication.business_date));
  const Version version = now.has_value() ? now->version : kNoVersion;
  if (version == staged.parent) return absl::OkStatus();
  return WithReason(
      absl::AbortedError(absl::StrCat(
          "another load published ",
          publication.tag_name.empty() ? "members" : absl::StrCat("the tag '", publication.tag_name, "'"),
          " meanwhile, and this one was prepared on top of the version before; run the load again")),
      Reason::kLoadConflict);
}

// The `staging` entry of its store or edge; nothing for an empty edge.
std::optional<StagedEntry> EntryOf(const StagedVersion& staged) {
  if (staged.new_store != 0) return StagedEntry{StagedKind::kStore, staged.new_store, staged.load};
  if (staged.edge != kNoEdge) return StagedEntry{StagedKind::kEdge, staged.edge, staged.load};
  return std::nullopt;
}

absl::StatusOr<VersionRecord> RecordOf(WriteTransaction& transaction, const StagedVersion& staged,
                                       Version version) {
  if (const std::optional<StagedEntry> entry = EntryOf(staged)) {
    ASSIGN_OR_RETURN(bool is_staged, IsStaged(transaction, *entry));
    if (!is_staged) return NotStaged(staged);
  }
  VersionRecord record{.parent = staged.parent,
                       .edge = staged.edge,
                       .load = staged.load,
                       .fragment_count = staged.fragment_count};
  if (staged.new_store != 0) {
    if (staged.parent != kNoVersion || staged.edge != kNoEdge) return NotStaged(staged);
    RETURN_IF_ERROR(AdoptStore(transaction, staged, version));
    record.store = staged.new_store;
    return record;
  }
  ASSIGN_OR_RETURN(std::optional<VersionRecord> parent, FindVersion(transaction, staged.tag, staged.parent));
  if (!parent.has_value()) return NotStaged(staged);
  record.store = parent->store;
  record.fragment_count = std::max(record.fragment_count, parent->fragment_count);
  return record;
}

absl::Status MakeCurrent(WriteTransaction& transaction, const PreparedVersion& prepared, uint64_t sequence,
                         Identity identity) {
  const TagId tag = prepared.staged.tag;
  ASSIGN_OR_RETURN(std::optional<PublishedVersion> current, CurrentVersion(transaction, tag));
  const bool is_late =
      current.has_value() && OrderOf(current->record) > std::tuple(prepared.business_day, sequence);
  if (is_late && !prepared.ends_later) return absl::OkStatus();
  return transaction.Put(DatabaseId::kCurrentVersions, MakeKey(tag),
                         EncodeCurrent({tag, prepared.version, identity}));
}

// `earlier`: what was prepared for the publications before this one.
absl::StatusOr<PreparedVersion> PrepareOne(WriteTransaction& transaction, const Publication& publication,
                                           const PreparedVersions& earlier) {
  StagedVersion staged = publication.staged;
  const bool is_plain_child = staged.new_store == 0 && staged.edge == kNoEdge && !publication.ends_later;
  if (staged.load != earlier.load || (publication.restores_parent && !is_plain_child)) {
    return NotStaged(staged);
  }
  if (publication.same_as) staged.parent = earlier.versions[*publication.same_as].version;
  if (publication.parent_must_be_current) {
    RETURN_IF_ERROR(CheckParent(transaction, publication));
  }
  ASSIGN_OR_RETURN(Version version, NextVersion(transaction, staged.tag));
  ASSIGN_OR_RETURN(VersionRecord record, RecordOf(transaction, staged, version));
  record.business_day = BusinessDayNumber(publication.business_date);
  record.publish_sequence = earlier.sequence;
  record.identity = earlier.identity;
  record.ends_later = publication.ends_later;
  record.restores_parent = publication.restores_parent;
  if (!publication.of_load) record.load = 0;
  RETURN_IF_ERROR(
      transaction.Put(DatabaseId::kVersions, MakeKey(staged.tag, version), EncodeVersion(record)));
  return PreparedVersion{staged, version, record.business_day, record.ends_later};
}

// Takes the next publish sequence for the load. Records written under it are invisible until the counter
// moves. Only ShowVersions moves it, and refuses anything but what is registered here.
absl::Status BeginPublication(WriteTransaction& transaction, PreparedVersions& prepared) {
  ASSIGN_OR_RETURN(const std::optional<StagedEntry> other, FindPublication(transaction));
  if (other.has_value()) {
    return absl::InternalError(absl::StrCat("load ", other->load, " is being published too"));
  }
  ASSIGN_OR_RETURN(const uint64_t visible, LastNumber(transaction, kPublishCounter));
  prepared.sequence = visible + 1;
  return RegisterStaged(transaction, {StagedKind::kPublication, kPublicationId, prepared.load});
}

}  // namespace

absl::Status SweepPublication(WriterQueue& writer) {
  ASSIGN_OR_RETURN(ReadTransaction view, writer.environment().BeginRead());
  ASSIGN_OR_RETURN(const std::optional<StagedEntry> found, FindPublication(view));
  view.Reset();
  bool left = found.has_value();
  while (left) {
    RETURN_IF_ERROR(writer.Run(WriteClass::kStaging, [&left](WriteTransaction& transaction) {
      ASSIGN_OR_RETURN(const std::optional<StagedEntry> publication, FindPublication(transaction));
      left = publication.has_value();
      return left ? SweepBite(transaction, *publication).status() : absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::StatusOr<PreparedVersions> PrepareVersions(WriteTransaction& transaction, LoadId load,
                                                 absl::Span<const Publication> publications) {
  PreparedVersions prepared{.load = load, .identity = NewIdentity()};
  RETURN_IF_ERROR(BeginPublication(transaction, prepared));
  for (const Publication& publication : publications) {
    ASSIGN_OR_RETURN(PreparedVersion version, PrepareOne(transaction, publication, prepared));
    prepared.versions.push_back(std::move(version));
    FaultPoint("publish/version_written");
  }
  return prepared;
}

absl::StatusOr<PreparedVersions> PrepareVersions(WriterQueue& writer, LoadId load,
                                                 absl::Span<const Publication> publications) {
  FaultPoint("publish/prepare_begins");
  PreparedVersions prepared{.load = load, .identity = NewIdentity()};
  prepared.versions.resize(publications.size());
  RETURN_IF_ERROR(SweepPublication(writer));
  RETURN_IF_ERROR(WriteInTurns(
      writer, WriteClass::kStaging, 1 + publications.size(), [&](WriteTransaction& transaction, size_t i) {
        if (i == 0) return BeginPublication(transaction, prepared);
        absl::StatusOr<PreparedVersion> version = PrepareOne(transaction, publications[i - 1], prepared);
        RETURN_IF_ERROR(version.status());
        prepared.versions[i - 1] = *std::move(version);
        FaultPoint("publish/version_written");
        return absl::OkStatus();
      }));
  FaultPoint("publish/prepared");
  return prepared;
}

absl::Status ShowVersions(WriteTransaction& transaction, const PreparedVersions& prepared) {
  const StagedEntry publication{StagedKind::kPublication, kPublicationId, prepared.load};
  ASSIGN_OR_RETURN(const bool is_staged, IsStaged(transaction, publication));
  ASSIGN_OR_RETURN(const uint64_t sequence, NextNumber(transaction, kPublishCounter));
  if (!is_staged || sequence != prepared.sequence) {
    return absl::InternalError(absl::StrCat("load ", prepared.load, " is not the one that is prepared"));
  }
  for (const PreparedVersion& version : prepared.versions) {
    absl::Status status = MakeCurrent(transaction, version, prepared.sequence, prepared.identity);
    const std::optional<StagedEntry> entry = EntryOf(version.staged);
    if (status.ok() && entry.has_value()) status = RemoveStaged(transaction, *entry);
    RETURN_IF_ERROR(status);
    FaultPoint("publish/version_shown");
  }
  return RemoveStaged(transaction, publication);
}

absl::Status CreateEveryone(WriteTransaction& transaction) {
  ASSIGN_OR_RETURN(std::optional<VersionRecord> there, FindVersion(transaction, kEveryoneTag, 0));
  if (there.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(uint32_t store, NextId(transaction, kStoreCounter));
  const StoreRecord record{.tag = kEveryoneTag, .settled = 0};
  const VersionRecord version{.store = store, .business_day = BusinessDayNumber(kFirstDay)};
  absl::Status status = transaction.Put(DatabaseId::kStores, MakeKey(store), EncodeStore(record));
  if (status.ok()) {
    status = transaction.Put(DatabaseId::kVersions, MakeKey(kEveryoneTag, 0), EncodeVersion(version));
  }
  RETURN_IF_ERROR(status);
  return transaction.Put(DatabaseId::kCurrentVersions, MakeKey(kEveryoneTag), EncodeCurrent({kEveryoneTag}));
}

}  // namespace muster::index
