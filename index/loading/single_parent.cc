#include "index/loading/single_parent.h"

#include <utility>

#include "index/versions/fragment_reader.h"

namespace muster::index {
namespace {

using ValuePairs = std::vector<std::pair<Ordinal, ValueId>>;

// Who is in a row, ascending.
absl::Status AddMembers(const TagStage& stage, FragmentReader& reader, RowId row,
                        std::vector<Ordinal>& members) {
  if (absl::Status stopped = stage.budget.Check(); !stopped.ok()) return stopped;
  for (uint32_t fragment = 0; fragment < stage.parent->fragment_count(); ++fragment) {
    const absl::StatusOr<Bitmap> set = reader.Read({stage.tag.id, row}, fragment);
    if (!set.ok()) return set.status();
    for (const uint32_t local : set->ToVector()) members.push_back(FirstOrdinalOf(fragment) + local);
  }
  return absl::OkStatus();
}

absl::StatusOr<ValuePairs> ReadRows(const TagStage& stage, const std::vector<ValueSize>& values) {
  ValuePairs pairs;
  FragmentReader reader(*stage.parent);
  std::vector<Ordinal> members;
  for (const ValueSize& value : values) {
    members.clear();
    const absl::Status added = AddMembers(stage, reader, MakeRow(value.value, kMembershipSlot), members);
    if (!added.ok()) return added;
    for (const Ordinal member : members) pairs.emplace_back(member, value.value);
  }
  return pairs;
}

absl::StatusOr<ValuePairs> ReadSlices(const TagStage& stage, const SingleParent& parent) {
  FragmentReader reader(*stage.parent);
  std::vector<Ordinal> known;
  if (absl::Status added = AddMembers(stage, reader, kKnownRow, known); !added.ok()) return added;
  const absl::StatusOr<std::vector<ValueId>> values = ReadOldValues(stage, parent, known);
  if (!values.ok()) return values.status();
  ValuePairs pairs;
  pairs.reserve(known.size());
  for (size_t i = 0; i < known.size(); ++i) pairs.emplace_back(known[i], (*values)[i]);
  return pairs;
}

}  // namespace

absl::StatusOr<SingleParent> ReadSingleParent(const TagStage& stage) {
  SingleParent parent;
  absl::StatusOr<std::vector<RowId>> own_rows = ParentRows(stage, kOwnValue, kOwnValue);
  if (!own_rows.ok()) return own_rows.status();
  parent.own_rows = *std::move(own_rows);
  absl::StatusOr<ValuesWithRows> with_rows = stage.parent->ValuesWithRows(stage.tag.id);
  if (!with_rows.ok()) return with_rows.status();
  parent.with_rows = *std::move(with_rows);
  parent.sliced = parent.with_rows.has_value() ||
                  std::any_of(parent.own_rows.begin(), parent.own_rows.end(),
                              [](RowId row) { return SlotOf(row) >= kFirstMagnitudeSlot; });
  return parent;
}

absl::StatusOr<std::vector<ValueSize>> CountParentValues(const TagStage& stage) {
  std::vector<ValueSize> values;
  const absl::Status visited =
      stage.parent->VisitRows(stage.tag.id, 1, kMaxValueId, [&values](RowId row, uint64_t members) {
        values.push_back({ValueOf(row), members});
        return true;
      });
  if (!visited.ok()) return visited;
  return values;
}

absl::StatusOr<std::vector<ValueId>> ReadOldValues(const TagStage& stage, const SingleParent& parent,
                                                   const std::vector<Ordinal>& members) {
  std::vector<RowRef> slices;
  for (const RowId row : parent.own_rows) {
    if (SlotOf(row) >= kFirstMagnitudeSlot) slices.push_back({stage.tag.id, row});
  }
  std::vector<ValueId> values(members.size(), 0);
  FragmentReader reader(*stage.parent);
  for (size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    if (absl::Status stopped = stage.budget.Check(); !stopped.ok()) return stopped;
    const uint32_t fragment = FragmentOf(members[begin]);
    while (end < members.size() && FragmentOf(members[end]) == fragment) ++end;
    const Bitmap asked =
        std::move(CutIntoFragments(absl::MakeConstSpan(members).subspan(begin, end - begin)).front().second);
    absl::StatusOr<std::vector<Bitmap>> sets = reader.ReadRows(slices, fragment);
    if (!sets.ok()) return sets.status();
    for (size_t s = 0; s < slices.size(); ++s) {
      const ValueId bit = ValueId{1} << (SlotOf(slices[s].row) - kFirstMagnitudeSlot);
      (*sets)[s].Intersect(asked);
      size_t i = begin;
      for (const uint32_t local : (*sets)[s].ToVector()) {
        while (LocalOf(members[i]) < local) ++i;
        values[i] |= bit;
      }
    }
  }
  return values;
}

absl::StatusOr<MemberCells> MergeWhole(const TagStage& stage, const SingleParent& parent,
                                       const std::vector<ValueSize>& values, const std::vector<Ordinal>& lost,
                                       const MemberCells& cells) {
  absl::StatusOr<ValuePairs> read = parent.sliced ? ReadSlices(stage, parent) : ReadRows(stage, values);
  if (!read.ok()) return read.status();
  ValuePairs pairs = *std::move(read);
  const auto is_lost = [&lost](const auto& pair) {
    return std::binary_search(lost.begin(), lost.end(), pair.first);
  };
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), is_lost), pairs.end());
  for (size_t i = 0; i < cells.ordinals.size(); ++i) pairs.emplace_back(cells.ordinals[i], cells.values[i]);
  std::sort(pairs.begin(), pairs.end());
  MemberCells whole;
  whole.ordinals.reserve(pairs.size());
  whole.values.reserve(pairs.size());
  for (const auto& [ordinal, value] : pairs) {
    whole.ordinals.push_back(ordinal);
    whole.values.push_back(value);
  }
  return whole;
}

}  // namespace muster::index
