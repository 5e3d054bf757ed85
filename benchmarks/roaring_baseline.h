// The obvious first implementation: whole CRoaring bitmaps in memory, combined pair by pair.
#ifndef MUSTER_BENCHMARKS_ROARING_BASELINE_H_
#define MUSTER_BENCHMARKS_ROARING_BASELINE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "index/bitmap/roaring_owner.h"
#include "index/versions/snapshots/snapshot.h"
#include "query/tree/plan_tree.h"
#include "roaring/roaring.h"

namespace muster::benchmarks {

using Roaring = index::RoaringOwner;

// The rows of a snapshot as separate bitmaps, run-optimised and shrunk. Conjunctions are evaluated in the
// cheapest order, the first pair into a new bitmap, then in place, and the last step only counts;
// disjunctions with or_many; numbers by composing their slices. Not thread-safe; the snapshot outlives it.
class RoaringBaseline {
 public:
  explicit RoaringBaseline(const index::Snapshot& snapshot) : snapshot_(snapshot) {}

  // Makes the bitmaps of every row that the expression names in advance, so that Count doesn't.
  void Prepare(const query::PlanOperand& expression);
  uint64_t Count(const query::PlanOperand& expression);
  // Σ of the number `tag` (no slice above `bits`, none negative) over the segment: computes the segment's
  // bitmap, and one and_cardinality per slice.
  uint64_t Sum(const query::PlanOperand& segment, index::TagId tag, int bits);

 private:
  struct Taken {  // a bitmap, and its owner
    const roaring_bitmap_t* bitmap = nullptr;
    Roaring owned;
    bool negated = false;
  };
  const roaring_bitmap_t* Row(index::RowRef row);
  Taken Take(const query::PlanNode& expression);
  Roaring Evaluate(const query::PlanNode& expression);
  // `count`: null, or the place for the count if the last bitmap isn't needed.
  Roaring Conjoin(const query::PlanNode& expression, uint64_t* count);
  Roaring Unite(const query::PlanNode& expression);
  Roaring UniteRows(const query::AnyRow& list);
  Roaring AtLeast(const query::PlanNode& expression, uint32_t least);
  Roaring Range(const query::NumberRange& range);

  const index::Snapshot& snapshot_;
  std::map<index::RowRef, Roaring> rows_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_ROARING_BASELINE_H_
