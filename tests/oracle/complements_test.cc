// Lists of nearly all values, and their negations, compared with the reference.
#include "gtest/gtest.h"
#include "query/execution/scan.h"
#include "query/planning/plan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/plan_choices.h"
#include "tests/oracle/populations.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/oracle/trees.h"

namespace muster::oracle {
namespace {

using query::Not;
using query::PlanOperand;
using query::PlanOptions;

// All values but one of `share`.
PlanOperand MostValues(Random& random, const Population& population, uint64_t share) {
  query::AnyRow list{.source = population.single_rows.front().tag};
  for (const index::RowRef& row : population.single_rows) {
    if (list.rows.size() < 2 || Below(random, share) != 0) list.rows.push_back(row.row);
  }
  return PlanOperand(std::move(list));
}

PlanOperand Known(const Population& population) {
  return RowLeaf({population.single_rows.front().tag, index::kKnownRow});
}

// In turn: IN, NOT (IN), NOT IN, and each beside something else.
PlanOperand Question(Random& random, const Population& population, int turn) {
  PlanOperand list = MostValues(random, population, 2 + Below(random, 200));
  if (turn % 3 == 1) list = Not(std::move(list));
  if (turn % 3 == 2) list = query::Join(query::AllOf{}, {Known(population), Not(std::move(list))});
  if (turn % 2 == 0) return list;
  std::vector<PlanOperand> both = {std::move(list), RandomTree(random, population, 5)};
  return turn % 4 == 1 ? query::Join(query::AllOf{}, std::move(both))
                       : query::Join(query::AnyOf{}, std::move(both));
}

TEST(Oracle, ComplementsOfLists) {
  size_t rewritten = 0;
  for (uint64_t seed = 4000; seed < 4006; ++seed) {
    Random random(seed);
    const Population population = MakePopulation(random);
    const PopulationStatistics statistics(population);
    for (int turn = 0; turn < 48; ++turn) {
      const PlanOperand tree = Question(random, population, turn);
      const uint64_t expected = CountOf(SelectByReference(tree, population), population);
      size_t rows_read[2] = {};
      for (const bool on : {false, true}) {
        PlanOptions options = query::Without(query::Rewrite::kAskSlices, query::Rewrite::kJoinComparisons);
        if (!on) options.rewrites = options.rewrites.Without(query::Rewrite::kComplementLists);
        const auto planned = query::Plan(tree, statistics, options);
        ASSERT_THAT(planned, IsOk());
        rows_read[on ? 1 : 0] = planned->program.rows().size();
        MemorySource source(population.rows, Lending::kCopies);
        const auto count = query::ScanCount(JobOf(planned->program, source, population), nullptr);
        ASSERT_THAT(count, IsOk());
        ASSERT_EQ(*count, expected) << "seed " << seed << " turn " << turn << (on ? " on" : " off");
      }
      rewritten += rows_read[1] < rows_read[0];
    }
  }
  EXPECT_GT(rewritten, 100u);
}

}  // namespace
}  // namespace muster::oracle
