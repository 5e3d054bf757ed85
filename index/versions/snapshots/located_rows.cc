#include "index/versions/snapshots/located_rows.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/version_row_source.h"

namespace muster::index {
namespace {

// A container and its place in the order of LocatedRows: chunk, part, row.
struct Placed {
  uint32_t place;
  LocatedChunk chunk;
};

constexpr uint32_t kRowBits = 16;

// Appends the containers of a record that aren't empty. False: its directory is damaged.
bool AddRecord(RecordBytes record, uint32_t parts, uint32_t part, uint16_t row, std::vector<Placed>& placed) {
  FragmentChunks chunks;
  if (!ReadFragmentChunks(record, chunks)) return false;
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    const ChunkView& view = chunks[chunk];
    if (view.form == ChunkForm::kEmpty) continue;
    // The cardinality of a bitset, which isn't needed, may be greater.
    const auto count = static_cast<uint16_t>(view.form == ChunkForm::kBitset ? 0 : view.count);
    placed.push_back({(chunk * parts + part) << kRowBits | row, {view.bytes, count, row, view.form}});
  }
  return true;
}

}  // namespace

absl::StatusOr<LocatedRowsPtr> LocatedRows::Read(VersionRowSource& source, TagId tag, TagRowsPtr rows,
                                                 Extent extent) {
  struct Wanted {
    RowId row;
    Part part;
    uint16_t number;
  };
  std::vector<Wanted> wanted = {{kKnownRow, kKnown, 0}};
  const auto want = [&wanted](const std::vector<RowId>& list, Part part) {
    for (size_t i = 0; i < list.size(); ++i) wanted.push_back({list[i], part, static_cast<uint16_t>(i)});
  };
  if (extent == Extent::kAll) {
    want(rows->slices, kSlices);
    want(rows->values, kValues);
    want(rows->weights, kWeights);
  }
  // In the order in which they are stored.
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.row < b.row; });
  std::vector<Placed> placed;
  placed.reserve(wanted.size() * kChunksPerFragment);
  ResolvedRow resolved;
  for (const Wanted& each : wanted) {
    RETURN_IF_ERROR(source.Resolve({tag, each.row}, resolved));
    if (source.IsComposed({tag, each.row})) return LocatedRowsPtr();
    bool whole = AddRecord(resolved.fragments[0].image, kParts, each.part, each.number, placed);
    for (const RecordBytes& flip : resolved.flips)
      whole = whole && AddRecord(flip, kParts, each.part, each.number, placed);
    if (!whole) return Corrupt("fragment");
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.place < b.place; });
  auto located = std::make_shared<LocatedRows>();
  located->has_all_ = wanted.size() == CountOf(*rows);
  located->rows_ = std::move(rows);
  located->chunks_.reserve(placed.size());
  for (const Placed& each : placed) {
    ++located->begins_[(each.place >> kRowBits) + 1];
    located->chunks_.push_back(each.chunk);
  }
  for (size_t i = 1; i < located->begins_.size(); ++i) located->begins_[i] += located->begins_[i - 1];
  return LocatedRowsPtr(std::move(located));
}

bool LocatedRowsCache::Find(const StorageView& view, uint32_t fragment, absl::Span<const TagVersion> tags,
                            absl::Span<LocatedRowsPtr> found) {
  std::fill(found.begin(), found.end(), nullptr);
  Kept forgotten;  // freed outside the mutex
  MutexLock lock(mutex_);
  if (view_ != view) {
    if (view.transaction < view_.transaction) return false;
    forgotten = std::exchange(kept_, Kept());
    view_ = view;
  }
  size_t missed = 0;
  for (size_t i = 0; i < tags.size(); ++i) {
    const auto kept = kept_.rows.find(Key(tags[i], fragment));
    if (kept == kept_.rows.end()) {
      ++missed;
    } else {
      found[i] = kept->second;
    }
  }
  const bool again = !kept_.asked.emplace(tags.front(), fragment).second;
  if (kept_.bytes < max_bytes_) return again;
  kept_.missed += missed;
  if (kept_.missed > kept_.rows.size()) forgotten = std::exchange(kept_, Kept());
  return false;
}

void LocatedRowsCache::Keep(const StorageView& view, uint32_t fragment, TagVersion tag, LocatedRowsPtr rows) {
  const size_t bytes = rows->ByteSize();
  MutexLock lock(mutex_);
  if (view_ != view || kept_.bytes >= max_bytes_) return;
  LocatedRowsPtr& kept = kept_.rows[Key(tag, fragment)];
  if (kept != nullptr) {
    if (kept->has_all() || !rows->has_all()) return;
    kept_.bytes -= kept->ByteSize();
  }
  kept_.bytes += bytes;
  kept.swap(rows);  // the old ones are freed outside the mutex
}

}  // namespace muster::index
