// Stages one tag of a load: a new store, or an edge from its parent version.
#ifndef MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/plan/load_spec.h"
#include "index/loading/staging/row_sink.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/records/values_with_rows.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// A SINGLE tag with more values than this also keeps its value ids as slices, so that finding a member's
// value takes few probes.
inline constexpr size_t kValuesWithoutSlicesMax = 256;
// A SINGLE tag with more values than this has rows only for frequent ones, which at least one in
// kMembersOfFrequentValue members has when the store is built; the others are read from the slices.
inline constexpr size_t kValuesWithRowsMax = 4096;
inline constexpr size_t kMembersOfFrequentValue = 2048;
// A REPLACE in which one in this many members has the same value without a row builds the store anew. Far
// from the limit above, so that values near that one don't cause a new store every day.
inline constexpr size_t kMembersOfMissedValue = 512;

// The inputs of a tag's staging beside the cells. Borrowed for the call.
struct TagStage {
  const Tag& tag;
  LoadMode mode;
  bool replace_on_merge;   // MULTI
  const Snapshot* parent;  // has the tag's parent version; null: there is none
  StagedBatch& batch;
  const WorkBudget& budget;
};

// A staged tag, and how many members have a value in it.
struct StagedTag {
  StagedVersion version;
  uint64_t member_count = 0;
};

// Stages `cells` in the load's mode (docs/semantics.md, rules 2 and 19). After an error the caller discards
// what was staged.
absl::StatusOr<StagedTag> StageTag(const TagStage& stage, MemberCells cells);

// Rows of the parent with a value in [first, last], ascending.
absl::StatusOr<std::vector<RowId>> ParentRows(const TagStage& stage, ValueId first, ValueId last);
// A sink for an edge from the parent; without one, for a new store of rows.
absl::StatusOr<std::unique_ptr<RowSink>> SinkOf(const TagStage& stage);
// A sink for a new store; `values_with_rows` as in StoreWriter::Begin.
absl::StatusOr<std::unique_ptr<RowSink>> NewSinkOf(const TagStage& stage, StoreLayout layout,
                                                   const ValuesWithRows& values_with_rows = {});
// `a` and `b` together, ascending, without duplicates.
std::vector<Ordinal> UniteOrdinals(const std::vector<Ordinal>& a, const std::vector<Ordinal>& b);
// The members that lose their old values: everyone under REPLACE, else `merged`.
ClearedMembers ClearedBy(const TagStage& stage, const std::vector<Ordinal>& merged);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_
