#include "index/history/version_list.h"

#include <map>
#include <string_view>
#include <utility>

#include "index/catalog/load_records.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/statistics.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Records whose sizes are added in one transaction.
constexpr size_t kRecordsAtOnce = 8192;

// The published versions of the page, the latest first.
struct FoundVersions {
  std::vector<PublishedVersion> versions;
  bool more = false;
};

absl::StatusOr<FoundVersions> FindVersions(const Transaction& transaction, TagId tag,
                                           const VersionRange& range) {
  ASSIGN_OR_RETURN(const uint64_t visible, LastNumber(transaction, kPublishCounter));
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kVersions));
  const Key<4> prefix = MakeKey(tag);
  FoundVersions found;
  for (cursor.SeekBefore(MakeKey(tag, range.before)); cursor.At(prefix); cursor.Previous()) {
    if (cursor.key().size() != 8) return Corrupt("list of versions");
    const Version version = ReadU32(cursor.key().data() + 4);
    ASSIGN_OR_RETURN(const VersionRecord record, DecodeVersion(version, cursor.value()));
    if (record.publish_sequence > visible) continue;
    found.more = found.versions.size() == range.most;
    if (found.more) break;
    found.versions.push_back({version, record});
  }
  RETURN_IF_ERROR(cursor.status());
  return found;
}

// What a version's own records are found by: the edge from its parent, or its store.
struct OwnRecords {
  DatabaseId database = DatabaseId::kEdges;
  uint32_t id = 0;
};

std::optional<OwnRecords> OwnRecordsOf(const VersionRecord& record) {
  if (record.parent == kNoVersion) return OwnRecords{DatabaseId::kFragments, record.store};
  if (record.edge != kNoEdge) return OwnRecords{DatabaseId::kEdges, record.edge};
  return std::nullopt;
}

// Sums of keys and values, in transactions of bounded length.
absl::StatusOr<uint64_t> BytesOf(Environment& environment, const OwnRecords& own, WorkBudget& budget) {
  uint64_t bytes = 0;
  std::string from{std::string_view(MakeKey(own.id))};
  for (bool more = true; more;) {
    RETURN_IF_ERROR(budget.Check());
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(own.database));
    cursor.LeaveLarge(true);
    size_t counted = 0;
    for (cursor.Seek(from); cursor.At(MakeKey(own.id)) && counted < kRecordsAtOnce; cursor.Next(), ++counted)
      bytes += cursor.key().size() + cursor.value().size();
    RETURN_IF_ERROR(cursor.status());
    more = cursor.At(MakeKey(own.id));
    if (more) from = std::string(cursor.key());
    RETURN_IF_ERROR(budget.SpendValues(counted));
  }
  return bytes;
}

// By business day, the version that the date reads.
using DatedNumbers = std::map<int32_t, Version>;

// Whether a date leads to the version: no other one is read AS OF its date.
absl::StatusOr<bool> IsFoundByDate(const Transaction& transaction, TagId tag, const PublishedVersion& found,
                                   DatedNumbers& known) {
  const int32_t day = found.record.business_day;
  if (!known.contains(day)) {
    ASSIGN_OR_RETURN(const std::optional<PublishedVersion> dated, VersionAsOf(transaction, tag, DayOf(day)));
    known[day] = dated ? dated->version : kNoVersion;
  }
  return known[day] == found.version;
}

absl::StatusOr<ListedVersion> Describe(const Transaction& transaction, TagId tag,
                                       const PublishedVersion& found, DatedNumbers& dated) {
  const VersionRecord& record = found.record;
  ListedVersion listed{.version = found.version, .business_date = DayOf(record.business_day)};
  if (record.restores_parent) listed.restores = record.parent;
  if (record.load != 0) {
    ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> load, FindLoadOf(transaction, record.load));
    if (!load) return Corrupt("list of loads");
    listed.load = load->label();
    listed.published = absl::FromUnixMicros(load->published_unix_micros());
  }
  ASSIGN_OR_RETURN(const StorePath path, FindPath(transaction, tag, found.version));
  ASSIGN_OR_RETURN(listed.member_count, CardinalityOf(transaction, path, kKnownRow));
  ASSIGN_OR_RETURN(const std::optional<PublishedVersion> current, CurrentVersion(transaction, tag));
  listed.is_current = current && current->version == found.version;
  ASSIGN_OR_RETURN(const bool by_date, IsFoundByDate(transaction, tag, found, dated));
  listed.only_by_number = !by_date;
  return listed;
}

}  // namespace

absl::Status UnknownVersion(const std::string& tag, Version version) {
  return WithReason(absl::NotFoundError(Sentence("the tag ", Quoted(tag), " has no version ", version,
                                                 "; list its versions to see which there are")),
                    Reason::kUnknownVersion);
}

absl::StatusOr<VersionPage> ListVersions(Environment& environment, TagId tag, const VersionRange& range,
                                         WorkBudget& budget) {
  VersionPage page;
  FoundVersions found;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    ASSIGN_OR_RETURN(found, FindVersions(transaction, tag, range));
  }
  page.more = found.more;
  DatedNumbers dated;
  for (const PublishedVersion& version : found.versions) {
    // The way from the base to it, and all versions for its dates.
    RETURN_IF_ERROR(budget.SpendValues(version.version));
    ListedVersion listed;
    {
      ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
      ASSIGN_OR_RETURN(listed, Describe(transaction, tag, version, dated));
    }
    if (const std::optional<OwnRecords> own = OwnRecordsOf(version.record)) {
      ASSIGN_OR_RETURN(listed.bytes, BytesOf(environment, *own, budget));
    }
    page.versions.push_back(std::move(listed));
  }
  return page;
}

}  // namespace muster::index
