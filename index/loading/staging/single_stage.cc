// single_stage.h describes the layouts. A MERGE has to remove each of its members from the row of its old
// value. Without slices that value is unknown, so the members are removed from every row (StageAllRows). With
// slices the old values are read first, and only the rows of old and new values are written
// (StageSlicedMerge).
#include "index/loading/staging/single_stage.h"

#include <algorithm>
#include <utility>

#include "index/loading/staging/row_builder.h"
#include "index/loading/staging/single_parent.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

std::vector<int64_t> AsNumbers(const std::vector<ValueId>& values) {
  return std::vector<int64_t>(values.begin(), values.end());
}

// The number of different values of the parent and of the cells together.
size_t CountTogether(const std::vector<ValueSize>& parent, const MemberCells& cells) {
  std::vector<ValueId> values = cells.values;
  for (const ValueSize& value : parent) values.push_back(value.value);
  std::sort(values.begin(), values.end());
  return static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

// Members of each value in turn: entries [begin, end) of `members` have `value`.
struct ValueRun {
  ValueId value;
  size_t begin, end;
  int64_t size() const { return static_cast<int64_t>(end - begin); }
};

// The entries of `value` from `begin` on; none when the next value is another one.
ValueRun RunOf(const ValueMembers& members, ValueId value, size_t begin) {
  size_t end = begin;
  while (end < members.values.size() && members.values[end] == value) ++end;
  return {value, begin, end};
}

absl::Span<const Ordinal> MembersOf(const ValueMembers& members, const ValueRun& run) {
  return absl::MakeConstSpan(members.ordinals).subspan(run.begin, run.end - run.begin);
}

// Values that at least one in `of` members has, ascending.
std::vector<ValueId> FrequentValues(const ValueMembers& members, size_t of) {
  std::vector<ValueId> frequent;
  for (size_t at = 0; at < members.values.size();) {
    const ValueRun run = RunOf(members, members.values[at], at);
    if ((run.end - run.begin) * of >= members.values.size()) frequent.push_back(run.value);
    at = run.end;
  }
  return frequent;
}

// The change of a value's members: (old members \ cleared) ∪ joining.
struct ValueChange {
  ValueId value = 0;
  absl::Span<const Ordinal> joining;
  const ClearedMembers& cleared;
  int64_t members = 0;  // the change of their number
};

// Writes the row of a value that has one; of another value only the change of its member count.
absl::Status WriteValue(const ValueChange& change, const ValuesWithRows& with_rows, RowSink& sink) {
  const RowId row = MakeRow(change.value, kMembershipSlot);
  if (!with_rows.Has(change.value)) return sink.WriteCount(row, change.members);
  return sink.WriteRow(row, CutIntoFragments(change.joining), change.cleared);
}

// Writes every value of the parent and of the cells: its old members without `cleared`, and those of the
// cells. REQUIRES: for values without a row, everyone is cleared.
absl::Status WriteAllValues(const std::vector<ValueSize>& parent, const ValueMembers& members,
                            const ClearedMembers& cleared, const ValuesWithRows& with_rows, RowSink& sink) {
  size_t at = 0;
  for (size_t old = 0; old < parent.size() || at < members.values.size();) {
    ValueId value = kMaxValueId;
    if (old < parent.size()) value = std::min(value, parent[old].value);
    if (at < members.values.size()) value = std::min(value, members.values[at]);
    const ValueRun run = RunOf(members, value, at);
    at = run.end;
    int64_t change = run.size();
    if (old < parent.size() && parent[old].value == value)
      change -= static_cast<int64_t>(parent[old++].members);
    RETURN_IF_ERROR(WriteValue({value, MembersOf(members, run), cleared, change}, with_rows, sink));
  }
  return absl::OkStatus();
}

// `values`: the layout is made for at least this many.
absl::StatusOr<StagedVersion> StageNewStore(const TagStage& stage, MemberCells cells, size_t values = 0) {
  const std::vector<Ordinal> known = cells.ordinals;
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  const ValueMembers members = ByValue(std::move(cells));
  values = std::max(values, CountValues(members));
  const bool sliced = values > kValuesWithoutSlicesMax;
  ValuesWithRows with_rows;
  StoreLayout layout = sliced ? StoreLayout::kRowsAndValueSlices : StoreLayout::kRows;
  if (values > kValuesWithRowsMax) {
    with_rows = ValuesWithRows(FrequentValues(members, kMembersOfFrequentValue));
    layout = StoreLayout::kFrequentRowsAndValueSlices;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<RowSink> sink, NewSinkOf(stage, layout, with_rows));
  absl::Status written = sink->WriteRow(kKnownRow, CutIntoFragments(known), {});
  if (written.ok() && sliced) written = WriteSlices({kOwnValue, known, ids}, {}, {}, *sink);
  if (written.ok()) written = WriteAllValues({}, members, {}, with_rows, *sink);
  RETURN_IF_ERROR(written);
  return sink->Finish();
}

// Removes members from the rows of their old values, and adds them to those of their new values.
absl::Status WriteMoves(const ValueMembers& removed, const ValueMembers& added,
                        const ValuesWithRows& with_rows, RowSink& sink) {
  size_t r = 0, a = 0;
  while (r < removed.values.size() || a < added.values.size()) {
    ValueId value = kMaxValueId;
    if (r < removed.values.size()) value = std::min(value, removed.values[r]);
    if (a < added.values.size()) value = std::min(value, added.values[a]);
    const ValueRun leaving = RunOf(removed, value, r);
    const ValueRun joining = RunOf(added, value, a);
    r = leaving.end;
    a = joining.end;
    ClearedMembers leave;
    if (with_rows.Has(value)) leave.sets = CutIntoFragments(MembersOf(removed, leaving));
    const int64_t change = joining.size() - leaving.size();
    RETURN_IF_ERROR(WriteValue({value, MembersOf(added, joining), leave, change}, with_rows, sink));
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedVersion> StageSlicedMerge(const TagStage& stage, const SingleParent& parent,
                                               const MemberCells& cells) {
  const std::vector<Ordinal> touched = UniteOrdinals(cells.ordinals, cells.cleared);
  ASSIGN_OR_RETURN(const std::vector<ValueId> old, ReadOldValues(stage, parent, touched));
  MemberCells removed, added;
  for (size_t i = 0, given = 0; i < touched.size(); ++i) {
    const bool gives = given < cells.ordinals.size() && cells.ordinals[given] == touched[i];
    const ValueId now = gives ? cells.values[given++] : 0;
    if (now == old[i]) continue;
    if (old[i] != 0) {
      removed.ordinals.push_back(touched[i]);
      removed.values.push_back(old[i]);
    }
    if (now != 0) {
      added.ordinals.push_back(touched[i]);
      added.values.push_back(now);
    }
  }
  ASSIGN_OR_RETURN(std::unique_ptr<RowSink> sink, SinkOf(stage));
  ClearedMembers cleared;
  cleared.sets = CutIntoFragments(touched);
  absl::Status written = sink->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  if (written.ok()) written = WriteSlices({kOwnValue, cells.ordinals, ids}, parent.own_rows, cleared, *sink);
  if (written.ok()) {
    written = WriteMoves(ByValue(std::move(removed)), ByValue(std::move(added)), parent.with_rows, *sink);
  }
  RETURN_IF_ERROR(written);
  return sink->Finish();
}

// Stages all existing rows, and statistics of the others: REPLACE, or MERGE into a version without slices.
absl::StatusOr<StagedVersion> StageAllRows(const TagStage& stage, const SingleParent& parent,
                                           const std::vector<ValueSize>& values, MemberCells cells) {
  const ClearedMembers cleared = ClearedBy(stage, UniteOrdinals(cells.ordinals, cells.cleared));
  ASSIGN_OR_RETURN(std::unique_ptr<RowSink> sink, SinkOf(stage));
  absl::Status written = sink->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (written.ok() && parent.sliced) {
    const std::vector<int64_t> ids = AsNumbers(cells.values);
    written = WriteSlices({kOwnValue, cells.ordinals, ids}, parent.own_rows, cleared, *sink);
  }
  if (written.ok()) {
    written = WriteAllValues(values, ByValue(std::move(cells)), cleared, parent.with_rows, *sink);
  }
  RETURN_IF_ERROR(written);
  return sink->Finish();
}

// Whether the version needs another layout than the parent's store has. A parent that is already past the
// limit keeps its layout, so that a MERGE of a few cells doesn't write the whole tag.
bool NeedsNewStore(const TagStage& stage, const SingleParent& parent, const std::vector<ValueSize>& values,
                   const MemberCells& cells) {
  const bool merge = stage.mode == LoadMode::kMerge;
  if (!parent.with_rows.all()) {
    if (merge) return false;
    const auto has_row = [&parent](ValueId value) { return parent.with_rows.Has(value); };
    const std::vector<ValueId> frequent = FrequentValues(ByValue(cells), kMembersOfMissedValue);
    return !std::all_of(frequent.begin(), frequent.end(), has_row);
  }
  const size_t limit = parent.sliced ? kValuesWithRowsMax : kValuesWithoutSlicesMax;
  if (merge) return values.size() <= limit && CountTogether(values, cells) > limit;
  return CountTogether({}, cells) > limit;
}

}  // namespace

absl::StatusOr<StagedVersion> StageSingle(const TagStage& stage, MemberCells cells) {
  if (stage.parent == nullptr) return StageNewStore(stage, std::move(cells));
  ASSIGN_OR_RETURN(const SingleParent parent, ReadSingleParent(stage));
  const bool merge = stage.mode == LoadMode::kMerge;
  if (merge && !parent.with_rows.all()) return StageSlicedMerge(stage, parent, cells);
  ASSIGN_OR_RETURN(const std::vector<ValueSize> values, CountParentValues(stage));
  if (NeedsNewStore(stage, parent, values, cells)) {
    if (!merge) return StageNewStore(stage, std::move(cells));
    const std::vector<Ordinal> lost = UniteOrdinals(cells.ordinals, cells.cleared);
    ASSIGN_OR_RETURN(MemberCells whole, MergeWhole(stage, parent, values, lost, cells));
    // Values that the load removes count too: else each load would rewrite a tag near the limit.
    return StageNewStore(stage, std::move(whole), CountTogether(values, cells));
  }
  if (merge && parent.sliced) return StageSlicedMerge(stage, parent, cells);
  return StageAllRows(stage, parent, values, std::move(cells));
}

}  // namespace muster::index
