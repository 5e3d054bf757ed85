// The values of a tag that have a row of their own.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_VALUES_WITH_ROWS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_VALUES_WITH_ROWS_H_

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/row_id.h"

namespace muster::index {

// All values of a store or, for a SINGLE tag with very many values, those that many members had when the
// store was built. The members of other values are only in the tag's value-id slices. A plain value, cheap to
// copy; thread-safe when const.
class ValuesWithRows {
 public:
  // All values.
  ValuesWithRows() = default;
  // REQUIRES: ascending, none of them kOwnValue.
  explicit ValuesWithRows(std::vector<ValueId> values)
      : values_(std::make_shared<const std::vector<ValueId>>(std::move(values))) {}

  bool all() const { return values_ == nullptr; }
  // Ascending; empty when all() is true.
  absl::Span<const ValueId> values() const { return all() ? absl::Span<const ValueId>() : *values_; }
  bool Has(ValueId value) const {
    return all() || std::binary_search(values_->begin(), values_->end(), value);
  }
  // Whether the store keeps records of the row: false for the membership row of a value without one.
  bool Keeps(RowId row) const {
    return ValueOf(row) == kOwnValue || SlotOf(row) != kMembershipSlot || Has(ValueOf(row));
  }

 private:
  std::shared_ptr<const std::vector<ValueId>> values_;  // null: all
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_VALUES_WITH_ROWS_H_
