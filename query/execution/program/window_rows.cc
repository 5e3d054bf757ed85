// In a fragment, a row is an image and any number of flips that later loads XOR onto it. A chunk that only
// one of these touches is that record's container, and is used where it lies. Only a chunk that several touch
// is composed into a register.
#include "query/execution/program/window_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;
using index::PackedChunk;

namespace {

constexpr RowIndex kRowsBetweenChecks = 256;
// With more rows, the first prefetched ones would be evicted before they are read.
constexpr size_t kMaxAnnouncedRows = 512;
// More would evict what other queries use, and be stored twice.
constexpr size_t kMaxLentRows = 4096;
constexpr size_t kAnnouncedBytes = 1088;
constexpr size_t kDirectoryBytes = 64;

}  // namespace

WindowRows::WindowRows(const Program& program)
    : program_(program),
      scratch_(program.rows().size()),
      resolved_(program.rows().size()),
      fragments_(program.rows().size()),
      whole_stamps_(program.rows().size()),
      flips_(program.rows().size()) {}

absl::Status WindowRows::Resolve(const ViewSources& sources, uint32_t first_fragment, uint32_t count,
                                 const WorkBudget* budget) {
  first_fragment_ = first_fragment;
  sources_ = &sources;
  for (RowIndex row = 0; row < resolved_.size(); ++row) {
    if (budget != nullptr && row % kRowsBetweenChecks == kRowsBetweenChecks - 1) {
      RETURN_IF_ERROR(budget->Check());
    }
    const index::RowRef reference = program_.rows()[row].in_view();
    index::RowSource& source = sources.Of(program_.rows()[row].view);
    resolved_[row] = &scratch_[row];
    RETURN_IF_ERROR(resolved_.size() <= kMaxLentRows
                        ? source.ResolveToRead(reference, scratch_[row], resolved_[row])
                        : source.ResolveToScan(reference, scratch_[row]));
    if (resolved_[row]->fragments.size() != count) {
      return absl::InternalError(absl::StrCat("row ", reference.row, " of tag ", reference.tag,
                                              " was resolved for ", resolved_[row]->fragments.size(),
                                              " fragments of a window of ", count));
    }
    fragments_[row] = resolved_[row]->fragments.data();
  }
  return absl::OkStatus();
}

void WindowRows::EnterFragment(uint32_t fragment_of_window) {
  fragment_ = fragment_of_window;
  ++stamp_;
  AnnounceNextFragment();
}

PackedChunk WindowRows::FlippedChunkOf(RowIndex row, uint32_t chunk) {
  const absl::Span<const index::FragmentChunks> flips = FlipsOf(row);
  const Fragment& fragment = FragmentOf(row);
  PackedChunk found = ImageChunkOf(row, fragment, chunk);
  bool empty = found.view().form == ChunkForm::kEmpty;
  for (size_t i = 0; i < flips.size(); ++i) {
    const ChunkView& flip = flips[i][chunk];
    if (flip.form == ChunkForm::kEmpty) continue;
    if (!empty) return PackedChunk();
    found = PackedChunk(flip, resolved_[row]->flips[fragment.first_flip + i].data());
    empty = false;
  }
  return found;
}

void WindowRows::Compose(RowIndex row, uint32_t chunk, const Kernels& kernels, ChunkRegister& target) {
  const ChunkView image = ImageChunkOf(row, FragmentOf(row), chunk).view();
  Widen(kernels, image, target);
  bytes_composed_ += BytesOf(image);
  for (const index::FragmentChunks& chunks : FlipsOf(row)) {
    const ChunkView& flip = chunks[chunk];
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

// A record starts on its own page, where the processor's prefetchers don't expect it.
void WindowRows::AnnounceNextFragment() {
  if (resolved_.size() > kMaxAnnouncedRows) return;
  for (RowIndex row = 0; row < resolved_.size(); ++row) {
    if (fragment_ + 1 >= resolved_[row]->fragments.size()) return;
    const Fragment& next = fragments_[row][fragment_ + 1];
    __builtin_prefetch(&next + 1);
    const bool whole = whole_stamps_[row] + 1 == stamp_;
    if (!whole && next.directory.known()) continue;
    const index::RecordBytes image = next.image;
    const size_t bytes = std::min<size_t>(image.size(), whole ? kAnnouncedBytes : kDirectoryBytes);
    for (size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(image.data() + at);
  }
}

// A damaged record is not read, and its chunks count as empty.
PackedChunk WindowRows::ReadImage(RowIndex row, uint32_t chunk) {
  const Fragment& fragment = FragmentOf(row);
  if (IsWhole(row, fragment.image)) {
    if (fragment.directory.Read(fragment.image)) return fragment.directory.Find(fragment.image, chunk);
    NoteBroken(row);
  }
  return PackedChunk(ChunkView{}, nullptr);
}

absl::Span<const index::FragmentChunks> WindowRows::FlipsOf(RowIndex row) {
  Flips& flips = flips_[row];
  const Fragment& fragment = FragmentOf(row);
  if (flips.stamp != stamp_) {
    flips.stamp = stamp_;
    if (flips.chunks.size() < fragment.flip_count) flips.chunks.resize(fragment.flip_count);
    for (uint32_t i = 0; i < fragment.flip_count; ++i) {
      const index::RecordBytes record = resolved_[row]->flips[fragment.first_flip + i];
      if (!IsWhole(row, record)) {
        flips.chunks[i].fill(ChunkView{});
      } else if (!index::ReadFragmentChunks(record, flips.chunks[i])) {
        NoteBroken(row);
      }
    }
  }
  return absl::MakeConstSpan(flips.chunks).first(fragment.flip_count);
}

bool WindowRows::IsWhole(RowIndex row, index::RecordBytes record) {
  const SetRef& reference = program_.rows()[row];
  absl::Status checked = sources_->Of(reference.view).CheckRecord(reference.in_view(), record);
  if (checked.ok()) return true;
  if (status_.ok()) status_ = std::move(checked);
  return false;
}

void WindowRows::NoteBroken(RowIndex row) {
  if (!status_.ok()) return;
  const index::RowRef reference = program_.rows()[row].in_view();
  status_ = absl::DataLossError(
      absl::StrCat("the record of row ", reference.row, " of tag ", reference.tag, " in fragment ",
                   first_fragment_ + fragment_,
                   " has a broken container directory; restore the population from a backup"));
}

}  // namespace muster::query
