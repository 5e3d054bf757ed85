#include "index/loading/staging/multi_removal.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "index/loading/staging/row_builder.h"
#include "index/status/status_macros.h"
#include "index/versions/snapshots/fragment_reader.h"

namespace muster::index {
namespace {

// Who loses a value. `value` is stored.
struct RemovedValue {
  ValueId value = 0;
  FragmentSets members;
};

// By value, ascending. Values that aren't stored are left out.
std::vector<RemovedValue> RemovedValues(MemberCells cells) {
  cells.numbers.clear();  // the weights, which don't matter
  const ValueMembers members = ByValue(std::move(cells));
  std::vector<RemovedValue> removed;
  for (size_t begin = 0, end = 0; begin < members.values.size(); begin = end) {
    while (end < members.values.size() && members.values[end] == members.values[begin]) ++end;
    if (members.values[begin] == kOwnValue) continue;
    removed.push_back({members.values[begin],
                       CutIntoFragments(absl::MakeConstSpan(members.ordinals).subspan(begin, end - begin))});
  }
  return removed;
}

// The set of that fragment; null: it has no member there.
const Bitmap* FindFragment(const FragmentSets& sets, uint32_t fragment) {
  const auto at = std::lower_bound(sets.begin(), sets.end(), fragment,
                                   [](const auto& set, uint32_t sought) { return set.first < sought; });
  return at == sets.end() || at->first != fragment ? nullptr : &at->second;
}

// Removes from `sets` what `keep` returns for each fragment's old members of the row, and fragments that are empty
// then. REQUIRES: as FragmentReader::ReadWindow for parts of `sets`.
template <typename Keep>
absl::Status RemoveFound(FragmentReader& reader, RowRef row, FragmentSets& sets, const Keep& keep) {
  for (size_t begin = 0, end = 0; begin < sets.size(); begin = end) {
    std::vector<uint32_t> window;
    for (; end < sets.size() && sets[end].first - sets[begin].first < kMaxWindowFragments; ++end)
      window.push_back(sets[end].first);
    ASSIGN_OR_RETURN(std::vector<Bitmap> old, reader.ReadWindow(row, window));
    for (size_t i = 0; i < window.size(); ++i) keep(window[i], std::move(old[i]), sets[begin + i].second);
  }
  sets.erase(std::remove_if(sets.begin(), sets.end(), [](const auto& set) { return set.second.Empty(); }),
             sets.end());
  return absl::OkStatus();
}

// Of `members`, who know the tag, those who keep no value. `rows`: all of the parent's rows of values.
absl::StatusOr<FragmentSets> FindEmptied(const TagStaging& staging, absl::Span<const RowId> rows,
                                         const std::vector<RemovedValue>& removed, FragmentSets members) {
  const TagId tag = staging.tag.id;
  FragmentReader reader(*staging.parent);
  RETURN_IF_ERROR(RemoveFound(reader, {tag, kKnownRow}, members,
                              [](uint32_t, const Bitmap& known, Bitmap& asked) { asked.Intersect(known); }));
  auto next = removed.begin();
  for (const RowId row : rows) {
    if (members.empty()) break;
    if (SlotOf(row) != kMembershipSlot) continue;
    RETURN_IF_ERROR(staging.budget.Check());
    while (next != removed.end() && next->value < ValueOf(row)) ++next;
    const bool loses = next != removed.end() && next->value == ValueOf(row);
    RETURN_IF_ERROR(
        RemoveFound(reader, {tag, row}, members, [&](uint32_t fragment, Bitmap keeping, Bitmap& emptied) {
          const Bitmap* const losing = loses ? FindFragment(next->members, fragment) : nullptr;
          if (losing != nullptr) keeping.Subtract(*losing);
          emptied.Subtract(keeping);
        }));
  }
  return members;
}

// Those of `ordinals` that aren't in `cleared`; both ascend.
BlockVector<Ordinal> WithoutCleared(const BlockVector<Ordinal>& ordinals,
                                    const BlockVector<Ordinal>& cleared) {
  BlockVector<Ordinal> left;
  std::set_difference(ordinals.begin(), ordinals.end(), cleared.begin(), cleared.end(),
                      std::back_inserter(left));
  return left;
}

}  // namespace

absl::Status WriteMultiRemoval(const TagStaging& staging, MemberCells cells, RowSink& sink) {
  ASSIGN_OR_RETURN(const std::vector<RowId> rows, ParentRows(staging, 1, kMaxValueId));
  ClearedMembers cleared;
  cleared.sets = CutIntoFragments(cells.cleared);
  BlockVector<Ordinal> ordinals = cells.ordinals;
  ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
  FragmentSets asked = CutIntoFragments(WithoutCleared(ordinals, cells.cleared));
  const std::vector<RemovedValue> removed = RemovedValues(std::move(cells));
  ASSIGN_OR_RETURN(FragmentSets emptied, FindEmptied(staging, rows, removed, std::move(asked)));
  RETURN_IF_ERROR(sink.WriteRow(kKnownRow, {}, JoinCleared(cleared, std::move(emptied))));
  auto next = removed.begin();
  for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const ValueId value = ValueOf(rows[begin]);
    while (end < rows.size() && ValueOf(rows[end]) == value) ++end;
    while (next != removed.end() && next->value < value) ++next;
    const bool loses = next != removed.end() && next->value == value;
    if (!loses && cleared.sets.empty()) continue;
    const ClearedMembers leaving = loses ? JoinCleared(cleared, next->members) : cleared;
    for (size_t row = begin; row < end; ++row) RETURN_IF_ERROR(sink.WriteRow(rows[row], {}, leaving));
  }
  return absl::OkStatus();
}

}  // namespace muster::index
