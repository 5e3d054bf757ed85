#include "query/binding/binder.h"

#include <limits>
#include <utility>

#include "index/status/status_macros.h"
#include "query/binding/clause_binder.h"
#include "query/binding/literal_extent.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Walks the tree. Its depth is bounded by the language's limits, so recursion is. A node with a problem below
// binds to null, and the walk goes on to find the others.
class Binder {
 public:
  Binder(const CatalogView& catalog, const LanguageLimits& limits, const ReferenceResolver& references)
      : catalog_(catalog), clauses_(catalog, limits), references_(references), today_(catalog.today()) {}

  absl::StatusOr<BoundPtr> Bind(const Expression& node);
  ClauseBinder& clauses() { return clauses_; }

 private:
  absl::StatusOr<BoundPtr> Branch(const Expression& node);
  absl::StatusOr<BoundPtr> Threshold(const Expression& node, BoundPtr branch);
  absl::StatusOr<BoundPtr> AsOf(const Expression& node);
  // A reference's answer, or a problem of the expression.
  absl::StatusOr<BoundPtr> Resolved(absl::StatusOr<BoundPtr> answer, SourceSpan span);

  const CatalogView& catalog_;
  ClauseBinder clauses_;
  const ReferenceResolver& references_;
  const absl::CivilDay today_;
  uint32_t nodes_ = 0;
};

// Binding a node takes a microsecond, or far more where values are looked up.
constexpr uint32_t kNodesBetweenChecks = 64;

absl::StatusOr<BoundPtr> Binder::Bind(const Expression& node) {
  if (++nodes_ % kNodesBetweenChecks == 0) {
    RETURN_IF_ERROR(catalog_.budget().Check());
  }
  // The answer is the list of problems, and that is full.
  if (clauses_.problems().stopped()) return BoundPtr();
  switch (node.op) {
    case Operator::kEveryone:
      return std::make_unique<BoundExpression>(BoundOperator::kEveryone);
    case Operator::kNobody:
      return std::make_unique<BoundExpression>(BoundOperator::kNobody);
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kNot:
    case Operator::kAtLeast:
      return Branch(node);
    case Operator::kSegment:
      return Resolved(references_.Segment(node.tag), node.span);
    case Operator::kIdList:
      return Resolved(references_.IdList(node.tag), node.span);
    case Operator::kAsOf:
      return AsOf(node);
    default:
      return clauses_.Bind(node);
  }
}

absl::StatusOr<BoundPtr> Binder::Branch(const Expression& node) {
  const BoundOperator op = node.op == Operator::kAnd   ? BoundOperator::kAnd
                           : node.op == Operator::kOr  ? BoundOperator::kOr
                           : node.op == Operator::kNot ? BoundOperator::kNot
                                                       : BoundOperator::kAtLeast;
  auto branch = std::make_unique<BoundExpression>(op);
  bool whole = true;
  for (const ExpressionPtr& operand : node.operands) {
    ASSIGN_OR_RETURN(BoundPtr bound, Bind(*operand));
    whole = whole && bound != nullptr;
    branch->operands.push_back(std::move(bound));
  }
  if (!whole) return nullptr;
  if (op == BoundOperator::kAtLeast) return Threshold(node, std::move(branch));
  return branch;
}

absl::StatusOr<BoundPtr> Binder::Threshold(const Expression& node, BoundPtr branch) {
  if (node.count <= 0) return std::make_unique<BoundExpression>(BoundOperator::kEveryone);
  if (static_cast<uint64_t>(node.count) > branch->operands.size())
    return std::make_unique<BoundExpression>(BoundOperator::kNobody);
  branch->count = static_cast<uint32_t>(node.count);
  return branch;
}

absl::StatusOr<BoundPtr> Binder::AsOf(const Expression& node) {
  ASSIGN_OR_RETURN(BoundPtr operand, Bind(*node.operands[0]));
  const Literal& literal = node.literals[0];
  const std::optional<absl::CivilDay> date = DayOfLiteral(literal, today_);
  if (!date.has_value()) {
    clauses_.problems().Add(
        index::Reason::kWrongType, literal.span,
        Sentence("AS OF takes a date between 0001-01-01 and 9999-12-31, not ", LiteralText(literal), "."));
    return nullptr;
  }
  if (operand == nullptr) return nullptr;
  return Resolved(references_.AsOf(std::move(operand), *date), node.span);
}

absl::StatusOr<BoundPtr> Binder::Resolved(absl::StatusOr<BoundPtr> answer, SourceSpan span) {
  if (answer.ok()) return answer;
  const absl::Status& status = answer.status();
  const bool unimplemented = absl::IsUnimplemented(status);
  if (!unimplemented && !absl::IsNotFound(status) && !absl::IsInvalidArgument(status)) return status;
  clauses_.problems().Add(unimplemented ? index::Reason::kUnimplemented : index::Reason::kWrongType, span,
                          std::string(status.message()));
  return nullptr;
}

}  // namespace

absl::StatusOr<BindResult> Bind(const Expression& expression, const CatalogView& catalog,
                                const LanguageLimits& limits, const ReferenceResolver& references) {
  Binder binder(catalog, limits, references);
  ASSIGN_OR_RETURN(BoundPtr bound, binder.Bind(expression));
  BindResult result;
  result.problems = binder.clauses().problems().Take();
  if (result.problems.empty()) result.bound = std::move(bound);
  result.warnings = binder.clauses().warnings().Take();
  result.tags.assign(binder.clauses().tags().begin(), binder.clauses().tags().end());
  return result;
}

}  // namespace muster::query
