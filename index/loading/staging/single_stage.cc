// single_stage.h describes the layouts. A MERGE has to remove each of its members from the row of its old
// value. Without slices that value is unknown, so the members are removed from every row (StageAllRows). With
// slices the old values are read first, and only the rows of old and new values are written
// (StageSlicedMerge).
#include "index/loading/staging/single_stage.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "index/loading/staging/old_cells.h"
#include "index/loading/staging/row_builder.h"
#include "index/loading/staging/single_parent.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

BlockVector<int64_t> AsNumbers(const BlockVector<ValueId>& values) {
  return BlockVector<int64_t>(values.begin(), values.end());
}

// The number of different values of the parent and of the load together; both ascend.
size_t CountTogether(const std::vector<ValueSize>& parent, const std::vector<ValueSize>& load) {
  size_t count = load.size(), at = 0;
  for (const ValueSize& value : parent) {
    while (at < load.size() && load[at].value < value.value) ++at;
    count += at < load.size() && load[at].value == value.value ? 0 : 1;
  }
  return count;
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
std::vector<ValueId> FrequentValues(const std::vector<ValueSize>& sizes, size_t of) {
  uint64_t members = 0;
  for (const ValueSize& value : sizes) members += value.members;
  std::vector<ValueId> frequent;
  for (const ValueSize& value : sizes) {
    if (value.members * of >= members) frequent.push_back(value.value);
  }
  return frequent;
}

// Adds `more` to `sizes`; both ascend.
void AddSizes(const std::vector<ValueSize>& more, std::vector<ValueSize>& sizes) {
  std::vector<ValueSize> sum;
  sum.reserve(sizes.size() + more.size());
  size_t at = 0;
  for (const ValueSize& value : more) {
    for (; at < sizes.size() && sizes[at].value < value.value; ++at) sum.push_back(sizes[at]);
    sum.push_back(value);
    if (at < sizes.size() && sizes[at].value == value.value) sum.back().members += sizes[at++].members;
  }
  sum.insert(sum.end(), sizes.begin() + static_cast<ptrdiff_t>(at), sizes.end());
  sizes.swap(sum);
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

// How the version is made.
enum class Way {
  kNewStore,     // a new store, of the cells alone
  kWholeAnew,    // a new store, of the parent's content merged with the cells
  kSlicedMerge,  // an edge: only the rows of old and new values
  kAllRows,      // an edge: all existing rows
};

class SingleStage final : public TagStage {
 public:
  explicit SingleStage(const TagStaging& staging) : staging_(staging) {}

  // Reads the parent, and decides when the values are known already.
  absl::Status Begin();

  bool NeedsSurvey() const override { return way_ == Way::kWholeAnew && values_ > kValuesWithRowsMax; }
  absl::Status Survey(const MemberCells& cells) override;
  absl::Status Stage(StagedBatch& batch, MemberCells cells) override;
  absl::StatusOr<StagedVersion> Finish() override { return sink_->Finish(); }
  MemberChanges changes() const override { return compared_ ? *compared_ : sink_->changes(); }

 private:
  absl::Status Compare(const MemberCells& cells);
  // `load`: how many members have each value of the load.
  void Decide(const std::vector<ValueSize>& load);
  bool NeedsNewStore(const std::vector<ValueSize>& load) const;
  absl::Status BeginNewStore(StagedBatch& batch, absl::Span<const ValueId> values);
  absl::Status StageAll(MemberCells cells);
  absl::Status StageSlicedMerge(const MemberCells& cells);
  absl::Status StageAllRows(MemberCells cells);

  const TagStaging staging_;
  SingleParent parent_;
  std::vector<ValueSize>
      parent_values_;  // those that must still be counted as lost, when everyone is cleared
  std::optional<Way> way_;
  size_t values_ = 0;  // the least number of values that a new store's layout allows for
  bool sliced_ = false;
  ValuesWithRows with_rows_;
  std::vector<ValueSize> surveyed_;  // of the whole content, when it is staged span by span
  std::unique_ptr<RowSink> sink_;
  std::optional<MemberChanges> compared_;  // of a new store that has a parent
};

absl::Status SingleStage::Begin() {
  if (staging_.parent != nullptr) {
    ASSIGN_OR_RETURN(parent_, ReadSingleParent(staging_));
    if (staging_.mode != LoadMode::kReplace && !parent_.with_rows.all()) {
      way_ = Way::kSlicedMerge;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(parent_values_, CountParentValues(staging_));
  }
  if (staging_.value_sizes != nullptr) Decide(*staging_.value_sizes);
  return absl::OkStatus();
}

void SingleStage::Decide(const std::vector<ValueSize>& load) {
  const bool merge = staging_.mode != LoadMode::kReplace;
  if (staging_.parent == nullptr || NeedsNewStore(load)) {
    way_ = merge && staging_.parent != nullptr ? Way::kWholeAnew : Way::kNewStore;
    // Of a merge, values that the load removes count too: else each load would rewrite a tag near the limit.
    values_ = *way_ == Way::kWholeAnew ? CountTogether(parent_values_, load) : load.size();
    if (*way_ == Way::kNewStore && values_ > kValuesWithRowsMax)
      with_rows_ = ValuesWithRows(FrequentValues(load, kMembersOfFrequentValue));
  } else {
    way_ = merge && parent_.sliced ? Way::kSlicedMerge : Way::kAllRows;
  }
}

// Whether the version needs another layout than the parent's store has. A parent that is already past the
// limit keeps its layout, so that a MERGE of a few cells doesn't write the whole tag.
bool SingleStage::NeedsNewStore(const std::vector<ValueSize>& load) const {
  const bool merge = staging_.mode != LoadMode::kReplace;
  if (!parent_.with_rows.all()) {
    if (merge) return false;
    const auto has_row = [this](ValueId value) { return parent_.with_rows.Has(value); };
    const std::vector<ValueId> frequent = FrequentValues(load, kMembersOfMissedValue);
    return !std::all_of(frequent.begin(), frequent.end(), has_row);
  }
  const size_t limit = parent_.sliced ? kValuesWithRowsMax : kValuesWithoutSlicesMax;
  if (merge) return parent_values_.size() <= limit && CountTogether(parent_values_, load) > limit;
  return load.size() > limit;
}

absl::Status SingleStage::Survey(const MemberCells& cells) {
  ASSIGN_OR_RETURN(const MemberCells whole, MergeWhole(staging_, parent_, parent_values_, cells));
  AddSizes(SizesOf(whole.values), surveyed_);
  return absl::OkStatus();
}

absl::Status SingleStage::Stage(StagedBatch& batch, MemberCells cells) {
  if (!way_) Decide(SizesOf(cells.values));
  const bool anew = *way_ == Way::kWholeAnew || *way_ == Way::kNewStore;
  if (anew && staging_.parent != nullptr) {
    RETURN_IF_ERROR(Compare(cells));
  }
  if (*way_ == Way::kWholeAnew) {
    ASSIGN_OR_RETURN(cells, MergeWhole(staging_, parent_, parent_values_, cells));
  }
  if (sink_ == nullptr) {
    if (anew) {
      RETURN_IF_ERROR(BeginNewStore(batch, cells.values));
    } else {
      ASSIGN_OR_RETURN(sink_, SinkOf(staging_, batch));
    }
  }
  sink_->BeginSpan(batch, cells.span);
  if (anew) return StageAll(std::move(cells));
  return *way_ == Way::kSlicedMerge ? StageSlicedMerge(cells) : StageAllRows(std::move(cells));
}

absl::Status SingleStage::Compare(const MemberCells& cells) {
  if (!compared_) compared_.emplace();
  OldCells old{*staging_.parent, staging_.tag.id, {}};
  for (const ValueSize& value : parent_values_) {
    if (!parent_.sliced) old.value_rows.push_back(MakeRow(value.value, kMembershipSlot));
  }
  return CompareWithOld(old, staging_.mode, cells, staging_.budget, *compared_);
}

// `values`: those of the first span, which is all of them unless there was a survey.
absl::Status SingleStage::BeginNewStore(StagedBatch& batch, absl::Span<const ValueId> values) {
  StoreLayout layout = StoreLayout::kRows;
  sliced_ = values_ > kValuesWithoutSlicesMax;
  if (sliced_) layout = StoreLayout::kRowsAndValueSlices;
  if (values_ > kValuesWithRowsMax) {
    layout = StoreLayout::kFrequentRowsAndValueSlices;
    if (*way_ == Way::kWholeAnew) {
      const std::vector<ValueSize> whole = staging_.spans ? std::move(surveyed_) : SizesOf(values);
      with_rows_ = ValuesWithRows(FrequentValues(whole, kMembersOfFrequentValue));
    }
  }
  ASSIGN_OR_RETURN(sink_, NewSinkOf(staging_, batch, layout, with_rows_));
  return absl::OkStatus();
}

// Stages the whole content of a span in a new store.
absl::Status SingleStage::StageAll(MemberCells cells) {
  RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), {}));
  if (sliced_) {
    const BlockVector<int64_t> ids = AsNumbers(cells.values);
    RETURN_IF_ERROR(WriteSlices({kOwnValue, cells.ordinals, ids}, {}, {}, *sink_));
  }
  return WriteAllValues({}, ByValue(std::move(cells)), {}, with_rows_, *sink_);
}

absl::Status SingleStage::StageSlicedMerge(const MemberCells& cells) {
  const BlockVector<Ordinal> touched = UniteOrdinals(cells.ordinals, cells.cleared);
  ASSIGN_OR_RETURN(const std::vector<ValueId> old, ReadOldValues(staging_, parent_, touched));
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
  ClearedMembers cleared;
  cleared.sets = CutIntoFragments(touched);
  RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  const BlockVector<int64_t> ids = AsNumbers(cells.values);
  RETURN_IF_ERROR(WriteSlices({kOwnValue, cells.ordinals, ids}, parent_.own_rows, cleared, *sink_));
  return WriteMoves(ByValue(std::move(removed)), ByValue(std::move(added)), parent_.with_rows, *sink_);
}

// Stages all existing rows, and statistics of the others: REPLACE, or MERGE into a version without slices.
absl::Status SingleStage::StageAllRows(MemberCells cells) {
  const ClearedMembers cleared = ClearedBy(staging_, cells.ordinals, cells.cleared);
  RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  if (parent_.sliced) {
    const BlockVector<int64_t> ids = AsNumbers(cells.values);
    RETURN_IF_ERROR(WriteSlices({kOwnValue, cells.ordinals, ids}, parent_.own_rows, cleared, *sink_));
  }
  RETURN_IF_ERROR(
      WriteAllValues(parent_values_, ByValue(std::move(cells)), cleared, parent_.with_rows, *sink_));
  // What a value without a row loses was counted with the first span.
  for (ValueSize& value : parent_values_) value.members = 0;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TagStage>> NewSingleStage(const TagStaging& staging) {
  auto stage = std::make_unique<SingleStage>(staging);
  RETURN_IF_ERROR(stage->Begin());
  return stage;
}

}  // namespace muster::index
