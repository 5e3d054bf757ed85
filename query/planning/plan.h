// Bound tree + statistics → program.
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
#include "index/versions/values_with_rows.h"
#include "query/binding/bound_expression.h"
#include "query/execution/program/program.h"

namespace muster::query {

// What the planner knows of a snapshot. The function is called within Plan only.
struct Statistics {
  uint64_t member_count = 0;  // of everyone
  // How many ordinals a row holds, exactly; 0 for a row that isn't there. index::Snapshot::RowCardinality.
  std::function<absl::StatusOr<uint64_t>(index::RowRef)> row_cardinality;
  // The same for many rows of one tag, ascending, in their order. index::Snapshot::RowCardinalities. Empty:
  // they are asked for one by one.
  std::function<absl::StatusOr<std::vector<uint64_t>>(index::TagId, absl::Span<const index::RowId>)>
      row_cardinalities = {};
  // Calls its argument for each row of the tag's values that holds anybody, ascending, with its cardinality,
  // until that answers false; rows of weights may be among them. index::Snapshot::VisitRows. Empty: lists
  // stay lists.
  std::function<absl::Status(index::TagId, const std::function<bool(index::RowId, uint64_t)>&)> visit_values =
      {};
  // Which values of a tag have rows of their own: what another's row costs is what its slices cost.
  // index::Snapshot::FindValuesWithRows. Empty: all have.
  std::function<absl::StatusOr<index::ValuesWithRows>(index::TagId)> values_with_rows = {};
  // What planning may cost.
  WorkBudget* budget = &WorkBudget::Unlimited();
};

// When values and lists of values and numbers are asked of slices.
enum class SliceUse : uint8_t {
  kNever,
  kWhenCheaper,
  kAlways,  // wherever the slices are there
};

// Each rewrite keeps the answer; switching one off is for tests that say so.
struct PlanOptions {
  bool drop_empty_rows = true;      // rows that nobody is in are NOBODY
  bool fold_constants = true;       // NOT NOT, EVERYONE and NOBODY under AND, OR, AT LEAST
  bool simplify_thresholds = true;  // AT LEAST 1 is OR, AT LEAST n of n is AND
  bool push_negation = true;        // NOT moves to the operands: AND NOT rather than OR, then NOT
  bool flatten = true;              // AND in AND and OR in OR become one
  bool order_operands = true;       // the cheapest and most selective first
  bool factor_common = true;        // (a AND b) OR (a AND c) is a AND (b OR c)
  bool share_operands = true;       // of a batch: what several conjunctions have in common is computed once
  SliceUse slices_of_lists = SliceUse::kWhenCheaper;  // long lists, and values without a row of their own
  bool complement_lists = true;  // nearly all values of a tag: everybody with a value but the others
  bool flip_thresholds = true;   // AT LEAST 2 of NOT a, NOT b, NOT c is NOT AT LEAST 2 of a, b, c
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
};

// Statuses are row_cardinality's and the budget's.
absl::StatusOr<PlannedProgram> Plan(const BoundExpression& expression, const Statistics& statistics,
                                    const PlanOptions& options = {});

// A question, and a number to be looked at where its members are: `number` is a kRange node whose bounds
// don't matter, which no other node uses (see query/execution/number_scans.h).
struct PlannedNumber {
  Program program;
  NodeIndex number = 0;
};

// `tag` and `value`: whose slices hold the number, as in BoundExpression.
absl::StatusOr<PlannedNumber> PlanWithNumber(const BoundExpression& expression, index::TagId tag,
                                             index::ValueId value, const Statistics& statistics,
                                             const PlanOptions& options = {});

// The same as Plan for many expressions: equal parts, and operands that several conjunctions have in common,
// are there once. REQUIRES: at least one expression.
absl::StatusOr<PlannedBatch> PlanBatch(absl::Span<const BoundExpression* const> expressions,
                                       const Statistics& statistics, const PlanOptions& options = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_PLAN_H_
