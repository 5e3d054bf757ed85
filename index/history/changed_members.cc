#include "index/history/changed_members.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/store_path.h"
#include "index/versions/snapshots/fragment_reader.h"

namespace muster::index {
namespace {

// Rows that are read in one transaction.
constexpr size_t kRowsAtOnce = 512;
constexpr uint64_t kChunksOfFragment = kFragmentOrdinals / 65'536;

// A version's store, and the end of its fragments.
struct Place {
  StoreId store = 0;
  StoreRecord record;
  uint32_t fragments = 0;
};

absl::StatusOr<Place> PlaceOf(const Transaction& transaction, TagId tag, Version version) {
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, version));
  ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(transaction, record.store));
  return Place{record.store, store, record.fragment_count};
}

// The rows that an edge changes in a fragment, ascending, without the known row.
absl::Status AddRowsOf(const Transaction& transaction, EdgeId edge, std::vector<RowId>& rows) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdgeStats));
  const Key<4> prefix = MakeKey(edge);
  for (cursor.Seek(prefix); cursor.At(prefix); cursor.Next()) {
    if (cursor.key().size() != 8) return Corrupt("statistics of an edge");
    const RowId row = ReadU32(cursor.key().data() + 4);
    ASSIGN_OR_RETURN(const EdgeStats stats, DecodeEdgeStats(cursor.value()));
    if (row != kKnownRow && stats.records > 0) rows.push_back(row);
  }
  return cursor.status();
}

void SortOnce(std::vector<RowId>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

bool HasValueSlices(const StoreRecord& store) { return store.layout != StoreLayout::kRows; }

// One comparison. Used once, by one thread.
class ChangeCount {
 public:
  ChangeCount(Environment& environment, const Tag& tag, const HeldVersion& from, const HeldVersion& to,
              WorkBudget& budget)
      : environment_(environment),
        tag_(tag),
        from_(from),
        to_(to),
        budget_(budget),
        read_from_(from.snapshot),
        read_to_(to.snapshot) {}

  absl::StatusOr<VersionDifference> Run() {
    RETURN_IF_ERROR(Plan());
    const uint32_t end = std::max(from_place_.fragments, to_place_.fragments);
    for (uint32_t fragment = 0; fragment < end; ++fragment) {
      RETURN_IF_ERROR(CountFragment(fragment));
    }
    return changes_;
  }

 private:
  // How values are compared.
  enum class Way {
    kRows,      // rows of both have the same meaning: XOR them
    kValueIds,  // SINGLE: value ids as slices, built from rows where the store has none
    kScaled,    // NUMBER: numbers of two scales
  };

  absl::Status Plan() {
    std::vector<PathEdge> edges;
    {
      ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
      ASSIGN_OR_RETURN(from_place_, PlaceOf(transaction, tag_.id, from_.version));
      ASSIGN_OR_RETURN(to_place_, PlaceOf(transaction, tag_.id, to_.version));
      if (from_place_.store == to_place_.store) {
        ASSIGN_OR_RETURN(edges, FindEdges(transaction, tag_.id, from_.version, to_.version));
      }
    }
    if (from_place_.store == to_place_.store) return PlanByEdges(edges);
    if (tag_.kind == TagKind::kSingle &&
        HasValueSlices(from_place_.record) != HasValueSlices(to_place_.record)) {
      way_ = Way::kValueIds;
    } else if (from_place_.record.scale != to_place_.record.scale) {
      way_ = Way::kScaled;
    }
    RETURN_IF_ERROR(AddRows(from_, from_place_, from_rows_));
    RETURN_IF_ERROR(AddRows(to_, to_place_, to_rows_));
    if (way_ != Way::kRows) return absl::OkStatus();
    from_rows_.insert(from_rows_.end(), to_rows_.begin(), to_rows_.end());
    SortOnce(from_rows_);
    return absl::OkStatus();
  }

  absl::Status PlanByEdges(const std::vector<PathEdge>& edges) {
    for (const PathEdge& edge : edges) {
      RETURN_IF_ERROR(budget_.SpendValues(1));
      ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
      RETURN_IF_ERROR(AddRowsOf(transaction, edge.edge, from_rows_));
      if (from_rows_.size() >= next_sort_) {  // many edges may change the same rows
        SortOnce(from_rows_);
        next_sort_ = std::max(next_sort_, 2 * from_rows_.size());
      }
    }
    SortOnce(from_rows_);
    return absl::OkStatus();
  }

  // The rows of a version that say which value a member has.
  absl::Status AddRows(const HeldVersion& held, const Place& place, std::vector<RowId>& rows) {
    const bool by_slices =
        TraitsOf(tag_.kind).is_numeric || (tag_.kind == TagKind::kSingle && HasValueSlices(place.record));
    const ValueId last = by_slices ? kOwnValue : kMaxValueId;
    RETURN_IF_ERROR(held.snapshot.VisitRows(tag_.id, kOwnValue, last, [&rows](RowId row, uint64_t) {
      if (row != kKnownRow) rows.push_back(row);
      return true;
    }));
    return budget_.SpendValues(rows.size());
  }

  absl::StatusOr<std::vector<Bitmap>> ReadRows(FragmentReader& reader, absl::Span<const RowId> rows,
                                               uint32_t fragment) {
    std::vector<RowRef> asked;
    asked.reserve(rows.size());
    for (const RowId row : rows) asked.push_back({tag_.id, row});
    RETURN_IF_ERROR(budget_.SpendChunks(rows.size() * kChunksOfFragment));
    return reader.ReadRows(asked, fragment);
  }

  absl::Status CountFragment(uint32_t fragment) {
    ASSIGN_OR_RETURN(const std::vector<Bitmap> known_from, ReadRows(read_from_, {&kKnownRow, 1}, fragment));
    ASSIGN_OR_RETURN(const std::vector<Bitmap> known_to, ReadRows(read_to_, {&kKnownRow, 1}, fragment));
    Bitmap entered = known_to.front(), left = known_from.front(), both = known_from.front();
    entered.Subtract(known_from.front());
    left.Subtract(known_to.front());
    both.Intersect(known_to.front());
    changes_.entered += entered.Cardinality();
    changes_.left += left.Cardinality();
    if (both.Empty()) return absl::OkStatus();
    if (way_ == Way::kScaled) return CountScaled(fragment, both);
    Bitmap different;
    RETURN_IF_ERROR(way_ == Way::kRows ? XorRows(fragment, different) : XorValueIds(fragment, different));
    different.Intersect(both);
    changes_.changed += different.Cardinality();
    return absl::OkStatus();
  }

  absl::Status XorRows(uint32_t fragment, Bitmap& different) {
    absl::Span<const RowId> rows = from_rows_;
    for (; !rows.empty(); rows.remove_prefix(std::min(rows.size(), kRowsAtOnce))) {
      const absl::Span<const RowId> next = rows.first(std::min(rows.size(), kRowsAtOnce));
      ASSIGN_OR_RETURN(std::vector<Bitmap> from, ReadRows(read_from_, next, fragment));
      ASSIGN_OR_RETURN(const std::vector<Bitmap> to, ReadRows(read_to_, next, fragment));
      for (size_t i = 0; i < next.size(); ++i) {
        from[i].Xor(to[i]);
        different.Union(from[i]);
      }
    }
    return absl::OkStatus();
  }

  // The slices of value ids, by bit.
  using ValueIds = std::map<int, Bitmap>;

  absl::StatusOr<ValueIds> ReadValueIds(FragmentReader& reader, absl::Span<const RowId> rows,
                                        uint32_t fragment) {
    ValueIds slices;
    for (; !rows.empty(); rows.remove_prefix(std::min(rows.size(), kRowsAtOnce))) {
      const absl::Span<const RowId> next = rows.first(std::min(rows.size(), kRowsAtOnce));
      ASSIGN_OR_RETURN(const std::vector<Bitmap> read, ReadRows(reader, next, fragment));
      for (size_t i = 0; i < next.size(); ++i) {
        if (ValueOf(next[i]) == kOwnValue) {
          slices[SlotOf(next[i]) - kFirstMagnitudeSlot] = read[i];
          continue;
        }
        for (ValueId left = ValueOf(next[i]); left != 0; left &= left - 1)
          slices[std::countr_zero(left)].Union(read[i]);
      }
    }
    return slices;
  }

  absl::Status XorValueIds(uint32_t fragment, Bitmap& different) {
    ASSIGN_OR_RETURN(ValueIds from, ReadValueIds(read_from_, from_rows_, fragment));
    ASSIGN_OR_RETURN(const ValueIds to, ReadValueIds(read_to_, to_rows_, fragment));
    for (const auto& [bit, slice] : to) from[bit].Xor(slice);
    for (const auto& [bit, slice] : from) different.Union(slice);
    return absl::OkStatus();
  }

  // The numbers of `members`, in their order.
  absl::StatusOr<std::vector<int64_t>> ReadNumbers(FragmentReader& reader, absl::Span<const RowId> rows,
                                                   uint32_t fragment, const std::vector<uint32_t>& members) {
    ASSIGN_OR_RETURN(const std::vector<Bitmap> slices, ReadRows(reader, rows, fragment));
    std::vector<uint64_t> magnitudes(members.size());
    std::vector<bool> negative(members.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const Slot slot = SlotOf(rows[i]);
      for (size_t m = 0; m < members.size(); ++m) {
        if (!slices[i].Contains(members[m])) continue;
        if (slot == kSignSlot) {
          negative[m] = true;
        } else {
          magnitudes[m] |= uint64_t{1} << (slot - kFirstMagnitudeSlot);
        }
      }
    }
    std::vector<int64_t> numbers(members.size());
    for (size_t m = 0; m < members.size(); ++m) {
      const auto number = static_cast<int64_t>(magnitudes[m]);
      numbers[m] = negative[m] ? -number : number;
    }
    return numbers;
  }

  absl::Status CountScaled(uint32_t fragment, const Bitmap& both) {
    const std::vector<uint32_t> members = both.ToVector();
    ASSIGN_OR_RETURN(const std::vector<int64_t> from, ReadNumbers(read_from_, from_rows_, fragment, members));
    ASSIGN_OR_RETURN(const std::vector<int64_t> to, ReadNumbers(read_to_, to_rows_, fragment, members));
    const int scale_from = from_place_.record.scale, scale_to = to_place_.record.scale;
    const absl::int128 up_from = PowerOfTen(std::max(0, scale_to - scale_from));
    const absl::int128 up_to = PowerOfTen(std::max(0, scale_from - scale_to));
    for (size_t m = 0; m < members.size(); ++m) {
      // Below 2^63 · 10^18, which 128 bits hold.
      if (absl::int128(from[m]) * up_from != absl::int128(to[m]) * up_to) ++changes_.changed;
    }
    return absl::OkStatus();
  }

  static absl::int128 PowerOfTen(int exponent) {
    absl::int128 power = 1;
    for (int i = 0; i < exponent; ++i) power *= 10;
    return power;
  }

  Environment& environment_;
  const Tag& tag_;
  const HeldVersion& from_;
  const HeldVersion& to_;
  WorkBudget& budget_;
  FragmentReader read_from_, read_to_;
  Place from_place_, to_place_;
  Way way_ = Way::kRows;
  std::vector<RowId> from_rows_;  // kRows: of both
  std::vector<RowId> to_rows_;
  size_t next_sort_ = 65'536;
  VersionDifference changes_;
};

}  // namespace

absl::StatusOr<VersionDifference> CountChanges(Environment& environment, const Tag& tag,
                                               const HeldVersion& from, const HeldVersion& to,
                                               WorkBudget& budget) {
  return ChangeCount(environment, tag, from, to, budget).Run();
}

}  // namespace muster::index
