#include "index/versions/snapshots/snapshot.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/statistics.h"
#include "index/versions/records/store_path.h"
#include "index/versions/snapshots/version_row_source.h"

namespace muster::index {
namespace {

// Some milliseconds in memory, and few enough for a transaction when each has to be read from disk.
constexpr size_t kRowsInOneTransaction = 4096;
// Cardinalities of lists up to this length are cached; longer lists would evict what all questions use.
constexpr size_t kMaxKnownList = 64;
// Each keeps one of the environment's readers.
constexpr size_t kMostIdleSources = 2;
constexpr size_t kMostRowsOfIdleSource = 16'384;

VersionVector VectorOf(const std::vector<KnownVersion>& known) {
  VersionVector versions;
  for (const KnownVersion& one : known) versions.emplace_hint(versions.end(), one.tag, one.version);
  return versions;
}

}  // namespace

uint64_t FingerprintOf(absl::Span<const KnownVersion> versions) {
  std::string bytes;
  bytes.reserve(versions.size() * 16);
  for (const KnownVersion& version : versions) {
    AppendU32(bytes, version.tag);
    AppendU32(bytes, version.version);
    AppendU64(bytes, version.identity);
  }
  return XXH3_64bits(bytes.data(), bytes.size());
}

Snapshot::Snapshot(const SnapshotParts& parts, SnapshotContent content)
    : parts_(parts),
      known_(std::move(content.versions)),
      versions_(std::make_shared<const VersionVector>(VectorOf(known_))),
      last_sequence_(content.last_sequence),
      as_of_(content.as_of),
      is_pinned_(content.is_pinned),
      lease_(parts.leases, *versions_),
      own_rows_(as_of_.has_value() ? nullptr : std::make_unique<KnownRows>()),
      known_rows_(own_rows_ == nullptr ? parts.dates.rows() : *own_rows_),
      dated_(as_of_.has_value() ? std::make_unique<DatedVersions>(parts.environment, parts.leases,
                                                                  parts.dates, *as_of_, last_sequence_)
                                : nullptr) {}

Snapshot::~Snapshot() = default;

std::optional<KnownVersion> Snapshot::Known(TagId tag) const {
  const auto known = std::lower_bound(known_.begin(), known_.end(), tag,
                                      [](const KnownVersion& one, TagId wanted) { return one.tag < wanted; });
  if (known != known_.end() && known->tag == tag) return *known;
  return dated_ == nullptr ? std::nullopt : dated_->Found(tag);
}

absl::StatusOr<std::optional<Version>> Snapshot::FindVersion(TagId tag) const {
  const auto version = versions_->find(tag);
  if (version != versions_->end()) return version->second;
  if (dated_ == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<KnownVersion> found, dated_->Find(tag));
  return found.has_value() ? std::make_optional(found->version) : std::nullopt;
}

absl::StatusOr<std::optional<TagVersion>> Snapshot::FindKnownAs(TagId tag) const {
  if (dated_ == nullptr) return TagVersion{tag};
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(tag));
  return version.has_value() ? std::make_optional(TagVersion{tag, *version}) : std::nullopt;
}

absl::StatusOr<std::vector<bool>> Snapshot::HaveVersions(absl::Span<const TagId> tags,
                                                         WorkBudget& budget) const {
  if (dated_ != nullptr) return dated_->HaveVersions(tags, budget);
  RETURN_IF_ERROR(budget.Check());
  std::vector<bool> have;
  have.reserve(tags.size());
  for (const TagId tag : tags) have.push_back(versions_->contains(tag));
  return have;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::AsOf(absl::CivilDay day) const {
  SnapshotContent content{.last_sequence = last_sequence_, .as_of = day, .is_pinned = is_pinned_};
  content.versions.push_back(*Known(kEveryoneTag));
  std::shared_ptr<Snapshot> made(new Snapshot(parts_, std::move(content)));
  made->member_count_ = member_count_;
  made->fragment_count_ = fragment_count_;
  return made;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> OpenAsOf(const std::shared_ptr<const Snapshot>& base,
                                                         absl::CivilDay day) {
  struct Dated {
    std::shared_ptr<const Snapshot> base;
    std::shared_ptr<const Snapshot> view;  // destroyed before `base`
  };
  auto held = std::make_shared<Dated>();
  held->base = base;
  ASSIGN_OR_RETURN(held->view, base->AsOf(day));
  const Snapshot* const view = held->view.get();
  return std::shared_ptr<const Snapshot>(std::move(held), view);
}

absl::StatusOr<std::optional<absl::CivilDay>> Snapshot::FirstDate(TagId tag) const {
  return FindFirstDate(parts_.environment, parts_.dates, {last_sequence_, tag});
}

PinnedView Snapshot::Pin(const VersionVector& versions) const {
  std::vector<KnownVersion> named;
  named.reserve(versions.size());
  for (const auto& [tag, version] : versions) {
    if (const std::optional<KnownVersion> known = Known(tag)) named.push_back(*known);
  }
  return {parts_.environment.identity(), versions, FingerprintOf(named), as_of_};
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Make(const SnapshotParts& parts,
                                                               SnapshotContent content) {
  std::shared_ptr<Snapshot> made(new Snapshot(parts, std::move(content)));
  ASSIGN_OR_RETURN(made->member_count_, made->RowCardinality({kEveryoneTag, kKnownRow}));
  ASSIGN_OR_RETURN(ReadTransaction transaction, parts.environment.BeginRead());
  ASSIGN_OR_RETURN(VersionRecord everyone,
                   ReadVersion(transaction, kEveryoneTag, made->versions_->at(kEveryoneTag)));
  made->fragment_count_ = everyone.fragment_count;
  return made;
}

std::optional<uint64_t> Snapshot::dated_member_count() const {
  if (const uint64_t count = dated_member_count_; count != kNotCounted) return count;
  if (!as_of_.has_value()) return std::nullopt;
  const std::optional<uint64_t> known = parts_.dates.FindMemberCount(versions_->at(kEveryoneTag), *as_of_);
  if (known.has_value()) dated_member_count_ = *known;
  return known;
}

void Snapshot::KeepDatedMemberCount(uint64_t count) const {
  dated_member_count_ = count;
  parts_.dates.KeepMemberCount(versions_->at(kEveryoneTag), as_of_.value(), count);
}

std::shared_ptr<const VersionVector> Snapshot::VersionsSoFar() const {
  if (dated_ == nullptr) return versions_;
  auto versions = std::make_shared<VersionVector>(*versions_);
  dated_->AddFound(*versions);
  return versions;
}

std::unique_ptr<RowSource> Snapshot::NewRowSource(VersionVector lone) const {
  return std::make_unique<VersionRowSource>(parts_.environment, parts_.resolved, VersionsSoFar(),
                                            std::move(lone));
}

std::unique_ptr<RowSource> Snapshot::NewRowSourceBeside(RowSource& first, VersionVector lone) const {
  const auto* const stored = dynamic_cast<const VersionRowSource*>(&first);
  if (stored == nullptr) return NewRowSource(std::move(lone));
  return std::make_unique<VersionRowSource>(*stored, VersionsSoFar(), std::move(lone));
}

std::unique_ptr<VersionRowSource> Snapshot::LendRowSource() const {
  {
    MutexLock lock(idle_mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<VersionRowSource> lent = std::move(idle_.back());
      idle_.pop_back();
      return lent;
    }
  }
  return std::make_unique<VersionRowSource>(parts_.environment, parts_.resolved, VersionsSoFar());
}

// A dated view's source knows only the versions that had been found when it was made.
void Snapshot::TakeBack(std::unique_ptr<VersionRowSource> source) const {
  if (dated_ != nullptr || source->known_rows() > kMostRowsOfIdleSource) return;
  MutexLock lock(idle_mutex_);
  if (idle_.size() < kMostIdleSources) idle_.push_back(std::move(source));
}

absl::StatusOr<uint64_t> Snapshot::RowCardinality(RowRef row) const {
  ASSIGN_OR_RETURN(const std::optional<TagVersion> known_as, FindKnownAs(row.tag));
  if (!known_as.has_value()) return 0;
  if (const std::optional<uint64_t> known = known_rows_.FindCardinality(*known_as, row.row)) return *known;
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(row.tag));
  if (!version.has_value()) return 0;
  ASSIGN_OR_RETURN(ReadTransaction transaction, parts_.environment.BeginRead());
  ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, row.tag, *version));
  absl::StatusOr<uint64_t> cardinality = CardinalityOf(transaction, path, row.row);
  if (cardinality.ok()) known_rows_.KeepCardinality(*known_as, row.row, *cardinality);
  return cardinality;
}

absl::StatusOr<std::vector<uint64_t>> Snapshot::RowCardinalities(TagId tag,
                                                                 absl::Span<const RowId> rows) const {
  std::vector<uint64_t> cardinalities;
  cardinalities.reserve(rows.size());
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(tag));
  ASSIGN_OR_RETURN(const std::optional<TagVersion> known_as, FindKnownAs(tag));
  if (!version.has_value()) cardinalities.resize(rows.size());
  const bool is_short = rows.size() <= kMaxKnownList;
  for (size_t i = 0; is_short && i < rows.size() && cardinalities.size() == i; ++i) {
    const std::optional<uint64_t> known = known_rows_.FindCardinality(*known_as, rows[i]);
    if (known.has_value()) cardinalities.push_back(*known);
  }
  while (cardinalities.size() < rows.size()) {
    ASSIGN_OR_RETURN(ReadTransaction transaction, parts_.environment.BeginRead());
    ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, tag, *version));
    ASSIGN_OR_RETURN(
        std::vector<uint64_t> more,
        CardinalitiesOf(transaction, path, rows.subspan(cardinalities.size(), kRowsInOneTransaction)));
    for (size_t i = 0; is_short && i < more.size(); ++i)
      known_rows_.KeepCardinality(*known_as, rows[cardinalities.size() + i], more[i]);
    cardinalities.insert(cardinalities.end(), more.begin(), more.end());
  }
  return cardinalities;
}

absl::Status Snapshot::VisitRows(TagId tag, ValueId first, ValueId last,
                                 const std::function<bool(RowId, uint64_t)>& visit) const {
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(tag));
  if (!version.has_value() || first > last || first > kMaxValueId) return absl::OkStatus();
  std::vector<std::pair<RowId, uint64_t>> rows;
  {
    ASSIGN_OR_RETURN(ReadTransaction transaction, parts_.environment.BeginRead());
    ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, tag, *version));
    const RowId last_row = MakeRow(std::min(last, kMaxValueId), 0xff);
    ASSIGN_OR_RETURN(rows, CardinalitiesOf(transaction, path, MakeRow(first, 0), last_row));
  }
  for (const auto& [row, cardinality] : rows) {
    if (!visit(row, cardinality)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<ValuesWithRows> Snapshot::FindValuesWithRows(TagId tag) const {
  ASSIGN_OR_RETURN(const std::optional<TagVersion> known_as, FindKnownAs(tag));
  if (!known_as.has_value()) return ValuesWithRows();
  if (std::optional<ValuesWithRows> known = known_rows_.FindValuesWithRows(*known_as))
    return *std::move(known);
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(tag));
  if (!version.has_value()) return ValuesWithRows();
  ASSIGN_OR_RETURN(const ReadTransaction transaction, parts_.environment.BeginRead());
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, *version));
  ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, record.store));
  absl::StatusOr<ValuesWithRows> values = ReadValuesWithRows(transaction, record.store, store);
  if (values.ok()) known_rows_.KeepValuesWithRows(*known_as, *values);
  return values;
}

absl::StatusOr<TagRowsPtr> Snapshot::FindTagRows(TagId tag, bool single) const {
  ASSIGN_OR_RETURN(const std::optional<TagVersion> known_as, FindKnownAs(tag));
  if (!known_as.has_value()) return std::make_shared<TagRows>();
  if (TagRowsPtr known = known_rows_.FindTagRows(*known_as)) return known;
  absl::StatusOr<TagRowsPtr> rows = ReadTagRows(*this, tag, single);
  if (rows.ok()) known_rows_.KeepTagRows(*known_as, *rows);
  return rows;
}

absl::StatusOr<int> Snapshot::Scale(TagId tag) const {
  ASSIGN_OR_RETURN(const std::optional<Version> version, FindVersion(tag));
  if (!version.has_value()) return 0;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, parts_.environment.BeginRead());
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, *version));
  ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, record.store));
  return static_cast<int>(store.scale);
}

}  // namespace muster::index
