// A frame holds one column of a part, or its records: a header with the sizes and the sum of each range, the
// header's own sum, then the ranges one after another. A range is up to four arrays: record numbers within
// the range (left out when each record has one entry), values, numbers, and clearing records. Of the records
// themselves, the values are their ordinals within the range, and the numbers their lines. Integers are in
// this machine's byte order, because no other process reads the file.
#include "index/loading/intake/spill_file.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <thread>

#include "absl/types/span.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/sum.h"

namespace muster::index {

// In the header of a frame.
struct FrameRange {
  uint32_t entries = 0;
  uint32_t cleared = 0;
  uint64_t one_each = 0;  // 1: entry i is of record i
  uint64_t sum = 0;
};
static_assert(sizeof(FrameRange) == 24);

namespace {

constexpr uint64_t kHasValues = 1;
constexpr uint64_t kHasNumbers = 2;

uint64_t HeaderBytes(size_t ranges) {
  return sizeof(uint64_t) + ranges * sizeof(FrameRange) + sizeof(uint64_t);
}

uint64_t PayloadBytes(const FrameRange& range, uint64_t arrays) {
  const uint64_t width = (range.one_each != 0 ? 0 : sizeof(uint32_t)) +
                         ((arrays & kHasValues) != 0 ? sizeof(ValueId) : 0) +
                         ((arrays & kHasNumbers) != 0 ? sizeof(int64_t) : 0);
  return range.entries * width + range.cleared * sizeof(uint32_t);
}

// The arrays of a range in a frame's payload; null: there is no such array.
struct RangeArrays {
  RangeArrays(const FrameRange& range, uint64_t arrays, char* payload) {
    const auto take = [&payload](bool there, size_t bytes) {
      char* const array = there ? payload : nullptr;
      if (there) payload += bytes;
      return array;
    };
    records = take(range.one_each == 0, range.entries * sizeof(uint32_t));
    values = take((arrays & kHasValues) != 0, range.entries * sizeof(ValueId));
    numbers = take((arrays & kHasNumbers) != 0, range.entries * sizeof(int64_t));
    cleared = take(true, range.cleared * sizeof(uint32_t));
  }
  char *records, *values, *numbers, *cleared;
};

// Appends one element to an array, which may be unaligned.
template <typename T>
void Put(char*& array, T element) {
  std::memcpy(array, &element, sizeof element);
  array += sizeof element;
}

// Appends the array's elements to `to`.
template <typename T>
void Take(const char* array, size_t count, std::vector<T>& to) {
  if (array == nullptr || count == 0) return;
  const size_t before = to.size();
  to.resize(before + count);
  std::memcpy(to.data() + before, array, count * sizeof(T));
}

// The same for record numbers, the first of which becomes `base`.
void TakeRecords(const char* array, size_t count, uint32_t base, std::vector<uint32_t>& to) {
  const size_t before = to.size();
  if (array == nullptr) {
    for (uint32_t i = 0; i < count; ++i) to.push_back(base + i);
    return;
  }
  Take(array, count, to);
  for (size_t i = before; i < to.size(); ++i) to[i] += base;
}

}  // namespace

uint64_t BytesToStage(const RangeSize& size) {
  constexpr uint64_t kRecordBytes = 24;
  constexpr uint64_t kColumnRecordBytes = 5;
  constexpr uint64_t kEntryBytes = 64;
  constexpr uint64_t kBatchBytes = uint64_t{8} << 20;  // of staged fragments, a thread
  const uint64_t threads = std::max(1u, std::thread::hardware_concurrency());
  const uint64_t entries = size.largest * kEntryBytes;
  return size.bytes + size.records * (kRecordBytes + threads * kColumnRecordBytes) +
         threads * (entries + std::min(kBatchBytes, entries));
}

struct SpillFile::Frame {
  uint64_t arrays = 0;
  uint32_t first_range = 0;
  std::vector<FrameRange> ranges;
  std::string payload;
};

// What becomes a frame: entry i is of record `records[i]`, or of record i when `one_each`.
struct SpillFile::Entries {
  size_t count = 0;
  bool one_each = false;
  absl::Span<const uint32_t> records;
  absl::Span<const ValueId> values;
  absl::Span<const int64_t> numbers;
  absl::Span<const uint32_t> cleared;

  uint32_t record(size_t i) const { return one_each ? static_cast<uint32_t>(i) : records[i]; }
};

// A part being written.
struct SpillFile::Writing {
  const std::vector<Ordinal>& ordinals;
  std::vector<uint32_t> local;  // by record: its number within its range
  Part part;
  std::vector<RangeSize> sizes;  // by range of the part
};

uint32_t SpillFile::PlaceOf(uint32_t record, const Writing& writing) const {
  return RangeOf(writing.ordinals[record]) - writing.part.first_range;
}

absl::StatusOr<std::unique_ptr<SpillFile>> SpillFile::Open(const std::string& folder, size_t columns,
                                                           int range_bits) {
  ASSIGN_OR_RETURN(std::unique_ptr<ScratchFile> file, ScratchFile::Open(folder, "records of the load"));
  return std::unique_ptr<SpillFile>(new SpillFile(std::move(file), columns, range_bits));
}

absl::Status SpillFile::Write(const SpooledRecords& records) {
  const std::vector<Ordinal>& ordinals = records.ordinals;
  if (ordinals.empty()) return absl::OkStatus();
  const auto [least, greatest] = std::minmax_element(ordinals.begin(), ordinals.end());
  Writing writing{ordinals, std::vector<uint32_t>(ordinals.size()), {}, {}};
  Part& part = writing.part;
  part.first_range = RangeOf(*least);
  part.records.resize(RangeOf(*greatest) - part.first_range + 1, 0);
  writing.sizes.resize(part.records.size());
  {
    std::vector<ValueId> within(ordinals.size());
    for (size_t i = 0; i < ordinals.size(); ++i) {
      writing.local[i] = part.records[RangeOf(ordinals[i]) - part.first_range]++;
      within[i] = static_cast<ValueId>(ordinals[i] & ((Ordinal{1} << range_bits_) - 1));
    }
    const auto* const lines = reinterpret_cast<const int64_t*>(records.lines.data());
    Entries entries{.count = ordinals.size(), .one_each = true, .values = within};
    entries.numbers = absl::MakeConstSpan(lines, ordinals.size());
    RETURN_IF_ERROR(WriteEntries(entries, writing));
  }
  for (RangeSize& size : writing.sizes) size = {.records = size.largest, .bytes = size.bytes, .largest = 0};
  for (const TypedColumn& column : records.columns) {
    Entries entries{.count = column.size(), .records = column.records, .values = column.values};
    entries.numbers = column.numbers;
    entries.cleared = column.cleared;
    RETURN_IF_ERROR(WriteEntries(entries, writing));
  }
  ranges_.resize(std::max(ranges_.size(), part.first_range + part.records.size()));
  for (size_t i = 0; i < writing.sizes.size(); ++i) {
    RangeSize& range = ranges_[part.first_range + i];
    range.records += writing.sizes[i].records;
    range.bytes += writing.sizes[i].bytes;
    range.largest += writing.sizes[i].largest;
  }
  parts_.push_back(std::move(part));
  return absl::OkStatus();
}

// Two passes over the entries: the first counts them by range, the second distributes them.
absl::Status SpillFile::WriteEntries(const Entries& entries, Writing& writing) {
  Frame frame = CountEntries(entries, writing);
  std::vector<RangeArrays> arrays;
  char* payload = frame.payload.data();
  for (const FrameRange& range : frame.ranges) {
    arrays.emplace_back(range, frame.arrays, payload);
    payload += PayloadBytes(range, frame.arrays);
  }
  for (size_t i = 0; i < entries.count; ++i) {
    const uint32_t record = entries.record(i);
    RangeArrays& to = arrays[PlaceOf(record, writing)];
    if (to.records != nullptr) Put(to.records, writing.local[record]);
    if (to.values != nullptr) Put(to.values, entries.values[i]);
    if (to.numbers != nullptr) Put(to.numbers, entries.numbers[i]);
  }
  for (const uint32_t record : entries.cleared)
    Put(arrays[PlaceOf(record, writing)].cleared, writing.local[record]);
  writing.part.frames.push_back(file_->size());
  return Append(frame);
}

// A frame with the sizes of its ranges, and room for them. Adds to the sizes of the part.
SpillFile::Frame SpillFile::CountEntries(const Entries& entries, Writing& writing) const {
  Frame frame;
  frame.arrays = (entries.values.empty() ? 0 : kHasValues) | (entries.numbers.empty() ? 0 : kHasNumbers);
  frame.ranges.resize(writing.part.records.size(), FrameRange{.one_each = 1});
  for (size_t i = 0; i < entries.count; ++i) {
    const uint32_t record = entries.record(i);
    FrameRange& range = frame.ranges[PlaceOf(record, writing)];
    if (writing.local[record] != range.entries) range.one_each = 0;
    ++range.entries;
  }
  for (const uint32_t record : entries.cleared) ++frame.ranges[PlaceOf(record, writing)].cleared;
  uint64_t bytes = 0;
  for (size_t place = 0; place < frame.ranges.size(); ++place) {
    FrameRange& range = frame.ranges[place];
    if (range.entries != writing.part.records[place]) range.one_each = 0;
    const uint64_t range_bytes = PayloadBytes(range, frame.arrays);
    bytes += range_bytes;
    RangeSize& size = writing.sizes[place];
    size.largest = std::max<uint64_t>(size.largest, range.entries + range.cleared);
    size.bytes += range_bytes + (range.one_each != 0 ? range.entries * sizeof(uint32_t) : 0);
  }
  frame.payload.resize(bytes);
  return frame;
}

absl::Status SpillFile::Append(Frame& frame) {
  const uint64_t at = file_->size();
  std::string_view rest = frame.payload;
  for (size_t place = 0; place < frame.ranges.size(); ++place) {
    FrameRange& range = frame.ranges[place];
    const std::string_view bytes = rest.substr(0, PayloadBytes(range, frame.arrays));
    range.sum = SumOf(bytes, at + place);
    rest.remove_prefix(bytes.size());
  }
  std::string header(HeaderBytes(frame.ranges.size()) - sizeof(uint64_t), '\0');
  std::memcpy(header.data(), &frame.arrays, sizeof frame.arrays);
  std::memcpy(header.data() + sizeof frame.arrays, frame.ranges.data(),
              frame.ranges.size() * sizeof(FrameRange));
  const uint64_t sum = SumOf(header, at);
  header.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  RETURN_IF_ERROR(file_->Append(header));
  return file_->Append(frame.payload);
}

absl::StatusOr<SpillFile::Frame> SpillFile::ReadFrame(const Part& part, size_t number,
                                                      RangeSpan ranges) const {
  const auto part_end = static_cast<uint32_t>(part.first_range + part.records.size());
  Frame frame;
  frame.first_range = std::max(ranges.first, part.first_range);
  const uint32_t end = std::min(ranges.end, part_end);
  if (frame.first_range >= end) return frame;
  const uint64_t at = part.frames[number];
  std::string header(HeaderBytes(part.records.size()), '\0');
  RETURN_IF_ERROR(file_->Read(at, absl::MakeSpan(header)));
  const size_t summed = header.size() - sizeof(uint64_t);
  uint64_t sum = 0;
  std::memcpy(&sum, header.data() + summed, sizeof sum);
  if (sum != SumOf(std::string_view(header).substr(0, summed), at)) return file_->Damaged();
  std::memcpy(&frame.arrays, header.data(), sizeof frame.arrays);
  frame.ranges.resize(part.records.size());
  std::memcpy(frame.ranges.data(), header.data() + sizeof frame.arrays,
              frame.ranges.size() * sizeof(FrameRange));
  const size_t first_place = frame.first_range - part.first_range, end_place = end - part.first_range;
  uint64_t begin = 0, bytes = 0;
  for (size_t place = 0; place < end_place; ++place) {
    (place < first_place ? begin : bytes) += PayloadBytes(frame.ranges[place], frame.arrays);
  }
  frame.payload.resize(bytes);
  RETURN_IF_ERROR(file_->Read(at + header.size() + begin, absl::MakeSpan(frame.payload)));
  std::string_view rest = frame.payload;
  for (size_t place = first_place; place < end_place; ++place) {
    const std::string_view range = rest.substr(0, PayloadBytes(frame.ranges[place], frame.arrays));
    if (SumOf(range, at + place) != frame.ranges[place].sum) return file_->Damaged();
    rest.remove_prefix(range.size());
  }
  frame.ranges.resize(end_place);
  frame.ranges.erase(frame.ranges.begin(), frame.ranges.begin() + static_cast<ptrdiff_t>(first_place));
  return frame;
}

absl::StatusOr<SpooledRecords> SpillFile::ReadRecords(RangeSpan ranges) const {
  SpooledRecords read;
  uint64_t count = 0;
  for (uint32_t range = ranges.first; range < ranges.end && range < ranges_.size(); ++range)
    count += ranges_[range].records;
  read.ordinals.reserve(count);
  read.lines.reserve(count);
  read.columns.resize(columns_);
  for (const Part& part : parts_) {
    ASSIGN_OR_RETURN(Frame frame, ReadFrame(part, 0, ranges));
    char* payload = frame.payload.data();
    for (size_t i = 0; i < frame.ranges.size(); ++i) {
      const FrameRange& range = frame.ranges[i];
      const RangeArrays arrays(range, frame.arrays, payload);
      payload += PayloadBytes(range, frame.arrays);
      const Ordinal first = Ordinal{frame.first_range + i} << range_bits_;
      for (size_t record = 0; record < range.entries; ++record) {
        uint32_t within = 0;
        std::memcpy(&within, arrays.values + record * sizeof within, sizeof within);
        read.ordinals.push_back(first + within);
      }
      Take(arrays.numbers, range.entries, read.lines);
    }
  }
  return read;
}

absl::StatusOr<TypedColumn> SpillFile::ReadColumn(RangeSpan ranges, size_t column) const {
  std::vector<Frame> frames;
  uint64_t entries = 0, arrays = 0;
  for (const Part& part : parts_) {
    ASSIGN_OR_RETURN(Frame frame, ReadFrame(part, 1 + column, ranges));
    for (const FrameRange& range : frame.ranges) entries += range.entries;
    arrays |= frame.arrays;
    frames.push_back(std::move(frame));
  }
  TypedColumn read;
  read.records.reserve(entries);
  if ((arrays & kHasValues) != 0) read.values.reserve(entries);
  if ((arrays & kHasNumbers) != 0) read.numbers.reserve(entries);
  uint32_t base = 0;  // the number of the range's first record
  for (size_t i = 0; i < frames.size(); ++i) {
    char* payload = frames[i].payload.data();
    const uint32_t first_place = frames[i].first_range - parts_[i].first_range;
    for (size_t place = 0; place < frames[i].ranges.size(); ++place) {
      const FrameRange& range = frames[i].ranges[place];
      const RangeArrays from(range, frames[i].arrays, payload);
      payload += PayloadBytes(range, frames[i].arrays);
      TakeRecords(from.records, range.entries, base, read.records);
      Take(from.values, range.entries, read.values);
      Take(from.numbers, range.entries, read.numbers);
      TakeRecords(from.cleared, range.cleared, base, read.cleared);
      base += parts_[i].records[first_place + place];
    }
    frames[i].payload = std::string();
  }
  return read;
}

uint64_t SpillFile::ByteSize() const {
  uint64_t bytes = ranges_.capacity() * sizeof(RangeSize);
  for (const Part& part : parts_) {
    bytes +=
        sizeof part + part.records.capacity() * sizeof(uint32_t) + part.frames.capacity() * sizeof(uint64_t);
  }
  return bytes;
}

}  // namespace muster::index
