// A row at a version is the base's row with the changes of the edges on the path from the base to the
// version. For each window the row's records are read through cursors into a table, a column for the base and
// for each edge. A fragment is then the last whole image on the path, and the XOR records behind it. Edges
// whose statistics don't name the row have no record of it and are skipped.
#include "index/versions/snapshots/version_row_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/bitmap/fragment_record.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/statistics.h"

namespace muster::index {
namespace {

// Columns of the window's records: the base, the edge between S and T, then the path's other edges.
constexpr size_t kBaseColumn = 0;
constexpr size_t kBetweenColumn = 1;
constexpr size_t kFirstEdgeColumn = 2;
constexpr size_t kFragmentKeyBytes = 12;  // of both databases

}  // namespace

absl::Status WindowReader::Begin() {
  if (transaction_.has_value()) {
    transaction_->Reset();
    RETURN_IF_ERROR(transaction_->Renew());
    RETURN_IF_ERROR(transaction_->RenewCursor(*fragments_));
    return transaction_->RenewCursor(*edges_);
  }
  ASSIGN_OR_RETURN(ReadTransaction begun, environment_.BeginRead());
  ASSIGN_OR_RETURN(Cursor fragments, begun.NewCursor(DatabaseId::kFragments));
  ASSIGN_OR_RETURN(Cursor edges, begun.NewCursor(DatabaseId::kEdges));
  transaction_.emplace(std::move(begun));
  fragments_.emplace(std::move(fragments));
  edges_.emplace(std::move(edges));
  return absl::OkStatus();
}

absl::Status VersionRowSource::BeginWindow(uint32_t first_fragment, uint32_t count) {
  if (count == 0 || count > kMaxWindowFragments) {
    return absl::InvalidArgumentError(absl::StrCat("a window has 1 to ", kMaxWindowFragments, " fragments"));
  }
  ++window_;
  first_fragment_ = first_fragment;
  count_ = count;
  lent_.clear();
  composed_.Forget();
  if (is_first_) {
    RETURN_IF_ERROR(reader_->Begin());
  } else {
    RETURN_IF_ERROR(CheckWindow());
  }
  view_ = reader_->transaction().view();
  return absl::OkStatus();
}

void VersionRowSource::EndWindow() {
  lent_.clear();
  composed_.Forget();
  if (is_first_) reader_->End();
}

absl::StatusOr<VersionRowSource::TagPath*> VersionRowSource::PathOf(TagId tag, Version version) {
  TagPath& known = paths_[tag];
  if (known.window == window_) return &known;
  if (known.store == 0) {
    ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(reader_->transaction(), tag, version));
    known.store = record.store;
  }
  ASSIGN_OR_RETURN(StoreRecord record, ReadStore(reader_->transaction(), known.store));
  const bool same_edges = known.generation != 0 && record.settled == known.record.settled &&
                          record.settling == known.record.settling;
  if (!same_edges) {
    if (record.tag != tag || record.settled == kNoVersion) return Corrupt("record of a store");
    ASSIGN_OR_RETURN(known.path, FindPathIn(reader_->transaction(), known.store, record, version));
    known.generation = ++generations_;
  }
  known.path.frontier = record.frontier;
  known.record = record;
  known.window = window_;
  return &known;
}

absl::StatusOr<const VersionRowSource::RowPlaces*> VersionRowSource::PlacesOf(const TagPath& tag_path,
                                                                              RowRef row) {
  static const RowPlaces kInBaseAlone;
  if (tag_path.path.between.edge == kNoEdge && tag_path.path.edges.empty()) return &kInBaseAlone;
  RowPlaces& known = places_[uint64_t{row.tag} << 32 | row.row];
  if (known.generation == tag_path.generation) return &known;
  known.generation = 0;
  known.in_between = false;
  known.edges.clear();
  const StorePath& path = tag_path.path;
  if (path.between.edge != kNoEdge) {
    ASSIGN_OR_RETURN(EdgeStats stats, ReadEdgeStats(reader_->transaction(), path.between.edge, row.row));
    known.in_between = stats.records > 0;
  }
  for (const PathEdge& edge : path.edges) {
    ASSIGN_OR_RETURN(EdgeStats stats, ReadEdgeStats(reader_->transaction(), edge.edge, row.row));
    if (stats.records > 0) known.edges.push_back(edge.edge);
  }
  known.generation = tag_path.generation;
  return &known;
}

absl::Status VersionRowSource::Walk(Cursor& cursor, uint32_t id, RowId row, size_t column) {
  const Key<8> prefix = MakeKey(id, row);
  for (cursor.Seek(MakeKey(id, row, first_fragment_)); cursor.At(prefix); cursor.Next()) {
    if (cursor.key().size() != kFragmentKeyBytes) return Corrupt("key of a fragment");
    const uint32_t place = ReadU32(cursor.key().data() + 8) - first_fragment_;
    if (place >= count_) break;
    records_[column * count_ + place] = RecordBytesOf(cursor.value());
    if (place + 1 == count_) break;  // the next record may be on another page
  }
  return cursor.status();
}

absl::Status VersionRowSource::ResolveToRead(RowRef row, ResolvedRow& scratch, const ResolvedRow*& resolved) {
  RETURN_IF_ERROR(CheckWindow());
  const ResolvedKey key{row, VersionOf(row.tag), first_fragment_, count_};
  std::shared_ptr<const ResolvedRow> kept = kept_.Find(view_, key);
  if (kept == nullptr) {
    RETURN_IF_ERROR(ResolveToScan(row, scratch));
    // A composed row's records are this source's own.
    if (!composed_.Holds(row)) kept = kept_.Keep(view_, key, scratch);
  }
  resolved = kept == nullptr ? &scratch : kept.get();
  if (kept != nullptr) lent_.push_back(std::move(kept));
  return absl::OkStatus();
}

absl::Status VersionRowSource::CheckWindow() const {
  if (reader_->active()) return absl::OkStatus();
  return absl::FailedPreconditionError("rows are resolved between BeginWindow and EndWindow");
}

absl::Status VersionRowSource::Resolve(RowRef row, ResolvedRow& resolved) {
  return ResolveRecords(row, false, resolved);
}

absl::Status VersionRowSource::ResolveToScan(RowRef row, ResolvedRow& resolved) {
  return ResolveRecords(row, true, resolved);
}

absl::Status VersionRowSource::CheckRecord(RowRef row, RecordBytes record) {
  constexpr DatabaseId kEither[] = {DatabaseId::kFragments, DatabaseId::kEdges};
  const std::string_view value(reinterpret_cast<const char*>(record.data()), record.size());
  if (record.empty() || composed_.Holds(row) ||
      reader_->transaction().IsWhole(kEither, kFragmentKeyBytes, value))
    return absl::OkStatus();
  // Resolving the row with all checks finds out which record it is, and reports it.
  ResolvedRow checked;
  absl::Status damage = Resolve(row, checked);
  return damage.ok() ? Corrupt("fragment") : damage;
}

Version VersionRowSource::VersionOf(TagId tag) const {
  if (const auto version = versions_->find(tag); version != versions_->end()) return version->second;
  const auto version = lone_.find(tag);
  return version == lone_.end() ? kNoVersion : version->second;
}

absl::Status VersionRowSource::ResolveRecords(RowRef row, bool leave_large, ResolvedRow& resolved) {
  RETURN_IF_ERROR(CheckWindow());
  resolved.flips.clear();
  resolved.fragments.assign(count_, {});
  const Version version = VersionOf(row.tag);
  if (version == kNoVersion) return absl::OkStatus();
  ASSIGN_OR_RETURN(TagPath * tag_path, PathOf(row.tag, version));
  ASSIGN_OR_RETURN(const RowPlaces* places, PlacesOf(*tag_path, row));
  records_.assign((kFirstEdgeColumn + places->edges.size()) * count_, {});
  const StorePath& path = tag_path->path;
  reader_->fragments().LeaveLarge(leave_large);
  reader_->edges().LeaveLarge(leave_large);
  absl::Status status = Walk(reader_->fragments(), path.store, row.row, kBaseColumn);
  if (status.ok() && places->in_between)
    status = Walk(reader_->edges(), path.between.edge, row.row, kBetweenColumn);
  for (size_t i = 0; i < places->edges.size() && status.ok(); ++i) {
    status = Walk(reader_->edges(), places->edges[i], row.row, kFirstEdgeColumn + i);
  }
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(const bool in_slices, IsInSlicesOnly(*tag_path, row));
  return in_slices ? ComposeRow(path, row, resolved) : Assemble(path, row, *places, resolved);
}

// A row that has a record in the window is stored. Others are rare, so the list of values with rows is read
// only when the first of them comes.
absl::StatusOr<bool> VersionRowSource::IsInSlicesOnly(TagPath& tag_path, RowRef row) {
  if (tag_path.record.layout != StoreLayout::kFrequentRowsAndValueSlices) return false;
  if (ValueOf(row.row) == kOwnValue || SlotOf(row.row) != kMembershipSlot) return false;
  const auto is_record = [](const RecordBytes& record) { return !record.empty(); };
  if (std::any_of(records_.begin(), records_.end(), is_record)) return false;
  if (!tag_path.values_with_rows.has_value()) {
    ASSIGN_OR_RETURN(tag_path.values_with_rows,
                     ReadValuesWithRows(reader_->transaction(), tag_path.store, tag_path.record));
  }
  return !tag_path.values_with_rows->Keeps(row.row);
}

// The statistics count the members of every value. If a slice of one of its bits has fewer, a record is
// missing, and the row must not be answered as empty.
absl::Status VersionRowSource::ComposeRow(const StorePath& path, RowRef row, ResolvedRow& resolved) {
  ASSIGN_OR_RETURN(const uint64_t members, CardinalityOf(reader_->transaction(), path, row.row));
  if (members == 0) return absl::OkStatus();
  const ValueId value = ValueOf(row.row);
  for (int bit = 0; value >> bit != 0; ++bit) {
    if ((value >> bit & 1) == 0) continue;
    ASSIGN_OR_RETURN(const uint64_t with_bit,
                     CardinalityOf(reader_->transaction(), path, MakeRow(kOwnValue, MagnitudeSlot(bit))));
    if (with_bit < members) return Corrupt("record of a tag's value-id slices");
  }
  const auto resolve = [this](RowRef own, ResolvedRow& slice) { return Resolve(own, slice); };
  return composed_.Compose(row, first_fragment_, count_, resolve, resolved);
}

// Goes from the outermost edge inward, collecting flips, up to the first whole image, which becomes the
// image; without one it is the base's. An unchecked record may have a wrong kind, but then it is the image or
// a flip, and is checked before the fragment is read.
absl::Status VersionRowSource::Assemble(const StorePath& path, RowRef row, const RowPlaces& places,
                                        ResolvedRow& resolved) {
  const size_t columns = kFirstEdgeColumn + places.edges.size();
  for (uint32_t place = 0; place < count_; ++place) {
    ResolvedRow::Fragment& fragment = resolved.fragments[place];
    fragment.first_flip = static_cast<uint32_t>(resolved.flips.size());
    const bool uses_between = places.in_between && path.UsesBetween({row.row, first_fragment_ + place});
    fragment.image = records_[kBaseColumn * count_ + place];
    for (size_t column = columns - 1; column > kBaseColumn; --column) {
      const RecordBytes record = records_[column * count_ + place];
      if (record.empty() || (column == kBetweenColumn && !uses_between)) continue;
      const std::optional<RecordHeader> header = ReadRecordHeader(record);
      if (!header.has_value() || header->kind == RecordKind::kImage) {
        absl::Status damage = CheckRecord(row, record);
        return damage.ok() ? Corrupt("edge") : damage;
      }
      if (header->kind != RecordKind::kXor) {
        fragment.image = record;
        break;
      }
      resolved.flips.push_back(record);
    }
    fragment.flip_count = static_cast<uint32_t>(resolved.flips.size()) - fragment.first_flip;
  }
  return absl::OkStatus();
}

}  // namespace muster::index
