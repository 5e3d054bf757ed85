#include "query/execution/window_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "query/execution/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

constexpr RowIndex kRowsBetweenChecks = 256;
// With more rows the first would be forgotten before they are read.
constexpr size_t kMaxAnnouncedRows = 512;
constexpr size_t kAnnouncedBytes = 1088;
constexpr size_t kDirectoryBytes = 64;
constexpr size_t kCacheLine = 64;

}  // namespace

WindowRows::WindowRows(const Program& program)
    : program_(program), resolved_(program.rows().size()), directories_(program.rows().size()) {}

absl::Status WindowRows::Resolve(index::RowSource& source, uint32_t first_fragment, uint32_t count,
                                 const StopToken* stop) {
  first_fragment_ = first_fragment;
  for (RowIndex row = 0; row < resolved_.size(); ++row) {
    if (stop != nullptr && row % kRowsBetweenChecks == kRowsBetweenChecks - 1) {
      absl::Status status = stop->Check();
      if (!status.ok()) return status;
    }
    const index::RowRef reference = program_.rows()[row];
    absl::Status status = source.Resolve(reference, resolved_[row]);
    if (!status.ok()) return status;
    if (resolved_[row].fragments.size() != count) {
      return absl::InternalError(absl::StrCat("row ", reference.row, " of tag ", reference.tag,
                                              " was resolved for ", resolved_[row].fragments.size(),
                                              " fragments of a window of ", count));
    }
  }
  return absl::OkStatus();
}

void WindowRows::EnterFragment(uint32_t fragment_of_window) {
  fragment_ = fragment_of_window;
  ++stamp_;
  AnnounceNextFragment();
}

RowChunk WindowRows::FlippedChunkOf(const Directories& directories, uint32_t chunk) {
  RowChunk found{directories.image[chunk], false};
  for (uint32_t i = 0; i < directories.flip_count; ++i) {
    const ChunkView& flip = directories.flips[i][chunk];
    if (flip.form == ChunkForm::kEmpty) continue;
    if (found.view.form != ChunkForm::kEmpty) return RowChunk{ChunkView{}, true};
    found.view = flip;
  }
  return found;
}

void WindowRows::Compose(RowIndex row, uint32_t chunk, const Kernels& kernels, ChunkRegister& target) {
  const Directories& directories = DirectoriesOf(row);
  Widen(kernels, directories.image[chunk], target);
  bytes_composed_ += BytesOf(directories.image[chunk]);
  for (uint32_t i = 0; i < directories.flip_count; ++i) {
    const ChunkView& flip = directories.flips[i][chunk];
    bytes_composed_ += BytesOf(flip);
    switch (flip.form) {
      case ChunkForm::kEmpty:
        break;
      case ChunkForm::kFull:
        kernels.toggle(AllOfChunk(), target.bytes());
        break;
      case ChunkForm::kBitset:
        kernels.toggle(flip.bytes, target.bytes());
        break;
      case ChunkForm::kArray:
      case ChunkForm::kRuns:
        ToggleSparse(flip, target);
        break;
    }
  }
}

// A record begins on a page of its own, where no prefetcher of the processor expects it.
void WindowRows::AnnounceNextFragment() {
  if (resolved_.size() > kMaxAnnouncedRows) return;
  for (RowIndex row = 0; row < resolved_.size(); ++row) {
    const index::ResolvedRow& resolved = resolved_[row];
    if (fragment_ + 1 >= resolved.fragments.size()) return;
    const index::RecordBytes image = resolved.fragments[fragment_ + 1].image;
    const bool whole = directories_[row].whole_stamp + 1 == stamp_;
    const size_t bytes = std::min<size_t>(image.size(), whole ? kAnnouncedBytes : kDirectoryBytes);
    for (size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(image.data() + at);
  }
}

void WindowRows::ReadDirectories(RowIndex row, Directories& directories) {
  directories.stamp = stamp_;
  const index::ResolvedRow& resolved = resolved_[row];
  const index::ResolvedRow::Fragment& fragment = resolved.fragments[fragment_];
  Read(row, fragment.image, directories.image);
  directories.flip_count = fragment.flip_count;
  if (directories.flips.size() < fragment.flip_count) directories.flips.resize(fragment.flip_count);
  for (uint32_t i = 0; i < fragment.flip_count; ++i) {
    Read(row, resolved.flips[fragment.first_flip + i], directories.flips[i]);
  }
}

void WindowRows::Read(RowIndex row, index::RecordBytes record, index::FragmentChunks& chunks) {
  if (index::ReadFragmentChunks(record, chunks) || !status_.ok()) return;
  const index::RowRef reference = program_.rows()[row];
  status_ = absl::DataLossError(
      absl::StrCat("the record of row ", reference.row, " of tag ", reference.tag, " in fragment ",
                   first_fragment_ + fragment_,
                   " has a broken container directory; restore the population from a backup"));
}

uint32_t BytesOf(const ChunkView& view) {
  switch (view.form) {
    case ChunkForm::kArray:
      return view.count * 2;
    case ChunkForm::kBitset:
      return index::kChunkBytes;
    case ChunkForm::kRuns:
      return view.count * 4;
    case ChunkForm::kEmpty:
    case ChunkForm::kFull:
      return 0;
  }
  return 0;
}

}  // namespace muster::query
