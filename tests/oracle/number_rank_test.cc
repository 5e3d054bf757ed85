// Sums, extremes, percentiles and top members of numbers over random sets, on one thread and on several,
// compared with the reference's arithmetic.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/number_scans.h"
#include "query/planning/plan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/lent_threads.h"
#include "tests/oracle/populations.h"
#include "tests/oracle/trees.h"

namespace muster::oracle {
namespace {

using query::Kernels;
using query::NumberEnd;
using query::RankedMember;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 2;
#else
constexpr uint64_t kSeeds = 12;
#endif

// The selected members that have the number, in ordinal order.
std::vector<RankedMember> WithNumbers(const std::vector<size_t>& selected, const Population& population,
                                      const std::map<index::Ordinal, int64_t>& numbers) {
  std::vector<RankedMember> members;
  for (const size_t atom : selected) {
    const auto number = numbers.find(population.atoms[atom].ordinals.front());
    if (number == numbers.end()) continue;
    for (const index::Ordinal ordinal : population.atoms[atom].ordinals)
      members.push_back({ordinal, number->second});
  }
  std::sort(members.begin(), members.end(),
            [](const RankedMember& a, const RankedMember& b) { return a.ordinal < b.ordinal; });
  return members;
}

void CheckTop(const query::ScanJob& job, query::NodeIndex number, std::vector<RankedMember>& members,
              const query::TopRequest& wanted) {
  std::stable_sort(members.begin(), members.end(), [&](const RankedMember& a, const RankedMember& b) {
    if (a.number == b.number) return a.ordinal < b.ordinal;
    return (a.number > b.number) == (wanted.end == NumberEnd::kGreatest);
  });
  const std::vector<RankedMember> expected(members.begin(),
                                           members.begin() + std::min(wanted.count, members.size()));
  const auto top = query::ScanTop(job, number, wanted, nullptr);
  ASSERT_THAT(top, IsOk());
  EXPECT_TRUE(*top == expected) << "top " << wanted.count << " of " << members.size();
}

void Check(const query::ScanJob& job, query::NodeIndex number, std::vector<RankedMember> members,
           size_t count) {
  absl::int128 expected_sum = 0;
  for (const RankedMember& member : members) expected_sum += member.number;
  const auto sum = query::ScanSum(job, number, nullptr);
  ASSERT_THAT(sum, IsOk());
  EXPECT_EQ(sum->members, members.size());
  EXPECT_TRUE(sum->sum == expected_sum);
  CheckTop(job, number, members, {NumberEnd::kGreatest, count});
  CheckTop(job, number, members, {NumberEnd::kLeast, count});
  const auto extremes = query::ScanExtremes(job, number, nullptr);
  ASSERT_THAT(extremes, IsOk());
  EXPECT_EQ(extremes->members, members.size());
  const std::vector<uint32_t> asked = {100'000, 500'000, 900'000};
  const auto percentiles = query::ScanPercentiles(job, number, asked, nullptr);
  ASSERT_THAT(percentiles, IsOk());
  EXPECT_EQ(percentiles->members, members.size());
  if (members.empty()) return;
  // Sorted by number now, the least first.
  EXPECT_EQ(extremes->least, members.front().number);
  EXPECT_EQ(extremes->greatest, members.back().number);
  for (size_t i = 0; i < asked.size(); ++i) {
    const uint64_t rank = (members.size() * uint64_t{asked[i]} + 999'999) / 1'000'000;
    EXPECT_EQ(percentiles->numbers[i], members[rank - 1].number) << asked[i];
  }
}

// By one thread, and by as many as there are fragments.
void CheckByAll(const query::Program& program, query::NodeIndex number, const Population& population,
                const std::vector<RankedMember>& members, size_t count) {
  const uint32_t fragments = population.rows.fragment_count();
  for (const Kernels* kernels : query::AllKernels()) {
    for (const bool parallel : {false, true}) {
      SCOPED_TRACE(std::string(kernels->name) + (parallel ? " in parallel" : ""));
      LentThreads threads(8 * 64);  // a few for each pass of each scan
      Check({.program = program,
             .make_source =
                 [&](query::ViewIndex view, index::RowSource*) {
                   return std::make_unique<MemorySource>(population.RowsOf(view), Lending::kCopies);
                 },
             .fragments = {0, fragments},
             .options = {.window_fragments = 1,
                         .ids = population.names.get(),
                         .kernels = kernels,
                         .windows_a_thread = 1},
             .helpers = parallel ? &threads : nullptr},
            number, members, count);
      EXPECT_EQ(threads.borrowed() > 0, parallel);
    }
  }
}

TEST(Oracle, RanksOfNumbers) {
  size_t some = 0;
  for (uint64_t seed = 3000; seed < 3000 + kSeeds; ++seed) {
    Random random(seed);
    const Population population = MakePopulation(random);
    for (int i = 0; i < 4; ++i) {
      const query::PlanOperand tree = RandomTree(random, population, 6);
      const auto [tag, value] = population.numbers[Below(random, population.numbers.size())];
      const auto planned = query::PlanWithNumber(tree, {tag, value}, PopulationStatistics(population));
      ASSERT_THAT(planned, IsOk());
      const std::vector<RankedMember> members = WithNumbers(SelectByReference(tree, population), population,
                                                            population.facts.numbers.at({tag, value}));
      some += !members.empty();
      SCOPED_TRACE("seed " + std::to_string(seed) + " tree " + std::to_string(i) + " " + Describe(tree));
      CheckByAll(planned->program, planned->number, population, members, 1 + Below(random, 20'000));
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(some, kSeeds);
}

}  // namespace
}  // namespace muster::oracle
