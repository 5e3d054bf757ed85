#include "index/loading/load_staging.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"

namespace muster::index {
namespace {

// Everyone and the new values are two more pieces of work beside the tags.
constexpr size_t kValuesPiece = 0, kMembersPiece = 1, kFirstTagPiece = 2;

// New values that are written with the publication. More of them lie on too many pages for it.
constexpr size_t kHeldValuesMax = 100;

}  // namespace

LoadStaging::LoadStaging(const StagingTarget& target, const StagingSource& source, const WorkBudget& budget)
    : target_(target),
      source_(source),
      budget_(budget),
      has_several_tiles_(source.accepted.tile_count() > 1),
      value_sizes_(source.plan.tags.size()),
      everyone_(source.parents, source.plan.business_date, budget),
      stages_(source.plan.tags.size()),
      stages_again_(source.plan.tags.size()),
      named_(source.plan.tags.size(), 0),
      staged_(source.plan.tags.size()),
      staged_again_(source.plan.tags.size()) {}

absl::Status LoadStaging::Run() {
  if (has_several_tiles_) {
    RETURN_IF_ERROR(Survey());
  }
  const size_t tiles = source_.accepted.tile_count();
  for (size_t i = 0; i < tiles; ++i) {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const std::shared_ptr<Tile> tile, source_.accepted.Open(i));
    RETURN_IF_ERROR(StageTile(*tile, {i == 0, i + 1 == tiles, source_.accepted.threads(i)}));
    FaultPoint("load/tile_staged");
  }
  return absl::OkStatus();
}

TagStaging LoadStaging::StagingOf(size_t tag, const Snapshot& parents) const {
  const Tag& planned = source_.plan.tags[tag].tag;
  TagStaging staging{planned, source_.plan.spec.mode, source_.plan.spec.tags[tag].replace_on_merge, nullptr,
                     budget_};
  if (parents.versions().count(planned.id) > 0) staging.parent = &parents;
  staging.spans = has_several_tiles_;
  if (has_several_tiles_) staging.value_sizes = &value_sizes_[tag];
  return staging;
}

absl::Status LoadStaging::Begin(size_t tag) {
  if (stages_[tag] != nullptr) return absl::OkStatus();
  if (has_several_tiles_ && source_.plan.tags[tag].tag.kind == TagKind::kSingle)
    value_sizes_[tag] = source_.accepted.ValueSizes(tag);
  ASSIGN_OR_RETURN(stages_[tag], NewTagStage(StagingOf(tag, source_.parents)));
  if (!source_.twice[tag]) return absl::OkStatus();
  ASSIGN_OR_RETURN(stages_again_[tag], NewTagStage(StagingOf(tag, source_.later)));
  return absl::OkStatus();
}

absl::Status LoadStaging::Survey() {
  RETURN_IF_ERROR(StageTogether(target_, stages_.size(), SIZE_MAX,
                                [this](size_t tag, StagedBatch&) { return Begin(tag); }));
  const auto needs = [](const std::unique_ptr<TagStage>& stage) { return stage && stage->NeedsSurvey(); };
  if (std::none_of(stages_.begin(), stages_.end(), needs) &&
      std::none_of(stages_again_.begin(), stages_again_.end(), needs)) {
    return absl::OkStatus();
  }
  for (size_t i = 0; i < source_.accepted.tile_count(); ++i) {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const std::shared_ptr<Tile> tile, source_.accepted.Open(i));
    for (size_t tag = 0; tag < stages_.size(); ++tag) {
      if (!needs(stages_[tag]) && !needs(stages_again_[tag])) continue;
      ASSIGN_OR_RETURN(const MemberCells cells, tile->Cells(tag));
      for (const auto* const stages : {&stages_, &stages_again_}) {
        if (!needs((*stages)[tag])) continue;
        RETURN_IF_ERROR((*stages)[tag]->Survey(cells));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status LoadStaging::StageTile(Tile& tile, const TileTurn& turn) {
  const bool first = turn.first, last = turn.last;
  return StageTogether(target_, kFirstTagPiece + stages_.size(), turn.threads,
                       [&](size_t piece, StagedBatch& batch) {
                         if (piece == kValuesPiece) return first ? StageValues(batch) : absl::OkStatus();
                         if (piece == kMembersPiece) return StageMembers(tile, last, batch);
                         return StageTag(piece - kFirstTagPiece, tile, last, batch);
                       });
}

// Rows have the ids of values, so that a dry run needs no stored ones.
absl::Status LoadStaging::StageValues(StagedBatch& batch) {
  if (source_.plan.spec.dry_run) return absl::OkStatus();
  std::vector<FreshValue> fresh;
  for (size_t i = 0; i < source_.plan.tags.size(); ++i) {
    const ValueInterner* values = source_.intake.values(i);
    if (values == nullptr) continue;
    for (const auto& [text, id] : values->fresh()) fresh.push_back({source_.plan.tags[i].tag.id, id, text});
  }
  if (target_.held != nullptr && fresh.size() <= kHeldValuesMax) {
    for (const FreshValue& value : fresh) {
      RETURN_IF_ERROR(
          PutValue(value, [&batch](DatabaseId database, std::string_view key, std::string_view bytes) {
            return batch.Add(database, key, std::string(bytes));
          }));
    }
    return absl::OkStatus();
  }
  std::sort(fresh.begin(), fresh.end(), [](const FreshValue& a, const FreshValue& b) {
    return std::tie(a.tag, a.id) < std::tie(b.tag, b.id);
  });
  return StoreValues(target_.writer, std::move(fresh));
}

absl::Status LoadStaging::StageMembers(const Tile& tile, bool last, StagedBatch& batch) {
  const bool names_members = source_.plan.spec.mode != LoadMode::kRemove;
  RETURN_IF_ERROR(everyone_.Stage(batch, names_members ? tile.members() : absl::Span<const Ordinal>()));
  if (!last) return absl::OkStatus();
  ASSIGN_OR_RETURN(staged_everyone_, everyone_.Finish());
  return absl::OkStatus();
}

absl::Status LoadStaging::RebaseEveryone(const Snapshot& parent, absl::Span<const uint32_t> changed) {
  StagingTarget target = target_;
  // Corrections come after what they correct. Those of one fragment fit into a batch. More may fill it, and a
  // full batch is written at once: then what is held is written before.
  if (target.held != nullptr && changed.size() > 1) {
    RETURN_IF_ERROR(WriteStaged(target.writer, *target.held));
    target.held->clear();
    target.held = nullptr;
  }
  StagedBatch batch(target.writer, target.load, 1, target.numbers);
  ASSIGN_OR_RETURN(staged_everyone_, everyone_.Rebase(batch, parent, changed));
  return EndBatch(target, batch);
}

absl::Status LoadStaging::FinishTag(size_t tag, const Snapshot& parents, std::unique_ptr<TagStage>& stage,
                                    std::optional<StagedTag>& staged) const {
  ASSIGN_OR_RETURN(StagedVersion version, stage->Finish());
  ASSIGN_OR_RETURN(const uint64_t members, CountMembers(StagingOf(tag, parents), version));
  staged = {std::move(version), members, CellsOf(named_[tag], stage->changes())};
  stage.reset();
  return absl::OkStatus();
}

// Of a tag that is staged twice, the stage on the later version comes first: it copies the cells, and the
// other one takes them.
absl::Status LoadStaging::StageTag(size_t tag, Tile& tile, bool last, StagedBatch& batch) {
  RETURN_IF_ERROR(Begin(tag));
  if (stages_again_[tag] != nullptr) {
    ASSIGN_OR_RETURN(MemberCells cells, tile.Cells(tag, /*keep=*/true));
    named_[tag] += CountNamed(cells);
    RETURN_IF_ERROR(stages_again_[tag]->Stage(batch, std::move(cells)));
    if (last) RETURN_IF_ERROR(FinishTag(tag, source_.later, stages_again_[tag], staged_again_[tag]));
  }
  ASSIGN_OR_RETURN(MemberCells cells, tile.Cells(tag));
  if (!source_.twice[tag]) named_[tag] += CountNamed(cells);
  RETURN_IF_ERROR(stages_[tag]->Stage(batch, std::move(cells)));
  return last ? FinishTag(tag, source_.parents, stages_[tag], staged_[tag]) : absl::OkStatus();
}

}  // namespace muster::index
