#include "index/versions/records/published_versions.h"

#include <algorithm>
#include <string_view>

#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

// Calls visit(version, record) for each version of the tag that was published up to `last_sequence`, by
// number.
template <typename Visit>
absl::Status VisitVersions(const Transaction& transaction, TagId tag, uint64_t last_sequence, Visit visit) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kVersions));
  ASSIGN_OR_RETURN(const uint64_t published, LastNumber(transaction, kPublishCounter));
  const uint64_t visible = std::min(published, last_sequence);
  const Key<4> prefix = MakeKey(tag);
  for (cursor.Seek(prefix); cursor.At(prefix); cursor.Next()) {
    if (cursor.key().size() != 8) return Corrupt("list of versions");
    const Version version = ReadU32(cursor.key().data() + 4);
    ASSIGN_OR_RETURN(VersionRecord record, DecodeVersion(version, cursor.value()));
    if (record.publish_sequence <= visible) visit(version, record);
  }
  return cursor.status();
}

}  // namespace

absl::StatusOr<std::optional<PublishedVersion>> CurrentVersion(const Transaction& transaction, TagId tag) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> stored,
                   transaction.Get(DatabaseId::kCurrentVersions, MakeKey(tag)));
  if (!stored.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const KnownVersion current, DecodeCurrent(tag, *stored));
  ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(transaction, tag, current.version));
  return PublishedVersion{current.version, record};
}

absl::StatusOr<std::optional<PublishedVersion>> VersionAsOf(const Transaction& transaction, TagId tag,
                                                            absl::CivilDay day, uint64_t last_sequence) {
  // The current version is the greatest of all: no need to look at the others unless its date is later.
  if (last_sequence == kAllPublished) {
    ASSIGN_OR_RETURN(std::optional<PublishedVersion> current, CurrentVersion(transaction, tag));
    if (current && current->record.business_day <= BusinessDayNumber(day)) return current;
  }
  std::vector<PublishedVersion> candidates;
  Endings endings;
  const int32_t last_day = BusinessDayNumber(day);
  const auto visit = [&](Version version, const VersionRecord& record) {
    endings.Add(record);
    if (record.business_day <= last_day) candidates.push_back({version, record});
  };
  RETURN_IF_ERROR(VisitVersions(transaction, tag, last_sequence, visit));
  RETURN_IF_ERROR(endings.Resolve(transaction, tag));
  std::optional<PublishedVersion> best;
  for (const PublishedVersion& candidate : candidates) {
    if (best.has_value() && OrderOf(candidate.record) < OrderOf(best->record)) continue;
    if (!endings.IsEnded(candidate.record)) best = candidate;
  }
  return best;
}

absl::StatusOr<std::optional<absl::CivilDay>> FirstDateOf(const Transaction& transaction, TagId tag,
                                                          uint64_t last_sequence) {
  std::vector<VersionRecord> records;
  Endings endings;
  const auto visit = [&](Version, const VersionRecord& record) {
    endings.Add(record);
    records.push_back(record);
  };
  RETURN_IF_ERROR(VisitVersions(transaction, tag, last_sequence, visit));
  RETURN_IF_ERROR(endings.Resolve(transaction, tag));
  std::optional<absl::CivilDay> first;
  for (const VersionRecord& record : records) {
    const absl::CivilDay day = DayOf(record.business_day);
    if ((!first.has_value() || day < *first) && !endings.IsEnded(record)) first = day;
  }
  return first;
}

absl::StatusOr<Endings> EndingsOf(const Transaction& transaction, TagId tag) {
  Endings endings;
  const auto visit = [&endings](Version, const VersionRecord& record) { endings.Add(record); };
  RETURN_IF_ERROR(VisitVersions(transaction, tag, kAllPublished, visit));
  RETURN_IF_ERROR(endings.Resolve(transaction, tag));
  return endings;
}

absl::StatusOr<std::vector<PublishedVersion>> VersionsOf(const Transaction& transaction, TagId tag) {
  std::vector<PublishedVersion> versions;
  const auto visit = [&](Version version, const VersionRecord& record) {
    versions.push_back({version, record});
  };
  RETURN_IF_ERROR(VisitVersions(transaction, tag, kAllPublished, visit));
  return versions;
}

absl::StatusOr<std::vector<KnownVersion>> CurrentVersions(const Transaction& transaction) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kCurrentVersions));
  std::vector<KnownVersion> versions;
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    if (cursor.key().size() != sizeof(TagId)) return Corrupt("list of current versions");
    ASSIGN_OR_RETURN(const KnownVersion current, DecodeCurrent(ReadU32(cursor.key().data()), cursor.value()));
    versions.push_back(current);
  }
  RETURN_IF_ERROR(cursor.status());
  return versions;
}

}  // namespace muster::index
