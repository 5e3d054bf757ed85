// A load's accepted cells in the order of members, from which rows are built.
#ifndef MUSTER_INDEX_LOADING_INTAKE_MEMBER_CELLS_H_
#define MUSTER_INDEX_LOADING_INTAKE_MEMBER_CELLS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/loading/intake/fragment_span.h"
#include "index/loading/intake/typed_column.h"
#include "index/loading/plan/load_spec.h"
#include "index/memory/block_pool.h"

namespace muster::index {

// One tag's cells by ordinal, of all members in a span of fragments. Entry i says that member `ordinals[i]`
// has `values[i]` or `numbers[i]`. A plain value.
struct MemberCells {
  BlockVector<Ordinal>
      ordinals;  // ascending; a MULTI's member occurs once for each of its values, which ascend too
  BlockVector<ValueId> values;   // as in TypedColumn
  BlockVector<int64_t> numbers;  // as in TypedColumn
  // Ascending, without duplicates. None of them is in `ordinals`, except under REMOVE.
  BlockVector<Ordinal> cleared;
  FragmentSpan span;  // a load that is staged in one piece has all fragments
};

// How many members have a value.
struct ValueSize {
  ValueId value = 0;
  uint64_t members = 0;
};

// How many members have each of `values`, which has one entry for each member; ascending by value.
std::vector<ValueSize> SizesOf(absl::Span<const ValueId> values);

// The order of a load's records by member: computed once, then applied to each tag's column. Immutable.
class MemberOrder {
 public:
  // `dropped`: one byte for each record, or empty: records that don't count.
  MemberOrder(const BlockVector<Ordinal>& ordinals, const std::vector<uint8_t>& dropped);

  // Members of the records that count, ascending, without duplicates.
  const BlockVector<Ordinal>& members() const { return members_; }
  // The column's entries in this order, without duplicates; of values that differ, the one that `rule` chooses.
  // REQUIRES: with kReject, the load's contradictions are in `dropped`.
  MemberCells Arrange(TypedColumn column, OnConflict rule = OnConflict::kReject) const;

 private:
  void ArrangeEntries(const TypedColumn& column, MemberCells& cells) const;
  // The same, of a column with few entries.
  void ArrangeFew(const TypedColumn& column, MemberCells& cells) const;
  // Removes the values that a member's clearing record overrules, or the clearing that a value overrules.
  void SettleClearing(TypedColumn& column, OnConflict rule) const;
  bool Counts(uint32_t record) const { return dropped_.empty() || !dropped_[record]; }

  const BlockVector<Ordinal>& ordinals_;
  const std::vector<uint8_t> dropped_;
  BlockVector<uint32_t> records_;  // by ordinal, then by record; those that count
  BlockVector<Ordinal> members_;
  bool in_order_ = false;  // records_ is 0, 1, 2 … and every member has one record
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_MEMBER_CELLS_H_
