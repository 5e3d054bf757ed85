#include "index/versions/edge_writer.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/geometry.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/keys.h"
#include "index/versions/sweeper.h"

namespace muster::index {
namespace {

constexpr uint32_t kFewFlips = kDenseFlipsPerChunk * kChunksPerFragment;
// A chunk with so many ordinals is a bitset: dense.
constexpr uint32_t kDenseOrdinals = 4096 * kChunksPerFragment;

// Few flips are XORed. Many are a whole image when it is dense, or no larger than the flips themselves.
RecordKind ChooseKind(uint32_t flips, uint32_t child_cardinality) {
  if (flips <= kFewFlips && flips < child_cardinality) return RecordKind::kXor;
  const bool dense = child_cardinality >= kDenseOrdinals;
  return dense || child_cardinality <= flips ? RecordKind::kAfter : RecordKind::kXor;
}

}  // namespace

EdgeWriter::EdgeWriter(WriterQueue& writer, LoadId load, TagId tag, Version parent)
    : writer_(writer), staged_{.tag = tag, .load = load, .parent = parent}, batch_(writer) {}

absl::Status EdgeWriter::TakeNumber() {
  EdgeId taken = kNoEdge;
  absl::Status status = writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    absl::StatusOr<uint32_t> edge = NextId(transaction, kEdgeCounter);
    if (!edge.ok()) return edge.status();
    taken = *edge;
    return RegisterStaged(transaction, {StagedKind::kEdge, *edge, staged_.load});
  });
  if (!status.ok()) return status;
  staged_.edge = taken;
  FaultPoint("staging/edge_registered");
  return absl::OkStatus();
}

absl::Status EdgeWriter::Change(RowId row, uint32_t fragment, const Bitmap& parent, const Bitmap& child) {
  const Frontier here{row, fragment};
  if (last_.has_value() && here <= *last_) {
    return absl::InvalidArgumentError("changes of an edge must come in ascending order");
  }
  Bitmap flips = parent;
  flips.Xor(child);
  const uint32_t flip_count = flips.Cardinality();
  if (flip_count == 0) return absl::OkStatus();
  if (staged_.edge == kNoEdge) {
    if (absl::Status status = TakeNumber(); !status.ok()) return status;
  }
  if (last_.has_value() && last_->row != row) {
    if (absl::Status status = EndRow(); !status.ok()) return status;
  }
  last_ = here;
  const uint32_t after = child.Cardinality();
  row_stats_.change += static_cast<int64_t>(after) - static_cast<int64_t>(parent.Cardinality());
  ++row_stats_.records;
  ++staged_.changed_records;
  staged_.fragment_count = std::max(staged_.fragment_count, fragment + 1);
  const RecordKind kind = ChooseKind(flip_count, after);
  return batch_.Add(DatabaseId::kEdges, MakeKey(staged_.edge, row, fragment),
                    EncodeRecord(kind, kind == RecordKind::kXor ? std::move(flips) : child));
}

absl::Status EdgeWriter::EndRow() {
  const EdgeStats stats = std::exchange(row_stats_, EdgeStats{});
  return batch_.Add(DatabaseId::kEdgeStats, MakeKey(staged_.edge, last_->row), EncodeEdgeStats(stats));
}

absl::StatusOr<StagedVersion> EdgeWriter::Finish() {
  if (last_.has_value()) {
    if (absl::Status status = EndRow(); !status.ok()) return status;
  }
  if (absl::Status status = batch_.Flush(); !status.ok()) return status;
  return staged_;
}

}  // namespace muster::index
