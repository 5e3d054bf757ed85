// The physical limit: one pass over uncompressed bitsets in memory.
#ifndef MUSTER_BENCHMARKS_FLAT_BASELINE_H_
#define MUSTER_BENCHMARKS_FLAT_BASELINE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::benchmarks {

// Rows of a snapshot, widened. Immutable.
class FlatRows {
 public:
  FlatRows(const index::Snapshot& snapshot, absl::Span<const index::RowRef> rows);

  // Reads every bitset once: counts the members of all of the first `positives` rows and none of the others.
  uint64_t Count(uint32_t positives, uint32_t threads) const;

 private:
  uint64_t CountChunks(uint32_t positives, uint64_t first, uint64_t end) const;

  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  uint64_t chunks_ = 0;
  std::vector<std::unique_ptr<uint8_t[], Free>> bitsets_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_FLAT_BASELINE_H_
