// Where the rows of tags lie in the map, for looking up single members.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_LOCATED_ROWS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_LOCATED_ROWS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/mutex.h"
#include "index/storage/transaction.h"
#include "index/versions/snapshots/known_rows.h"
#include "index/versions/snapshots/tag_rows.h"

namespace muster::index {

class VersionRowSource;

// A container of a row: a ChunkView with the row's number, in 16 bytes.
struct LocatedChunk {
  const uint8_t* bytes = nullptr;
  uint16_t count = 0;  // of values or runs
  uint16_t row = 0;
  ChunkForm form = ChunkForm::kEmpty;
  ChunkView View() const { return {form, count, bytes}; }
};

// The rows of one version of a tag in one fragment: which of them have members in each chunk, and where those
// containers lie. Points into the map. Immutable, so any number of threads may read it.
class LocatedRows {
 public:
  // Tags with more rows aren't located.
  static constexpr size_t kMostRows = 4'096;
  // The lists of TagRows, after the tag's known row.
  enum Part : uint8_t { kKnown, kSlices, kValues, kWeights };

  // What is located: without all rows, a tag's known row says of most members whether the others have to be.
  enum class Extent : uint8_t { kKnownRow, kAll };

  // How many rows it locates: the known row and those of the lists.
  static size_t CountOf(const TagRows& rows) {
    return 1 + rows.slices.size() + rows.values.size() + rows.weights.size();
  }
  // Reads the first fragment of the source's window, where everything is checked. Null when a row isn't stored.
  // DATA_LOSS when a record isn't what was written. REQUIRES: a window is open, and `rows` are those of the tag's
  // version in the source, kMostRows of them at most.
  static absl::StatusOr<std::shared_ptr<const LocatedRows>> Read(VersionRowSource& source, TagId tag,
                                                                 TagRowsPtr rows, Extent extent);

  // Whether it has all rows, and not only the known row.
  bool has_all() const { return has_all_; }
  const TagRows& rows() const { return *rows_; }
  // The containers of the part's rows that aren't empty, by LocatedChunk::row, which is the index in that list. A
  // row of a version that the base doesn't hold may have several: its members are those in an odd number of them.
  absl::Span<const LocatedChunk> Of(uint32_t chunk, Part part) const {
    const size_t place = chunk * kParts + part;
    return absl::MakeConstSpan(chunks_).subspan(begins_[place], begins_[place + 1] - begins_[place]);
  }
  // With its place in a cache.
  size_t ByteSize() const {
    return kBytesOfAPlace + sizeof(*this) + chunks_.capacity() * sizeof(LocatedChunk);
  }

 private:
  static constexpr size_t kParts = 4;
  static constexpr size_t kBytesOfAPlace = 64;

  TagRowsPtr rows_;
  bool has_all_ = false;
  std::array<uint32_t, kChunksPerFragment * kParts + 1> begins_{};  // by chunk and part, into chunks_
  std::vector<LocatedChunk> chunks_;
};
using LocatedRowsPtr = std::shared_ptr<const LocatedRows>;

// A cache of them. To find a row in its tree takes a microsecond, and a member of 500 tags has thousands of rows
// that may hold it; where it was found, it lies until the next commit. So rows are kept for the storage view in
// which they were read, and dropped when somebody reads in a newer one.
//
// Locating all rows of a tag takes longer than finding the one that holds a member. So those of a fragment are located
// when it is asked for the second time in a view, and none while the cache is full, as then each would push out another
// that is needed as much. A full cache is emptied when it has missed as many as it has. Bounded, and thread-safe.
class LocatedRowsCache {
 public:
  explicit LocatedRowsCache(size_t max_bytes = kMaxBytes) : max_bytes_(max_bytes) {}

  // Sets found[i] to the kept rows of tags[i], or to null. Returns whether rows that it doesn't have should be located
  // and kept. REQUIRES: the caller's transaction has the view for as long as it uses the rows; at least one tag, and
  // as many of `found`.
  bool Find(const StorageView& view, uint32_t fragment, absl::Span<const TagVersion> tags,
            absl::Span<LocatedRowsPtr> found);
  // Keeps the rows, unless the cache has another view, or is full, or has all rows of the tag.
  void Keep(const StorageView& view, uint32_t fragment, TagVersion tag, LocatedRowsPtr rows);

 private:
  // 20,000 rows of 10 million members.
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  using Key = std::pair<TagVersion, uint32_t>;  // and the fragment
  // What is kept for one view.
  struct Kept {
    absl::flat_hash_map<Key, LocatedRowsPtr> rows;
    absl::flat_hash_set<Key> asked;  // the first of the tags, of each call
    size_t bytes = 0;                // of the rows
    size_t missed = 0;               // since it is full
  };

  const size_t max_bytes_;
  Mutex mutex_;
  StorageView view_ ABSL_GUARDED_BY(mutex_);
  Kept kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_LOCATED_ROWS_H_
