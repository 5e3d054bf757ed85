// Numbers by rank, compared with sorted vectors: all small populations, and large random ones.
#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/number_scans.h"
#include "query/execution/program/program.h"
#include "tests/matchers/status.h"
#include "tests/oracle/lent_threads.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/query/execution/stop_after.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::kFragmentOrdinals;
using index::Ordinal;
using index::RowRef;
using oracle::MemoryRows;
using oracle::MemorySource;

constexpr index::TagId kNumberTag = 4;
constexpr RowRef kSelectedRow{7, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};

// The numbers of members, and the selected members, with and without a number.
struct Facts {
  std::map<Ordinal, int64_t> numbers;
  std::set<Ordinal> selected;
  uint32_t fragments = 1;
  bool flips = false;                     // rows are stored as image ⊕ flips
  std::set<Ordinal> signs_of_zeros = {};  // a sign without a magnitude
};

MemoryRows RowsOf(const Facts& facts) {
  std::map<RowRef, std::vector<Bitmap>> sets;
  const auto add = [&](RowRef row, Ordinal ordinal) {
    std::vector<Bitmap>& bitmaps = sets[row];
    bitmaps.resize(facts.fragments);
    bitmaps[index::FragmentOf(ordinal)].Add(index::LocalOf(ordinal));
  };
  const auto slot_row = [](index::Slot slot) {
    return RowRef{kNumberTag, index::MakeRow(index::kOwnValue, slot)};
  };
  for (const auto& [member, number] : facts.numbers) {
    const Ordinal ordinal = member;  // clang 14 captures no structured binding
    add(slot_row(index::kMembershipSlot), ordinal);
    index::VisitNumberSlots(number, [&](index::Slot slot) { add(slot_row(slot), ordinal); });
  }
  for (const Ordinal ordinal : facts.signs_of_zeros) add(slot_row(index::kSignSlot), ordinal);
  for (const Ordinal ordinal : facts.selected) add(kSelectedRow, ordinal);
  MemoryRows rows(facts.fragments);
  std::mt19937_64 random(3);
  for (const auto& [row, bitmaps] : sets) {
    for (uint32_t fragment = 0; fragment < facts.fragments; ++fragment) {
      Bitmap image = bitmaps[fragment];
      oracle::MemoryFragment records;
      if (facts.flips) {
        Bitmap flip;
        for (int i = 0; i < 9000; ++i) flip.Add(static_cast<uint32_t>(random() % kFragmentOrdinals));
        image.Xor(flip);
        records.flips.push_back(index::EncodeRecord(index::RecordKind::kXor, flip));
      }
      records.image = index::EncodeRecord(index::RecordKind::kImage, image);
      rows.Put(row, fragment, std::move(records), 0);
    }
  }
  for (uint32_t fragment = 0; fragment < facts.fragments; ++fragment)
    rows.Put({index::kEveryoneTag, index::kKnownRow}, fragment, Bitmap::Full());
  return rows;
}

// The selected members' numbers, by number and then by ordinal.
std::vector<RankedMember> Sorted(const Facts& facts) {
  std::vector<RankedMember> sorted;
  for (const auto& [ordinal, number] : facts.numbers) {
    if (facts.selected.contains(ordinal)) sorted.push_back({ordinal, number});
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const RankedMember& a, const RankedMember& b) { return a.number < b.number; });
  return sorted;
}

std::vector<RankedMember> First(std::vector<RankedMember> sorted, NumberEnd end, size_t count) {
  if (end == NumberEnd::kGreatest) {
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const RankedMember& a, const RankedMember& b) { return a.number > b.number; });
  }
  sorted.resize(std::min(sorted.size(), count));
  return sorted;
}

// The program of the selection, and its number.
struct Question {
  Program program;
  NodeIndex number = 0;
};
Question Ask(uint32_t bits) {
  ProgramBuilder builder;
  const NodeIndex selected = builder.Row(kSelectedRow);
  const NodeIndex number = builder.Range({kNumberTag}, static_cast<int>(bits), 0, 0);
  return {std::move(builder).Build({{selected, false}, {number, false}}), number};
}

uint32_t BitsOf(const Facts& facts) {
  uint64_t all = 0;
  for (const auto& [ordinal, number] : facts.numbers) all |= index::MagnitudeOf(number);
  return static_cast<uint32_t>(std::bit_width(all));
}

const std::vector<uint32_t> kAsked = {500'000, 0, 1'000'000, 250'000, 999'999, 333'333, 1, 500'000};

void CheckScans(const ScanJob& job, NodeIndex number, const std::vector<RankedMember>& sorted,
                const std::vector<size_t>& tops) {
  const auto extremes = ScanExtremes(job, number, nullptr);
  ASSERT_THAT(extremes, IsOk());
  ASSERT_EQ(extremes->members, sorted.size());
  ASSERT_EQ(extremes->least, sorted.empty() ? 0 : sorted.front().number);
  ASSERT_EQ(extremes->greatest, sorted.empty() ? 0 : sorted.back().number);

  const auto percentiles = ScanPercentiles(job, number, kAsked, nullptr);
  ASSERT_THAT(percentiles, IsOk());
  ASSERT_EQ(percentiles->members, sorted.size());
  ASSERT_EQ(percentiles->numbers.size(), sorted.empty() ? 0 : kAsked.size());
  for (size_t i = 0; i < percentiles->numbers.size(); ++i) {
    const uint64_t rank = (sorted.size() * uint64_t{kAsked[i]} + 999'999) / 1'000'000;
    ASSERT_EQ(percentiles->numbers[i], sorted[std::max<uint64_t>(rank, 1) - 1].number) << kAsked[i];
  }
  for (const size_t count : tops) {
    for (const NumberEnd end : {NumberEnd::kGreatest, NumberEnd::kLeast}) {
      const auto top = ScanTop(job, number, {end, count}, nullptr);
      ASSERT_THAT(top, IsOk());
      ASSERT_TRUE(*top == First(sorted, end, count)) << count << " of " << sorted.size();
    }
  }
}

// With all kernels, and, where there are several fragments, with a thread for each.
void Check(const Facts& facts, const std::vector<size_t>& tops, const std::string& which) {
  const MemoryRows rows = RowsOf(facts);
  const Question question = Ask(BitsOf(facts));
  const std::vector<RankedMember> sorted = Sorted(facts);
  for (const Kernels* kernels : AllKernels()) {
    SCOPED_TRACE(which + " with " + kernels->name);
    MemorySource source(rows, oracle::Lending::kCopies);
    const ScanOptions options{.window_fragments = 1, .kernels = kernels, .windows_a_thread = 1};
    ScanJob job = oracle::JobOf(question.program, source, facts.fragments, options);
    CheckScans(job, question.number, sorted, tops);
    ASSERT_FALSE(source.in_window());
    if (facts.fragments == 1 || kernels != AllKernels().back()) continue;
    SCOPED_TRACE("in parallel");
    oracle::LentThreads threads(1000);
    job.make_source = [&rows](ViewIndex, index::RowSource*) {
      return std::make_unique<MemorySource>(rows, oracle::Lending::kCopies);
    };
    job.helpers = &threads;
    CheckScans(job, question.number, sorted, tops);
    ASSERT_GT(threads.borrowed(), 0u);
  }
}

// Each small set of numbers, looked up one by one (`copies` 1) and as bitsets. `apart`: the members of each
// number are `apart` ordinals from those of the next one.
void CheckSmall(const std::vector<int64_t>& numbers, uint32_t copies, Ordinal apart) {
  Facts facts;
  facts.fragments = index::FragmentOf(2 * apart) + 1;
  for (size_t i = 0; i < numbers.size(); ++i) {
    for (uint32_t copy = 0; copy < copies; ++copy) {
      const Ordinal ordinal = copy * 11 + i * apart;
      facts.numbers[ordinal] = numbers[i];
      facts.selected.insert(ordinal);
    }
  }
  facts.selected.insert(40'000);  // without a number
  facts.numbers[40'001] = 99;     // not selected
  const size_t size = numbers.size() * copies;
  std::string which;
  for (const int64_t number : numbers) which += std::to_string(number) + " ";
  Check(facts, {0, 1, 2, copies, copies + 1, size, size + 1}, which);
}

// Numbers from −most to most.
void CheckAllSmall(uint32_t copies, Ordinal apart, int64_t most) {
  CheckSmall({}, copies, apart);
  for (int64_t a = -most; a <= most; ++a) {
    CheckSmall({a}, copies, apart);
    for (int64_t b = -most; b <= most; ++b) {
      CheckSmall({a, b}, copies, apart);
      if (copies > 1) continue;
      for (int64_t c = 1 - most; c < most; ++c) CheckSmall({a, b, c}, copies, apart);
    }
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(NumberRank, AllSmallPopulationsOfOneFragment) {
  for (const uint32_t copies : {1u, 400u}) CheckAllSmall(copies, 65'537, 3);
}

// Sanitizers take ten times as long for a thread.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int64_t kMostOfThreads = 1;
#else
constexpr int64_t kMostOfThreads = 3;
#endif

// Each number in a window of its own.
TEST(NumberRank, AllSmallPopulationsOfSeveralThreads) {
  for (const uint32_t copies : {1u, 400u}) CheckAllSmall(copies, kFragmentOrdinals + 1, kMostOfThreads);
}

Facts RandomFacts(std::mt19937_64& random, uint32_t bits, uint32_t negative_percent, uint32_t step) {
  Facts facts;
  facts.fragments = 2;
  for (Ordinal ordinal = random() % step; ordinal < 2 * kFragmentOrdinals; ordinal += 1 + random() % step) {
    if (random() % 10 != 0) {
      const auto magnitude = static_cast<int64_t>(random() >> (64 - bits) >> random() % bits);
      facts.numbers[ordinal] = random() % 100 < negative_percent ? -magnitude : magnitude;
    }
    if (random() % 3 != 0) facts.selected.insert(ordinal);
  }
  return facts;
}

TEST(NumberRank, LargeRandomPopulations) {
  std::mt19937_64 random(11);
  for (const uint32_t bits : {1u, 4u, 7u, 15u, 40u, 63u}) {
    for (const uint32_t negative_percent : {0u, 30u, 100u}) {
      for (const bool flips : {false, true}) {
        if (flips && negative_percent == 100) continue;
        // About every second ordinal, and so few that members are looked up.
        Facts facts = RandomFacts(random, bits, negative_percent, flips || bits < 20 ? 6 : 500);
        facts.flips = flips;
        Check(facts, {1, 10, 5000},
              std::to_string(bits) + " bits, negative " + std::to_string(negative_percent) + " %, flips " +
                  std::to_string(flips));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(NumberRank, TheEndsOfTheRange) {
  Facts facts;
  for (Ordinal ordinal = 0; ordinal < 3000; ++ordinal) {
    facts.numbers[ordinal] = ordinal % 3 == 0 ? index::kMinNumber : ordinal % 3 == 1 ? index::kMaxNumber : 0;
    facts.selected.insert(ordinal);
  }
  Check(facts, {1, 1000, 1001, 2000, 2001, 3000}, "ends");
}

// A sign without a magnitude is zero, and no lesser than the zeros without one.
TEST(NumberRank, ThereIsNoNegativeZero) {
  for (const Ordinal step : {1, 100}) {
    for (const int64_t other : {-5, 0, 5}) {
      Facts facts;
      for (Ordinal ordinal = 0; ordinal < 2000 * step; ordinal += step) {
        facts.numbers[ordinal] = ordinal % 7 == 0 ? other : 0;
        if (ordinal % 3 == 0 && facts.numbers[ordinal] == 0) facts.signs_of_zeros.insert(ordinal);
        facts.selected.insert(ordinal);
      }
      Check(facts, {1, 5, 300, 1999}, "zeros beside " + std::to_string(other));
    }
  }
}

TEST(NumberRank, StopsWhenTheTokenSaysSo) {
  std::mt19937_64 random(12);
  const Facts facts = RandomFacts(random, 30, 20, 4);
  const MemoryRows rows = RowsOf(facts);
  const Question question = Ask(30);
  for (const uint64_t checks : {0u, 3u, 15u}) {
    const StopAfter stops[] = {StopAfter(checks), StopAfter(checks), StopAfter(checks)};
    MemorySource source(rows);
    EXPECT_EQ(ScanExtremes(oracle::JobOf(question.program, source, 2, {.budget = &stops[0]}), question.number,
                           nullptr)
                  .ok(),
              checks > 8)
        << "a question before each of 8 chunks";
    const auto status_of = [](const auto& answer) { return answer.status().code(); };
    EXPECT_EQ(status_of(ScanPercentiles(oracle::JobOf(question.program, source, 2, {.budget = &stops[1]}),
                                        question.number, kAsked, nullptr)),
              absl::StatusCode::kCancelled);
    EXPECT_EQ(ScanTop(oracle::JobOf(question.program, source, 2, {.budget = &stops[2]}), question.number,
                      {NumberEnd::kLeast, 5}, nullptr)
                  .ok(),
              checks > 8);
    EXPECT_FALSE(source.in_window());
  }
}

// What the first chunks found spares the others their lower slices.
TEST(NumberRank, ChunksThatFellBehindReadNoLowerSlice) {
  Facts facts;
  facts.fragments = 2;
  for (Ordinal ordinal = 0; ordinal < 2 * kFragmentOrdinals; ordinal += 2) {
    facts.numbers[ordinal] = ordinal > 60'000 ? 400 + static_cast<int64_t>(ordinal % 200) : ordinal % 1000;
    facts.selected.insert(ordinal);
  }
  const MemoryRows rows = RowsOf(facts);
  const Question question = Ask(10);
  MemorySource source(rows);
  ScanStatistics extremes;
  ASSERT_THAT(ScanExtremes(oracle::JobOf(question.program, source, 2), question.number, &extremes), IsOk());
  ScanStatistics sum;
  ASSERT_THAT(ScanSum(oracle::JobOf(question.program, source, 2), question.number, &sum), IsOk());
  EXPECT_LT(extremes.bytes_read, sum.bytes_read / 2);
  EXPECT_EQ(extremes.chunks_scanned + extremes.chunks_skipped, 8u);
}

}  // namespace
}  // namespace muster::query
