// Record bytes: decoding returns what was encoded, and refuses all other bytes.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

absl::Span<const uint8_t> Bytes(const std::string& record) {
  return absl::MakeSpan(reinterpret_cast<const uint8_t*>(record.data()), record.size());
}

std::vector<uint32_t> Range(uint32_t first, uint32_t end, uint32_t step) {
  std::vector<uint32_t> locals;
  for (uint32_t local = first; local < end; local += step) locals.push_back(local);
  return locals;
}

// One set of every shape a chunk can have.
std::vector<std::vector<uint32_t>> Shapes() {
  std::vector<std::vector<uint32_t>> shapes = {{},
                                               {0},
                                               {kFragmentOrdinals - 1},
                                               Range(0, 100, 7),
                                               Range(0, kFragmentOrdinals, 3),
                                               Range(0, kFragmentOrdinals, 1),
                                               Range(0, kFragmentOrdinals - 1, 1),
                                               Range(65536, 131072, 1),
                                               Range(100'000, 200'000, 1)};
  std::vector<uint32_t> mixed = Range(10, 4000, 100);                        // array
  for (uint32_t local : Range(70'000, 120'000, 2)) mixed.push_back(local);   // bitset
  for (uint32_t local : Range(131'072, 196'608, 1)) mixed.push_back(local);  // full
  for (uint32_t local : Range(200'000, 230'000, 1)) mixed.push_back(local);  // runs
  shapes.push_back(mixed);
  return shapes;
}

std::vector<uint32_t> ValuesOf(const ChunkView& view) {
  std::vector<uint32_t> values;
  switch (view.form) {
    case ChunkForm::kEmpty:
      break;
    case ChunkForm::kFull:
      return Range(0, kChunkOrdinals, 1);
    case ChunkForm::kArray:
      for (uint32_t i = 0; i < view.count; ++i) values.push_back(LoadLittle<uint16_t>(view.bytes + 2 * i));
      break;
    case ChunkForm::kBitset:
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        if ((view.bytes[value / 8] >> (value % 8) & 1) != 0) values.push_back(value);
      }
      break;
    case ChunkForm::kRuns:
      for (uint32_t i = 0; i < view.count; ++i) {
        const uint32_t start = LoadLittle<uint16_t>(view.bytes + 4 * i);
        for (uint32_t j = 0; j <= LoadLittle<uint16_t>(view.bytes + 4 * i + 2); ++j)
          values.push_back(start + j);
      }
      break;
  }
  return values;
}

TEST(Record, ComesBackFromBothReaders) {
  for (const std::vector<uint32_t>& shape : Shapes()) {
    SCOPED_TRACE(shape.size());
    const std::string record = EncodeRecord(RecordKind::kXor, Bitmap::FromSorted(shape));
    absl::StatusOr<DecodedRecord> decoded = DecodeRecord(Bytes(record));
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(decoded->kind, RecordKind::kXor);
    EXPECT_EQ(decoded->bitmap.ToVector(), shape);
    FragmentChunks chunks;
    ASSERT_TRUE(ReadFragmentChunks(Bytes(record), chunks));
    std::vector<uint32_t> seen;
    for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
      for (uint32_t value : ValuesOf(chunks[chunk])) seen.push_back(chunk * kChunkOrdinals + value);
    }
    EXPECT_EQ(seen, shape);
  }
}

TEST(Record, EmptyAndFullHaveNoPayload) {
  EXPECT_EQ(EncodeRecord(RecordKind::kImage, Bitmap()).size(), kRecordHeaderBytes);
  EXPECT_EQ(EncodeRecord(RecordKind::kAfter, Bitmap::Full()).size(), kRecordHeaderBytes);
  absl::StatusOr<DecodedRecord> none = DecodeRecord({});
  ASSERT_THAT(none, IsOk());
  EXPECT_TRUE(none->bitmap.Empty());
}

TEST(Record, AWholeChunkIsFull) {
  const std::string record = EncodeRecord(RecordKind::kImage, Bitmap::FromSorted(Range(65536, 131072, 1)));
  FragmentChunks chunks;
  ASSERT_TRUE(ReadFragmentChunks(Bytes(record), chunks));
  EXPECT_EQ(chunks[0].form, ChunkForm::kEmpty);
  EXPECT_EQ(chunks[1].form, ChunkForm::kFull);
}

TEST(Record, EveryChangedByteIsNoticed) {
  const std::string record = EncodeRecord(RecordKind::kImage, Bitmap::FromSorted(Range(0, 3000, 7)));
  for (size_t i = 0; i < record.size(); ++i) {
    std::string broken = record;
    broken[i] = static_cast<char>(broken[i] ^ 0x10);
    EXPECT_THAT(DecodeRecord(Bytes(broken)), StatusIs(absl::StatusCode::kDataLoss)) << "byte " << i;
  }
}

TEST(Record, EveryCutIsRefused) {
  for (const std::vector<uint32_t>& shape : {Range(0, 3000, 7), Range(60'000, 70'000, 1)}) {
    const std::string record = EncodeRecord(RecordKind::kImage, Bitmap::FromSorted(shape));
    for (size_t length = 1; length < record.size(); ++length) {
      const std::string cut = record.substr(0, length);
      FragmentChunks chunks;
      EXPECT_FALSE(ReadFragmentChunks(Bytes(cut), chunks)) << length;
      for (const ChunkView& chunk : chunks) EXPECT_EQ(chunk.form, ChunkForm::kEmpty);
      EXPECT_THAT(DecodeRecord(Bytes(cut)), StatusIs(absl::StatusCode::kDataLoss)) << length;
    }
  }
}

TEST(Record, HeadersOfOtherFormatsAreNone) {
  const std::string record = EncodeRecord(RecordKind::kBefore, Bitmap::FromSorted(Range(0, 10, 1)));
  ASSERT_TRUE(ReadRecordHeader(Bytes(record)).has_value());
  EXPECT_EQ(ReadRecordHeader(Bytes(record))->cardinality, 10u);
  for (const auto& [offset, value] :
       std::vector<std::pair<size_t, char>>{{0, 2}, {1, 4}, {2, 3}, {2, 4}, {3, 1}, {7, 1}}) {
    std::string other = record;
    other[offset] = value;
    EXPECT_FALSE(ReadRecordHeader(Bytes(other)).has_value()) << offset << "=" << int{value};
  }
}

TEST(Bitmap, DoesSetAlgebra) {
  const Bitmap a = Bitmap::FromSorted(std::vector<uint32_t>{1, 2, 3, 70'000});
  const Bitmap b = Bitmap::FromSorted(std::vector<uint32_t>{2, 3, 4});
  Bitmap c = a;
  c.Union(b);
  EXPECT_THAT(c.ToVector(), testing::ElementsAre(1, 2, 3, 4, 70'000));
  c = a;
  c.Intersect(b);
  EXPECT_THAT(c.ToVector(), testing::ElementsAre(2, 3));
  c = a;
  c.Subtract(b);
  EXPECT_THAT(c.ToVector(), testing::ElementsAre(1, 70'000));
  c = a;
  c.Xor(b);
  EXPECT_THAT(c.ToVector(), testing::ElementsAre(1, 4, 70'000));
  c.Xor(c);
  EXPECT_TRUE(c.Empty());
  c.Add(5);
  c.AddMany(std::vector<uint32_t>{9, 7});
  EXPECT_TRUE(c.Contains(7));
  EXPECT_FALSE(c.Contains(8));
  Bitmap moved = std::move(c);
  EXPECT_EQ(moved, Bitmap::FromSorted(std::vector<uint32_t>{5, 7, 9}));
  EXPECT_EQ(Bitmap::Full().Cardinality(), kFragmentOrdinals);
}

}  // namespace
}  // namespace muster::index
