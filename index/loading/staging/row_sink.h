// The destination of a tag's rows: a new store, or differences from the parent version.
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
#include "index/loading/intake/fragment_span.h"
#include "index/loading/staging/changed_members.h"
#include "index/versions/publishing/edge_writer.h"
#include "index/versions/publishing/row_totals.h"
#include "index/versions/publishing/store_writer.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// A set of members: each fragment with its members, ascending; no empty bitmaps.
using FragmentSets = std::vector<std::pair<uint32_t, Bitmap>>;

// REQUIRES: `ordinals` ascend; duplicates are allowed.
FragmentSets CutIntoFragments(absl::Span<const Ordinal> ordinals);

// Members that are removed from the parent's row.
struct ClearedMembers {
  bool everyone = false;  // then `sets` is empty
  FragmentSets sets;
};

// `a` and the members of `b`.
ClearedMembers JoinCleared(const ClearedMembers& a, FragmentSets b);

// Takes rows in ascending order, once or for each of several spans of fragments. Not thread-safe.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Begins with the rows again, of the fragments of `span`. What follows goes through `batch`. REQUIRES: as
  // StoreWriter::BeginPart. Call it before the first row.
  virtual void BeginSpan(StagedBatch& batch, FragmentSpan span) = 0;
  // In the span's fragments, the row becomes (what it was \ cleared) ∪ sets. Rows that aren't written stay as
  // they were.
  virtual absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers& cleared) = 0;
  // Writes only the statistics of a value without a row: the change of its member count.
  virtual absl::Status WriteCount(RowId row, int64_t change) = 0;
  // Adds the rest to the batch of the last span.
  virtual absl::StatusOr<StagedVersion> Finish() = 0;
  // What all rows together change for the tag's members; of a new store, every member of its known row. REQUIRES:
  // Finish was called.
  virtual MemberChanges changes() const = 0;
  // The statistics of an edge that was written in spans. REQUIRES: Finish was called.
  virtual const RowTotals<EdgeStats>* edge_totals() const { return nullptr; }
};

// A sink for a new store, whose rows were all empty. `spans`: whether several will come. `budget` is checked
// between rows, and outlives the sink.
std::unique_ptr<RowSink> NewStoreSink(StoreWriter writer, bool spans, const WorkBudget& budget);

// The destination of an edge sink.
struct EdgeTarget {
  StagedBatch& batch;  // the first span's
  TagId tag;
  const Snapshot& parent;  // has the tag's parent version; outlives the sink
  bool spans;              // whether several will come
};
// A sink for an edge. Lifetime: `budget` outlives the sink.
std::unique_ptr<RowSink> NewEdgeSink(const EdgeTarget& target, const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_ROW_SINK_H_
