#include "index/versions/publishing/edge_patch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"
#include "index/versions/publishing/edge_writer.h"
#include "index/versions/publishing/sweeper.h"

namespace muster::index {
namespace {

bool IsNothing(const EdgeStats& stats) { return stats.records == 0 && stats.change == 0; }

}  // namespace

EdgePatch::EdgePatch(StagedBatch& batch, const StagedVersion& staged, const RowTotals<EdgeStats>& totals)
    : batch_(batch), staged_(staged) {
  totals
      .Visit([this](RowId row, const EdgeStats& stats) {
        before_[row] = stats;
        return absl::OkStatus();
      })
      .IgnoreError();
  now_ = before_;
}

absl::Status EdgePatch::Correct(RowId row, uint32_t fragment, const Correction& correction) {
  const std::optional<EdgeChange> was = ChangeBetween(correction.old_parent, correction.old_child);
  std::optional<EdgeChange> change = ChangeBetween(correction.parent, correction.child);
  EdgeStats& stats = now_[row];
  if (was) {
    stats.change -= was->change;
    --stats.records;
    --staged_.changed_records;
  }
  if (!change) {
    return was ? batch_.Remove(DatabaseId::kEdges, MakeKey(staged_.edge, row, fragment)) : absl::OkStatus();
  }
  if (staged_.edge == kNoEdge) {
    ASSIGN_OR_RETURN(staged_.edge, batch_.Register(StagedKind::kEdge));
  }
  stats.change += change->change;
  ++stats.records;
  ++staged_.changed_records;
  staged_.fragment_count = std::max(staged_.fragment_count, fragment + 1);
  return batch_.Add(DatabaseId::kEdges, MakeKey(staged_.edge, row, fragment), std::move(change->record));
}

absl::Status EdgePatch::WriteStats(RowId row, const EdgeStats& was, const EdgeStats& stats) {
  if (was.change == stats.change && was.records == stats.records) return absl::OkStatus();
  const Key<8> key = MakeKey(staged_.edge, row);
  if (!IsNothing(stats)) return batch_.Add(DatabaseId::kEdgeStats, key, EncodeEdgeStats(stats));
  return IsNothing(was) ? absl::OkStatus() : batch_.Remove(DatabaseId::kEdgeStats, key);
}

absl::StatusOr<StagedVersion> EdgePatch::Finish(Version parent) {
  staged_.parent = parent;
  for (const auto& [row, stats] : now_) {
    RETURN_IF_ERROR(WriteStats(row, before_[row], stats));
  }
  staged_.known_change = now_[kKnownRow].change;
  if (staged_.edge != kNoEdge && staged_.changed_records == 0) {
    RETURN_IF_ERROR(batch_.Remove(DatabaseId::kStaging, StagedKey(StagedKind::kEdge, staged_.edge)));
    staged_.edge = kNoEdge;
  }
  return staged_;
}

}  // namespace muster::index
