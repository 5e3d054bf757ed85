#include "index/bitmap/chunk_view.h"

#include "index/bitmap/fragment_record.h"
#include "index/bitmap/little_endian.h"

namespace muster::index {
namespace {

// The portable Roaring format: https://github.com/RoaringBitmap/RoaringFormatSpec
constexpr uint32_t kCookieWithoutRuns = 12346;
constexpr uint32_t kCookieWithRuns = 12347;     // in the low 16 bits; the high 16 hold the containers − 1
constexpr uint32_t kOffsetsFromContainers = 4;  // with runs, offsets are stored from this many containers on
constexpr uint32_t kMaxArrayValues = 4096;      // more are a bitset
constexpr uint32_t kFullRunLength = kChunkOrdinals - 1;

// Takes bytes off the front of a payload. Take returns null when fewer are left.
class Cursor {
 public:
  explicit Cursor(absl::Span<const uint8_t> bytes) : at_(bytes.data()), left_(bytes.size()) {}
  const uint8_t* Take(size_t count) {
    if (count > left_) return nullptr;
    const uint8_t* taken = at_;
    at_ += count;
    left_ -= count;
    return taken;
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

struct Directory {
  uint32_t containers = 0;
  const uint8_t* run_flags = nullptr;  // one bit a container; null: no container has runs
  const uint8_t* keys = nullptr;       // containers × (key u16, cardinality − 1 u16)
};

bool ReadDirectory(Cursor& cursor, Directory& directory) {
  const uint8_t* cookie_bytes = cursor.Take(4);
  if (cookie_bytes == nullptr) return false;
  const uint32_t cookie = LoadLittle<uint32_t>(cookie_bytes);
  const bool with_runs = (cookie & 0xffff) == kCookieWithRuns;
  if (with_runs) {
    directory.containers = (cookie >> 16) + 1;
  } else {
    const uint8_t* count = cookie == kCookieWithoutRuns ? cursor.Take(4) : nullptr;
    if (count == nullptr) return false;
    directory.containers = LoadLittle<uint32_t>(count);
  }
  if (directory.containers > kChunksPerFragment) return false;
  if (with_runs) {
    directory.run_flags = cursor.Take((directory.containers + 7) / 8);
    if (directory.run_flags == nullptr) return false;
  }
  directory.keys = cursor.Take(size_t{directory.containers} * 4);
  if (directory.keys == nullptr) return false;
  // The containers are contiguous, so the offsets add nothing to their sizes.
  const bool with_offsets = !with_runs || directory.containers >= kOffsetsFromContainers;
  return !with_offsets || cursor.Take(size_t{directory.containers} * 4) != nullptr;
}

bool ReadRuns(Cursor& cursor, ChunkView& view) {
  const uint8_t* count = cursor.Take(2);
  if (count == nullptr) return false;
  view.form = ChunkForm::kRuns;
  view.count = LoadLittle<uint16_t>(count);
  view.bytes = cursor.Take(size_t{view.count} * 4);
  if (view.bytes == nullptr) return false;
  if (view.count == 0) {
    view = ChunkView{};
  } else if (LoadLittle<uint16_t>(view.bytes) == 0 &&
             LoadLittle<uint16_t>(view.bytes + 2) == kFullRunLength) {
    view = ChunkView{ChunkForm::kFull, 0, nullptr};
  }
  return true;
}

bool ReadContainer(Cursor& cursor, bool runs, uint32_t cardinality, ChunkView& view) {
  if (runs) return ReadRuns(cursor, view);
  const bool array = cardinality <= kMaxArrayValues;
  view.form = array ? ChunkForm::kArray : ChunkForm::kBitset;
  view.count = cardinality;
  view.bytes = cursor.Take(array ? size_t{cardinality} * 2 : size_t{kChunkBytes});
  return view.bytes != nullptr;
}

bool ReadPayload(absl::Span<const uint8_t> payload, FragmentChunks& chunks) {
  Cursor cursor(payload);
  Directory directory;
  if (!ReadDirectory(cursor, directory)) return false;
  uint32_t lowest_key = 0;
  for (uint32_t i = 0; i < directory.containers; ++i) {
    const uint32_t key = LoadLittle<uint16_t>(directory.keys + size_t{i} * 4);
    const uint32_t cardinality = uint32_t{LoadLittle<uint16_t>(directory.keys + size_t{i} * 4 + 2)} + 1;
    if (key < lowest_key || key >= kChunksPerFragment) return false;
    lowest_key = key + 1;
    const bool runs = directory.run_flags != nullptr && (directory.run_flags[i / 8] >> (i % 8) & 1) != 0;
    if (!ReadContainer(cursor, runs, cardinality, chunks[key])) return false;
  }
  return true;
}

}  // namespace

bool ReadFragmentChunks(absl::Span<const uint8_t> record, FragmentChunks& chunks) {
  chunks.fill(ChunkView{});
  if (record.empty()) return true;
  const std::optional<RecordHeader> header = ReadRecordHeader(record);
  if (!header.has_value()) return false;
  if (header->flags == kFlagEmpty) return true;
  if (header->flags == kFlagFull) {
    chunks.fill(ChunkView{ChunkForm::kFull, 0, nullptr});
    return true;
  }
  if (ReadPayload(record.subspan(kRecordHeaderBytes), chunks)) return true;
  chunks.fill(ChunkView{});
  return false;
}

}  // namespace muster::index
