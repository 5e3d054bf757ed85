// Stages one tag of a load: a new store, or an edge from its parent version.
#ifndef MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
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

// What decides how a tag is staged, beside the cells. A plain value that borrows what it names.
struct TagStaging {
  const Tag& tag;
  LoadMode mode;
  bool replace_on_merge;   // MULTI
  const Snapshot* parent;  // has the tag's parent version; null: there is none
  const WorkBudget& budget;
  // Whether the cells come span by span; then, for a SINGLE tag, how many members have each value in all of
  // them, ascending by value.
  bool spans = false;
  const std::vector<ValueSize>* value_sizes = nullptr;
};

// A staged tag, how many members have a value in it, and what it changes.
struct StagedTag {
  StagedVersion version;
  uint64_t member_count = 0;
  CellCounts cells;
};

// Stages the cells of one tag in the load's mode (docs/semantics.md, rules 2 and 19), in one piece or span by
// span: the spans then follow each other from the first fragment to the last. After an error the caller
// discards what was staged. Not thread-safe. Lifetime: what TagStaging names outlives it.
class TagStage {
 public:
  virtual ~TagStage() = default;

  // Whether Survey must be called with the cells of all spans before the first of them is staged.
  virtual bool NeedsSurvey() const { return false; }
  virtual absl::Status Survey(const MemberCells&) { return absl::OkStatus(); }
  // REQUIRES: as StoreWriter::BeginPart.
  virtual absl::Status Stage(StagedBatch& batch, MemberCells cells) = 0;
  // Adds the rest to the batch of the last span. REQUIRES: Stage was called.
  virtual absl::StatusOr<StagedVersion> Finish() = 0;
  // How the members' values differ from the parent's. REQUIRES: Finish was called.
  virtual MemberChanges changes() const = 0;
};

// The number of members for whom the cells of a span give, clear or remove a value.
uint64_t CountNamed(const MemberCells& cells);
// What a load that names so many members does to the cells of a tag.
inline CellCounts CellsOf(uint64_t named, const MemberChanges& changes) {
  return {.changed = changes.changed, .unchanged = named - (changes.changed - changes.lost)};
}

// FAILED_PRECONDITION, kLimit: a number of the parent is out of range in the tag's scale.
absl::StatusOr<std::unique_ptr<TagStage>> NewTagStage(const TagStaging& staging);

// How many members have a value in what a tag's stage staged.
absl::StatusOr<uint64_t> CountMembers(const TagStaging& staging, const StagedVersion& staged);

// Rows of the parent with a value in [first, last], ascending.
absl::StatusOr<std::vector<RowId>> ParentRows(const TagStaging& staging, ValueId first, ValueId last);
// A sink for an edge from the parent; without one, for a new store of rows. Its first span's batch is `batch`.
absl::StatusOr<std::unique_ptr<RowSink>> SinkOf(const TagStaging& staging, StagedBatch& batch);
// A sink for a new store; `values_with_rows` as in StoreWriter::Begin.
absl::StatusOr<std::unique_ptr<RowSink>> NewSinkOf(const TagStaging& staging, StagedBatch& batch,
                                                   StoreLayout layout,
                                                   const ValuesWithRows& values_with_rows = {});
// `a` and `b` together, ascending, without duplicates.
BlockVector<Ordinal> UniteOrdinals(absl::Span<const Ordinal> a, absl::Span<const Ordinal> b);
// The members that lose their old values: everyone under REPLACE, else those of `given` and `cleared_cells`.
ClearedMembers ClearedBy(const TagStaging& staging, absl::Span<const Ordinal> given,
                         absl::Span<const Ordinal> cleared_cells);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_TAG_STAGE_H_
