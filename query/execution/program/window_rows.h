// The rows of a program in one window of fragments. Each is resolved once; container directories are read on
// first use.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_WINDOW_ROWS_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_WINDOW_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/row_source.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/program.h"
#include "query/execution/program/view_sources.h"

namespace muster::query {

// One chunk of a row: a view of stored bytes or, if XOR edges touch the chunk, a set that must be
// composed.
struct RowChunk {
  index::ChunkView view;
  bool composed = false;  // `view` is then meaningless: see WindowRows::Compose
};

// Not thread-safe. After the first windows nothing is allocated.
class WindowRows {
 public:
  explicit WindowRows(const Program& program);

  // Resolves every row of the program for a window that was begun. Checks `budget` (may be null) from time to
  // time, since a list of tens of thousands of values takes longer than a chunk.
  absl::Status Resolve(const ViewSources& sources, uint32_t first_fragment, uint32_t count,
                       const WorkBudget* budget);
  // Selects the fragment of the window that ChunkOf reads. REQUIRES: Resolve was called.
  void EnterFragment(uint32_t fragment_of_window);

  // A chunk of a row in the current fragment. Reads no container bytes, except the first ones of a run; on
  // the first use in the process it reads a record from end to end.
  RowChunk ChunkOf(RowIndex row, uint32_t chunk) {
    const Fragment& fragment = fragments_[row][fragment_];
    const index::PackedChunk found =
        fragment.flip_count > 0 ? FlippedChunkOf(row, chunk) : ImageChunkOf(row, fragment, chunk);
    return found.known() ? RowChunk{found.view(), false} : RowChunk{index::ChunkView{}, true};
  }
  // A chunk of a row, counted from the current fragment; it may lie in the window's next fragment. Empty
  // unless its directory was read before and it is stored whole. For prefetching.
  index::ChunkView Peek(RowIndex row, uint32_t chunk) const {
    const uint32_t fragment = fragment_ + chunk / index::kChunksPerFragment;
    if (fragment >= resolved_[row]->fragments.size()) return {};
    const Fragment& found = fragments_[row][fragment];
    if (found.flip_count > 0) return {};
    const index::PackedChunk packed = found.directory.Find(found.image, chunk % index::kChunksPerFragment);
    return packed.known() ? packed.view() : index::ChunkView{};
  }
  // Records that a row's stored bitsets are read from end to end, so that its next records are
  // prefetched.
  void NoteWhole(RowIndex row) { whole_stamps_[row] = stamp_; }
  // Computes image ⊕ flips of a composed chunk as a bitset.
  void Compose(RowIndex row, uint32_t chunk, const Kernels& kernels, ChunkRegister& target);

  // Bytes of stored containers that Compose read.
  uint64_t bytes_composed() const { return bytes_composed_; }
  // DATA_LOSS once a record was found damaged; its row is treated as empty there.
  const absl::Status& status() const { return status_; }

 private:
  using Fragment = index::ResolvedRow::Fragment;
  // Directories of a row's flips in the current fragment.
  struct Flips {
    uint64_t stamp = 0;  // the fragment that it was read for
    std::vector<index::FragmentChunks> chunks;
  };

  const Fragment& FragmentOf(RowIndex row) const { return fragments_[row][fragment_]; }
  index::PackedChunk ImageChunkOf(RowIndex row, const Fragment& fragment, uint32_t chunk) {
    const index::PackedChunk found = fragment.directory.Find(fragment.image, chunk);
    return found.known() ? found : ReadImage(row, chunk);
  }
  index::PackedChunk ReadImage(RowIndex row, uint32_t chunk);
  absl::Span<const index::FragmentChunks> FlipsOf(RowIndex row);
  // The chunk if only the image or one flip isn't empty; else a default one, and the chunk must be composed.
  index::PackedChunk FlippedChunkOf(RowIndex row, uint32_t chunk);
  void AnnounceNextFragment();
  // Whether a record may be read; if not, status() gives the reason.
  bool IsWhole(RowIndex row, index::RecordBytes record);
  void NoteBroken(RowIndex row);

  const Program& program_;
  const ViewSources* sources_ = nullptr;     // of the window
  std::vector<index::ResolvedRow> scratch_;  // by row, as all below; filled if the source keeps nothing
  std::vector<const index::ResolvedRow*> resolved_;
  std::vector<const Fragment*> fragments_;  // of `resolved_`
  std::vector<uint64_t> whole_stamps_;      // the last fragment in which a chunk was read from end to end
  std::vector<Flips> flips_;
  uint32_t first_fragment_ = 0;
  uint32_t fragment_ = 0;  // within the window
  uint64_t stamp_ = 0;
  uint64_t bytes_composed_ = 0;
  absl::Status status_;
};

// Stored bytes of a chunk.
inline uint32_t BytesOf(const index::ChunkView& view) {
  switch (view.form) {
    case index::ChunkForm::kArray:
      return view.count * 2;
    case index::ChunkForm::kBitset:
      return index::kChunkBytes;
    case index::ChunkForm::kRuns:
      return view.count * 4;
    case index::ChunkForm::kEmpty:
    case index::ChunkForm::kFull:
      return 0;
  }
  return 0;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_WINDOW_ROWS_H_
