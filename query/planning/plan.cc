#include "query/planning/plan.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/planning/estimates.h"
#include "query/planning/plan_tree.h"
#include "query/planning/rewrites.h"
#include "query/planning/share_operands.h"

namespace muster::query {
namespace {

NodeKind KindOf(BoundOperator op) {
  switch (op) {
    case BoundOperator::kEveryone:
      return NodeKind::kEveryone;
    case BoundOperator::kRow:
      return NodeKind::kRow;
    case BoundOperator::kAnyRow:
      return NodeKind::kAnyRow;
    case BoundOperator::kRange:
      return NodeKind::kRange;
    case BoundOperator::kAnd:
      return NodeKind::kAnd;
    case BoundOperator::kOr:
      return NodeKind::kOr;
    case BoundOperator::kAtLeast:
      return NodeKind::kAtLeast;
    case BoundOperator::kNobody:
    case BoundOperator::kNot:  // its operand's, see ToPlan
      break;
  }
  return NodeKind::kNobody;
}

// Of a long expression, between two questions whether anybody waits.
constexpr size_t kNodesBetweenChecks = 64;

absl::StatusOr<PlanOperand> ToPlan(const BoundExpression& bound, const Statistics& statistics,
                                   Estimator& estimator) {
  if (bound.op == BoundOperator::kNot) {
    absl::StatusOr<PlanOperand> operand = ToPlan(*bound.operands[0], statistics, estimator);
    if (operand.ok()) operand->negated = !operand->negated;
    return operand;
  }
  PlanOperand made{std::make_unique<PlanNode>(), false};
  PlanNode& node = *made.node;
  node.kind = KindOf(bound.op);
  node.tag = {bound.view, bound.tag};
  node.rows = bound.rows;
  node.value = bound.value;
  node.low = bound.low;
  node.high = bound.high;
  node.count = bound.count;
  node.label = bound.label;
  for (size_t i = 0; i < bound.operands.size(); ++i) {
    if (i % kNodesBetweenChecks == kNodesBetweenChecks - 1) {
      RETURN_IF_ERROR(statistics.budget->Check());
    }
    absl::StatusOr<PlanOperand> planned = ToPlan(*bound.operands[i], statistics, estimator);
    RETURN_IF_ERROR(planned.status());
    node.operands.push_back(*std::move(planned));
  }
  if (node.operands.empty()) {
    RETURN_IF_ERROR(estimator.EstimateLeaf(node));
  }
  return made;
}

std::string TextOf(const PlanNode& node) {
  switch (node.kind) {
    case NodeKind::kEveryone:
      return "EVERYONE";
    case NodeKind::kAnd:
      return "ALL OF";
    case NodeKind::kOr:
      return "ANY OF";
    case NodeKind::kAtLeast:
      return absl::StrCat("AT LEAST ", node.count, " OF");
    case NodeKind::kNobody:
      return node.label.empty() ? "NOBODY" : absl::StrCat(node.label, " (nobody)");
    case NodeKind::kNumberIn:
      return absl::StrCat(node.label.empty() ? absl::StrCat("list of tag ", node.tag.source) : node.label,
                          " (by slices)");
    case NodeKind::kRow:
    case NodeKind::kAnyRow:
    case NodeKind::kRange:
      break;
  }
  return node.label.empty() ? absl::StrCat("rows of tag ", node.tag.source) : node.label;
}

// Turns plans into one program, leaves first.
class Lowering {
 public:
  explicit Lowering(const Statistics& statistics)
      : statistics_(statistics), member_count_(statistics.member_count) {}

  absl::StatusOr<PlannedProgram> Lower(const PlanOperand& root) && {
    const Operand lowered = LowerOperand(root);
    RETURN_IF_ERROR(status_);
    planned_.labels.push_back({"EVERYONE", member_count_});  // the node that Build appends
    planned_.program = std::move(builder_).Build(lowered);
    planned_.cost = root.node->cost;
    return std::move(planned_);
  }

  absl::StatusOr<PlannedNumber> LowerWithNumber(const PlanOperand& root, const PlanNode& number) && {
    PlannedNumber planned;
    const Operand lowered = LowerOperand(root);
    planned.number = Append(number, {});
    RETURN_IF_ERROR(status_);
    planned.program = std::move(builder_).Build(lowered);
    return planned;
  }

  // The roots that are conjunctions are put together last, so that they can share operands.
  void Add(const PlanOperand& root) {
    planned_.cost += root.node->cost;
    if (root.node->kind == NodeKind::kAnd && !root.negated) {
      conjunction_roots_.push_back(roots_.size());
      conjunctions_.push_back(LowerOperands(*root.node));
      roots_.push_back({});
    } else {
      roots_.push_back(LowerOperand(root));
    }
  }
  absl::StatusOr<PlannedBatch> Finish(bool share_operands) && {
    RETURN_IF_ERROR(status_);
    if (share_operands) ShareOperands(builder_, conjunctions_);
    for (size_t i = 0; i < conjunctions_.size(); ++i) {
      roots_[conjunction_roots_[i]] = {builder_.And(std::move(conjunctions_[i])), false};
    }
    return PlannedBatch{std::move(builder_).Build(std::move(roots_)), planned_.cost};
  }

 private:
  std::vector<Operand> LowerOperands(const PlanNode& node) {
    std::vector<Operand> operands;
    for (const PlanOperand& each : node.operands) operands.push_back(LowerOperand(each));
    return operands;
  }
  // Once nobody waits, the rest of the plan is lowered to NOBODY, and then dropped.
  bool GivenUp() {
    if (++lowered_ % kNodesBetweenChecks == 0 && status_.ok()) status_ = statistics_.budget->Check();
    return !status_.ok();
  }

  Operand LowerOperand(const PlanOperand& operand) {
    if (GivenUp()) return {builder_.Nobody(), false};
    const PlanNode& node = *operand.node;
    const NodeIndex index = Append(node, LowerOperands(node));
    const double estimate = node.share * static_cast<double>(member_count_);
    if (index == planned_.labels.size()) {  // else an equal node is there already
      planned_.labels.push_back({TextOf(node), static_cast<uint64_t>(std::llround(estimate))});
    }
    return {index, operand.negated};
  }

  NodeIndex Append(const PlanNode& node, std::vector<Operand> operands) {
    switch (node.kind) {
      case NodeKind::kEveryone:
        return builder_.Everyone();
      case NodeKind::kNobody:
        return builder_.Nobody();
      case NodeKind::kRow:
        return builder_.Row({node.tag, node.rows[0]});
      case NodeKind::kAnyRow: {
        std::vector<SetRef> rows;
        for (const index::RowId row : node.rows) rows.emplace_back(node.tag, row);
        return builder_.AnyRow(rows);
      }
      case NodeKind::kRange:
        return builder_.Range({node.tag, node.value}, node.magnitude_bits, node.low, node.high);
      case NodeKind::kNumberIn:
        return builder_.NumberIn({node.tag, node.value}, node.magnitude_bits, node.intervals);
      case NodeKind::kAnd:
        return builder_.And(std::move(operands));
      case NodeKind::kOr:
        return builder_.Or(std::move(operands));
      case NodeKind::kAtLeast:
        return builder_.AtLeast(node.count, std::move(operands));
    }
    return builder_.Nobody();
  }

  const Statistics& statistics_;
  const uint64_t member_count_;
  size_t lowered_ = 0;
  absl::Status status_;
  ProgramBuilder builder_;
  PlannedProgram planned_;
  // Of a batch.
  std::vector<Operand> roots_;
  std::vector<size_t> conjunction_roots_;
  std::vector<std::vector<Operand>> conjunctions_;
};

// Asks for each row alone once: the rewrites ask for the same ones again and again.
Statistics Remembering(const Statistics& statistics) {
  auto known = std::make_shared<absl::flat_hash_map<SetRef, uint64_t>>();
  Statistics remembering;
  remembering.member_count = statistics.member_count;
  remembering.budget = statistics.budget;
  remembering.row_cardinalities = statistics.row_cardinalities;
  remembering.visit_values = statistics.visit_values;
  remembering.values_with_rows = statistics.values_with_rows;
  remembering.row_cardinality = [&statistics, known](SetRef row) -> absl::StatusOr<uint64_t> {
    if (const auto found = known->find(row); found != known->end()) return found->second;
    absl::StatusOr<uint64_t> cardinality = statistics.row_cardinality(row);
    if (cardinality.ok()) known->emplace(row, *cardinality);
    return cardinality;
  };
  return remembering;
}

absl::StatusOr<PlanOperand> Rewritten(const BoundExpression& expression, const Statistics& statistics,
                                      Estimator& estimator, const PlanOptions& options) {
  absl::StatusOr<PlanOperand> root = ToPlan(expression, statistics, estimator);
  RETURN_IF_ERROR(root.status());
  RETURN_IF_ERROR(RewritePlan(statistics, options, *root));
  return root;
}

}  // namespace

absl::StatusOr<PlannedProgram> Plan(const BoundExpression& expression, const Statistics& statistics,
                                    const PlanOptions& options) {
  const Statistics remembering = Remembering(statistics);
  Estimator estimator(remembering);
  absl::StatusOr<PlanOperand> root = Rewritten(expression, remembering, estimator, options);
  if (!root.ok()) return std::move(root).status();
  return Lowering(statistics).Lower(*root);
}

absl::StatusOr<PlannedNumber> PlanWithNumber(const BoundExpression& expression, index::TagId tag,
                                             index::ValueId value, const Statistics& statistics,
                                             const PlanOptions& options) {
  const Statistics remembering = Remembering(statistics);
  Estimator estimator(remembering);
  absl::StatusOr<PlanOperand> root = Rewritten(expression, remembering, estimator, options);
  if (!root.ok()) return std::move(root).status();
  BoundExpression all(BoundOperator::kRange);
  all.tag = tag;
  all.value = value;
  all.low = -INT64_MAX;
  all.high = INT64_MAX;
  ASSIGN_OR_RETURN(const PlanOperand number, ToPlan(all, remembering, estimator));
  return Lowering(statistics).LowerWithNumber(*root, *number.node);
}

absl::StatusOr<PlannedBatch> PlanBatch(absl::Span<const BoundExpression* const> expressions,
                                       const Statistics& statistics, const PlanOptions& options) {
  const Statistics remembering = Remembering(statistics);
  Estimator estimator(remembering);
  Lowering lowering(statistics);
  for (const BoundExpression* expression : expressions) {
    absl::StatusOr<PlanOperand> root = Rewritten(*expression, remembering, estimator, options);
    if (!root.ok()) return std::move(root).status();
    lowering.Add(*root);
  }
  return std::move(lowering).Finish(options.rewrites.Has(Rewrite::kShareOperands));
}

}  // namespace muster::query
