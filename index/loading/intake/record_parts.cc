// A part has a frame for the records themselves, whose values are their ordinals within the range and whose
// numbers are their lines, and one for each column. In the file, a frame is its ranges followed by their
// bytes: a reader takes the ranges that it needs with one read, and their bytes with another.
#include "index/loading/intake/record_parts.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "absl/types/span.h"
#include "index/loading/intake/range_order.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/sum.h"

namespace muster::index {
namespace {

// Ordinals and lines mostly ascend by one.
constexpr int64_t kRecordStep = 1;

std::string_view BytesOf(const PackedRange& range) {
  return {reinterpret_cast<const char*>(&range), sizeof range};
}

// Of a range in a file and its bytes. `at`: the range's own offset.
uint64_t SumOfRange(PackedRange range, std::string_view bytes, uint64_t at) {
  range.sum = 0;
  return SumOf(bytes, SumOf(BytesOf(range), at));
}

}  // namespace

uint64_t BytesToStage(const RangeSize& size, size_t threads) {
  constexpr uint64_t kRecordBytes = 24;
  constexpr uint64_t kColumnRecordBytes = 5;
  constexpr uint64_t kEntryBytes = 64;
  constexpr uint64_t kBatchBytes = uint64_t{8} << 20;  // of staged fragments, a thread
  const uint64_t entries = size.largest * kEntryBytes;
  return size.bytes + size.records * (kRecordBytes + threads * kColumnRecordBytes) +
         threads * (entries + std::min(kBatchBytes, entries));
}

size_t ThreadsToStage(const RangeSize& size, size_t most, uint64_t bytes) {
  size_t threads = most;
  while (threads > 1 && BytesToStage(size, threads) > bytes) --threads;
  return threads;
}

// Neighbouring ranges of a frame, with their bytes.
struct RecordParts::Piece {
  uint32_t first_range = 0;
  absl::Span<const uint32_t> records;    // by range
  absl::Span<const PackedRange> ranges;  // none: the part has none of them
  const char* bytes = nullptr;           // of the range whose `at` is bytes_at
  uint64_t bytes_at = 0;
  std::vector<PackedRange> ranges_read;  // from the file
  std::unique_ptr<char[]> bytes_read;

  const char* BytesAt(size_t i) const { return bytes + (ranges[i].at - bytes_at); }
};

void RecordParts::Add(const SpooledRecords& records) {
  RangeOrder order(records.ordinals, range_bits_);
  Part part{order.first_range(), order.counts(), {}, {}};
  {
    const BlockVector<ValueId> ordinals = order.Ordinals();
    const BlockVector<uint64_t> lines = order.Arrange(records.lines);
    const auto* const numbers = reinterpret_cast<const int64_t*>(lines.data());
    const RangedEntries entries{{}, ordinals,       absl::MakeConstSpan(numbers, lines.size()),
                                {}, order.begins(), std::vector<uint32_t>(order.places() + 1, 0)};
    part.frames.push_back(PackFrame(entries, order, kRecordStep));
  }
  for (const TypedColumn& column : records.columns)
    part.frames.push_back(PackFrame(order.Arrange(column), order));
  for (const PackedFrame& frame : part.frames) packed_bytes_ += frame.ByteSize();
  NoteOrder(records.ordinals);
  CountRanges(part);
  parts_.push_back(std::move(part));
}

void RecordParts::NoteOrder(const BlockVector<Ordinal>& ordinals) {
  const bool follows = parts_.empty() || ordinals.front() > last_ordinal_;
  ascending_ = ascending_ && follows &&
               std::adjacent_find(ordinals.begin(), ordinals.end(), std::greater_equal<>()) == ordinals.end();
  last_ordinal_ = ordinals.back();
}

void RecordParts::CountRanges(const Part& part) {
  ranges_.resize(std::max(ranges_.size(), part.first_range + part.records.size()));
  for (size_t place = 0; place < part.records.size(); ++place) {
    RangeSize& size = ranges_[part.first_range + place];
    const uint64_t records = part.records[place];
    size.records += records;
    size.bytes += records * (sizeof(Ordinal) + sizeof(uint64_t));
    uint64_t largest = 0;
    for (size_t i = kFirstColumnFrame; i < part.frames.size(); ++i) {
      const PackedRange& range = part.frames[i].ranges[place];
      const uint64_t width = sizeof(uint32_t) +
                             ((range.arrays & PackedRange::kHasValues) != 0 ? sizeof(ValueId) : 0) +
                             ((range.arrays & PackedRange::kHasNumbers) != 0 ? sizeof(int64_t) : 0);
      size.bytes += range.entries * width + range.cleared * sizeof(uint32_t);
      largest = std::max<uint64_t>(largest, uint64_t{range.entries} + range.cleared);
    }
    size.largest += largest;
  }
}

absl::Status RecordParts::MoveToDisk(const std::string& folder) {
  if (written_parts_ == parts_.size()) return absl::OkStatus();
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, ScratchFile::Open(folder, "records of the load"));
  }
  for (; written_parts_ < parts_.size(); ++written_parts_) {
    RETURN_IF_ERROR(Write(parts_[written_parts_]));
  }
  return absl::OkStatus();
}

absl::Status RecordParts::Write(Part& part) {
  std::vector<uint64_t> offsets;
  for (const PackedFrame& frame : part.frames) {
    ASSIGN_OR_RETURN(const uint64_t offset, WriteFrame(frame));
    offsets.push_back(offset);
  }
  for (const PackedFrame& frame : part.frames) packed_bytes_ -= frame.ByteSize();
  part.offsets = std::move(offsets);
  part.frames = std::vector<PackedFrame>();
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> RecordParts::WriteFrame(const PackedFrame& frame) {
  const uint64_t offset = file_->size();
  const uint64_t bytes_at = offset + frame.ranges.size() * sizeof(PackedRange);
  std::vector<PackedRange> ranges = frame.ranges;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const std::string_view bytes = frame.bytes_view().substr(ranges[i].at, ranges[i].ByteSize());
    ranges[i].at += bytes_at;
    ranges[i].sum = SumOfRange(ranges[i], bytes, offset + i * sizeof(PackedRange));
  }
  const auto* const header = reinterpret_cast<const char*>(ranges.data());
  RETURN_IF_ERROR(file_->Append({header, ranges.size() * sizeof(PackedRange)}));
  RETURN_IF_ERROR(file_->Append(frame.bytes_view()));
  return offset;
}

absl::StatusOr<RecordParts::Piece> RecordParts::Read(const Part& part, size_t frame, RangeSpan ranges) const {
  const auto part_end = static_cast<uint32_t>(part.first_range + part.records.size());
  Piece piece;
  piece.first_range = std::max(ranges.first, part.first_range);
  const uint32_t end = std::min(ranges.end, part_end);
  if (piece.first_range >= end) return piece;
  const size_t place = piece.first_range - part.first_range, count = end - piece.first_range;
  piece.records = absl::MakeConstSpan(part.records).subspan(place, count);
  if (!part.frames.empty()) {
    piece.ranges = absl::MakeConstSpan(part.frames[frame].ranges).subspan(place, count);
    piece.bytes = part.frames[frame].bytes.get();
    return piece;
  }
  piece.ranges_read.resize(count);
  piece.ranges = piece.ranges_read;
  RETURN_IF_ERROR(ReadFile(part.offsets[frame] + place * sizeof(PackedRange), piece));
  return piece;
}

// The bytes of neighbouring ranges are neighbours too.
absl::Status RecordParts::ReadFile(uint64_t offset, Piece& piece) const {
  std::vector<PackedRange>& ranges = piece.ranges_read;
  auto* const header = reinterpret_cast<char*>(ranges.data());
  RETURN_IF_ERROR(file_->Read(offset, absl::MakeSpan(header, ranges.size() * sizeof(PackedRange))));
  piece.bytes_at = ranges.front().at;
  uint64_t bytes = 0;
  for (const PackedRange& range : ranges) {
    // Checked before memory is taken for them: what was written lies before the end of the file.
    if (range.at != piece.bytes_at + bytes || range.at > file_->size() ||
        range.ByteSize() > file_->size() - range.at) {
      return file_->Damaged();
    }
    bytes += range.ByteSize();
  }
  piece.bytes_read.reset(new char[bytes]);
  piece.bytes = piece.bytes_read.get();
  RETURN_IF_ERROR(file_->Read(piece.bytes_at, absl::MakeSpan(piece.bytes_read.get(), bytes)));
  for (size_t i = 0; i < ranges.size(); ++i) {
    const std::string_view of_range{piece.BytesAt(i), ranges[i].ByteSize()};
    if (ranges[i].sum != SumOfRange(ranges[i], of_range, offset + i * sizeof(PackedRange)))
      return file_->Damaged();
  }
  return absl::OkStatus();
}

uint64_t RecordParts::RecordsOf(RangeSpan ranges) const {
  uint64_t count = 0;
  for (uint32_t range = ranges.first; range < ranges.end && range < ranges_.size(); ++range)
    count += ranges_[range].records;
  return count;
}

absl::StatusOr<BlockVector<Ordinal>> RecordParts::ReadOrdinals(RangeSpan ranges) const {
  BlockVector<Ordinal> ordinals(RecordsOf(ranges));
  Ordinal* to = ordinals.data();
  for (const Part& part : parts_) {
    ASSIGN_OR_RETURN(const Piece piece, Read(part, kRecordsFrame, ranges));
    for (size_t i = 0; i < piece.ranges.size(); ++i) {
      const PackedRange& range = piece.ranges[i];
      const Ordinal first = Ordinal{piece.first_range + i} << range_bits_;
      ReadNarrow(piece.BytesAt(i) + range.values_at(), range.entries, range.values(), kRecordStep, first, to);
      to += range.entries;
    }
  }
  return ordinals;
}

absl::StatusOr<BlockVector<uint64_t>> RecordParts::ReadLines(RangeSpan ranges) const {
  BlockVector<uint64_t> lines(RecordsOf(ranges));
  uint64_t* to = lines.data();
  for (const Part& part : parts_) {
    ASSIGN_OR_RETURN(const Piece piece, Read(part, kRecordsFrame, ranges));
    for (size_t i = 0; i < piece.ranges.size(); ++i) {
      const PackedRange& range = piece.ranges[i];
      ReadNarrow(piece.BytesAt(i) + range.numbers_at(), range.entries, range.numbers(), kRecordStep, 0, to);
      to += range.entries;
    }
  }
  return lines;
}

absl::StatusOr<TypedColumn> RecordParts::ReadColumn(RangeSpan ranges, size_t column) const {
  uint64_t entries = 0;
  std::vector<Piece> pieces;
  for (const Part& part : parts_) {
    ASSIGN_OR_RETURN(Piece piece, Read(part, kFirstColumnFrame + column, ranges));
    for (const PackedRange& range : piece.ranges) entries += range.entries;
    if (!piece.ranges.empty()) pieces.push_back(std::move(piece));
  }
  TypedColumn read;
  read.records.reserve(entries);
  uint32_t base = 0;  // the number of the range's first record
  for (Piece& piece : pieces) {
    for (size_t i = 0; i < piece.ranges.size(); ++i) {
      if ((piece.ranges[i].arrays & PackedRange::kHasValues) != 0) read.values.reserve(entries);
      if ((piece.ranges[i].arrays & PackedRange::kHasNumbers) != 0) read.numbers.reserve(entries);
      UnpackRange(piece.ranges[i], piece.BytesAt(i), base, read);
      base += piece.records[i];
    }
    piece.bytes_read.reset();
  }
  return read;
}

uint64_t RecordParts::FixedBytes() const {
  uint64_t bytes = ranges_.capacity() * sizeof(RangeSize) + parts_.capacity() * sizeof(Part);
  for (const Part& part : parts_) {
    bytes += part.records.capacity() * sizeof(uint32_t) + part.offsets.capacity() * sizeof(uint64_t);
  }
  return bytes;
}

}  // namespace muster::index
