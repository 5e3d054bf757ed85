// One tag's cells, read: what each record gives, typed. By record, as they came.
#ifndef MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_
#define MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_

#include <cstdint>
#include <vector>

#include "index/bitmap/row_id.h"

namespace muster::index {

// Entry i says that record `records[i]` gives `values[i]` or `numbers[i]`. Records that give nothing aren't
// in it. A plain value; which vectors are filled is the tag's kind to say.
struct TypedColumn {
  std::vector<uint32_t> records;  // ascending; a MULTI's record is there once for each of its values
  std::vector<ValueId> values;    // FLAG (kTrueValue, or kOwnValue for *false*), SINGLE, MULTI
  std::vector<int64_t> numbers;   // NUMBER, DATE, TIMESTAMP; a weighted MULTI's weights
  std::vector<uint32_t> cleared;  // records, ascending, whose cell removes what was there

  size_t size() const { return records.size(); }
  uint64_t ByteSize() const {
    return records.capacity() * sizeof(uint32_t) + values.capacity() * sizeof(ValueId) +
           numbers.capacity() * sizeof(int64_t) + cleared.capacity() * sizeof(uint32_t);
  }
  // Keeps the memory.
  void Clear() {
    records.clear();
    values.clear();
    numbers.clear();
    cleared.clear();
  }
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_
