// Lists of numbers, compared with a slow, obvious evaluation.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/transpose.h"
#include "query/execution/program/number_set.h"
#include "query/execution/scan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::query {
namespace {

using index::Ordinal;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr index::TagId kNumberTag = 3;
constexpr index::TagId kFlagTag = 5;
constexpr index::RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr index::RowRef kFlag{kFlagTag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};

bool HoldsObviously(const std::vector<NumberInterval>& intervals, int64_t number) {
  for (const NumberInterval& interval : intervals) {
    if (interval.low <= number && number <= interval.high) return true;
  }
  return false;
}

bool Holds(const NumberSet& set, int64_t number) {
  return (number < 0 ? set.below_zero() : set.from_zero()).Holds(index::MagnitudeOf(number));
}

// Ascending and disjoint, from a set of numbers.
std::vector<NumberInterval> IntervalsOf(const std::set<int64_t>& numbers) {
  std::vector<NumberInterval> intervals;
  for (const int64_t number : numbers) {
    if (!intervals.empty() && intervals.back().high + 1 == number) {
      intervals.back().high = number;
    } else {
      intervals.push_back({number, number});
    }
  }
  return intervals;
}

TEST(NumberSet, EverySetOfSmallNumbers) {
  constexpr int64_t kLeast = -5;
  constexpr int64_t kNumbers = 11;
  for (uint32_t signature = 0; signature < 1u << kNumbers; ++signature) {
    std::set<int64_t> numbers;
    for (int64_t i = 0; i < kNumbers; ++i) {
      if ((signature >> i & 1) != 0) numbers.insert(kLeast + i);
    }
    const std::vector<NumberInterval> intervals = IntervalsOf(numbers);
    for (int bits = 0; bits <= 4; ++bits) {
      const NumberSet set(intervals, bits);
      for (int64_t number = 0; number < int64_t{1} << bits; ++number) {
        ASSERT_EQ(Holds(set, number), numbers.contains(number)) << signature << " " << bits << " " << number;
        ASSERT_EQ(Holds(set, -number), numbers.contains(-number))
            << signature << " " << bits << " -" << number;
      }
      // A sign without a magnitude is zero.
      ASSERT_EQ(set.below_zero().Holds(0), numbers.contains(0)) << signature;
    }
  }
}

// By a table, with a filter and by search alone: as wide and as many as the intervals are.
TEST(NumberSet, RandomIntervals) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const int bits = 1 + static_cast<int>(random() % 63);
    const uint64_t greatest = (uint64_t{1} << bits) - 1;
    const uint64_t widest = round % 3 == 0 ? 1 : uint64_t{1} << random() % bits;
    std::map<int64_t, int64_t> disjoint;  // low → high
    for (uint64_t left = 1 + random() % (round % 5 == 0 ? 5000 : 40); left > 0; --left) {
      int64_t low = static_cast<int64_t>(random() % greatest);
      if (random() % 3 == 0) low = -low;
      const int64_t room = index::kMaxNumber - std::max<int64_t>(low, 0);
      const int64_t high = low + std::min(room, static_cast<int64_t>(random() % widest));
      const auto next = disjoint.upper_bound(high);
      if (next != disjoint.begin() && std::prev(next)->second >= low) continue;
      disjoint.emplace(low, high);
    }
    std::vector<NumberInterval> intervals;
    for (const auto& [low, high] : disjoint) intervals.push_back({low, high});
    const NumberSet set(intervals, bits);
    std::vector<int64_t> asked = {0, 1, -1, static_cast<int64_t>(greatest), -static_cast<int64_t>(greatest)};
    for (const NumberInterval& interval : intervals) {
      for (const int64_t number : {interval.low - 1, interval.low, interval.high, interval.high - 1})
        asked.push_back(number);
      if (interval.high < index::kMaxNumber) asked.push_back(interval.high + 1);
    }
    for (int i = 0; i < 500; ++i) asked.push_back(static_cast<int64_t>(random() & greatest));
    for (const int64_t number : asked) {
      if (index::MagnitudeOf(number) > greatest) continue;
      const auto after = disjoint.upper_bound(number);
      const bool held = after != disjoint.begin() && std::prev(after)->second >= number;
      ASSERT_EQ(Holds(set, number), held) << "round " << round << " bits " << bits << " " << number;
    }
  }
}

TEST(Transpose, PutsEachOrdinalsBitsTogether) {
  std::mt19937_64 random(3);
  uint8_t lines[kSlicesOfByte][kLineBytes];
  const uint8_t* slices[kSlicesOfByte] = {};
  for (uint32_t slice = 0; slice < kSlicesOfByte; ++slice) {
    for (uint8_t& byte : lines[slice]) byte = static_cast<uint8_t>(random());
    if (slice != 4) slices[slice] = lines[slice];  // of one slice nobody has a bit
  }
  LineBytes bytes;
  TransposeLine(slices, 0, bytes);
  for (uint32_t ordinal = 0; ordinal < kLineOrdinals; ++ordinal) {
    uint32_t expected = 0;
    for (uint32_t slice = 0; slice < kSlicesOfByte; ++slice) {
      if (slice != 4)
        expected |= static_cast<uint32_t>(lines[slice][ordinal / 8] >> (ordinal % 8) & 1) << slice;
    }
    ASSERT_EQ(bytes.bytes[ordinal % 8][ordinal / 8], expected) << ordinal;
  }
}

// A number tag, a flag and everyone, in one fragment of which the first two chunks are used.
class NumberListTest : public testing::Test {
 protected:
  static constexpr uint32_t kUsed = 2 * index::kChunkOrdinals;

  // `flag_percent` of everybody have the flag; every row is put as an image and flips.
  void Fill(int bits, uint64_t known_percent, uint64_t flag_percent, bool negative) {
    std::map<index::RowRef, std::vector<uint32_t>> rows;
    const uint64_t mask = bits == 0 ? 0 : ~uint64_t{0} >> (64 - bits);
    for (uint32_t local = 0; local < kUsed; ++local) {
      rows[kEveryone].push_back(local);
      if (random_() % 100 < flag_percent) {
        rows[kFlag].push_back(local);
        flagged_.insert(local);
      }
      // The first chunk's second half is left out: lines without a candidate.
      if (random_() % 100 >= known_percent || (local / (index::kChunkOrdinals / 2)) == 1) continue;
      int64_t number = static_cast<int64_t>(random_() & mask & (random_() % 4 == 0 ? 0xff : ~uint64_t{0}));
      if (negative && random_() % 2 == 0) number = -number;
      numbers_[local] = number;
      rows[{kNumberTag, index::kKnownRow}].push_back(local);
      index::VisitNumberSlots(number, [&](index::Slot slot) {
        rows[{kNumberTag, index::MakeRow(index::kOwnValue, slot)}].push_back(local);
      });
    }
    for (const auto& [row, locals] : rows) {
      index::Bitmap image = index::Bitmap::FromSorted(locals);
      std::vector<uint32_t> some;
      for (uint32_t local = 0; local < kUsed; ++local) {
        if (random_() % 50 == 0) some.push_back(local);
      }
      const index::Bitmap flips = index::Bitmap::FromSorted(some);
      const uint64_t cardinality = image.Cardinality();
      oracle::MemoryFragment records;
      if (row.row % 3 == 0) {
        image.Xor(flips);
        records.flips.push_back(index::EncodeRecord(index::RecordKind::kXor, flips));
      }
      records.image = index::EncodeRecord(index::RecordKind::kImage, image);
      rows_.Put(row, 0, std::move(records), cardinality);
    }
  }

  // The numbers of every `step`th member that has one, and some that nobody has.
  std::vector<NumberInterval> SomeNumbers(size_t step) {
    std::set<int64_t> numbers = {-3, 0, int64_t{1} << 40, 77};
    size_t place = 0;
    for (const auto& [local, number] : numbers_) {
      if (place++ % step == 0) numbers.insert(number);
    }
    return IntervalsOf(numbers);
  }

  void ExpectMembers(const Program& program, const std::set<Ordinal>& expected, const std::string& what) {
    for (const Kernels* kernels : AllKernels()) {
      MemorySource source(rows_, oracle::Lending::kCopies);
      std::set<Ordinal> members;
      const absl::Status scanned = ScanMembers(
          oracle::JobOf(program, source, 1, {.kernels = kernels}), 0,
          [&](absl::Span<const Ordinal> batch) {
            members.insert(batch.begin(), batch.end());
            return true;
          },
          nullptr);
      ASSERT_THAT(scanned, IsOk());
      EXPECT_TRUE(members == expected) << what << " with " << kernels->name;
      const absl::StatusOr<uint64_t> count =
          ScanCount(oracle::JobOf(program, source, 1, {.kernels = kernels}), nullptr);
      ASSERT_THAT(count, IsOk());
      EXPECT_EQ(*count, expected.size()) << what << " with " << kernels->name;
    }
  }

  // The list alone, within the flag, and what of the flag is not in it.
  void ExpectAll(int bits, const std::vector<NumberInterval>& intervals, const std::string& what) {
    std::set<Ordinal> listed, within, outside;
    for (const auto& [local, number] : numbers_) {
      if (HoldsObviously(intervals, number)) listed.insert(local);
    }
    for (const uint32_t local : flagged_) (listed.contains(local) ? within : outside).insert(local);
    for (const bool negated : {false, true}) {
      ProgramBuilder builder;
      const NodeIndex list = builder.NumberIn({kNumberTag}, bits, intervals);
      const NodeIndex both = builder.And({{builder.Row(kFlag), false}, {list, negated}});
      ExpectMembers(std::move(builder).Build({both, false}), negated ? outside : within,
                    absl::StrCat(what, negated ? " outside" : " within"));
    }
    ProgramBuilder builder;
    const NodeIndex list = builder.NumberIn({kNumberTag}, bits, intervals);
    ExpectMembers(std::move(builder).Build({list, false}), listed, what);
  }

  std::mt19937_64 random_{11};
  MemoryRows rows_{1};
  std::map<uint32_t, int64_t> numbers_;
  std::set<uint32_t> flagged_;
};

class NumberListOfBits : public NumberListTest, public testing::WithParamInterface<int> {};

TEST_P(NumberListOfBits, HoldsWhatIsListed) {
  const int bits = GetParam();
  Fill(bits, 90, 40, bits % 2 == 0);
  ExpectAll(bits, SomeNumbers(800), absl::StrCat(bits, " bits"));
}

INSTANTIATE_TEST_SUITE_P(Bits, NumberListOfBits, testing::Values(0, 1, 3, 8, 9, 16, 17, 24, 32, 33, 63));

TEST_F(NumberListTest, AmongFewCandidates) {
  Fill(20, 3, 40, false);
  ExpectAll(20, SomeNumbers(3), "few known");
}

// Their values are looked up one by one.
TEST_F(NumberListTest, WithinAShortList) {
  Fill(20, 90, 0, true);
  std::vector<uint32_t> rare;
  for (uint32_t local = 0; local < kUsed; local += 1000) rare.push_back(local);
  flagged_ = std::set<uint32_t>(rare.begin(), rare.end());
  rows_.Put(kFlag, 0, index::Bitmap::FromSorted(rare));
  ExpectAll(20, SomeNumbers(2), "rare flag");
}

TEST_F(NumberListTest, OfIntervals) {
  Fill(12, 90, 40, true);
  ExpectAll(12, {{-4000, -100}, {-7, -7}, {-1, 5}, {1000, 1001}, {3000, index::kMaxNumber}}, "intervals");
}

TEST_F(NumberListTest, OfNobodysNumbers) {
  Fill(6, 90, 40, false);
  ExpectAll(6, {{64, 64}, {1000, 2000}}, "above all numbers");
  ExpectAll(6, {}, "no numbers");
}

TEST(ProgramBuilder, EqualListsAreOneNode) {
  ProgramBuilder builder;
  const auto list = [&](int64_t number, int bits) {
    return builder.NumberIn({kNumberTag}, bits, {{number, number}});
  };
  EXPECT_EQ(list(4, 5), list(4, 5));
  EXPECT_NE(list(4, 5), list(3, 5));
  EXPECT_NE(list(4, 5), list(4, 6));
}

}  // namespace
}  // namespace muster::query
