// Bitmaps made of sorted members, of words and of transposed numbers, against members added one by one.
#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/fragment_record.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/slice_words.h"

namespace muster::index {
namespace {

constexpr size_t kWords = kFragmentOrdinals / 64;

Bitmap OneByOne(const std::vector<uint32_t>& locals) {
  Bitmap bitmap;
  for (const uint32_t local : locals) bitmap.Add(local);
  return bitmap;
}

std::vector<uint64_t> WordsOf(const std::vector<uint32_t>& locals) {
  std::vector<uint64_t> words(kWords, 0);
  for (const uint32_t local : locals) words[local / 64] |= uint64_t{1} << (local % 64);
  return words;
}

void ExpectSame(const std::vector<uint32_t>& locals) {
  const Bitmap expected = OneByOne(locals), sorted = Bitmap::FromSorted(locals);
  const Bitmap words = Bitmap::FromWords(WordsOf(locals));
  ASSERT_EQ(sorted.ToVector(), locals);
  ASSERT_EQ(words.ToVector(), locals);
  ASSERT_EQ(EncodeRecord(RecordKind::kImage, sorted), EncodeRecord(RecordKind::kImage, expected));
  ASSERT_EQ(EncodeRecord(RecordKind::kImage, words), EncodeRecord(RecordKind::kImage, expected));
}

TEST(BitmapMaker, SizesAroundTheLimitsOfContainers) {
  for (const uint32_t count : {0u, 1u, 31u, 32u, 33u, 4095u, 4096u, 4097u, 65'535u, 65'536u, 65'537u}) {
    for (const uint32_t first :
         {0u, 1u, kChunkOrdinals - 40, 2 * kChunkOrdinals, 3 * kChunkOrdinals - 4'200}) {
      std::vector<uint32_t> locals;
      for (uint32_t i = 0; i < count && first + i < kFragmentOrdinals; ++i) locals.push_back(first + i);
      ExpectSame(locals);
      for (uint32_t& local : locals) local = (local - first) * 3 + first % kChunkOrdinals;
      std::erase_if(locals, [](uint32_t local) { return local >= kFragmentOrdinals; });
      ExpectSame(locals);
    }
  }
  std::vector<uint32_t> all(kFragmentOrdinals);
  for (uint32_t i = 0; i < kFragmentOrdinals; ++i) all[i] = i;
  ExpectSame(all);
}

TEST(BitmapMaker, RandomMembers) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    const uint32_t of = 1u << (random() % 14);
    std::vector<uint32_t> locals;
    for (uint32_t local = random() % 100; local < kFragmentOrdinals; local += 1 + random() % of)
      locals.push_back(local);
    ExpectSame(locals);
  }
}

TEST(SliceWords, AreTheBitsOfEachNumber) {
  std::mt19937_64 random(6);
  for (const int bits : {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 62, 63}) {
    std::vector<Ordinal> ordinals;
    std::vector<uint64_t> numbers;
    const uint64_t of = 1 + random() % 90;
    for (uint32_t local = random() % 70; local < kFragmentOrdinals; local += 1 + random() % of) {
      ordinals.push_back(FirstOrdinalOf(3) + local);
      numbers.push_back(random() >> (64 - bits));
    }
    const SliceWords words(ordinals, numbers, bits);
    for (int bit = 0; bit < bits; ++bit) {
      std::vector<uint32_t> locals;
      for (size_t i = 0; i < ordinals.size(); ++i) {
        if ((numbers[i] >> bit) & 1) locals.push_back(LocalOf(ordinals[i]));
      }
      const absl::Span<const uint64_t> slice = words.Slice(bit);
      ASSERT_EQ(std::vector<uint64_t>(slice.begin(), slice.end()), WordsOf(locals)) << bits << " " << bit;
    }
  }
}

}  // namespace
}  // namespace muster::index
