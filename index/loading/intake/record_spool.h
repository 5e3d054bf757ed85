// The store of a load's records until its commit.
#ifndef MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_
#define MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/loading/intake/record_parts.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/intake/typed_column.h"

namespace muster::index {

// Where and when a load's records go to a file.
struct SpoolOptions {
  std::string folder;  // the file is on this folder's disk; empty: spilling is refused
  // Packed records are kept by range of 2^range_bits ordinals. kFragmentBits to 31.
  int range_bits = kFragmentBits;
  // Append packs the records beyond this many bytes of them.
  uint64_t pack_beyond = uint64_t{16} << 20;
  // Append spills by itself beyond this many bytes in memory.
  uint64_t spill_beyond = std::numeric_limits<uint64_t>::max();
  // A commit stages packed records of as many ranges at a time as fit in this memory, but at least one range.
  uint64_t commit_bytes = uint64_t{256} << 20;
};

// Takes records batch by batch. The latest are columns: 16 bytes a record and 8 to 16 bytes a value, and at
// most a quarter more. The others are packed (RecordParts). The caller that feeds it bounds the memory
// (Load::HeldBytes) and calls Spill. Not thread-safe.
class RecordSpool {
 public:
  // `counted`: by tag, whether the values of packed records are counted (for SINGLE tags).
  explicit RecordSpool(size_t tag_count, SpoolOptions options = {}, std::vector<bool> counted = {});

  // Appends the batch's records that weren't rejected. `ordinals` and the record numbers in `columns` are the
  // batch's own; ordinals of rejected records are ignored. RESOURCE_EXHAUSTED, kLimit, when there are too
  // many records; the spool is then unchanged.
  absl::Status Append(absl::Span<const Ordinal> ordinals, const BatchRejections& rejections,
                      absl::Span<const TypedColumn> columns);
  // Packs the records that aren't packed yet, and frees what they took.
  void Pack();
  // Packs them, and moves all packed records in memory to a file. RESOURCE_EXHAUSTED, kDiskFull: no room.
  absl::Status Spill();

  // Whether some records are packed.
  bool packed() const { return parts_ != nullptr; }
  uint64_t record_count() const { return packed_records_ + records_.ordinals.size(); }
  // Of the records that aren't packed, without the bytes that they have anyway.
  RangeSize UnpackedSize() const;
  // Bytes of memory that it holds, and those of the records, which Spill frees.
  uint64_t ByteSize() const;
  uint64_t RecordBytes() const;
  // The most bytes of memory that Append needs for a batch beyond those that it holds afterwards.
  // `batch_bytes`: of its records as columns.
  uint64_t BytesToAppend(uint64_t batch_bytes) const;
  // The same for Pack.
  uint64_t BytesToPack() const;
  const SpoolOptions& options() const { return options_; }

  // Returns the records that aren't packed, and leaves none of them.
  SpooledRecords Take();
  // REQUIRES: packed.
  const RecordParts& parts() const { return *parts_; }
  // How often each value of a counted tag is packed, by value id. REQUIRES: packed.
  std::vector<uint32_t>& value_counts(size_t tag) { return value_counts_[tag]; }

 private:
  absl::Status CheckRoom(size_t batch_records) const;
  // Packs the records, keeping their memory for the next ones.
  void PackInPlace();
  void CountValues();

  const SpoolOptions options_;
  const std::vector<bool> counted_;
  SpooledRecords records_;
  std::unique_ptr<RecordParts> parts_;  // null: nothing is packed
  uint64_t packed_records_ = 0;
  std::vector<std::vector<uint32_t>> value_counts_;  // by tag, then by value
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_
