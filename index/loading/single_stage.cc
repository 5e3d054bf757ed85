#include "index/loading/single_stage.h"

#include <algorithm>
#include <utility>

#include "index/loading/row_builder.h"
#include "index/loading/single_parent.h"

namespace muster::index {
namespace {

std::vector<int64_t> AsNumbers(const std::vector<ValueId>& values) {
  return std::vector<int64_t>(values.begin(), values.end());
}

// Different values of the parent and of the cells together.
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
};

// The entries of `value` from `begin` on; none when the next value is another one.
ValueRun RunOf(const ValueMembers& members, ValueId value, size_t begin) {
  size_t end = begin;
  while (end < members.values.size() && members.values[end] == value) ++end;
  return {value, begin, end};
}

FragmentSets SetsOf(const ValueMembers& members, const ValueRun& run) {
  return CutIntoFragments(absl::MakeConstSpan(members.ordinals).subspan(run.begin, run.end - run.begin));
}

std::vector<ValueId> FrequentValues(const ValueMembers& members) {
  std::vector<ValueId> frequent;
  for (size_t at = 0; at < members.values.size();) {
    const ValueRun run = RunOf(members, members.values[at], at);
    if ((run.end - run.begin) * kMembersOfFrequentValue >= members.values.size())
      frequent.push_back(run.value);
    at = run.end;
  }
  return frequent;
}

// Rows of the values that have one, and how many members the others have.
absl::Status WriteFrequentRows(const ValueMembers& members, const ValuesWithRows& with_rows, RowSink& sink) {
  for (size_t at = 0; at < members.values.size();) {
    const ValueRun run = RunOf(members, members.values[at], at);
    const RowId row = MakeRow(run.value, kMembershipSlot);
    const absl::Status written = HasRow(with_rows, run.value)
                                     ? sink.WriteRow(row, SetsOf(members, run), {})
                                     : sink.WriteCount(row, static_cast<int64_t>(run.end - run.begin));
    if (!written.ok()) return written;
    at = run.end;
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedVersion> StageNewStore(const TagStage& stage, MemberCells cells) {
  const std::vector<Ordinal> known = cells.ordinals;
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  const ValueMembers members = ByValue(std::move(cells));
  const size_t values = CountValues(members);
  const bool sliced = values > kValuesWithoutSlicesMax;
  ValuesWithRows with_rows;
  StoreLayout layout = sliced ? StoreLayout::kRowsAndValueSlices : StoreLayout::kRows;
  if (values > kValuesWithRowsMax) {
    with_rows = FrequentValues(members);
    layout = StoreLayout::kFrequentRowsAndValueSlices;
  }
  absl::StatusOr<std::unique_ptr<RowSink>> sink =
      NewSinkOf(stage, layout, with_rows.value_or(std::vector<ValueId>()));
  if (!sink.ok()) return sink.status();
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(known), {});
  if (written.ok() && sliced) written = WriteSlices({kOwnValue, known, ids}, {}, {}, **sink);
  if (written.ok()) written = WriteFrequentRows(members, with_rows, **sink);
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

// Removes from the old values' rows and adds to the new values' who changes from one to the other.
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
    const RowId row = MakeRow(value, kMembershipSlot);
    absl::Status written;
    if (HasRow(with_rows, value)) {
      ClearedMembers leave;
      leave.sets = SetsOf(removed, leaving);
      written = sink.WriteRow(row, SetsOf(added, joining), leave);
    } else {
      written = sink.WriteCount(row, static_cast<int64_t>(joining.end - joining.begin) -
                                         static_cast<int64_t>(leaving.end - leaving.begin));
    }
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedVersion> StageSlicedMerge(const TagStage& stage, const SingleParent& parent,
                                               const MemberCells& cells) {
  const std::vector<Ordinal> touched = UniteOrdinals(cells.ordinals, cells.cleared);
  const absl::StatusOr<std::vector<ValueId>> old = ReadOldValues(stage, parent, touched);
  if (!old.ok()) return old.status();
  MemberCells removed, added;
  for (size_t i = 0, given = 0; i < touched.size(); ++i) {
    const bool gives = given < cells.ordinals.size() && cells.ordinals[given] == touched[i];
    const ValueId now = gives ? cells.values[given++] : 0;
    if (now == (*old)[i]) continue;
    if ((*old)[i] != 0) {
      removed.ordinals.push_back(touched[i]);
      removed.values.push_back((*old)[i]);
    }
    if (now != 0) {
      added.ordinals.push_back(touched[i]);
      added.values.push_back(now);
    }
  }
  absl::StatusOr<std::unique_ptr<RowSink>> sink = SinkOf(stage);
  if (!sink.ok()) return sink.status();
  ClearedMembers cleared;
  cleared.sets = CutIntoFragments(touched);
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  if (written.ok()) written = WriteSlices({kOwnValue, cells.ordinals, ids}, parent.own_rows, cleared, **sink);
  if (written.ok()) {
    written = WriteMoves(ByValue(std::move(removed)), ByValue(std::move(added)), parent.with_rows, **sink);
  }
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

// Every value of the parent and of the cells becomes what it was without `cleared`, and with the cells.
absl::Status WriteAllValues(const std::vector<ValueSize>& parent, const ValueMembers& members,
                            const ClearedMembers& cleared, const ValuesWithRows& with_rows, RowSink& sink) {
  size_t at = 0;
  for (size_t old = 0; old < parent.size() || at < members.values.size();) {
    ValueId value = kMaxValueId;
    if (old < parent.size()) value = std::min(value, parent[old].value);
    if (at < members.values.size()) value = std::min(value, members.values[at]);
    const ValueRun run = RunOf(members, value, at);
    at = run.end;
    int64_t change = static_cast<int64_t>(run.end - run.begin);
    if (old < parent.size() && parent[old].value == value)
      change -= static_cast<int64_t>(parent[old++].members);
    const RowId row = MakeRow(value, kMembershipSlot);
    const absl::Status written = HasRow(with_rows, value) ? sink.WriteRow(row, SetsOf(members, run), cleared)
                                                          : sink.WriteCount(row, change);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

// All rows that are there, and statistics of the others: REPLACE, or MERGE into a version without slices.
absl::StatusOr<StagedVersion> StageAllRows(const TagStage& stage, const SingleParent& parent,
                                           const std::vector<ValueSize>& values, MemberCells cells) {
  const ClearedMembers cleared = ClearedBy(stage, UniteOrdinals(cells.ordinals, cells.cleared));
  absl::StatusOr<std::unique_ptr<RowSink>> sink = SinkOf(stage);
  if (!sink.ok()) return sink.status();
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (written.ok() && parent.sliced) {
    const std::vector<int64_t> ids = AsNumbers(cells.values);
    written = WriteSlices({kOwnValue, cells.ordinals, ids}, parent.own_rows, cleared, **sink);
  }
  if (written.ok()) {
    written = WriteAllValues(values, ByValue(std::move(cells)), cleared, parent.with_rows, **sink);
  }
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

// Whether a version of so many values has a layout that the parent's store hasn't.
bool OutgrowsParent(const SingleParent& parent, size_t values) {
  if (parent.with_rows.has_value()) return false;
  return values > (parent.sliced ? kValuesWithRowsMax : kValuesWithoutSlicesMax);
}

}  // namespace

absl::StatusOr<StagedVersion> StageSingle(const TagStage& stage, MemberCells cells) {
  if (stage.parent == nullptr) return StageNewStore(stage, std::move(cells));
  const absl::StatusOr<SingleParent> parent = ReadSingleParent(stage);
  if (!parent.ok()) return parent.status();
  const bool merge = stage.mode == LoadMode::kMerge;
  if (merge && parent->with_rows.has_value()) return StageSlicedMerge(stage, *parent, cells);
  const absl::StatusOr<std::vector<ValueSize>> values = CountParentValues(stage);
  if (!values.ok()) return values.status();
  if (OutgrowsParent(*parent, CountTogether(merge ? *values : std::vector<ValueSize>(), cells))) {
    if (!merge) return StageNewStore(stage, std::move(cells));
    const std::vector<Ordinal> lost = UniteOrdinals(cells.ordinals, cells.cleared);
    absl::StatusOr<MemberCells> whole = MergeWhole(stage, *values, lost, cells);
    if (!whole.ok()) return whole.status();
    return StageNewStore(stage, *std::move(whole));
  }
  if (merge && parent->sliced) return StageSlicedMerge(stage, *parent, cells);
  return StageAllRows(stage, *parent, *values, std::move(cells));
}

}  // namespace muster::index
