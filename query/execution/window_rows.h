// The rows of a program in one window of fragments: resolved once, their container directories read when
// first asked.
#ifndef MUSTER_QUERY_EXECUTION_WINDOW_ROWS_H_
#define MUSTER_QUERY_EXECUTION_WINDOW_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/row_source.h"
#include "query/execution/kernels.h"
#include "query/execution/program.h"
#include "query/execution/registers.h"
#include "query/execution/scan.h"

namespace muster::query {

// One chunk of a row: a view of stored bytes, or, when XOR edges touch the chunk, something that has to be
// put together.
struct RowChunk {
  index::ChunkView view;
  bool composed = false;  // then `view` is meaningless: see WindowRows::Compose
};

// Not thread-safe. After the first windows nothing is allocated.
class WindowRows {
 public:
  explicit WindowRows(const Program& program);

  // Resolves every row of the program for a window that was begun. `stop` (may be null) is asked once in a
  // while, since a list of tens of thousands of values takes longer than a chunk.
  absl::Status Resolve(index::RowSource& source, uint32_t first_fragment, uint32_t count,
                       const StopToken* stop);
  // Which fragment of the window ChunkOf reads. REQUIRES: Resolve came before.
  void EnterFragment(uint32_t fragment_of_window);

  // A chunk of a row in the current fragment. No container's bytes are read, but those of a run's first.
  RowChunk ChunkOf(RowIndex row, uint32_t chunk) {
    const Directories& directories = DirectoriesOf(row);
    if (directories.flip_count > 0) return FlippedChunkOf(directories, chunk);
    return RowChunk{directories.image[chunk], false};
  }
  // Says that a row's stored bitsets are read from end to end: its next records are announced to the
  // processor.
  void NoteWhole(RowIndex row) { directories_[row].whole_stamp = stamp_; }
  // image ⊕ flips of a composed chunk, as a bitset.
  void Compose(RowIndex row, uint32_t chunk, const Kernels& kernels, ChunkRegister& target);

  // Bytes of stored containers that Compose read.
  uint64_t bytes_composed() const { return bytes_composed_; }
  // DATA_LOSS once a record's directory turned out to be broken; its row was empty there.
  const absl::Status& status() const { return status_; }

 private:
  struct Directories {
    uint64_t stamp = 0;        // which fragment it was read for
    uint64_t whole_stamp = 0;  // the last fragment of which a chunk was read from end to end
    index::FragmentChunks image;
    std::vector<index::FragmentChunks> flips;
    uint32_t flip_count = 0;
  };
  const Directories& DirectoriesOf(RowIndex row) {
    Directories& directories = directories_[row];
    if (directories.stamp != stamp_) ReadDirectories(row, directories);
    return directories;
  }
  void ReadDirectories(RowIndex row, Directories& directories);
  static RowChunk FlippedChunkOf(const Directories& directories, uint32_t chunk);
  void AnnounceNextFragment();
  void Read(RowIndex row, index::RecordBytes record, index::FragmentChunks& chunks);

  const Program& program_;
  std::vector<index::ResolvedRow> resolved_;
  std::vector<Directories> directories_;
  uint32_t first_fragment_ = 0;
  uint32_t fragment_ = 0;  // within the window
  uint64_t stamp_ = 0;
  uint64_t bytes_composed_ = 0;
  absl::Status status_;
};

// Stored bytes of a chunk.
uint32_t BytesOf(const index::ChunkView& view);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_WINDOW_ROWS_H_
