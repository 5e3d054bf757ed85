// Most columns have one entry for each record, of few different values or of small numbers: then their record
// numbers take no byte, and their values one or two. Records take a tenth of the bytes that they have as
// typed columns, so that few loads need a file, and the others write less.
#include "index/loading/intake/packed_frame.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/types/span.h"

namespace muster::index {
namespace {

// The entries of one range.
struct Share {
  absl::Span<const uint32_t> records;
  absl::Span<const ValueId> values;
  absl::Span<const int64_t> numbers;
  absl::Span<const uint32_t> cleared;
  size_t count = 0;
  uint32_t base = 0;  // of the record numbers
};

Share ShareOf(const RangedEntries& entries, const RangeOrder& order, size_t place) {
  const uint32_t begin = entries.begins[place], count = entries.begins[place + 1] - begin;
  const uint32_t cleared = entries.cleared_begins[place];
  const auto part = [begin, count](const auto& all) { return all.empty() ? all : all.subspan(begin, count); };
  return {part(entries.records),
          part(entries.values),
          part(entries.numbers),
          entries.cleared.subspan(cleared, entries.cleared_begins[place + 1] - cleared),
          count,
          order.base(place)};
}

// As PackedRange says. `records`: how many the range has.
uint8_t RecordWidth(const Share& share, uint32_t records) {
  if (share.records.empty()) return 0;
  uint32_t farthest = 0, before = share.base, elsewhere = 0;
  for (size_t i = 0; i < share.count; ++i) {
    const uint32_t record = share.records[i];
    farthest = std::max(farthest, record - before);
    elsewhere |= (record - share.base) ^ static_cast<uint32_t>(i);
    before = record;
  }
  if (elsewhere == 0 && share.count == records) return 0;
  return farthest <= std::numeric_limits<uint8_t>::max() ? 1 : sizeof(uint32_t);
}

PackedRange Measure(const Share& share, uint32_t records, int64_t step) {
  const NarrowShape values = ShapeOf(share.values, step), numbers = ShapeOf(share.numbers, step);
  PackedRange range;
  range.least_value = values.least;
  range.least_number = numbers.least;
  range.entries = static_cast<uint32_t>(share.count);
  range.cleared = static_cast<uint32_t>(share.cleared.size());
  range.record_width = RecordWidth(share, records);
  range.value_width = values.width;
  range.number_width = numbers.width;
  range.arrays = (share.values.empty() ? 0 : PackedRange::kHasValues) |
                 (share.numbers.empty() ? 0 : PackedRange::kHasNumbers);
  return range;
}

void PutRecord(char* to, uint32_t record) { std::memcpy(to, &record, sizeof record); }

void PackRecords(const Share& share, uint8_t width, char* to) {
  if (width == 1) {
    uint32_t before = share.base;
    for (size_t i = 0; i < share.count; ++i) {
      to[i] = static_cast<char>(share.records[i] - before);
      before = share.records[i];
    }
  } else if (width != 0) {
    for (size_t i = 0; i < share.count; ++i)
      PutRecord(to + i * sizeof(uint32_t), share.records[i] - share.base);
  }
}

void PackRange(const Share& share, const PackedRange& range, int64_t step, char* to) {
  PackRecords(share, range.record_width, to);
  WriteNarrow(share.values, range.values(), step, to + range.values_at());
  WriteNarrow(share.numbers, range.numbers(), step, to + range.numbers_at());
  char* const cleared = to + range.cleared_at();
  for (size_t i = 0; i < share.cleared.size(); ++i)
    PutRecord(cleared + i * sizeof(uint32_t), share.cleared[i] - share.base);
}

// Appends `more` elements, and returns where they begin.
template <typename T>
T* Extend(BlockVector<T>& vector, size_t more) {
  const size_t before = vector.size();
  vector.resize(before + more);
  return vector.data() + before;
}

void UnpackRecords(const PackedRange& range, const char* bytes, uint32_t base, uint32_t* to) {
  if (range.record_width == 1) {
    uint32_t record = base;
    for (size_t i = 0; i < range.entries; ++i) to[i] = record += static_cast<uint8_t>(bytes[i]);
    return;
  }
  // Without an array, the records are consecutive: step 1 and no distance.
  ReadNarrow(bytes, range.entries, {0, range.record_width}, range.record_width == 0 ? 1 : 0, base, to);
}

}  // namespace

PackedFrame PackFrame(const RangedEntries& entries, const RangeOrder& order, int64_t step) {
  PackedFrame frame;
  frame.ranges.reserve(order.places());
  for (size_t place = 0; place < order.places(); ++place) {
    PackedRange range = Measure(ShareOf(entries, order, place), order.counts()[place], step);
    range.at = frame.byte_count;
    frame.byte_count += range.ByteSize();
    frame.ranges.push_back(range);
  }
  frame.bytes.reset(new char[frame.byte_count]);
  for (size_t place = 0; place < order.places(); ++place) {
    const PackedRange& range = frame.ranges[place];
    PackRange(ShareOf(entries, order, place), range, step, frame.bytes.get() + range.at);
  }
  return frame;
}

void UnpackRange(const PackedRange& range, const char* bytes, uint32_t base, TypedColumn& column) {
  UnpackRecords(range, bytes, base, Extend(column.records, range.entries));
  if ((range.arrays & PackedRange::kHasValues) != 0) {
    ReadNarrow(bytes + range.values_at(), range.entries, range.values(), 0, 0,
               Extend(column.values, range.entries));
  }
  if ((range.arrays & PackedRange::kHasNumbers) != 0) {
    ReadNarrow(bytes + range.numbers_at(), range.entries, range.numbers(), 0, 0,
               Extend(column.numbers, range.entries));
  }
  if (range.cleared == 0) return;
  ReadNarrow(bytes + range.cleared_at(), range.cleared, {0, sizeof(uint32_t)}, 0, base,
             Extend(column.cleared, range.cleared));
}

}  // namespace muster::index
