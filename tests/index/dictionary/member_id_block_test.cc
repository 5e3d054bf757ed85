// Blocks of member ids: every text comes back as it was, in the form that takes the fewest bytes.
#include "index/dictionary/blocks/member_id_block.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/dictionary/blocks/member_id_block_builder.h"
#include "index/dictionary/blocks/packed_numbers.h"
#include "tests/index/dictionary/block_pages.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using Random = std::mt19937_64;
using Ids = std::vector<std::string>;

// Blocks of all ids; each is checked for its size, its sum and the ids that come back, in several orders.
std::vector<std::string> BlocksOf(const Ids& ids, std::vector<IdForm>* forms = nullptr) {
  MemberIdBlockBuilder builder;
  std::vector<std::string> blocks;
  uint64_t sum = 0;
  for (size_t begin = 0; begin < ids.size();) {
    size_t end = begin;
    while (end < ids.size() && builder.Add(ids[end])) ++end;
    EXPECT_GT(end, begin);
    EXPECT_EQ(builder.count(), end - begin);
    blocks.push_back(builder.Finish());
    EXPECT_LE(blocks.back().size(), kIdBlockBytesMax);
    const absl::StatusOr<MemberIdBlock> block = MemberIdBlock::Parse(blocks.back());
    EXPECT_THAT(block, IsOk());
    if (!block.ok()) return blocks;
    EXPECT_EQ(block->count(), end - begin);
    EXPECT_EQ(block->sum_before(), sum);
    for (size_t i = begin; i < end; ++i) sum = SumWithId(sum, ids[i]);
    EXPECT_EQ(block->SumTo(end - begin).value(), sum);
    EXPECT_EQ(builder.sum(), sum);
    MemberIdReader reader(*block);
    Random random(begin);
    std::string_view id;
    for (size_t i = begin; i < end; i += 1 + random() % 40) {
      EXPECT_TRUE(reader.Read(i - begin, id) && id == ids[i]) << ids[i] << " became " << id;
    }
    for (int i = 0; i < 200; ++i) {
      const size_t at = random() % (end - begin);
      EXPECT_TRUE(reader.Read(at, id) && id == ids[begin + at]) << ids[begin + at] << " became " << id;
    }
    EXPECT_THAT(block->Visit(0, end - begin,
                             [&](size_t i, std::string_view each) { EXPECT_EQ(each, ids[begin + i]); }),
                IsOk());
    if (forms != nullptr) forms->push_back(block->form());
    begin = end;
  }
  return blocks;
}

Ids Many(size_t count, uint64_t seed, const std::function<std::string(Random&, size_t)>& make) {
  Random random(seed);
  Ids ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(make(random, i));
  return ids;
}

std::string Letters(Random& random, size_t size, std::string_view alphabet) {
  std::string text(size, ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}
constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
constexpr std::string_view kLowerHex = "0123456789abcdef";

std::string Uuid(Random& random) {
  std::string text = Letters(random, 36, kLowerHex);
  for (const size_t dash : {8, 13, 18, 23}) text[dash] = '-';
  return text;
}

struct Kind {
  const char* name;
  std::function<std::string(Random&, size_t)> make;
  IdForm form;
  double bytes;  // of an id, at most
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"random text of one size", [](Random& random, size_t) { return Letters(random, 16, kAlphabet); },
       IdForm::kText, 16.2},
      {"text of many sizes",
       [](Random& random, size_t) { return Letters(random, 1 + random() % 30, kAlphabet); }, IdForm::kText,
       16.8},
      {"long text", [](Random& random, size_t) { return Letters(random, 1 + random() % 480, kAlphabet); },
       IdForm::kText, 270},
      {"text with one beginning",
       [](Random& random, size_t) { return "https://example.org/member/" + Letters(random, 9, kAlphabet); },
       IdForm::kText, 9.3},
      {"one beginning and many sizes",
       [](Random& random, size_t) { return "user:" + Letters(random, random() % 9, kAlphabet); },
       IdForm::kText, 5.5},
      {"every script",
       [](Random& random, size_t i) {
         const char* const parts[] = {"城市", "Ω", "د", "🙂", "é", "ก", "x", " "};
         std::string text;
         for (size_t n = 0; n < 1 + i % 7; ++n) text += parts[random() % 8];
         return text;
       },
       IdForm::kText, 12},
      {"numbers one after another", [](Random&, size_t i) { return absl::StrCat(1'000'000 + i); },
       IdForm::kDecimal, 1.8},
      {"numbers with zeros", [](Random&, size_t i) { return absl::StrFormat("m%08d", i * 7); },
       IdForm::kDecimal, 2.0},
      {"numbers of many sizes",
       [](Random& random, size_t) { return absl::StrCat(random() % (uint64_t{1} << random() % 40)); },
       IdForm::kDecimal, 5.1},
      {"phones",
       [](Random& random, size_t) { return absl::StrFormat("+8613%09d", random() % 1'000'000'000); },
       IdForm::kDecimal, 4.0},
      {"numbers of 19 digits",
       [](Random& random, size_t) { return absl::StrFormat("%019d", random() % 9'999'999'999'999'999'999u); },
       IdForm::kDecimal, 8.2},
      {"numbers of 32 digits", [](Random& random, size_t) { return Letters(random, 32, "0123456789"); },
       IdForm::kDigits, 16.3},
      {"hashes", [](Random& random, size_t) { return Letters(random, 32, kLowerHex); }, IdForm::kDigits,
       16.3},
      {"hashes in capitals",
       [](Random& random, size_t) { return absl::AsciiStrToUpper(Letters(random, 40, kLowerHex)); },
       IdForm::kDigits, 20.4},
      {"hashes of an odd size", [](Random& random, size_t) { return Letters(random, 15, kLowerHex); },
       IdForm::kDigits, 8.2},
      {"hashes in any case",
       [](Random& random, size_t) { return Letters(random, 32, "0123456789abcdefABCDEF"); }, IdForm::kText,
       32.5},
      {"UUIDs", [](Random& random, size_t) { return Uuid(random); }, IdForm::kDigits, 16.4},
      {"UUIDs in capitals", [](Random& random, size_t) { return absl::AsciiStrToUpper(Uuid(random)); },
       IdForm::kDigits, 16.4},
      {"UUIDs in braces", [](Random& random, size_t) { return absl::StrCat("{", Uuid(random), "}"); },
       IdForm::kDigits, 16.5},
      {"addresses of devices",
       [](Random& random, size_t) {
         std::string text = Letters(random, 17, kLowerHex);
         for (size_t at = 2; at < 17; at += 3) text[at] = ':';
         return text;
       },
       IdForm::kDigits, 6.2},
  };
  return kinds;
}

TEST(MemberIdBlock, EveryKindComesBackAndIsSmall) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    const Ids ids = Many(20'000, 7, kind.make);
    std::vector<IdForm> forms;
    size_t bytes = 0;
    for (const std::string& block : BlocksOf(ids, &forms)) bytes += block.size();
    EXPECT_LE(static_cast<double>(bytes) / static_cast<double>(ids.size()), kind.bytes);
    EXPECT_EQ(std::count(forms.begin(), forms.end(), kind.form), static_cast<ptrdiff_t>(forms.size()));
  }
}

TEST(MemberIdBlock, MixedKindsAndErasedIdsComeBack) {
  for (const size_t stay : {1, 3, 50, 700, 3'000}) {
    SCOPED_TRACE(stay);
    Random random(stay);
    Ids ids;
    while (ids.size() < 12'000) {
      const Kind& kind = Kinds()[random() % Kinds().size()];
      for (size_t i = 0, size = 1 + random() % stay; i < size; ++i)
        ids.push_back(random() % 50 == 0 ? "" : kind.make(random, i));
    }
    BlocksOf(ids);
  }
}

TEST(MemberIdBlock, TextsThatAreNearlyNumbersComeBack) {
  const std::vector<Ids> few = {
      {"7", "07", "007", "0"},
      {"0", "1", "10", "00"},
      {"007", "008", "100"},
      {"18446744073709551615", "18446744073709551614"},
      {"9999999999999999999", "1"},
      {"ab", "abc", "a"},
      {"abc", "abc0", "abc00"},
      {"x1", "x", "x22"},
      {"-1", "-2", "+3"},
      {"1e5", "1e6", "1E6"},
      {"deadbeef", "DEADBEEF"},
      {"deadbeef", "deadbee"},
      {"a0", "A0", "a1"},
      {"", "", ""},
      {"", "a", ""},
      {std::string(480, 'z'), std::string(479, 'z'), "z"},
      {std::string(128, 'a'), std::string(127, 'a') + "b"},
      {std::string(129, 'a'), std::string(128, 'a') + "b"},
      {"12345678901234567890", "12345678901234567891", "22345678901234567890"},
  };
  for (const Ids& ids : few) BlocksOf(ids);
}

// A number that ends what all have in common begins the next block.
TEST(MemberIdBlock, AStrangerBeginsABlockOfItsOwn) {
  Ids ids = Many(2'000, 1, [](Random&, size_t i) { return absl::StrCat(5'000'000 + i); });
  ids.push_back("stranger");
  for (size_t i = 0; i < 2'000; ++i) ids.push_back(absl::StrCat(6'000'000 + i));
  std::vector<IdForm> forms;
  EXPECT_LT(BlocksOf(ids, &forms).size(), 5u);
  EXPECT_EQ(forms.front(), IdForm::kDecimal);
  EXPECT_EQ(forms.back(), IdForm::kDecimal);
}

TEST(MemberIdBlock, FillsAPage) { ExpectFillsAPage(sizeof(uint64_t), kIdBlockBytesMax); }

// The seal of the record finds damage; whatever passes it is at most wrong, and never outside the block.
TEST(MemberIdBlock, AnyBytesAreReadWithinTheBlock) {
  Random random(9);
  size_t refused = 0, read = 0;
  for (const Kind& kind : Kinds()) {
    const std::string sound = BlocksOf(Many(300, 3, kind.make)).front();
    for (int round = 0; round < 300; ++round) {
      std::string bytes = sound;
      for (uint64_t n = 0, changes = 1 + random() % 3; n < changes; ++n)
        bytes[random() % (round % 2 == 0 ? 40 : bytes.size())] = static_cast<char>(random());
      if (random() % 4 == 0) bytes.resize(random() % bytes.size());
      // On the heap and of its size, so that a sanitizer sees reads behind it.
      const std::vector<char> exact(bytes.begin(), bytes.end());
      const absl::StatusOr<MemberIdBlock> block = MemberIdBlock::Parse({exact.data(), exact.size()});
      if (!block.ok()) {
        EXPECT_THAT(block, StatusIs(absl::StatusCode::kDataLoss));
        ++refused;
        continue;
      }
      MemberIdReader reader(*block);
      for (size_t i = 0; i < block->count(); ++i) {
        std::string_view id;
        if (reader.Read(i, id)) read += id.size() <= kMemberIdBytesMax ? 1 : 0;
      }
    }
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(read, 1'000u);
}

TEST(PackedNumbers, EveryWidthComesBack) {
  Random random(2);
  for (uint32_t bits = 0; bits <= 64; bits += bits == 56 ? 8 : 1) {
    std::vector<uint64_t> numbers(1 + random() % 50);
    for (uint64_t& number : numbers) number = bits == 0 ? 0 : random() >> (64 - bits);
    std::string packed = "x";
    AppendPacked(packed, numbers, bits);
    ASSERT_EQ(packed.size(), 1 + PackedBytes(numbers.size(), bits)) << bits;
    const std::vector<char> exact(packed.begin() + 1, packed.end());
    for (size_t i = 0; i < numbers.size(); ++i)
      ASSERT_EQ(ReadPacked({exact.data(), exact.size()}, i, bits), numbers[i]) << bits;
  }
}

}  // namespace
}  // namespace muster::index
