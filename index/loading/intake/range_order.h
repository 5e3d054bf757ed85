// The records of a part in the order of their ranges of ordinals.
#ifndef MUSTER_INDEX_LOADING_INTAKE_RANGE_ORDER_H_
#define MUSTER_INDEX_LOADING_INTAKE_RANGE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/loading/intake/typed_column.h"

namespace muster::index {

// A column's entries, range after range. Views of the column itself or of the order's buffers.
struct RangedEntries {
  // Their records; subtract RangeOrder::base for the number within the range. Empty: entry i is of record i.
  absl::Span<const uint32_t> records;
  absl::Span<const ValueId> values;
  absl::Span<const int64_t> numbers;
  absl::Span<const uint32_t> cleared;
  // By range: where its entries begin; one more for the end.
  std::vector<uint32_t> begins;
  std::vector<uint32_t> cleared_begins;
};

// Computed once from the records' ordinals, then applied to each column. Within a range, the order of the
// input stays. When the ranges already follow one another, as in a first load, nothing is copied. Not
// thread-safe. Lifetime: the ordinals outlive it.
class RangeOrder {
 public:
  // REQUIRES: not empty. A range has 2^range_bits ordinals.
  RangeOrder(const BlockVector<Ordinal>& ordinals, int range_bits);

  // The range of the first place; places are numbered from it.
  uint32_t first_range() const { return first_range_; }
  size_t places() const { return counts_.size(); }
  // By place: how many records it has.
  const std::vector<uint32_t>& counts() const { return counts_; }
  // The record number that becomes 0 within the range at `place`.
  uint32_t base(size_t place) const { return grouped_ ? begins_[place] : 0; }

  // Ordinals within their ranges, in this order.
  BlockVector<ValueId> Ordinals() const;
  // One number for each record, in this order.
  BlockVector<uint64_t> Arrange(const BlockVector<uint64_t>& numbers) const;
  // By place: where its records begin in both; one more for the end.
  const std::vector<uint32_t>& begins() const { return begins_; }
  // Valid until the next call, and as long as the column.
  RangedEntries Arrange(const TypedColumn& column);

 private:
  uint32_t PlaceOf(uint32_t record) const {
    return static_cast<uint32_t>(ordinals_[record] >> range_bits_) - first_range_;
  }
  std::vector<uint32_t> BeginsOf(absl::Span<const uint32_t> records) const;
  void Distribute(const TypedColumn& column, const RangedEntries& entries);

  const BlockVector<Ordinal>& ordinals_;
  const int range_bits_;
  uint32_t first_range_ = 0;
  bool grouped_ = true;             // the ranges of the records ascend
  std::vector<uint32_t> counts_;    // by place
  std::vector<uint32_t> begins_;    // by place
  BlockVector<uint32_t> position_;  // by record: in the order of ranges; empty when grouped
  TypedColumn arranged_;            // a column's entries when not grouped
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_RANGE_ORDER_H_
