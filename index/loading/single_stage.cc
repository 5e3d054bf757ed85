#include "index/loading/single_stage.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/loading/row_builder.h"
#include "index/versions/fragment_reader.h"

namespace muster::index {
namespace {

std::vector<int64_t> AsNumbers(const std::vector<ValueId>& values) {
  return std::vector<int64_t>(values.begin(), values.end());
}

bool IsSliced(const std::vector<RowId>& own_rows) {
  return std::any_of(own_rows.begin(), own_rows.end(),
                     [](RowId row) { return SlotOf(row) >= kFirstMagnitudeSlot; });
}

// Different values of the rows and of the cells together.
size_t CountTogether(const std::vector<RowId>& rows, const ValueMembers& members) {
  std::vector<ValueId> values = members.values;
  for (const RowId row : rows) values.push_back(ValueOf(row));
  std::sort(values.begin(), values.end());
  return static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

// The whole content of a version without slices, except `lost`, with `cells`.
absl::StatusOr<MemberCells> MergeWhole(const TagStage& stage, const std::vector<RowId>& value_rows,
                                       const std::vector<Ordinal>& lost, const MemberCells& cells) {
  std::vector<std::pair<Ordinal, ValueId>> pairs;
  for (size_t i = 0; i < cells.ordinals.size(); ++i) pairs.emplace_back(cells.ordinals[i], cells.values[i]);
  FragmentReader reader(*stage.parent);
  for (const RowId row : value_rows) {
    if (absl::Status stopped = stage.stop(); !stopped.ok()) return stopped;
    for (uint32_t fragment = 0; fragment < stage.parent->fragment_count(); ++fragment) {
      const absl::StatusOr<Bitmap> set = reader.Read({stage.tag.id, row}, fragment);
      if (!set.ok()) return set.status();
      for (const uint32_t local : set->ToVector()) {
        const Ordinal ordinal = FirstOrdinalOf(fragment) + local;
        if (!std::binary_search(lost.begin(), lost.end(), ordinal)) pairs.emplace_back(ordinal, ValueOf(row));
      }
    }
  }
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

absl::StatusOr<StagedVersion> StageNewStore(const TagStage& stage, MemberCells cells) {
  const std::vector<Ordinal> known = cells.ordinals;
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  const ValueMembers members = ByValue(std::move(cells));
  const bool sliced = CountValues(members) > kValuesWithoutSlicesMax;
  absl::StatusOr<std::unique_ptr<RowSink>> sink =
      SinkOf(stage, true, sliced ? StoreLayout::kRowsAndValueSlices : StoreLayout::kRows);
  if (!sink.ok()) return sink.status();
  const ClearedMembers nobody;
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(known), nobody);
  if (written.ok() && sliced) written = WriteSlices({kOwnValue, known, ids}, {}, nobody, **sink);
  if (written.ok()) written = WriteValueRows(members, {}, nobody, **sink);
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

// The value ids that `members` (ascending) have in the parent; 0: none.
absl::StatusOr<std::vector<ValueId>> ReadOldValues(const TagStage& stage, const std::vector<RowId>& own_rows,
                                                   const std::vector<Ordinal>& members) {
  std::vector<RowRef> slices;
  for (const RowId row : own_rows) {
    if (SlotOf(row) >= kFirstMagnitudeSlot) slices.push_back({stage.tag.id, row});
  }
  std::vector<ValueId> values(members.size(), 0);
  FragmentReader reader(*stage.parent);
  for (size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    if (absl::Status stopped = stage.stop(); !stopped.ok()) return stopped;
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

// Removes from the old values' rows and adds to the new values' who changes from one to the other.
absl::Status WriteMoves(const ValueMembers& removed, const ValueMembers& added, RowSink& sink) {
  size_t r = 0, a = 0;
  while (r < removed.values.size() || a < added.values.size()) {
    ValueId value = kMaxValueId;
    if (r < removed.values.size()) value = std::min(value, removed.values[r]);
    if (a < added.values.size()) value = std::min(value, added.values[a]);
    const size_t r_begin = r, a_begin = a;
    while (r < removed.values.size() && removed.values[r] == value) ++r;
    while (a < added.values.size() && added.values[a] == value) ++a;
    ClearedMembers leave;
    leave.sets = CutIntoFragments(absl::MakeConstSpan(removed.ordinals).subspan(r_begin, r - r_begin));
    FragmentSets join = CutIntoFragments(absl::MakeConstSpan(added.ordinals).subspan(a_begin, a - a_begin));
    const absl::Status written = sink.WriteRow(MakeRow(value, kMembershipSlot), std::move(join), leave);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedVersion> StageSlicedMerge(const TagStage& stage, const std::vector<RowId>& own_rows,
                                               const MemberCells& cells) {
  const std::vector<Ordinal> touched = UniteOrdinals(cells.ordinals, cells.cleared);
  const absl::StatusOr<std::vector<ValueId>> old = ReadOldValues(stage, own_rows, touched);
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
  absl::StatusOr<std::unique_ptr<RowSink>> sink = SinkOf(stage, false, StoreLayout::kRowsAndValueSlices);
  if (!sink.ok()) return sink.status();
  ClearedMembers cleared;
  cleared.sets = CutIntoFragments(touched);
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  const std::vector<int64_t> ids = AsNumbers(cells.values);
  if (written.ok()) written = WriteSlices({kOwnValue, cells.ordinals, ids}, own_rows, cleared, **sink);
  if (written.ok()) written = WriteMoves(ByValue(std::move(removed)), ByValue(std::move(added)), **sink);
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

// All rows, those of values with slices too.
absl::StatusOr<StagedVersion> StageAllRows(const TagStage& stage, const std::vector<RowId>& own_rows,
                                           const std::vector<RowId>& value_rows, MemberCells cells) {
  const ClearedMembers cleared = ClearedBy(stage, UniteOrdinals(cells.ordinals, cells.cleared));
  absl::StatusOr<std::unique_ptr<RowSink>> sink = SinkOf(stage, false, StoreLayout::kRows);
  if (!sink.ok()) return sink.status();
  absl::Status written = (*sink)->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (written.ok() && IsSliced(own_rows)) {
    const std::vector<int64_t> ids = AsNumbers(cells.values);
    written = WriteSlices({kOwnValue, cells.ordinals, ids}, own_rows, cleared, **sink);
  }
  if (written.ok()) written = WriteValueRows(ByValue(std::move(cells)), value_rows, cleared, **sink);
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

}  // namespace

absl::StatusOr<StagedVersion> StageSingle(const TagStage& stage, MemberCells cells) {
  if (stage.parent == nullptr) return StageNewStore(stage, std::move(cells));
  const absl::StatusOr<std::vector<RowId>> own_rows = ParentRows(stage, kOwnValue, kOwnValue);
  if (!own_rows.ok()) return own_rows.status();
  const bool sliced = IsSliced(*own_rows);
  const bool merge = stage.mode == LoadMode::kMerge;
  if (sliced && merge) return StageSlicedMerge(stage, *own_rows, cells);
  const absl::StatusOr<std::vector<RowId>> value_rows = ParentRows(stage, 1, kMaxValueId);
  if (!value_rows.ok()) return value_rows.status();
  if (!sliced) {
    const ValueMembers members = ByValue(cells);
    const size_t values = merge ? CountTogether(*value_rows, members) : CountValues(members);
    if (values > kValuesWithoutSlicesMax) {
      if (!merge) return StageNewStore(stage, std::move(cells));
      const std::vector<Ordinal> lost = UniteOrdinals(cells.ordinals, cells.cleared);
      absl::StatusOr<MemberCells> whole = MergeWhole(stage, *value_rows, lost, cells);
      if (!whole.ok()) return whole.status();
      return StageNewStore(stage, *std::move(whole));
    }
  }
  return StageAllRows(stage, *own_rows, *value_rows, std::move(cells));
}

}  // namespace muster::index
