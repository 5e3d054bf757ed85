// Tree of sets + statistics → program.
#ifndef MUSTER_QUERY_PLANNING_PLAN_H_
#define MUSTER_QUERY_PLANNING_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "query/execution/program/program.h"
#include "query/planning/rewrite_set.h"
#include "query/planning/statistics.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// When lists of values and numbers are asked of slices; a value without a row of its own is asked in both
// cases.
enum class SliceUse : uint8_t {
  kWhenCheaper,
  kAlways,  // wherever the slices are there; for tests
};

struct PlanOptions {
  RewriteSet rewrites = RewriteSet::All();
  SliceUse slice_use = SliceUse::kWhenCheaper;
};

// A node of the plan as people read it.
struct NodeLabel {
  std::string text;  // the clause as text, or ALL OF, ANY OF, AT LEAST k OF
  uint64_t estimated_count = 0;
};

struct PlannedProgram {
  Program program;
  std::vector<NodeLabel> labels;  // one for each node of the program
  double cost = 0;                // of a chunk, roughly; 1 is reading one bitset
};

// Many questions as one program, a root for each.
struct PlannedBatch {
  Program program;
  double cost = 0;  // as in PlannedProgram, of all questions; what they share is counted for each
};

// REQUIRES for all: there is a tree. Statuses are the statistics' and the budget's.
absl::StatusOr<PlannedProgram> Plan(PlanOperand tree, const Statistics& statistics,
                                    const PlanOptions& options = {});

// A question, and a number to be looked at where its members are: `number` is a kRange node whose bounds
// don't matter, which no other node uses (see query/execution/number_scans.h).
struct PlannedNumber {
  Program program;
  NodeIndex number = 0;
};

absl::StatusOr<PlannedNumber> PlanWithNumber(PlanOperand tree, const NumberRef& number,
                                             const Statistics& statistics, const PlanOptions& options = {});

// The same as Plan for many trees: equal parts, and operands that several conjunctions have in common, are
// there once. REQUIRES: at least one tree.
absl::StatusOr<PlannedBatch> PlanBatch(std::vector<PlanOperand> trees, const Statistics& statistics,
                                       const PlanOptions& options = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_PLAN_H_
