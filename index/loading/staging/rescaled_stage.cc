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
  RescaledSink(StoreWriter writer, RescaledRows& rows, const WorkBudget& budget)
      : writer_(std::move(writer)), rows_(rows), budget_(budget) {}

  absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers& cleared) override {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(std::vector<Bitmap> now, rows_.Read(row));
    for (const auto& [fragment, leaving] : cleared.sets) {
      if (fragment < now.size()) now[fragment].Subtract(leaving);
    }
    for (const auto& [fragment, joining] : sets) {
      if (fragment >= now.size()) now.resize(fragment + 1);
      now[fragment].Union(joining);
    }
    for (uint32_t fragment = 0; fragment < now.size(); ++fragment) {
      RETURN_IF_ERROR(writer_.Put(row, fragment, std::move(now[fragment])));
    }
    return absl::OkStatus();
  }

  absl::Status WriteCount(RowId, int64_t) override {
    return absl::InternalError("numbers have no values without rows");
  }

  absl::StatusOr<StagedVersion> Finish() override { return writer_.Finish(); }

 private:
  StoreWriter writer_;
  RescaledRows& rows_;
  const WorkBudget& budget_;
};

}  // namespace

absl::StatusOr<StagedVersion> StageRescaled(const TagStage& stage, int from, const FarthestNumber& farthest,
                                            const MemberCells& cells) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RescaledRows> rows,
                   RescaledRows::Open(*stage.parent, stage.tag.id, stage.tag.scale - from, farthest));
  ASSIGN_OR_RETURN(StoreWriter writer,
                   StoreWriter::Begin(stage.batch, stage.tag.id, StoreLayout::kRows, {}, stage.tag.scale));
  RescaledSink sink(std::move(writer), *rows, stage.budget);
  const ClearedMembers cleared = ClearedBy(stage, UniteOrdinals(cells.ordinals, cells.cleared));
  absl::Status written = sink.WriteRow(kKnownRow, CutIntoFragments(cells.ordinals), cleared);
  if (written.ok()) {
    written = WriteSlices({kOwnValue, cells.ordinals, cells.numbers}, rows->rows(), cleared, sink);
  }
  RETURN_IF_ERROR(written);
  return sink.Finish();
}

}  // namespace muster::index
