// Records of a load that are kept in a file until its commit, by range of ordinals.
#ifndef MUSTER_INDEX_LOADING_INTAKE_SPILL_FILE_H_
#define MUSTER_INDEX_LOADING_INTAKE_SPILL_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/loading/intake/typed_column.h"
#include "index/storage/files/scratch_file.h"

namespace muster::index {

// What a range of ordinals holds.
struct RangeSize {
  uint64_t records = 0;
  uint64_t bytes = 0;    // in memory
  uint64_t largest = 0;  // at least the entries of its largest column
};

// Bytes of memory that staging takes at most for records of this size: they themselves, their order, and the
// largest columns by member and by value, one for each thread.
uint64_t BytesToStage(const RangeSize& size);

// Ranges [first, end).
struct RangeSpan {
  uint32_t first = 0, end = 0;
};

// A range has 2^range_bits ordinals: all records of a member are in one range. The file is written part by
// part: each part has the records that were in memory, column by column, each column range by range, and each
// range in the order of the input. So a range is read with one read for each part, and so are neighbouring
// ranges together. Every read is checked against sums of what was written. Write is for one thread at a time;
// the rest is thread-safe while nothing is written.
class SpillFile {
 public:
  // In a file without a name on the disk of `folder`. REQUIRES: kFragmentBits ≤ range_bits ≤ 31.
  static absl::StatusOr<std::unique_ptr<SpillFile>> Open(const std::string& folder, size_t columns,
                                                         int range_bits);

  // Appends the records as another part. RESOURCE_EXHAUSTED, kDiskFull: no room.
  absl::Status Write(const SpooledRecords& records);

  // The records of these ranges without their columns: for each part, range by range. That gives their
  // numbers in ReadColumn too. INTERNAL, here and below: the disk doesn't give back what was written.
  absl::StatusOr<SpooledRecords> ReadRecords(RangeSpan ranges) const;
  // One column of theirs.
  absl::StatusOr<TypedColumn> ReadColumn(RangeSpan ranges, size_t column) const;

  // By range, up to the last one that has records.
  const std::vector<RangeSize>& ranges() const { return ranges_; }
  int range_bits() const { return range_bits_; }
  size_t columns() const { return columns_; }
  // Bytes of memory that it holds.
  uint64_t ByteSize() const;

 private:
  struct Part {
    uint32_t first_range = 0;
    std::vector<uint32_t> records;  // by range, from first_range on
    std::vector<uint64_t> frames;   // offsets: of the records, then of each column
  };
  struct Frame;
  struct Entries;
  struct Writing;

  SpillFile(std::unique_ptr<ScratchFile> file, size_t columns, int range_bits)
      : file_(std::move(file)), columns_(columns), range_bits_(range_bits) {}
  absl::Status WriteEntries(const Entries& entries, Writing& writing);
  Frame CountEntries(const Entries& entries, Writing& writing) const;
  absl::Status Append(Frame& frame);
  // The place of a record's range in the part.
  uint32_t PlaceOf(uint32_t record, const Writing& writing) const;
  absl::StatusOr<Frame> ReadFrame(const Part& part, size_t number, RangeSpan ranges) const;
  uint32_t RangeOf(Ordinal ordinal) const { return static_cast<uint32_t>(ordinal >> range_bits_); }

  const std::unique_ptr<ScratchFile> file_;
  const size_t columns_;
  const int range_bits_;
  std::vector<Part> parts_;
  std::vector<RangeSize> ranges_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_SPILL_FILE_H_
