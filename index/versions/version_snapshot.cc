#include "index/versions/version_snapshot.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/versions/chunk_probe.h"
#include "index/versions/statistics.h"
#include "index/versions/store_path.h"
#include "index/versions/version_row_source.h"

namespace muster::index {
namespace {

// Some milliseconds in memory, and few enough for a transaction when each has to be read from disk.
constexpr size_t kRowsInOneTransaction = 4096;
// Cardinalities of lists up to this length are kept; longer ones would push out what all questions ask for.
constexpr size_t kMaxKnownList = 64;

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

VersionSnapshot::VersionSnapshot(Environment& environment, LeaseTable& leases, ResolvedRows& resolved,
                                 std::vector<KnownVersion> versions)
    : environment_(environment),
      resolved_(resolved),
      known_(std::move(versions)),
      versions_(VectorOf(known_)),
      lease_(leases, versions_) {}

PinnedView VersionSnapshot::Pin(const VersionVector& versions) const {
  std::vector<KnownVersion> named;
  named.reserve(versions.size());
  for (const auto& [tag, version] : versions) {
    const auto known =
        std::lower_bound(known_.begin(), known_.end(), tag,
                         [](const KnownVersion& one, TagId wanted) { return one.tag < wanted; });
    if (known != known_.end() && known->tag == tag) named.push_back(*known);
  }
  return {environment_.identity(), versions, FingerprintOf(named)};
}

absl::StatusOr<std::shared_ptr<const Snapshot>> VersionSnapshot::Make(Environment& environment,
                                                                      LeaseTable& leases,
                                                                      ResolvedRows& resolved,
                                                                      std::vector<KnownVersion> versions) {
  std::shared_ptr<VersionSnapshot> made(
      new VersionSnapshot(environment, leases, resolved, std::move(versions)));
  ASSIGN_OR_RETURN(made->member_count_, made->RowCardinality({kEveryoneTag, kKnownRow}));
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment.BeginRead());
  ASSIGN_OR_RETURN(VersionRecord everyone,
                   ReadVersion(transaction, kEveryoneTag, made->versions_.at(kEveryoneTag)));
  made->fragment_count_ = everyone.fragment_count;
  return made;
}

std::unique_ptr<RowSource> VersionSnapshot::NewRowSource() const {
  return std::make_unique<VersionRowSource>(environment_, resolved_, versions_);
}

absl::StatusOr<uint64_t> VersionSnapshot::RowCardinality(RowRef row) const {
  const auto version = versions_.find(row.tag);
  if (version == versions_.end()) return 0;
  if (const std::optional<uint64_t> known = known_rows_.FindCardinality(row)) return *known;
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment_.BeginRead());
  ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, row.tag, version->second));
  absl::StatusOr<uint64_t> cardinality = CardinalityOf(transaction, path, row.row);
  if (cardinality.ok()) known_rows_.KeepCardinality(row, *cardinality);
  return cardinality;
}

absl::StatusOr<std::vector<uint64_t>> VersionSnapshot::RowCardinalities(TagId tag,
                                                                        absl::Span<const RowId> rows) const {
  std::vector<uint64_t> cardinalities;
  cardinalities.reserve(rows.size());
  const auto version = versions_.find(tag);
  if (version == versions_.end()) cardinalities.resize(rows.size());
  const bool is_short = rows.size() <= kMaxKnownList;
  for (size_t i = 0; is_short && i < rows.size() && cardinalities.size() == i; ++i) {
    const std::optional<uint64_t> known = known_rows_.FindCardinality({tag, rows[i]});
    if (known.has_value()) cardinalities.push_back(*known);
  }
  while (cardinalities.size() < rows.size()) {
    ASSIGN_OR_RETURN(ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, tag, version->second));
    ASSIGN_OR_RETURN(
        std::vector<uint64_t> more,
        CardinalitiesOf(transaction, path, rows.subspan(cardinalities.size(), kRowsInOneTransaction)));
    for (size_t i = 0; is_short && i < more.size(); ++i)
      known_rows_.KeepCardinality({tag, rows[cardinalities.size() + i]}, more[i]);
    cardinalities.insert(cardinalities.end(), more.begin(), more.end());
  }
  return cardinalities;
}

absl::Status VersionSnapshot::VisitRows(TagId tag, ValueId first, ValueId last,
                                        const std::function<bool(RowId, uint64_t)>& visit) const {
  const auto version = versions_.find(tag);
  if (version == versions_.end() || first > last || first > kMaxValueId) return absl::OkStatus();
  std::vector<std::pair<RowId, uint64_t>> rows;
  {
    ASSIGN_OR_RETURN(ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(StorePath path, FindPath(transaction, tag, version->second));
    const RowId last_row = MakeRow(std::min(last, kMaxValueId), 0xff);
    ASSIGN_OR_RETURN(rows, CardinalitiesOf(transaction, path, MakeRow(first, 0), last_row));
  }
  for (const auto& [row, cardinality] : rows) {
    if (!visit(row, cardinality)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::vector<ValueId>>> VersionSnapshot::ValuesWithRows(TagId tag) const {
  const auto version = versions_.find(tag);
  if (version == versions_.end() || known_rows_.IsTagWithAllRows(tag)) return std::nullopt;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, version->second));
  ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, record.store));
  absl::StatusOr<std::optional<std::vector<ValueId>>> values =
      ReadValuesWithRows(transaction, record.store, store);
  if (values.ok() && !values->has_value()) known_rows_.KeepTagWithAllRows(tag);
  return values;
}

absl::StatusOr<int> VersionSnapshot::Scale(TagId tag) const {
  const auto version = versions_.find(tag);
  if (version == versions_.end()) return 0;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, version->second));
  ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, record.store));
  return static_cast<int>(store.scale);
}

absl::StatusOr<bool> VersionSnapshot::Contains(RowRef row, uint64_t ordinal) const {
  VersionRowSource source(environment_, resolved_, versions_);
  RETURN_IF_ERROR(source.BeginWindow(FragmentOf(ordinal), 1));
  ResolvedRow resolved;
  RETURN_IF_ERROR(source.Resolve(row, resolved));
  return ProbeFragment(resolved, 0, LocalOf(ordinal));
}

}  // namespace muster::index
