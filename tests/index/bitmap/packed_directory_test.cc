#include "index/bitmap/packed_directory.h"

#include <gtest/gtest.h>

#include <string>

#include "index/bitmap/bitmap.h"

namespace muster::index {
namespace {

absl::Span<const uint8_t> BytesOf(const std::string& record) {
  return {reinterpret_cast<const uint8_t*>(record.data()), record.size()};
}

// An array, a bitset, runs, and a chunk that is full or empty.
Bitmap EveryForm(bool full) {
  Bitmap set = Bitmap::FromSorted({0, 5, 65'535});
  std::vector<uint32_t> more;
  for (uint32_t local = kChunkOrdinals; local < 2 * kChunkOrdinals; local += 3) more.push_back(local);
  for (uint32_t local = 0; local < 1000; ++local) more.push_back(2 * kChunkOrdinals + 77 + local);
  for (uint32_t local = 3 * kChunkOrdinals; full && local < 4 * kChunkOrdinals; ++local)
    more.push_back(local);
  set.Union(Bitmap::FromSorted(more));
  return set;
}

TEST(PackedDirectoryTest, SaysWhatTheRecordSays) {
  for (const Bitmap& set : {Bitmap(), Bitmap::Full(), EveryForm(true), EveryForm(false)}) {
    const std::string record = EncodeRecord(RecordKind::kImage, set);
    FragmentChunks chunks;
    ASSERT_TRUE(ReadFragmentChunks(BytesOf(record), chunks));
    const PackedDirectory packed;
    EXPECT_FALSE(packed.known());
    EXPECT_FALSE(packed.Find(BytesOf(record), 0).known()) << "nobody has read it";
    ASSERT_TRUE(packed.Read(BytesOf(record)));
    EXPECT_TRUE(packed.known());
    for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
      const PackedChunk found = packed.Find(BytesOf(record), chunk);
      ASSERT_TRUE(found.known());
      const ChunkView view = found.view();
      EXPECT_EQ(view.form, chunks[chunk].form) << chunk;
      EXPECT_EQ(view.count, chunks[chunk].count) << chunk;
      const bool stored = chunks[chunk].bytes != nullptr;
      EXPECT_TRUE(!stored || view.bytes == chunks[chunk].bytes) << chunk;
    }
  }
}

TEST(PackedDirectoryTest, NoRecordIsTheEmptySet) {
  const PackedDirectory packed;
  ASSERT_TRUE(packed.Read({}));
  ASSERT_TRUE(packed.Find({}, 3).known());
  EXPECT_EQ(packed.Find({}, 3).view().form, ChunkForm::kEmpty);
}

TEST(PackedDirectoryTest, ABrokenRecordStaysUnread) {
  std::string record = EncodeRecord(RecordKind::kImage, EveryForm(true));
  record.resize(record.size() - 1);
  const PackedDirectory packed;
  for (int time = 0; time < 2; ++time) {
    EXPECT_FALSE(packed.Read(BytesOf(record)));
    EXPECT_FALSE(packed.Find(BytesOf(record), 0).known());
  }
}

}  // namespace
}  // namespace muster::index
