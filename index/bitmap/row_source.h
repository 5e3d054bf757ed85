// The evaluator's source of fragments: the stored bytes of rows, window by window, without copies.
#ifndef MUSTER_INDEX_BITMAP_ROW_SOURCE_H_
#define MUSTER_INDEX_BITMAP_ROW_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/packed_directory.h"
#include "index/bitmap/row_id.h"

namespace muster::index {

// The most fragments of a window, which is read in one transaction.
inline constexpr uint32_t kMaxWindowFragments = 64;

// One stored record (header and portable Roaring bytes), or empty where there is none. Points into the map.
using RecordBytes = absl::Span<const uint8_t>;
inline RecordBytes RecordBytesOf(std::string_view stored) {
  return {reinterpret_cast<const uint8_t*>(stored.data()), stored.size()};
}

// What one row holds in each fragment of a window: image ⊕ flips. Once filled it is immutable, and any number
// of threads may read it.
struct ResolvedRow {
  struct Fragment {
    RecordBytes image;        // empty: the empty set
    uint32_t first_flip = 0;  // into `flips`
    uint32_t flip_count = 0;
    PackedDirectory directory;  // of `image`
  };
  std::vector<Fragment> fragments;  // one for each fragment of the window
  std::vector<RecordBytes> flips;   // XOR records; the sets they hold are to be XORed into the image
};

// One thread's view of a snapshot's rows. Not thread-safe; make one for each thread.
// Lifetime: pointers that Resolve gave out are valid until the next BeginWindow, EndWindow or the source's
// end.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // Starts a window of `count` fragments at `first_fragment`. REQUIRES: 1 ≤ count ≤ kMaxWindowFragments.
  virtual absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) = 0;
  // Fills `resolved` for the window, whether the row is stored or composed from others. A row without members
  // is empty everywhere. DATA_LOSS when any of its records isn't what was written.
  virtual absl::Status Resolve(RowRef row, ResolvedRow& resolved) = 0;
  // As Resolve, for a scan, which reads each record at most once and may skip some: where the source can, it
  // leaves records unchecked until CheckRecord.
  virtual absl::Status ResolveToScan(RowRef row, ResolvedRow& resolved) { return Resolve(row, resolved); }
  // As ResolveToScan. `resolved` then points to `scratch`, or to a row that the source keeps and shares.
  virtual absl::Status ResolveToRead(RowRef row, ResolvedRow& scratch, const ResolvedRow*& resolved) {
    resolved = &scratch;
    return ResolveToScan(row, scratch);
  }
  // Call it before reading a record of a row from ResolveToScan or ResolveToRead. DATA_LOSS when it isn't
  // what was written. The first check reads it from end to end, and so into the processor's cache.
  virtual absl::Status CheckRecord(RowRef /*row*/, RecordBytes /*record*/) { return absl::OkStatus(); }
  // Ends the window's transaction.
  virtual void EndWindow() = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_ROW_SOURCE_H_
