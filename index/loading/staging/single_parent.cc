#include "index/loading/staging/single_parent.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/snapshots/fragment_reader.h"

namespace muster::index {
namespace {

using ValuePairs = std::vector<std::pair<Ordinal, ValueId>>;

// Appends the members of a row in the span, ascending.
absl::Status AddMembers(const TagStaging& staging, FragmentReader& reader, RowId row, FragmentSpan span,
                        std::vector<Ordinal>& members) {
  RETURN_IF_ERROR(staging.budget.Check());
  span = span.Below(staging.parent->fragment_count());
  for (uint32_t fragment = span.first; fragment < span.end; ++fragment) {
    ASSIGN_OR_RETURN(const Bitmap set, reader.Read({staging.tag.id, row}, fragment));
    for (const uint32_t local : set.ToVector()) members.push_back(FirstOrdinalOf(fragment) + local);
  }
  return absl::OkStatus();
}

absl::StatusOr<ValuePairs> ReadRows(const TagStaging& staging, const std::vector<ValueSize>& values,
                                    FragmentSpan span) {
  ValuePairs pairs;
  FragmentReader reader(*staging.parent);
  std::vector<Ordinal> members;
  for (const ValueSize& value : values) {
    members.clear();
    RETURN_IF_ERROR(AddMembers(staging, reader, MakeRow(value.value, kMembershipSlot), span, members));
    for (const Ordinal member : members) pairs.emplace_back(member, value.value);
  }
  return pairs;
}

absl::StatusOr<ValuePairs> ReadSlices(const TagStaging& staging, const SingleParent& parent,
                                      FragmentSpan span) {
  FragmentReader reader(*staging.parent);
  std::vector<Ordinal> known;
  RETURN_IF_ERROR(AddMembers(staging, reader, kKnownRow, span, known));
  ASSIGN_OR_RETURN(const std::vector<ValueId> values, ReadOldValues(staging, parent, known));
  ValuePairs pairs;
  pairs.reserve(known.size());
  for (size_t i = 0; i < known.size(); ++i) pairs.emplace_back(known[i], values[i]);
  return pairs;
}

}  // namespace

absl::StatusOr<SingleParent> ReadSingleParent(const TagStaging& staging) {
  SingleParent parent;
  ASSIGN_OR_RETURN(parent.own_rows, ParentRows(staging, kOwnValue, kOwnValue));
  ASSIGN_OR_RETURN(parent.with_rows, staging.parent->FindValuesWithRows(staging.tag.id));
  parent.sliced =
      !parent.with_rows.all() || std::any_of(parent.own_rows.begin(), parent.own_rows.end(),
                                             [](RowId row) { return SlotOf(row) >= kFirstMagnitudeSlot; });
  return parent;
}

absl::StatusOr<std::vector<ValueSize>> CountParentValues(const TagStaging& staging) {
  std::vector<ValueSize> values;
  RETURN_IF_ERROR(
      staging.parent->VisitRows(staging.tag.id, 1, kMaxValueId, [&values](RowId row, uint64_t members) {
        values.push_back({ValueOf(row), members});
        return true;
      }));
  return values;
}

absl::StatusOr<std::vector<ValueId>> ReadOldValues(const TagStaging& staging, const SingleParent& parent,
                                                   absl::Span<const Ordinal> members) {
  std::vector<RowRef> slices;
  for (const RowId row : parent.own_rows) {
    if (SlotOf(row) >= kFirstMagnitudeSlot) slices.push_back({staging.tag.id, row});
  }
  std::vector<ValueId> values(members.size(), 0);
  FragmentReader reader(*staging.parent);
  for (size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    RETURN_IF_ERROR(staging.budget.Check());
    const uint32_t fragment = FragmentOf(members[begin]);
    while (end < members.size() && FragmentOf(members[end]) == fragment) ++end;
    const Bitmap asked = std::move(CutIntoFragments(members.subspan(begin, end - begin)).front().second);
    ASSIGN_OR_RETURN(std::vector<Bitmap> sets, reader.ReadRows(slices, fragment));
    for (size_t s = 0; s < slices.size(); ++s) {
      const ValueId bit = ValueId{1} << (SlotOf(slices[s].row) - kFirstMagnitudeSlot);
      sets[s].Intersect(asked);
      size_t i = begin;
      for (const uint32_t local : sets[s].ToVector()) {
        while (LocalOf(members[i]) < local) ++i;
        values[i] |= bit;
      }
    }
  }
  return values;
}

absl::StatusOr<MemberCells> MergeWhole(const TagStaging& staging, const SingleParent& parent,
                                       const std::vector<ValueSize>& values, const MemberCells& cells) {
  const BlockVector<Ordinal> lost = UniteOrdinals(cells.ordinals, cells.cleared);
  ASSIGN_OR_RETURN(ValuePairs pairs, parent.sliced ? ReadSlices(staging, parent, cells.span)
                                                   : ReadRows(staging, values, cells.span));
  const auto is_lost = [&lost](const auto& pair) {
    return std::binary_search(lost.begin(), lost.end(), pair.first);
  };
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), is_lost), pairs.end());
  for (size_t i = 0; i < cells.ordinals.size(); ++i) pairs.emplace_back(cells.ordinals[i], cells.values[i]);
  std::sort(pairs.begin(), pairs.end());
  MemberCells whole;
  whole.span = cells.span;
  whole.ordinals.reserve(pairs.size());
  whole.values.reserve(pairs.size());
  for (const auto& [ordinal, value] : pairs) {
    whole.ordinals.push_back(ordinal);
    whole.values.push_back(value);
  }
  return whole;
}

}  // namespace muster::index
