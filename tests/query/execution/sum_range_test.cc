// Sums of numbers against addition, one member at a time.
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/scan.h"
#include "query/tree/signed_digits.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/query/execution/stop_after.h"

namespace muster::query {
namespace {

using index::Ordinal;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr index::TagId kFirstTag = 3;
constexpr index::TagId kFlagTag = 99;
constexpr index::RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr index::RowRef kFlag{kFlagTag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};

// The numbers of one member, by tag; nothing where it has none.
using Numbers = std::vector<std::optional<int64_t>>;

// Members, their numbers and a flag in one fragment.
class Members {
 public:
  explicit Members(std::mt19937_64& random) : random_(random) {}

  void Add(Ordinal ordinal, Numbers numbers, bool flagged) {
    rows_[kEveryone].push_back(static_cast<uint32_t>(ordinal));
    if (flagged) rows_[kFlag].push_back(static_cast<uint32_t>(ordinal));
    if (flagged) flagged_.insert(ordinal);
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (!numbers[i].has_value()) continue;
      const auto tag = static_cast<index::TagId>(kFirstTag + i);
      rows_[{tag, index::kKnownRow}].push_back(static_cast<uint32_t>(ordinal));
      index::VisitNumberSlots(*numbers[i], [&](index::Slot slot) {
        rows_[{tag, index::MakeRow(index::kOwnValue, slot)}].push_back(static_cast<uint32_t>(ordinal));
      });
    }
    numbers_.emplace_back(ordinal, std::move(numbers));
  }
  // Every second row is an image with flips.
  void Store() {
    bool flipped = false;
    for (const auto& [row, locals] : rows_) {
      index::Bitmap image = index::Bitmap::FromSorted(locals);
      const uint64_t cardinality = image.Cardinality();
      oracle::MemoryFragment records;
      flipped = !flipped;
      if (flipped) {
        std::vector<uint32_t> some;
        for (uint32_t local = 0; local < 2 * index::kChunkOrdinals; ++local)
          if (random_() % 60 == 0) some.push_back(local);
        const index::Bitmap flips = index::Bitmap::FromSorted(some);
        image.Xor(flips);
        records.flips.push_back(index::EncodeRecord(index::RecordKind::kXor, flips));
      }
      records.image = index::EncodeRecord(index::RecordKind::kImage, image);
      stored_.Put(row, 0, std::move(records), cardinality);
    }
  }

  // The sum alone, within the flag, and what of the flag is not in it, by all kernels.
  void ExpectAll(const SumRange& sum, const std::string& what) const {
    std::vector<Ordinal> held, within, outside;
    for (const auto& [ordinal, numbers] : numbers_) {
      absl::int128 total = 0;
      bool known = true;
      for (const SumTerm& term : sum.terms) {
        const std::optional<int64_t>& number = numbers[term.number.source.source - kFirstTag];
        known = known && number.has_value();
        if (known) total += term.factor * *number;
      }
      const bool in = known && sum.low <= total && total <= sum.high;
      if (in) held.push_back(ordinal);
      if (flagged_.contains(ordinal)) (in ? within : outside).push_back(ordinal);
    }
    ProgramBuilder alone;
    const NodeIndex node = alone.Sum(sum);
    Expect(std::move(alone).Build({node, false}), held, what);
    for (const bool negated : {false, true}) {
      ProgramBuilder builder;
      const NodeIndex both = builder.And({{builder.Row(kFlag), false}, {builder.Sum(sum), negated}});
      Expect(std::move(builder).Build({both, false}), negated ? outside : within, what + " and the flag");
    }
  }

  const MemoryRows& stored() const { return stored_; }

 private:
  void Expect(const Program& program, const std::vector<Ordinal>& expected, const std::string& what) const {
    for (const Kernels* kernels : AllKernels()) {
      MemorySource source(stored_, oracle::Lending::kCopies);
      std::vector<Ordinal> members;
      const absl::Status scanned = ScanMembers(
          oracle::JobOf(program, source, 1, {.kernels = kernels}), 0,
          [&](absl::Span<const Ordinal> batch) {
            members.insert(members.end(), batch.begin(), batch.end());
            return true;
          },
          nullptr);
      ASSERT_THAT(scanned, IsOk());
      EXPECT_TRUE(members == expected) << what << " with " << kernels->name;
      const auto count = ScanCount(oracle::JobOf(program, source, 1, {.kernels = kernels}), nullptr);
      ASSERT_THAT(count, IsOk());
      EXPECT_EQ(*count, expected.size()) << what << " with " << kernels->name;
    }
  }

  std::mt19937_64& random_;
  MemoryRows stored_{1};
  std::map<index::RowRef, std::vector<uint32_t>> rows_;
  std::vector<std::pair<Ordinal, Numbers>> numbers_;
  std::unordered_set<Ordinal> flagged_;
};

SumRange MakeSum(const std::vector<std::pair<absl::int128, int>>& factors_and_bits, absl::int128 low,
                 absl::int128 high) {
  SumRange sum{.low = low, .high = high};
  for (size_t i = 0; i < factors_and_bits.size(); ++i) {
    const auto tag = static_cast<index::TagId>(kFirstTag + i);
    sum.terms.push_back(
        {.number = {tag}, .magnitude_bits = factors_and_bits[i].second, .factor = factors_and_bits[i].first});
  }
  return sum;
}

std::string Described(const SumRange& sum) {
  std::string text = absl::StrCat(static_cast<int64_t>(sum.low), "..", static_cast<int64_t>(sum.high), " of");
  for (const SumTerm& term : sum.terms) absl::StrAppend(&text, " ", static_cast<int64_t>(term.factor));
  return text;
}

// Every pair of small numbers, an absent one included, with every pair of small factors and all bounds.
TEST(SumRangeTest, EveryPairOfSmallNumbers) {
  std::mt19937_64 random(1);
  Members members(random);
  constexpr int64_t kGreatest = 3;
  Ordinal next = 60'000;  // across two chunks
  for (int copies = 0; copies < 120; ++copies) {
    for (int64_t a = -kGreatest - 1; a <= kGreatest; ++a) {
      for (int64_t b = -kGreatest - 1; b <= kGreatest; ++b) {
        const auto number = [](int64_t n) { return n < -kGreatest ? std::nullopt : std::optional(n); };
        members.Add(next++, {number(a), number(b)}, random() % 3 == 0);
      }
    }
  }
  members.Store();
  for (int64_t f = -3; f <= 3; ++f) {
    for (int64_t g = f; g <= 3; ++g) {
      if (f == 0 || g == 0) continue;
      for (int64_t low = -19; low <= 19; low += 2 + (low + 19) % 3) {
        const int64_t high = low + (f * 7 + g * 5 + low * 3 + 100) % 12;
        const SumRange sum = MakeSum({{f, 2}, {g, 2}}, low, high);
        members.ExpectAll(sum, Described(sum));
      }
    }
  }
}

TEST(SumRangeTest, OpenEndsAndAnswersThatNobodyHas) {
  std::mt19937_64 random(2);
  Members members(random);
  for (Ordinal i = 0; i < 70'000; ++i)
    members.Add(i, {static_cast<int64_t>(random() % 100), -static_cast<int64_t>(random() % 50)}, i % 2 == 0);
  members.Store();
  const std::pair<absl::int128, absl::int128> bounds[] = {{-kMaxSum, kMaxSum}, {-kMaxSum, 10},  {10, kMaxSum},
                                                          {-kMaxSum, -1000},   {1000, kMaxSum}, {0, 0}};
  for (const auto& [low, high] : bounds) {
    for (const int64_t factor : {1, -1, 1000}) {
      const SumRange sum = MakeSum({{1, 7}, {factor, 6}}, low, high);
      members.ExpectAll(sum, Described(sum));
    }
  }
}

// Numbers and factors of all sizes, up to the greatest sum, of one to five tags.
TEST(SumRangeTest, RandomSums) {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    std::mt19937_64 random(seed);
    Members members(random);
    const size_t tags = 1 + random() % 5;
    std::vector<int> bits(tags);
    for (int& each : bits) each = seed % 4 == 0 ? 63 : static_cast<int>(random() % 24);
    const uint64_t known_percent = seed % 3 == 0 ? 100 : 90;
    const bool rare_flag = seed % 2 == 0;
    std::vector<absl::int128> some_sums;
    std::vector<std::pair<absl::int128, int>> factors;
    for (const int each : bits) {
      absl::int128 factor = absl::int128(1 + random() % 1000);
      if (seed % 4 == 0) factor = absl::int128(random() >> 4);  // five of them below 2^126
      factors.emplace_back(random() % 2 == 0 ? -factor : factor, each);
    }
    for (Ordinal i = 0; i < 80'000; i += 1 + random() % 3) {
      Numbers numbers;
      absl::int128 sum = 0;
      for (size_t tag = 0; tag < tags; ++tag) {
        const uint64_t mask = bits[tag] == 0 ? 0 : ~uint64_t{0} >> (64 - bits[tag]);
        int64_t number = static_cast<int64_t>(random() & mask & (random() % 4 == 0 ? 7 : ~uint64_t{0}));
        if (seed % 3 != 1 && random() % 2 == 0) number = -number;
        sum += factors[tag].first * number;
        numbers.push_back(random() % 100 < known_percent ? std::optional(number) : std::nullopt);
      }
      if (random() % 5000 == 0 && some_sums.size() < 3) some_sums.push_back(sum);
      members.Add(i, std::move(numbers), random() % (rare_flag ? 400 : 2) == 0);
    }
    members.Store();
    for (const absl::int128 bound : some_sums) {
      for (const auto& [low, high] : {std::pair(bound, kMaxSum), std::pair(-kMaxSum, bound - 1),
                                      std::pair(bound - 1, bound + 1), std::pair(bound, bound)}) {
        const SumRange sum = MakeSum(factors, low, high);
        members.ExpectAll(sum, absl::StrCat("seed ", seed, " ", Described(sum)));
      }
    }
  }
}

// A sum is something long: the budget is asked before each.
TEST(SumRangeTest, EndsWithTheBudget) {
  std::mt19937_64 random(3);
  Members members(random);
  for (Ordinal i = 0; i < 130'000; ++i) members.Add(i, {int64_t{5}, int64_t{3}}, true);
  members.Store();
  ProgramBuilder builder;
  const NodeIndex sum = builder.Sum(MakeSum({{1, 3}, {-1, 2}}, 0, 2));
  const Program program = std::move(builder).Build({sum, false});
  MemorySource source(members.stored());
  uint64_t asked = 0;
  const WorkBudget counting([&asked] {
    ++asked;
    return absl::OkStatus();
  });
  ASSERT_THAT(ScanCount(oracle::JobOf(program, source, 1, {.budget = &counting}), nullptr),
              IsOkAndHolds(130'000u));
  EXPECT_GE(asked, 2u) << "once a chunk";
}

TEST(SignedDigits, AreFewAndAddUp) {
  for (const int64_t factor : {0, 1, -1, 2, 3, 7, 15, -15, 100, 255, -1000, 12345}) {
    absl::int128 sum = 0;
    uint32_t count = 0;
    uint32_t before = 0;
    VisitSignedDigits(factor, [&](uint32_t shift, bool subtracted) {
      EXPECT_TRUE(count == 0 || shift > before + 1) << "no two adjacent ones";
      before = shift;
      sum += (subtracted ? absl::int128(-1) : absl::int128(1)) << static_cast<int>(shift);
      ++count;
    });
    EXPECT_TRUE(sum == factor);
    EXPECT_EQ(count, factor == 0                                                                    ? 0u
                     : factor == 15 || factor == -15 || factor == 7 || factor == 3 || factor == 255 ? 2u
                                                                                                    : count);
  }
}

TEST(ProgramBuilder, EqualSumsAreOneNode) {
  ProgramBuilder builder;
  const auto sum = [&](int64_t factor, int64_t high) {
    return builder.Sum(MakeSum({{factor, 4}, {-1, 4}}, 0, high));
  };
  EXPECT_EQ(sum(1, 5), sum(1, 5));
  EXPECT_NE(sum(1, 5), sum(2, 5));
  EXPECT_NE(sum(1, 5), sum(1, 6));
}

}  // namespace
}  // namespace muster::query
