#include "index/loading/staging/tag_stage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "index/loading/staging/multi_removal.h"
#include "index/loading/staging/old_cells.h"
#include "index/loading/staging/rescaled_stage.h"
#include "index/loading/staging/row_builder.h"
#include "index/loading/staging/single_stage.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status WriteFlag(const MemberCells& cells, const ClearedMembers& cleared, RowSink& sink) {
  BlockVector<Ordinal> yes;
  for (size_t i = 0; i < cells.ordinals.size(); ++i) {
    if (cells.values[i] == kTrueValue) yes.push_back(cells.ordinals[i]);
  }
  return sink.WriteRow(MakeRow(kTrueValue, kMembershipSlot), CutIntoFragments(yes), cleared);
}

// FLAG, NUMBER, DATE and TIMESTAMP: a member that is given a value, or cleared, loses the old one.
absl::Status WriteScalar(const TagStaging& staging, const MemberCells& cells, RowSink& sink) {
  const ClearedMembers cleared = ClearedBy(staging, cells.ordinals, cells.cleared);
  RETURN_IF_ERROR(sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  if (staging.tag.kind == TagKind::kFlag) return WriteFlag(cells, cleared, sink);
  ASSIGN_OR_RETURN(const std::vector<RowId> rows, ParentRows(staging, kOwnValue, kOwnValue));
  return WriteSlices({kOwnValue, cells.ordinals, cells.numbers}, rows, cleared, sink);
}

absl::Status WriteMulti(const TagStaging& staging, MemberCells cells, RowSink& sink) {
  if (staging.mode == LoadMode::kRemove) return WriteMultiRemoval(staging, std::move(cells), sink);
  absl::Span<const Ordinal> replaced;
  if (staging.replace_on_merge) replaced = cells.ordinals;
  const ClearedMembers cleared = ClearedBy(staging, replaced, cells.cleared);
  RETURN_IF_ERROR(sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  const bool touches_others = cleared.everyone || !cleared.sets.empty() || staging.tag.weighted;
  std::vector<RowId> rows;
  if (touches_others) {
    ASSIGN_OR_RETURN(rows, ParentRows(staging, 1, kMaxValueId));
  }
  return WriteValueRows(ByValue(std::move(cells)), rows, cleared, sink);
}

// A tag of any kind but SINGLE.
class RowsStage final : public TagStage {
 public:
  explicit RowsStage(const TagStaging& staging) : staging_(staging) {}

  absl::Status Stage(StagedBatch& batch, MemberCells cells) override {
    if (sink_ == nullptr) {
      ASSIGN_OR_RETURN(sink_, SinkOf(staging_, batch));
    }
    sink_->BeginSpan(batch, cells.span);
    return staging_.tag.kind == TagKind::kMulti ? WriteMulti(staging_, std::move(cells), *sink_)
                                                : WriteScalar(staging_, cells, *sink_);
  }

  absl::StatusOr<StagedVersion> Finish() override { return sink_->Finish(); }
  MemberChanges changes() const override { return sink_->changes(); }

 private:
  const TagStaging staging_;
  std::unique_ptr<RowSink> sink_;
};

// REPLACE of numbers whose parent has another scale: a new store, compared with the parent's numbers.
class FreshNumbersStage final : public TagStage {
 public:
  // `old`: the parent.
  FreshNumbersStage(const TagStaging& fresh, const OldCells& old)
      : old_(old), budget_(fresh.budget), stage_(fresh) {}

  absl::Status Stage(StagedBatch& batch, MemberCells cells) override {
    RETURN_IF_ERROR(CompareWithOld(old_, LoadMode::kReplace, cells, budget_, changes_));
    return stage_.Stage(batch, std::move(cells));
  }
  absl::StatusOr<StagedVersion> Finish() override { return stage_.Finish(); }
  MemberChanges changes() const override { return changes_; }

 private:
  const OldCells old_;
  const WorkBudget& budget_;
  RowsStage stage_;
  MemberChanges changes_;
};

absl::StatusOr<std::unique_ptr<TagStage>> StageOfKind(const TagStaging& staging) {
  if (staging.tag.kind == TagKind::kSingle) return NewSingleStage(staging);
  return std::make_unique<RowsStage>(staging);
}

// For a parent whose numbers have the coarser scale `from`.
absl::StatusOr<std::unique_ptr<TagStage>> StageFromOtherScale(const TagStaging& staging, int from) {
  if (staging.mode == LoadMode::kReplace) {
    const TagStaging fresh{staging.tag,    staging.mode,  staging.replace_on_merge, nullptr,
                           staging.budget, staging.spans, staging.value_sizes};
    const OldCells old{*staging.parent, staging.tag.id, {}, staging.tag.scale - from};
    return std::make_unique<FreshNumbersStage>(fresh, old);
  }
  ASSIGN_OR_RETURN(const FarthestNumber farthest,
                   FindFarthest(*staging.parent, staging.tag.id, staging.budget));
  if (staging.tag.scale - from <= StepsInRange(farthest.magnitude)) {
    return NewRescaledStage(staging, from, farthest);
  }
  return WithLimit(
      absl::FailedPreconditionError(Sentence(
          "tag '", staging.tag.name, "' had the scale ", from, " at this load's date, with a number of ",
          DecimalText(static_cast<int64_t>(farthest.magnitude), from),
          " that is out of range with the scale ", staging.tag.scale, "; load that date with REPLACE")),
      static_cast<uint64_t>(from) + static_cast<uint64_t>(StepsInRange(farthest.magnitude)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TagStage>> NewTagStage(const TagStaging& staging) {
  if (staging.parent != nullptr && staging.tag.rescaled) {
    ASSIGN_OR_RETURN(const int from, staging.parent->Scale(staging.tag.id));
    if (from != staging.tag.scale) return StageFromOtherScale(staging, from);
  }
  return StageOfKind(staging);
}

absl::StatusOr<uint64_t> CountMembers(const TagStaging& staging, const StagedVersion& staged) {
  if (staged.new_store != 0) return static_cast<uint64_t>(staged.known_change);
  ASSIGN_OR_RETURN(const uint64_t before, staging.parent->RowCardinality({staging.tag.id, kKnownRow}));
  return before + static_cast<uint64_t>(staged.known_change);
}

absl::StatusOr<std::vector<RowId>> ParentRows(const TagStaging& staging, ValueId first, ValueId last) {
  std::vector<RowId> rows;
  if (staging.parent == nullptr) return rows;
  RETURN_IF_ERROR(staging.parent->VisitRows(staging.tag.id, first, last, [&rows](RowId row, uint64_t) {
    rows.push_back(row);
    return true;
  }));
  return rows;
}

absl::StatusOr<std::unique_ptr<RowSink>> SinkOf(const TagStaging& staging, StagedBatch& batch) {
  if (staging.parent == nullptr) return NewSinkOf(staging, batch, StoreLayout::kRows);
  return NewEdgeSink({batch, staging.tag.id, *staging.parent, staging.spans}, staging.budget);
}

absl::StatusOr<std::unique_ptr<RowSink>> NewSinkOf(const TagStaging& staging, StagedBatch& batch,
                                                   StoreLayout layout,
                                                   const ValuesWithRows& values_with_rows) {
  ASSIGN_OR_RETURN(StoreWriter writer,
                   StoreWriter::Begin(batch, staging.tag.id, layout, values_with_rows, staging.tag.scale));
  return NewStoreSink(std::move(writer), staging.spans, staging.budget);
}

uint64_t CountNamed(const MemberCells& cells) {
  if (!cells.cleared.empty()) return UniteOrdinals(cells.ordinals, cells.cleared).size();
  uint64_t named = 0;
  for (size_t i = 0; i < cells.ordinals.size(); ++i)
    named += i == 0 || cells.ordinals[i] != cells.ordinals[i - 1] ? 1 : 0;
  return named;
}

BlockVector<Ordinal> UniteOrdinals(absl::Span<const Ordinal> a, absl::Span<const Ordinal> b) {
  BlockVector<Ordinal> united;
  united.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(united));
  united.erase(std::unique(united.begin(), united.end()), united.end());
  return united;
}

ClearedMembers ClearedBy(const TagStaging& staging, absl::Span<const Ordinal> given,
                         absl::Span<const Ordinal> cleared_cells) {
  ClearedMembers cleared;
  if (staging.parent == nullptr) return cleared;
  cleared.everyone = staging.mode == LoadMode::kReplace;
  if (!cleared.everyone) cleared.sets = CutIntoFragments(UniteOrdinals(given, cleared_cells));
  return cleared;
}

}  // namespace muster::index
