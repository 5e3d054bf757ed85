// One column of a part of a load's records, packed range by range.
#ifndef MUSTER_INDEX_LOADING_INTAKE_PACKED_FRAME_H_
#define MUSTER_INDEX_LOADING_INTAKE_PACKED_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "index/loading/intake/narrow_numbers.h"
#include "index/loading/intake/range_order.h"
#include "index/loading/intake/typed_column.h"

namespace muster::index {

// What a range has in a frame. Its bytes are up to four arrays one after another, as wide as the widths say:
// record numbers (none: entry i is of record i; 1 byte: distances from the record before; else numbers),
// values, numbers, and the clearing records, of 4 bytes. Written to files as it is, because no other process
// reads them.
struct PackedRange {
  uint64_t at = 0;   // where its bytes begin: in the frame, or in the file
  uint64_t sum = 0;  // in a file: of the range and its bytes
  int64_t least_value = 0;
  int64_t least_number = 0;
  uint32_t entries = 0;
  uint32_t cleared = 0;
  uint8_t record_width = 0;
  uint8_t value_width = 0;
  uint8_t number_width = 0;
  uint8_t arrays = 0;    // kHasValues, kHasNumbers
  uint32_t padding = 0;  // no byte of it is left undefined

  static constexpr uint8_t kHasValues = 1;
  static constexpr uint8_t kHasNumbers = 2;

  uint64_t ByteSize() const {
    return uint64_t{entries} * (record_width + value_width + number_width) + cleared * sizeof(uint32_t);
  }
  NarrowShape values() const { return {least_value, value_width}; }
  NarrowShape numbers() const { return {least_number, number_width}; }
  // Where each array begins among the bytes.
  uint64_t values_at() const { return uint64_t{entries} * record_width; }
  uint64_t numbers_at() const { return values_at() + uint64_t{entries} * value_width; }
  uint64_t cleared_at() const { return numbers_at() + uint64_t{entries} * number_width; }
};
static_assert(sizeof(PackedRange) == 48);

// A frame in memory.
struct PackedFrame {
  std::vector<PackedRange> ranges;  // by place
  std::unique_ptr<char[]> bytes;    // of the ranges, one after another
  uint64_t byte_count = 0;

  std::string_view bytes_view() const { return {bytes.get(), byte_count}; }
  uint64_t ByteSize() const { return byte_count + ranges.capacity() * sizeof(PackedRange); }
};

// Packs a column's entries. `step`: of their values and numbers (NarrowShape).
PackedFrame PackFrame(const RangedEntries& entries, const RangeOrder& order, int64_t step = 0);

// Appends a range's entries to `column`. `base` is added to their record numbers.
void UnpackRange(const PackedRange& range, const char* bytes, uint32_t base, TypedColumn& column);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_PACKED_FRAME_H_
