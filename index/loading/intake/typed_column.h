// The typed values of cells, in the order of the records.
#ifndef MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_
#define MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_

#include <cstdint>
#include <vector>

#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/memory/block_pool.h"

namespace muster::index {

// Entry i says that record `records[i]` has `values[i]` or `numbers[i]`. Records without a value have no
// entry. A plain value; the tag's kind decides which vectors are filled.
struct TypedColumn {
  BlockVector<uint32_t> records;  // ascending; a MULTI's record occurs once for each of its values
  // FLAG (kTrueValue, or kOwnValue for *false*), SINGLE, MULTI; under REMOVE also values that aren't stored.
  BlockVector<ValueId> values;
  BlockVector<int64_t> numbers;   // NUMBER, DATE, TIMESTAMP; a weighted MULTI's weights
  BlockVector<uint32_t> cleared;  // records, ascending, whose cell clears the tag

  size_t size() const { return records.size(); }
  uint64_t ByteSize() const {
    return records.capacity() * sizeof(uint32_t) + values.capacity() * sizeof(ValueId) +
           numbers.capacity() * sizeof(int64_t) + cleared.capacity() * sizeof(uint32_t);
  }
  // Empties it, keeping the memory.
  void Clear() {
    records.clear();
    values.clear();
    numbers.clear();
    cleared.clear();
  }
};

// Accepted records in the order of the input; record i is `ordinals[i]`, `lines[i]` and the entries of
// `columns` with that record number.
struct SpooledRecords {
  BlockVector<Ordinal> ordinals;
  BlockVector<uint64_t> lines;
  std::vector<TypedColumn> columns;  // one for each tag of the load
  // One byte for each record, or empty: whether it is left out because the population doesn't have its member.
  std::vector<uint8_t> unknown = {};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_TYPED_COLUMN_H_
