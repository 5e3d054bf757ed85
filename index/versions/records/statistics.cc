#include "index/versions/records/statistics.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

using RowChange = std::pair<RowId, int64_t>;

// Rows from first to last, both included.
struct RowRange {
  RowId first = 0;
  RowId last = 0;
};

// Rows below the frontier's row count as T's, the frontier's row and all others as S's.
bool UsesBetween(const StorePath& path, RowId row) {
  return path.between.edge != kNoEdge && (row < path.frontier.row) == path.between_below_frontier;
}

int64_t Signed(const PathEdge& edge, const EdgeStats& stats) {
  return edge.forward ? stats.change : -stats.change;
}

absl::Status CollectBase(const Transaction& transaction, StoreId store, const RowRange& rows,
                         std::vector<RowChange>& changes) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kRowStats));
  const Key<4> prefix = MakeKey(store);
  for (cursor.Seek(MakeKey(store, rows.first)); cursor.At(prefix); cursor.Next()) {
    if (cursor.key().size() != 8) return Corrupt("statistics of a row");
    const RowId row = ReadU32(cursor.key().data() + 4);
    if (row > rows.last) break;
    ASSIGN_OR_RETURN(RowStats stats, DecodeRowStats(cursor.value()));
    changes.emplace_back(row, static_cast<int64_t>(stats.cardinality));
  }
  return cursor.status();
}

// `between`: nothing, or the path when the edge is the one between S and T, which counts for one side of the
// frontier.
absl::Status CollectEdge(const Transaction& transaction, const PathEdge& edge, const StorePath* between,
                         const RowRange& rows, std::vector<RowChange>& changes) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdgeStats));
  const Key<4> prefix = MakeKey(edge.edge);
  for (cursor.Seek(MakeKey(edge.edge, rows.first)); cursor.At(prefix); cursor.Next()) {
    if (cursor.key().size() != 8) return Corrupt("statistics of an edge");
    const RowId row = ReadU32(cursor.key().data() + 4);
    if (row > rows.last) break;
    if (between != nullptr && !UsesBetween(*between, row)) continue;
    ASSIGN_OR_RETURN(EdgeStats stats, DecodeEdgeStats(cursor.value()));
    if (stats.change != 0) changes.emplace_back(row, Signed(edge, stats));
  }
  return cursor.status();
}

// Finds rows of one owner (a store or an edge) in one database, fastest when they ascend.
class RowSeeker {
 public:
  RowSeeker(Cursor cursor, uint32_t owner) : cursor_(std::move(cursor)), owner_(owner) {}

  // The stored statistics of the row, if any.
  absl::StatusOr<std::optional<std::string_view>> Find(RowId row) {
    const Key<8> key = MakeKey(owner_, row);
    // A step costs a tenth of a search, and most callers ask for neighbours.
    const bool ahead = started_ && row >= last_;
    for (int step = 0; step < kSteps && ahead && cursor_.valid() && cursor_.key() < key; ++step)
      cursor_.Next();
    if (!ahead || (cursor_.valid() && cursor_.key() < key)) cursor_.Seek(key);
    started_ = true;
    last_ = row;
    RETURN_IF_ERROR(cursor_.status());
    if (!cursor_.valid() || cursor_.key() != std::string_view(key)) return std::nullopt;
    return cursor_.value();
  }

 private:
  static constexpr int kSteps = 6;

  Cursor cursor_;
  const uint32_t owner_;
  bool started_ = false;
  RowId last_ = 0;
};

absl::StatusOr<RowSeeker> SeekerOf(const Transaction& transaction, DatabaseId database, uint32_t owner) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(database));
  return RowSeeker(std::move(cursor), owner);
}

// Adds to `sums` what an edge changes of `rows`; `between` as in CollectEdge.
absl::Status AddEdge(const Transaction& transaction, const PathEdge& edge, const StorePath* between,
                     absl::Span<const RowId> rows, std::vector<int64_t>& sums) {
  ASSIGN_OR_RETURN(RowSeeker seeker, SeekerOf(transaction, DatabaseId::kEdgeStats, edge.edge));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (between != nullptr && !UsesBetween(*between, rows[i])) continue;
    ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes, seeker.Find(rows[i]));
    if (!bytes.has_value()) continue;
    ASSIGN_OR_RETURN(const EdgeStats stats, DecodeEdgeStats(*bytes));
    sums[i] += Signed(edge, stats);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> BaseOf(const Transaction& transaction, StoreId store,
                                            absl::Span<const RowId> rows) {
  std::vector<int64_t> sums(rows.size());
  ASSIGN_OR_RETURN(RowSeeker seeker, SeekerOf(transaction, DatabaseId::kRowStats, store));
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes, seeker.Find(rows[i]));
    if (!bytes.has_value()) continue;
    ASSIGN_OR_RETURN(const RowStats stats, DecodeRowStats(*bytes));
    sums[i] = static_cast<int64_t>(stats.cardinality);
  }
  return sums;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> CardinalitiesOf(const Transaction& transaction, const StorePath& path,
                                                      absl::Span<const RowId> rows) {
  ASSIGN_OR_RETURN(std::vector<int64_t> sums, BaseOf(transaction, path.store, rows));
  absl::Status status;
  if (path.between.edge != kNoEdge) status = AddEdge(transaction, path.between, &path, rows, sums);
  for (const PathEdge& edge : path.edges) {
    if (status.ok()) status = AddEdge(transaction, edge, nullptr, rows, sums);
  }
  RETURN_IF_ERROR(status);
  if (std::any_of(sums.begin(), sums.end(), [](int64_t sum) { return sum < 0; }))
    return Corrupt("statistics of a row");
  return std::vector<uint64_t>(sums.begin(), sums.end());
}

absl::StatusOr<uint64_t> CardinalityOf(const Transaction& transaction, const StorePath& path, RowId row) {
  ASSIGN_OR_RETURN(RowStats base, ReadRowStats(transaction, path.store, row));
  int64_t cardinality = static_cast<int64_t>(base.cardinality);
  if (UsesBetween(path, row)) {
    ASSIGN_OR_RETURN(EdgeStats stats, ReadEdgeStats(transaction, path.between.edge, row));
    cardinality += Signed(path.between, stats);
  }
  for (const PathEdge& edge : path.edges) {
    ASSIGN_OR_RETURN(EdgeStats stats, ReadEdgeStats(transaction, edge.edge, row));
    cardinality += Signed(edge, stats);
  }
  if (cardinality < 0) return Corrupt("statistics of a row");
  return static_cast<uint64_t>(cardinality);
}

absl::StatusOr<std::vector<std::pair<RowId, uint64_t>>> CardinalitiesOf(const Transaction& transaction,
                                                                        const StorePath& path, RowId first,
                                                                        RowId last) {
  std::vector<RowChange> changes;
  const RowRange rows{first, last};
  absl::Status status = CollectBase(transaction, path.store, rows, changes);
  const bool only_base = path.between.edge == kNoEdge && path.edges.empty();
  if (status.ok() && path.between.edge != kNoEdge) {
    status = CollectEdge(transaction, path.between, &path, rows, changes);
  }
  for (const PathEdge& edge : path.edges) {
    if (status.ok()) status = CollectEdge(transaction, edge, nullptr, rows, changes);
  }
  RETURN_IF_ERROR(status);
  if (!only_base) std::sort(changes.begin(), changes.end());
  std::vector<std::pair<RowId, uint64_t>> cardinalities;
  for (size_t i = 0; i < changes.size();) {
    const RowId row = changes[i].first;
    int64_t sum = 0;
    for (; i < changes.size() && changes[i].first == row; ++i) sum += changes[i].second;
    if (sum < 0) return Corrupt("statistics of a row");
    if (sum > 0) cardinalities.emplace_back(row, static_cast<uint64_t>(sum));
  }
  return cardinalities;
}

}  // namespace muster::index
