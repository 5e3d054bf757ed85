#include "index/versions/publishing/edge_writer.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

constexpr uint32_t kFewFlips = kDenseFlipsPerChunk * kChunksPerFragment;
// A fragment with this many ordinals is dense: its chunks are bitsets.
constexpr uint32_t kDenseOrdinals = 4096 * kChunksPerFragment;

// Few flips become an XOR record. Many become a whole image, if it is dense or no larger than the flips.
RecordKind ChooseKind(uint32_t flips, uint32_t child_cardinality) {
  if (flips <= kFewFlips && flips < child_cardinality) return RecordKind::kXor;
  const bool dense = child_cardinality >= kDenseOrdinals;
  return dense || child_cardinality <= flips ? RecordKind::kAfter : RecordKind::kXor;
}

// REQUIRES: `flips` is parent XOR child, and not empty.
EdgeChange ChangeOf(const Bitmap& parent, const Bitmap& child, Bitmap flips) {
  const uint32_t after = child.Cardinality();
  EdgeChange change;
  change.change = static_cast<int64_t>(after) - static_cast<int64_t>(parent.Cardinality());
  const RecordKind kind = ChooseKind(flips.Cardinality(), after);
  change.record = kind == RecordKind::kXor ? EncodeRecord(kind, std::move(flips)) : EncodeRecord(kind, child);
  return change;
}

}  // namespace

std::optional<EdgeChange> ChangeBetween(const Bitmap& parent, const Bitmap& child) {
  Bitmap flips = parent;
  flips.Xor(child);
  if (flips.Empty()) return std::nullopt;
  return ChangeOf(parent, child, std::move(flips));
}

EdgeWriter::EdgeWriter(StagedBatch& batch, TagId tag, Version parent)
    : batch_(&batch), staged_{.tag = tag, .load = batch.load(), .parent = parent} {}

void EdgeWriter::BeginPart(StagedBatch& batch) {
  batch_ = &batch;
  if (!totals_) totals_.emplace();
  if (last_.has_value()) totals_->Add(last_->row, std::exchange(row_stats_, EdgeStats{}));
  last_.reset();
}

absl::Status EdgeWriter::TakeNumber() {
  if (staged_.edge != kNoEdge) return absl::OkStatus();
  ASSIGN_OR_RETURN(staged_.edge, batch_->Register(StagedKind::kEdge));
  return absl::OkStatus();
}

absl::Status EdgeWriter::MoveTo(Frontier here) {
  if (last_.has_value() && here <= *last_) {
    return absl::InvalidArgumentError("changes of an edge must come in ascending order");
  }
  if (last_.has_value() && last_->row != here.row) {
    RETURN_IF_ERROR(EndRow());
  }
  last_ = here;
  return absl::OkStatus();
}

absl::Status EdgeWriter::ChangeCount(RowId row, int64_t change) {
  if (change == 0) return absl::OkStatus();
  if (last_.has_value() && row <= last_->row) {
    return absl::InvalidArgumentError("rows of an edge must come in ascending order");
  }
  RETURN_IF_ERROR(MoveTo({row, kLastFragment}));
  // Over several parts the changes may cancel each other out: then there is nothing to write.
  if (!totals_) {
    RETURN_IF_ERROR(TakeNumber());
  }
  row_stats_.change = change;
  return absl::OkStatus();
}

absl::Status EdgeWriter::Change(RowId row, uint32_t fragment, const Bitmap& parent, const Bitmap& child) {
  Bitmap flips = parent;
  flips.Xor(child);
  return Change({row, fragment}, parent, child, std::move(flips));
}

absl::Status EdgeWriter::Change(Frontier at, const Bitmap& parent, const Bitmap& child, Bitmap flips) {
  if (flips.Empty()) return absl::OkStatus();
  EdgeChange change = ChangeOf(parent, child, std::move(flips));
  RETURN_IF_ERROR(MoveTo(at));
  RETURN_IF_ERROR(TakeNumber());
  row_stats_.change += change.change;
  ++row_stats_.records;
  ++staged_.changed_records;
  staged_.fragment_count = std::max(staged_.fragment_count, at.fragment + 1);
  return batch_->Add(DatabaseId::kEdges, MakeKey(staged_.edge, at.row, at.fragment),
                     std::move(change.record));
}

absl::Status EdgeWriter::EndRow() {
  const EdgeStats stats = std::exchange(row_stats_, EdgeStats{});
  if (!totals_) return AddStats(last_->row, stats);
  totals_->Add(last_->row, stats);
  return absl::OkStatus();
}

absl::Status EdgeWriter::AddStats(RowId row, const EdgeStats& stats) {
  if (stats.change == 0 && stats.records == 0) return absl::OkStatus();
  RETURN_IF_ERROR(TakeNumber());
  if (row == kKnownRow) staged_.known_change = stats.change;
  return batch_->Add(DatabaseId::kEdgeStats, MakeKey(staged_.edge, row), EncodeEdgeStats(stats));
}

absl::StatusOr<StagedVersion> EdgeWriter::Finish() {
  if (last_.has_value()) {
    RETURN_IF_ERROR(EndRow());
  }
  if (totals_) {
    RETURN_IF_ERROR(
        totals_->Visit([this](RowId row, const EdgeStats& total) { return AddStats(row, total); }));
  }
  return staged_;
}

}  // namespace muster::index
