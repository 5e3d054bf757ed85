// The store of a load's records until its commit.
#ifndef MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_
#define MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/intake/typed_column.h"

namespace muster::index {

// Accepted records in the order of the input; record i is `ordinals[i]`, `lines[i]` and the entries of
// `columns` with that record number.
struct SpooledRecords {
  std::vector<Ordinal> ordinals;
  std::vector<uint64_t> lines;
  std::vector<TypedColumn> columns;  // one for each tag of the load
};

// Takes records batch by batch and gives them back once. An interface, so that a load larger than memory can
// spill to files. Not thread-safe.
class RecordSpool {
 public:
  virtual ~RecordSpool() = default;
  // Appends the batch's records that weren't rejected. `ordinals` and the record numbers in `columns` are the
  // batch's own; ordinals of rejected records are ignored. RESOURCE_EXHAUSTED, kLimit, when there are too
  // many records; the spool is then unchanged.
  virtual absl::Status Append(absl::Span<const Ordinal> ordinals, const BatchRejections& rejections,
                              absl::Span<const TypedColumn> columns) = 0;
  virtual uint64_t record_count() const = 0;
  // Entries and clearing records of each column.
  virtual std::vector<uint64_t> entry_counts() const = 0;
  // Bytes of memory that it holds, and those of its largest vector: while that one grows, the spool holds as
  // many more.
  virtual uint64_t ByteSize() const = 0;
  virtual uint64_t LargestVectorBytes() const = 0;
  // Returns everything, and leaves the spool empty.
  virtual SpooledRecords Take() = 0;
};

// A spool in memory: 16 bytes a record and 8 to 16 bytes a value, and at most a quarter more. The caller that
// feeds it bounds it (Load::HeldBytes).
std::unique_ptr<RecordSpool> NewMemorySpool(size_t tag_count);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_RECORD_SPOOL_H_
