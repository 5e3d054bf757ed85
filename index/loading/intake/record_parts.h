// Records of a load until its commit, packed by range of ordinals, in memory or in a file.
#ifndef MUSTER_INDEX_LOADING_INTAKE_RECORD_PARTS_H_
#define MUSTER_INDEX_LOADING_INTAKE_RECORD_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/loading/intake/packed_frame.h"
#include "index/loading/intake/typed_column.h"
#include "index/storage/files/scratch_file.h"

namespace muster::index {

// What a range of ordinals holds.
struct RangeSize {
  uint64_t records = 0;
  uint64_t bytes = 0;    // as SpooledRecords
  uint64_t largest = 0;  // at least the entries of its largest column
};

// Bytes of memory that staging on so many threads takes at most for records of this size: they themselves, their
// order, and the largest columns by member and by value, one for each thread.
uint64_t BytesToStage(const RangeSize& size, size_t threads);
// The most threads, up to `most`, with which it takes no more than `bytes`; at least one.
size_t ThreadsToStage(const RangeSize& size, size_t most, uint64_t bytes);

// Ranges [first, end).
struct RangeSpan {
  uint32_t first = 0, end = 0;
};

// A range has 2^range_bits ordinals: all records of a member are in one range. Records come in parts, and
// each part is packed column by column, each column range by range, each range in the order of the input. So
// neighbouring ranges of a column are read together from each part. What a file gives back is checked against
// sums of what was written. Add and MoveToDisk are for one thread at a time; the rest is thread-safe while
// neither runs.
class RecordParts {
 public:
  // REQUIRES: kFragmentBits ≤ range_bits ≤ 31.
  explicit RecordParts(int range_bits) : range_bits_(range_bits) {}

  // Packs the records as another part. REQUIRES: there are some.
  void Add(const SpooledRecords& records);
  // Moves the parts in memory to a file without a name on the disk of `folder`. RESOURCE_EXHAUSTED, kDiskFull:
  // no room; the parts stay.
  absl::Status MoveToDisk(const std::string& folder);

  // The records' ordinals and lines, those of these ranges: for each part, range by range. That gives their
  // numbers in ReadColumn too. INTERNAL, here and below: the disk doesn't give back what was written.
  absl::StatusOr<BlockVector<Ordinal>> ReadOrdinals(RangeSpan ranges) const;
  absl::StatusOr<BlockVector<uint64_t>> ReadLines(RangeSpan ranges) const;
  absl::StatusOr<TypedColumn> ReadColumn(RangeSpan ranges, size_t column) const;

  // By range, up to the last one that has records.
  const std::vector<RangeSize>& ranges() const { return ranges_; }
  // Whether every record's ordinal is greater than the one before: then no member has two records.
  bool ascending() const { return ascending_; }
  int range_bits() const { return range_bits_; }
  // Bytes of memory that MoveToDisk frees, and that stay after it.
  uint64_t PackedBytes() const { return packed_bytes_; }
  uint64_t FixedBytes() const;

 private:
  struct Part {
    uint32_t first_range = 0;
    std::vector<uint32_t> records;    // by range, from first_range on
    std::vector<PackedFrame> frames;  // the records, then each column; empty when they are in the file
    std::vector<uint64_t> offsets;    // of the frames' ranges in the file
  };
  struct Piece;
  static constexpr size_t kRecordsFrame = 0, kFirstColumnFrame = 1;

  void CountRanges(const Part& part);
  void NoteOrder(const BlockVector<Ordinal>& ordinals);
  absl::Status Write(Part& part);
  absl::StatusOr<uint64_t> WriteFrame(const PackedFrame& frame);
  absl::StatusOr<Piece> Read(const Part& part, size_t frame, RangeSpan ranges) const;
  absl::Status ReadFile(uint64_t offset, Piece& piece) const;
  uint64_t RecordsOf(RangeSpan ranges) const;

  const int range_bits_;
  std::unique_ptr<ScratchFile> file_;  // null: all parts are in memory
  std::vector<Part> parts_;
  size_t written_parts_ = 0;  // the first ones are in the file
  uint64_t packed_bytes_ = 0;
  std::vector<RangeSize> ranges_;
  bool ascending_ = true;
  Ordinal last_ordinal_ = 0;  // if there are parts
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_RECORD_PARTS_H_
