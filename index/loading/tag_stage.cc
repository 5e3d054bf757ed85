#include "index/loading/tag_stage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "index/dictionary/sentence.h"
#include "index/loading/rescaled_stage.h"
#include "index/loading/row_builder.h"
#include "index/loading/single_stage.h"
#include "index/status_facts.h"
#include "index/text/decimal.h"

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
  const absl::Status known = sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (!known.ok()) return known;
  if (stage.tag.kind == TagKind::kFlag) return WriteFlag(cells, cleared, sink);
  const absl::StatusOr<std::vector<RowId>> rows = ParentRows(stage, kOwnValue, kOwnValue);
  if (!rows.ok()) return rows.status();
  return WriteSlices({kOwnValue, cells.ordinals, cells.numbers}, *rows, cleared, sink);
}

absl::Status WriteMulti(const TagStage& stage, MemberCells cells, RowSink& sink) {
  const ClearedMembers cleared =
      ClearedBy(stage, stage.replace_on_merge ? UniteOrdinals(cells.ordinals, cells.cleared) : cells.cleared);
  const absl::Status known = sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (!known.ok()) return known;
  const bool touches_others = cleared.everyone || !cleared.sets.empty() || stage.tag.weighted;
  std::vector<RowId> rows;
  if (touches_others) {
    absl::StatusOr<std::vector<RowId>> found = ParentRows(stage, 1, kMaxValueId);
    if (!found.ok()) return found.status();
    rows = *std::move(found);
  }
  return WriteValueRows(ByValue(std::move(cells)), rows, cleared, sink);
}

// How many members have a value in what was staged.
absl::StatusOr<uint64_t> CountMembers(const TagStage& stage, const StagedVersion& staged) {
  if (staged.new_store != 0) return static_cast<uint64_t>(staged.known_change);
  const absl::StatusOr<uint64_t> before = stage.parent->RowCardinality({stage.tag.id, kKnownRow});
  if (!before.ok()) return before;
  return *before + static_cast<uint64_t>(staged.known_change);
}

// As StageRows, for a parent whose numbers have the coarser scale `from`.
absl::StatusOr<StagedVersion> StageFromOtherScale(const TagStage& stage, int from, MemberCells cells) {
  if (stage.mode == LoadMode::kReplace) {
    const TagStage fresh{stage.tag, stage.mode, stage.replace_on_merge, nullptr, stage.batch, stage.budget};
    return StageRows(fresh, std::move(cells));
  }
  const absl::StatusOr<FarthestNumber> farthest = FindFarthest(*stage.parent, stage.tag.id, stage.budget);
  if (!farthest.ok()) return farthest.status();
  if (stage.tag.scale - from <= StepsInRange(farthest->magnitude)) {
    return StageRescaled(stage, from, *farthest, cells);
  }
  return WithLimit(
      absl::FailedPreconditionError(Sentence(
          "tag '", stage.tag.name, "' had the scale ", from, " at this load's date, with a number of ",
          DecimalText(static_cast<int64_t>(farthest->magnitude), from),
          " that is out of range with the scale ", stage.tag.scale, "; load that date with REPLACE")),
      static_cast<uint64_t>(from + StepsInRange(farthest->magnitude)));
}

absl::StatusOr<StagedVersion> StageRows(const TagStage& stage, MemberCells cells) {
  if (stage.parent != nullptr && stage.tag.rescaled) {
    const absl::StatusOr<int> from = stage.parent->Scale(stage.tag.id);
    if (!from.ok()) return from.status();
    if (*from != stage.tag.scale) return StageFromOtherScale(stage, *from, std::move(cells));
  }
  if (stage.tag.kind == TagKind::kSingle) return StageSingle(stage, std::move(cells));
  absl::StatusOr<std::unique_ptr<RowSink>> sink = SinkOf(stage);
  if (!sink.ok()) return sink.status();
  const absl::Status written = stage.tag.kind == TagKind::kMulti ? WriteMulti(stage, std::move(cells), **sink)
                                                                 : WriteScalar(stage, cells, **sink);
  if (!written.ok()) return written;
  return (*sink)->Finish();
}

}  // namespace

absl::StatusOr<StagedTag> StageTag(const TagStage& stage, MemberCells cells) {
  absl::StatusOr<StagedVersion> staged = StageRows(stage, std::move(cells));
  if (!staged.ok()) return staged.status();
  const absl::StatusOr<uint64_t> members = CountMembers(stage, *staged);
  if (!members.ok()) return members.status();
  return StagedTag{*std::move(staged), *members};
}

absl::StatusOr<std::vector<RowId>> ParentRows(const TagStage& stage, ValueId first, ValueId last) {
  std::vector<RowId> rows;
  if (stage.parent == nullptr) return rows;
  const absl::Status visited =
      stage.parent->VisitRows(stage.tag.id, first, last, [&rows](RowId row, uint64_t) {
        rows.push_back(row);
        return true;
      });
  if (!visited.ok()) return visited;
  return rows;
}

absl::StatusOr<std::unique_ptr<RowSink>> SinkOf(const TagStage& stage) {
  if (stage.parent == nullptr) return NewSinkOf(stage, StoreLayout::kRows);
  const Version version = stage.parent->versions().at(stage.tag.id);
  return NewEdgeSink(EdgeWriter(stage.batch, stage.tag.id, version), stage.tag.id, *stage.parent,
                     stage.budget);
}

absl::StatusOr<std::unique_ptr<RowSink>> NewSinkOf(const TagStage& stage, StoreLayout layout,
                                                   absl::Span<const ValueId> values_with_rows) {
  absl::StatusOr<StoreWriter> writer =
      StoreWriter::Begin(stage.batch, stage.tag.id, layout, values_with_rows, stage.tag.scale);
  if (!writer.ok()) return writer.status();
  return NewStoreSink(*std::move(writer), stage.budget);
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
