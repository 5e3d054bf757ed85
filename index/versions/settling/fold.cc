// Folding moves a store's base along one edge, from the settled version S to a neighbour T, key by key in the
// order of (row, fragment). An edge record says how S and T differ at its key: an XOR record is applied to
// the base, and a whole image changes places with the base's. Where the edge has no record, S and T are
// equal, so the frontier may pass such keys. The frontier moves in the transaction that changes the records
// it passes, so in every committed state a reader knows for each key whether the base holds S or T.
#include "index/versions/settling/fold.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

// The edge between S and T, and whether T is the child.
struct Crossing {
  EdgeId edge = kNoEdge;
  bool to_child = true;
};

absl::StatusOr<Crossing> CrossingOf(const Transaction& transaction, const StoreRecord& record) {
  ASSIGN_OR_RETURN(VersionRecord settled, ReadVersion(transaction, record.tag, record.settled));
  ASSIGN_OR_RETURN(VersionRecord target, ReadVersion(transaction, record.tag, record.settling));
  if (target.parent == record.settled) return Crossing{target.edge, true};
  if (settled.parent == record.settling) return Crossing{settled.edge, false};
  return Corrupt("settling of a store");
}

// The place of the first edge record at or after the frontier. Doesn't read the record: a row that has only
// statistics may have to be passed first.
absl::StatusOr<std::optional<Frontier>> NextRecord(const Transaction& transaction, EdgeId edge,
                                                   Frontier from) {
  if (edge == kNoEdge) return std::nullopt;
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdges));
  cursor.Seek(MakeKey(edge, from.row, from.fragment));
  RETURN_IF_ERROR(cursor.status());
  if (!cursor.At(MakeKey(edge))) return std::nullopt;
  if (cursor.key().size() != 12) return Corrupt("edge");
  return Frontier{ReadU32(cursor.key().data() + 4), ReadU32(cursor.key().data() + 8)};
}

// The first row after `row` that the edge changes: that of `record`, or one that has only statistics; empty
// when there is none.
absl::StatusOr<std::optional<RowId>> RowBehind(const Transaction& transaction, EdgeId edge, RowId row,
                                               const std::optional<Frontier>& record) {
  if (edge == kNoEdge) return std::nullopt;
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdgeStats));
  cursor.Seek(MakeKey(edge, row, 0));  // a longer key sorts after it
  RETURN_IF_ERROR(cursor.status());
  std::optional<RowId> behind;
  if (record.has_value()) behind = record->row;
  if (!cursor.At(MakeKey(edge))) return behind;
  if (cursor.key().size() != 8) return Corrupt("statistics of an edge");
  const RowId counted = ReadU32(cursor.key().data() + 4);
  return behind.has_value() ? std::min(*behind, counted) : counted;
}

// Sets the row's cardinality to that at T, as the frontier passes the row.
absl::Status PassRow(WriteTransaction& transaction, StoreId store, const Crossing& crossing, RowId row) {
  if (crossing.edge == kNoEdge) return absl::OkStatus();
  ASSIGN_OR_RETURN(EdgeStats change, ReadEdgeStats(transaction, crossing.edge, row));
  if (change.change == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(RowStats stats, ReadRowStats(transaction, store, row));
  const int64_t cardinality =
      static_cast<int64_t>(stats.cardinality) + (crossing.to_child ? change.change : -change.change);
  if (cardinality < 0) return Corrupt("statistics of a row");
  stats.cardinality = static_cast<uint64_t>(cardinality);
  return WriteRowStats(transaction, store, row, stats);
}

absl::Status CountBaseRecord(WriteTransaction& transaction, StoreId store, RowId row, bool was, bool is) {
  if (was == is) return absl::OkStatus();
  ASSIGN_OR_RETURN(RowStats stats, ReadRowStats(transaction, store, row));
  if (was && stats.records == 0) return Corrupt("statistics of a row");
  stats.records = is ? stats.records + 1 : stats.records - 1;
  return WriteRowStats(transaction, store, row, stats);
}

// XOR: base := base ⊕ flips, and the record stays. Whole image: base and record change places. REQUIRES: the
// edge has a record at `key`.
absl::Status FoldRecord(WriteTransaction& transaction, StoreId store, const Crossing& crossing,
                        Frontier key) {
  const Key<12> base_key = MakeKey(store, key.row, key.fragment);
  const Key<12> edge_key = MakeKey(crossing.edge, key.row, key.fragment);
  ASSIGN_OR_RETURN(const std::optional<std::string_view> change,
                   transaction.Get(DatabaseId::kEdges, edge_key));
  ASSIGN_OR_RETURN(DecodedRecord edge, DecodeRecord(RecordBytesOf(change.value_or(std::string_view()))));
  ASSIGN_OR_RETURN(std::optional<std::string_view> stored, transaction.Get(DatabaseId::kFragments, base_key));
  const bool was = stored.has_value();
  ASSIGN_OR_RETURN(DecodedRecord base, DecodeRecord(RecordBytesOf(stored.value_or(std::string_view()))));
  const RecordKind far_kind = crossing.to_child ? RecordKind::kAfter : RecordKind::kBefore;
  const RecordKind near_kind = crossing.to_child ? RecordKind::kBefore : RecordKind::kAfter;
  Bitmap image;
  if (edge.kind == RecordKind::kXor) {
    image = std::move(base.bitmap);
    image.Xor(edge.bitmap);
  } else if (edge.kind == far_kind) {
    image = std::move(edge.bitmap);
    const std::string swapped = EncodeRecord(near_kind, std::move(base.bitmap));
    RETURN_IF_ERROR(transaction.Put(DatabaseId::kEdges, edge_key, swapped));
  } else {
    return Corrupt("edge (a whole image of its nearer end)");
  }
  const bool is = !image.Empty();
  absl::Status status;
  if (is) {
    status =
        transaction.Put(DatabaseId::kFragments, base_key, EncodeRecord(RecordKind::kImage, std::move(image)));
  } else if (was) {
    status = transaction.Delete(DatabaseId::kFragments, base_key).status();
  }
  RETURN_IF_ERROR(status);
  FaultPoint("settle/record_folded");
  return CountBaseRecord(transaction, store, key.row, was, is);
}

}  // namespace

absl::StatusOr<size_t> FoldSome(WriteTransaction& transaction, StoreId store, StoreRecord& record,
                                size_t max_records) {
  ASSIGN_OR_RETURN(Crossing crossing, CrossingOf(transaction, record));
  size_t folded = 0;
  for (; folded < max_records && !transaction.NearlyFull(); ++folded) {
    ASSIGN_OR_RETURN(const std::optional<Frontier> next,
                     NextRecord(transaction, crossing.edge, record.frontier));
    if (next.has_value() && next->row == record.frontier.row) {
      record.frontier.fragment = next->fragment + 1;
      RETURN_IF_ERROR(FoldRecord(transaction, store, crossing, *next));
      continue;
    }
    const RowId passed = record.frontier.row;
    ASSIGN_OR_RETURN(const std::optional<RowId> behind, RowBehind(transaction, crossing.edge, passed, next));
    RETURN_IF_ERROR(PassRow(transaction, store, crossing, passed));
    record.frontier = {behind.value_or(0), 0};
    if (!behind.has_value()) {
      record.settled = record.settling;
      record.settling = kNoVersion;
      FaultPoint("settle/neighbour_reached");
      return folded;
    }
  }
  return folded;
}

}  // namespace muster::index
