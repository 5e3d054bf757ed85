// The planner's rewrites. Each preserves the set that the tree denotes, and works whether or not the others
// ran.
#ifndef MUSTER_QUERY_PLANNING_REWRITES_H_
#define MUSTER_QUERY_PLANNING_REWRITES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Applies all rewrites that `options` selects, in an order in which they help each other; sets share and cost
// of all nodes. Needs shares and costs of the leaves. Returns the errors of the statistics.
absl::Status RewritePlan(const Statistics& statistics, const PlanOptions& options, PlanOperand& root);

// Empty leaves become NOBODY. Needs shares.
void DropEmptyRows(PlanOperand& root);
// EVERYONE and NOBODY are removed from AND, OR and AT LEAST, or decide them; AND and OR of one operand become
// that operand.
void FoldConstants(PlanOperand& root);
// AT LEAST 1 becomes OR, and AT LEAST as many as there are operands becomes AND.
void SimplifyThresholds(PlanOperand& root);
// AT LEAST k of n operands, most of them negated, becomes NOT AT LEAST n − k + 1 of their complements.
void FlipThresholds(PlanOperand& root);
// Moves negations to where they cost nothing: to the operands of an AND (AND NOT), or to the use of a whole
// node.
void PushNegation(PlanOperand& root);
// Merges AND in AND and OR in OR.
void Flatten(PlanOperand& root);
// Factors out the common operands of an OR of ANDs (or an AND of ORs): (a AND b) OR (a AND c) becomes a AND
// (b OR c).
void FactorCommon(PlanOperand& root);
// Puts first the operands that decide most at the least cost. Needs shares and costs.
void OrderOperands(PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_REWRITES_H_
