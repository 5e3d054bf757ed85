// The planner's rewrites. Each keeps the set that the tree denotes, and works whether or not the
// others ran.
#ifndef MUSTER_QUERY_PLANNING_REWRITES_H_
#define MUSTER_QUERY_PLANNING_REWRITES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// All rewrites of one plan that `options` say, in the order in which they help one another; sets share and
// cost of all nodes. Needs shares and costs of the leaves. Statuses are the statistics'.
absl::Status RewritePlan(const Statistics& statistics, const PlanOptions& options, PlanOperand& root);

// Leaves that nobody is in become NOBODY. Needs shares.
void DropEmptyRows(PlanOperand& root);
// EVERYONE and NOBODY disappear from AND, OR and AT LEAST, or decide them; AND and OR of one operand are that
// operand.
void FoldConstants(PlanOperand& root);
// AT LEAST 1 is OR, and AT LEAST as many as there are operands is AND.
void SimplifyThresholds(PlanOperand& root);
// AT LEAST k of n operands of which most are negated becomes NOT AT LEAST n − k + 1 of the others way round.
void FlipThresholds(PlanOperand& root);
// Negations move to where they cost nothing: to the operands of an AND (AND NOT), or to the use of a whole
// node.
void PushNegation(PlanOperand& root);
// AND in AND and OR in OR become one.
void Flatten(PlanOperand& root);
// What all operands of an OR of ANDs (or an AND of ORs) have in common is taken out: (a AND b) OR (a AND c)
// is a AND (b OR c).
void FactorCommon(PlanOperand& root);
// Operands that decide most for least come first. Needs shares and costs.
void OrderOperands(PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_REWRITES_H_
