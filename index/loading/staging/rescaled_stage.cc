#include "index/loading/staging/rescaled_stage.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "index/loading/staging/row_builder.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// A sink for a new store, in which each row was what RescaledRows returns.
class RescaledSink final : public RowSink {
 public:
  RescaledSink(StoreWriter writer, bool spans, const WorkBudget& budget)
      : writer_(std::move(writer)), spans_(spans), budget_(budget) {}

  // The parent's rows in the span that begins; they outlive it.
  void SetParent(RescaledRows& rows) { rows_ = &rows; }

  void BeginSpan(StagedBatch& batch, FragmentSpan) override {
    changed_.EndSpan();
    if (spans_) writer_.BeginPart(batch);
  }

  absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers& cleared) override {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(std::vector<Bitmap> now, rows_->Read(row));
    const FragmentSpan parent = rows_->span();
    // Of the fragments that change: members that a row gains are cleared from it, too.
    FragmentSets before;
    for (const auto& [fragment, leaving] : cleared.sets) {
      if (fragment >= parent.end) continue;
      before.emplace_back(fragment, now[fragment - parent.first]);
      now[fragment - parent.first].Subtract(leaving);
    }
    for (auto& [fragment, joining] : sets) {
      if (fragment < parent.end) {
        now[fragment - parent.first].Union(joining);
      } else {
        changed_.Add(fragment, joining);
      }
    }
    for (auto& [fragment, flips] : before) {
      flips.Xor(now[fragment - parent.first]);
      if (!flips.Empty()) changed_.Add(fragment, flips);
    }
    for (uint32_t i = 0; i < now.size(); ++i) {
      RETURN_IF_ERROR(writer_.Put(row, parent.first + i, std::move(now[i])));
    }
    for (auto& [fragment, joining] : sets) {
      if (fragment < parent.end) continue;
      RETURN_IF_ERROR(writer_.Put(row, fragment, std::move(joining)));
    }
    return absl::OkStatus();
  }

  absl::Status WriteCount(RowId, int64_t) override {
    return absl::InternalError("numbers have no values without rows");
  }

  absl::StatusOr<StagedVersion> Finish() override {
    changed_.EndSpan();
    return writer_.Finish();
  }
  MemberChanges changes() const override { return {changed_.count(), 0}; }

 private:
  StoreWriter writer_;
  const bool spans_;
  ChangedMembers changed_;
  RescaledRows* rows_ = nullptr;
  const WorkBudget& budget_;
};

class RescaledStage final : public TagStage {
 public:
  RescaledStage(const TagStaging& staging, int from, const FarthestNumber& farthest)
      : staging_(staging), from_(from), farthest_(farthest) {}

  absl::Status Stage(StagedBatch& batch, MemberCells cells) override {
    const Tag& tag = staging_.tag;
    ASSIGN_OR_RETURN(const std::unique_ptr<RescaledRows> rows,
                     RescaledRows::Open(*staging_.parent, tag.id, tag.scale - from_, farthest_, cells.span));
    if (sink_ == nullptr) {
      ASSIGN_OR_RETURN(StoreWriter writer,
                       StoreWriter::Begin(batch, tag.id, StoreLayout::kRows, {}, tag.scale));
      sink_ = std::make_unique<RescaledSink>(std::move(writer), staging_.spans, staging_.budget);
    }
    sink_->SetParent(*rows);
    sink_->BeginSpan(batch, cells.span);
    const ClearedMembers cleared = ClearedBy(staging_, cells.ordinals, cells.cleared);
    RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared));
    return WriteSlices({kOwnValue, cells.ordinals, cells.numbers}, rows->rows(), cleared, *sink_);
  }

  absl::StatusOr<StagedVersion> Finish() override { return sink_->Finish(); }
  MemberChanges changes() const override { return sink_->changes(); }

 private:
  const TagStaging staging_;
  const int from_;
  const FarthestNumber farthest_;
  std::unique_ptr<RescaledSink> sink_;
};

}  // namespace

std::unique_ptr<TagStage> NewRescaledStage(const TagStaging& staging, int from,
                                           const FarthestNumber& farthest) {
  return std::make_unique<RescaledStage>(staging, from, farthest);
}

}  // namespace muster::index
