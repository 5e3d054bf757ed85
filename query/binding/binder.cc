#include "query/binding/binder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "index/status/status_macros.h"
#include "query/binding/bound_nodes.h"
#include "query/binding/clause_binder.h"
#include "query/binding/literal_extent.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Walks the tree. Its depth is bounded by the language's limits, so recursion is. A node with a problem below
// binds to null, and the walk goes on to find the others.
//
// Complements are those of view 0's everyone in the program. Within a view AS OF a date, NOT e and EVERYONE
// are therefore cut to who had joined by then; every other operator keeps to the members of its operands.
class Binder {
 public:
  Binder(const CatalogView& catalog, const LanguageLimits& limits, const ReferenceResolver& references)
      : limits_(limits), references_(references), first_(catalog, limits, notes_), at_(&first_) {}

  // The whole expression.
  absl::StatusOr<BoundPtr> BindRoot(const Expression& root);
  BindingNotes& notes() { return notes_; }

 private:
  // A view, and what binds its clauses.
  struct View {
    View(const CatalogView& of, const LanguageLimits& limits, BindingNotes& notes)
        : catalog(of), clauses(of, limits, notes) {}
    const CatalogView& catalog;
    ClauseBinder clauses;
  };

  absl::StatusOr<BoundPtr> Bind(const Expression& node);
  absl::StatusOr<BoundPtr> Branch(const Expression& node);
  BoundPtr Threshold(const Expression& node, BoundPtr branch) const;
  absl::StatusOr<BoundPtr> AsOf(const Expression& node);
  // The view of AS OF's literal; null, with a problem, when there is none.
  absl::StatusOr<View*> ViewOf(const Literal& literal);
  // Of the view that is bound in.
  BoundPtr Everyone() const;
  BoundPtr CutToEveryone(BoundPtr set) const;
  void DropCuts(BoundExpression& conjunction) const;
  // A reference's answer, or a problem of the expression.
  absl::StatusOr<BoundPtr> Resolved(absl::StatusOr<BoundPtr> answer, SourceSpan span);

  const LanguageLimits& limits_;
  const ReferenceResolver& references_;
  BindingNotes notes_;
  View first_;
  std::map<absl::CivilDay, View> dated_;
  View* at_;
  uint32_t nodes_ = 0;
};

// Binding a node takes a microsecond, or far more where values are looked up.
constexpr uint32_t kNodesBetweenChecks = 64;

BoundPtr Binder::Everyone() const {
  const std::optional<absl::CivilDay> day = at_->catalog.as_of();
  return day.has_value() ? MakeEveryoneAsOf(*day)
                         : std::make_unique<BoundExpression>(BoundOperator::kEveryone);
}

BoundPtr Binder::CutToEveryone(BoundPtr set) const {
  const std::optional<absl::CivilDay> day = at_->catalog.as_of();
  if (!day.has_value() || set->joined_by <= DayNumber(*day)) return set;
  BoundPtr cut = MakeBoth(MakeEveryoneAsOf(*day), std::move(set));
  cut->joined_by = JoinedByOf(*cut);
  return cut;
}

// `a AND NOT b`: nobody who is in a joined later, so NOT b needs no cut to everyone of the view. Without such
// an operand one cut is enough.
void Binder::DropCuts(BoundExpression& conjunction) const {
  const std::optional<absl::CivilDay> date = at_->catalog.as_of();
  if (!date.has_value()) return;
  const int64_t day = DayNumber(*date);
  const auto is_cut = [day](const BoundPtr& operand) {
    if (operand->op != BoundOperator::kAnd || operand->operands.size() != 2) return false;
    const BoundExpression& first = *operand->operands[0];
    return first.op == BoundOperator::kRange && first.tag == index::kEveryoneTag && first.high == day &&
           operand->operands[1]->op == BoundOperator::kNot;
  };
  const auto is_within = [&](const BoundPtr& operand) {
    return !is_cut(operand) && operand->joined_by <= day;
  };
  bool within = std::any_of(conjunction.operands.begin(), conjunction.operands.end(), is_within);
  for (BoundPtr& operand : conjunction.operands) {
    if (!is_cut(operand)) continue;
    if (within) operand = BoundPtr(std::move(operand->operands[1]));
    within = true;
  }
}

absl::StatusOr<BoundPtr> Binder::BindRoot(const Expression& root) {
  ASSIGN_OR_RETURN(BoundPtr bound, Bind(root));
  return bound == nullptr ? std::move(bound) : CutToEveryone(std::move(bound));
}

absl::StatusOr<BoundPtr> Binder::Bind(const Expression& node) {
  if (++nodes_ % kNodesBetweenChecks == 0) {
    RETURN_IF_ERROR(at_->catalog.budget().Check());
  }
  // The answer is the list of problems, and that is full.
  if (notes_.problems.stopped()) return BoundPtr();
  switch (node.op) {
    case Operator::kEveryone:
      return Everyone();
    case Operator::kNobody:
      return MakeNobody("");
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
      return at_->clauses.Bind(node);
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
  branch->joined_by = JoinedByOf(*branch);
  if (op == BoundOperator::kNot) return CutToEveryone(std::move(branch));
  if (op == BoundOperator::kAnd) DropCuts(*branch);
  return branch;
}

BoundPtr Binder::Threshold(const Expression& node, BoundPtr branch) const {
  if (node.count <= 0) return Everyone();
  if (static_cast<uint64_t>(node.count) > branch->operands.size()) return MakeNobody("");
  branch->count = static_cast<uint32_t>(node.count);
  branch->joined_by = JoinedByOf(*branch);
  return branch;
}

absl::StatusOr<Binder::View*> Binder::ViewOf(const Literal& literal) {
  const std::optional<absl::CivilDay> date = DayOfLiteral(literal, at_->catalog.today());
  if (!date.has_value()) {
    notes_.problems.Add(
        index::Reason::kWrongType, literal.span,
        Sentence("AS OF takes a date between 0001-01-01 and 9999-12-31, not ", LiteralText(literal), "."));
    return nullptr;
  }
  if (const auto known = dated_.find(*date); known != dated_.end()) return &known->second;
  ASSIGN_OR_RETURN(const CatalogView* const catalog, first_.catalog.AsOf(*date));
  if (catalog == nullptr) {
    notes_.problems.Add(index::Reason::kLimit, literal.span,
                        Sentence("An expression, or a batch of them, has at most ", limits_.max_dates,
                                 " different dates AS OF; ask in several."),
                        {.limit = limits_.max_dates});
    return nullptr;
  }
  return &dated_.try_emplace(*date, *catalog, limits_, notes_).first->second;
}

// The innermost date wins, so a view within another one is not cut to that one's everyone.
absl::StatusOr<BoundPtr> Binder::AsOf(const Expression& node) {
  ASSIGN_OR_RETURN(View* const view, ViewOf(node.literals[0]));
  View* const outer = at_;
  if (view != nullptr) at_ = view;
  absl::StatusOr<BoundPtr> operand = Bind(*node.operands[0]);
  at_ = outer;
  RETURN_IF_ERROR(operand.status());
  return view == nullptr ? BoundPtr() : *std::move(operand);
}

absl::StatusOr<BoundPtr> Binder::Resolved(absl::StatusOr<BoundPtr> answer, SourceSpan span) {
  if (answer.ok()) return answer;
  const absl::Status& status = answer.status();
  const bool unimplemented = absl::IsUnimplemented(status);
  if (!unimplemented && !absl::IsNotFound(status) && !absl::IsInvalidArgument(status)) return status;
  notes_.problems.Add(unimplemented ? index::Reason::kUnimplemented : index::Reason::kWrongType, span,
                      std::string(status.message()));
  return nullptr;
}

}  // namespace

absl::StatusOr<BindResult> Bind(const Expression& expression, const CatalogView& catalog,
                                const LanguageLimits& limits, const ReferenceResolver& references) {
  Binder binder(catalog, limits, references);
  ASSIGN_OR_RETURN(BoundPtr bound, binder.BindRoot(expression));
  BindingNotes& notes = binder.notes();
  BindResult result;
  result.problems = notes.problems.Take();
  if (result.problems.empty()) result.bound = std::move(bound);
  result.warnings = notes.warnings.Take();
  result.tags.assign(notes.tags.begin(), notes.tags.end());
  return result;
}

}  // namespace muster::query
