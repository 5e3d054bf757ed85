// Plans a tree of sets, using statistics, into a program.
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

// When lists of values and numbers are evaluated by slices. A value without its own row always
// is.
enum class SliceUse : uint8_t {
  kWhenCheaper,
  kAlways,  // whenever slices exist; for tests
};

struct PlanOptions {
  RewriteSet rewrites = RewriteSet::All();
  SliceUse slice_use = SliceUse::kWhenCheaper;
};

// A node's description for people.
struct NodeLabel {
  std::string text;  // the clause as text, or ALL OF, ANY OF, AT LEAST k OF
  uint64_t estimated_count = 0;
};

struct PlannedProgram {
  Program program;
  std::vector<NodeLabel> labels;  // one for each node of the program
  double cost = 0;                // per chunk, roughly; 1 is reading one bitset
};

// Many questions in one program, with one root each.
struct PlannedBatch {
  Program program;
  double cost = 0;  // as in PlannedProgram, summed over all questions; shared parts count for each
};

// REQUIRES for all: the tree isn't null. Returns the errors of the statistics and of the budget.
absl::StatusOr<PlannedProgram> Plan(PlanOperand tree, const Statistics& statistics,
                                    const PlanOptions& options = {});

// A question, and a number to aggregate over its members: `number` is a kRange node whose bounds are ignored
// and which no other node uses (see query/execution/number_scans.h).
struct PlannedNumber {
  Program program;
  NodeIndex number = 0;
};

absl::StatusOr<PlannedNumber> PlanWithNumber(PlanOperand tree, const NumberRef& number,
                                             const Statistics& statistics, const PlanOptions& options = {});

// Like Plan, for many trees. Equal parts, and operands that several conjunctions share, occur once in the
// program. REQUIRES: at least one tree.
absl::StatusOr<PlannedBatch> PlanBatch(std::vector<PlanOperand> trees, const Statistics& statistics,
                                       const PlanOptions& options = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_PLAN_H_
