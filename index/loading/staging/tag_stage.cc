#include "index/loading/staging/tag_stage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "index/loading/staging/rescaled_stage.h"
#include "index/loading/staging/row_builder.h"
#include "index/loading/staging/single_stage.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::StatusOr<StagedVersion> StageRows(const TagStage& stage, MemberCells cells);

absl::Status WriteFlag(const MemberCells& cells, const ClearedMembers& cleared, RowSink& sink) {
  std::vector<Ordinal> yes;
  for (size_t i = 0; i < cells.ordinals.size(); ++i) {
    if (cells.values[i] == kTrueValue) yes.push_back(cells.ordinals[i]);
  }
  return sink.WriteRow(MakeRow(kTrueValue, kMembershipSlot), CutIntoFragments(yes), cleared);
}

// FLAG, NUMBER, DATE and TIMESTAMP: a member that is given a value, or cleared, loses the old one.
absl::Status WriteScalar(const TagStage& stage, const MemberCells& cells, RowSink& sink) {
  const ClearedMembers cleared = ClearedBy(stage, UniteOrdinals(cells.ordinals, cells.cleared));
  RETURN_IF_ERROR(sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  if (stage.tag.kind == TagKind::kFlag) return WriteFlag(cells, cleared, sink);
  ASSIGN_OR_RETURN(const std::vector<RowId> rows, ParentRows(stage, kOwnValue, kOwnValue));
  return WriteSlices({kOwnValue, cells.ordinals, cells.numbers}, rows, cleared, sink);
}

absl::Status WriteMulti(const TagStage& stage, MemberCells cells, RowSink& sink) {
  const ClearedMembers cleared =
      ClearedBy(stage, stage.replace_on_merge ? UniteOrdinals(cells.ordinals, cells.cleared) : cells.cleared);
  RETURN_IF_ERROR(sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
  const bool touches_others = cleared.everyone || !cleared.sets.empty() || stage.tag.weighted;
  std::vector<RowId> rows;
  if (touches_others) {
    ASSIGN_OR_RETURN(rows, ParentRows(stage, 1, kMaxValueId));
  }
  return WriteValueRows(ByValue(std::move(cells)), rows, cleared, sink);
}

// How many members have a value in what was staged.
absl::StatusOr<uint64_t> CountMembers(const TagStage& stage, const StagedVersion& staged) {
  if (staged.new_store != 0) return static_cast<uint64_t>(staged.known_change);
  const absl::StatusOr<uint64_t> before = stage.parent->RowCardinality({stage.tag.id, kKnownRow});
  RETURN_IF_ERROR(before.status());
  return *before + static_cast<uint64_t>(staged.known_change);
}

// As StageRows, for a parent whose numbers have the coarser scale `from`.
absl::StatusOr<StagedVersion> StageFromOtherScale(const TagStage& stage, int from, MemberCells cells) {
  if (stage.mode == LoadMode::kReplace) {
    const TagStage fresh{stage.tag, stage.mode, stage.replace_on_merge, nullptr, stage.batch, stage.budget};
    return StageRows(fresh, std::move(cells));
  }
  ASSIGN_OR_RETURN(const FarthestNumber farthest, FindFarthest(*stage.parent, stage.tag.id, stage.budget));
  if (stage.tag.scale - from <= StepsInRange(farthest.magnitude)) {
    return StageRescaled(stage, from, farthest, cells);
  }
  return WithLimit(
      absl::FailedPreconditionError(Sentence(
          "tag '", stage.tag.name, "' had the scale ", from, " at this load's date, with a number of ",
          DecimalText(static_cast<int64_t>(farthest.magnitude), from),
          " that is out of range with the scale ", stage.tag.scale, "; load that date with REPLACE")),
      static_cast<uint64_t>(from) + static_cast<uint64_t>(StepsInRange(farthest.magnitude)));
}

absl::StatusOr<StagedVersion> StageRows(const TagStage& stage, MemberCells cells) {
  if (stage.parent != nullptr && stage.tag.rescaled) {
    ASSIGN_OR_RETURN(const int from, stage.parent->Scale(stage.tag.id));
    if (from != stage.tag.scale) return StageFromOtherScale(stage, from, std::move(cells));
  }
  if (stage.tag.kind == TagKind::kSingle) return StageSingle(stage, std::move(cells));
  ASSIGN_OR_RETURN(std::unique_ptr<RowSink> sink, SinkOf(stage));
  RETURN_IF_ERROR(stage.tag.kind == TagKind::kMulti ? WriteMulti(stage, std::move(cells), *sink)
                                                    : WriteScalar(stage, cells, *sink));
  return sink->Finish();
}

}  // namespace

absl::StatusOr<StagedTag> StageTag(const TagStage& stage, MemberCells cells) {
  ASSIGN_OR_RETURN(StagedVersion staged, StageRows(stage, std::move(cells)));
  ASSIGN_OR_RETURN(const uint64_t members, CountMembers(stage, staged));
  return StagedTag{std::move(staged), members};
}

absl::StatusOr<std::vector<RowId>> ParentRows(const TagStage& stage, ValueId first, ValueId last) {
  std::vector<RowId> rows;
  if (stage.parent == nullptr) return rows;
  RETURN_IF_ERROR(stage.parent->VisitRows(stage.tag.id, first, last, [&rows](RowId row, uint64_t) {
    rows.push_back(row);
    return true;
  }));
  return rows;
}

absl::StatusOr<std::unique_ptr<RowSink>> SinkOf(const TagStage& stage) {
  if (stage.parent == nullptr) return NewSinkOf(stage, StoreLayout::kRows);
  const Version version = stage.parent->versions().at(stage.tag.id);
  return NewEdgeSink(EdgeWriter(stage.batch, stage.tag.id, version), stage.tag.id, *stage.parent,
                     stage.budget);
}

absl::StatusOr<std::unique_ptr<RowSink>> NewSinkOf(const TagStage& stage, StoreLayout layout,
                                                   const ValuesWithRows& values_with_rows) {
  ASSIGN_OR_RETURN(StoreWriter writer,
                   StoreWriter::Begin(stage.batch, stage.tag.id, layout, values_with_rows, stage.tag.scale));
  return NewStoreSink(std::move(writer), stage.budget);
}

std::vector<Ordinal> UniteOrdinals(const std::vector<Ordinal>& a, const std::vector<Ordinal>& b) {
  std::vector<Ordinal> united;
  united.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(united));
  united.erase(std::unique(united.begin(), united.end()), united.end());
  return united;
}

ClearedMembers ClearedBy(const TagStage& stage, const std::vector<Ordinal>& merged) {
  ClearedMembers cleared;
  if (stage.parent == nullptr) return cleared;
  cleared.everyone = stage.mode == LoadMode::kReplace;
  if (!cleared.everyone) cleared.sets = CutIntoFragments(merged);
  return cleared;
}

}  // namespace muster::index
