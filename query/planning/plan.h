// Tree of sets + statistics → program.
#ifndef MUSTER_QUERY_PLANNING_PLAN_H_
#define MUSTER_QUERY_PLANNING_PLAN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/records/values_with_rows.h"
#include "query/execution/program/program.h"
#include "query/planning/rewrite_set.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// What the planner knows of the views. The function is called within Plan only.
struct Statistics {
  uint64_t member_count = 0;  // of everyone, in all views
  // How many ordinals a row holds, exactly; 0 for a row that isn't there. index::Snapshot::RowCardinality.
  std::function<absl::StatusOr<uint64_t>(SetRef)> row_cardinality;
  // The same for many rows of one tag, ascending, in their order. index::Snapshot::RowCardinalities. Empty:
  // they are asked for one by one.
  std::function<absl::StatusOr<std::vector<uint64_t>>(SourceRef, absl::Span<const index::RowId>)>
      row_cardinalities = {};
  // Calls its argument for each row of the tag's values that holds anybody, ascending, with its cardinality,
  // until that answers false; rows of weights may be among them. index::Snapshot::VisitRows. Empty: lists
  // stay lists.
  std::function<absl::Status(SourceRef, const std::function<bool(index::RowId, uint64_t)>&)> visit_values =
      {};
  // Which values of a tag have rows of their own: what another's row costs is what its slices cost.
  // index::Snapshot::FindValuesWithRows. Empty: all have.
  std::function<absl::StatusOr<index::ValuesWithRows>(SourceRef)> values_with_rows = {};
  // What planning may cost.
  WorkBudget* budget = &WorkBudget::Unlimited();
};

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
