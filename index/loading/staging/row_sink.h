// Where a build writes a tag's rows: into a new store, or as differences from the parent version.
#ifndef MUSTER_INDEX_LOADING_STAGING_ROW_SINK_H_
#define MUSTER_INDEX_LOADING_STAGING_ROW_SINK_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/publishing/edge_writer.h"
#include "index/versions/publishing/store_writer.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// A set of members: fragment and what lies in it, ascending; no empty bitmaps.
using FragmentSets = std::vector<std::pair<uint32_t, Bitmap>>;

// REQUIRES: `ordinals` ascend; doubles are allowed.
FragmentSets CutIntoFragments(absl::Span<const Ordinal> ordinals);

// Members that lose what the parent's row says of them.
struct ClearedMembers {
  bool everyone = false;  // then `sets` is empty
  FragmentSets sets;
};

// Takes rows in ascending order. Not thread-safe.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // The row becomes (what it was \ cleared) ∪ sets. Rows that aren't written stay as they were.
  virtual absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers& cleared) = 0;
  // The statistics alone of a value without a row: how many members it gains, or loses.
  virtual absl::Status WriteCount(RowId row, int64_t change) = 0;
  // Adds what is left to the batch.
  virtual absl::StatusOr<StagedVersion> Finish() = 0;
};

// A new store, in which no row was anything. `budget` is checked between rows, and outlives the sink.
std::unique_ptr<RowSink> NewStoreSink(StoreWriter writer, const WorkBudget& budget);

// An edge from the tag's version in `parent`. Lifetime: `parent` and `budget` outlive the sink.
std::unique_ptr<RowSink> NewEdgeSink(EdgeWriter writer, TagId tag, const Snapshot& parent,
                                     const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_ROW_SINK_H_
