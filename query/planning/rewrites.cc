#include "query/planning/rewrites.h"

#include "index/status/status_macros.h"
#include "query/planning/complement_lists.h"
#include "query/planning/estimates.h"
#include "query/planning/value_slices.h"

namespace muster::query {
namespace {

struct Step {
  Rewrite rewrite;
  absl::Status (*apply)(const Statistics& statistics, const PlanOptions& options, PlanOperand& root);
};

// A rewrite that needs only the tree.
template <void (*Apply)(PlanOperand&)>
absl::Status OfTree(const Statistics&, const PlanOptions&, PlanOperand& root) {
  Apply(root);
  return absl::OkStatus();
}

absl::Status Complement(const Statistics& statistics, const PlanOptions&, PlanOperand& root) {
  return ComplementLists(statistics, root);
}

absl::Status AskSlices(const Statistics& statistics, const PlanOptions& options, PlanOperand& root) {
  return AskValueSlices(options.slice_use, statistics, root);
}

absl::Status Join(const Statistics&, const PlanOptions& options, PlanOperand& root) {
  JoinComparisons(options.slice_use, root);
  return absl::OkStatus();
}

// In this order. Rewrites that reason with rows and their cardinalities come before those that replace rows
// by slices.
constexpr Step kSteps[] = {
    {Rewrite::kDropEmptyRows, OfTree<DropEmptyRows>},
    {Rewrite::kComplementLists, Complement},
    {Rewrite::kAskSlices, AskSlices},
    {Rewrite::kJoinComparisons, Join},
    {Rewrite::kFoldConstants, OfTree<FoldConstants>},
    {Rewrite::kSimplifyThresholds, OfTree<SimplifyThresholds>},
    {Rewrite::kFoldConstants, OfTree<FoldConstants>},  // AT LEAST 1 of one operand is an OR of one
    {Rewrite::kFlipThresholds, OfTree<FlipThresholds>},
    {Rewrite::kPushNegation, OfTree<PushNegation>},
    {Rewrite::kFlatten, OfTree<Flatten>},
    {Rewrite::kFactorCommon, OfTree<FactorCommon>},
    {Rewrite::kFlatten, OfTree<Flatten>},
};

}  // namespace

absl::Status RewritePlan(const Statistics& statistics, const PlanOptions& options, PlanOperand& root) {
  for (const Step& step : kSteps) {
    if (!options.rewrites.Has(step.rewrite)) continue;
    RETURN_IF_ERROR(step.apply(statistics, options, root));
  }
  EstimateInnerNodes(root);
  if (options.rewrites.Has(Rewrite::kOrderOperands)) OrderOperands(root);
  return absl::OkStatus();
}

}  // namespace muster::query
