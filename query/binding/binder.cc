#include "query/binding/binder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/clause_binder.h"
#include "query/binding/clause_sets.h"
#include "query/binding/literal_extent.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "text/civil_text.h"
#include "text/nearest_names.h"
#include "text/normal_form.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Walks the tree recursively; the limits of the language bound its depth. A node with a problem in its
// subtree binds to no tree, and the walk goes on to find further problems.
//
// In a program, a complement is taken in everyone of view 0. Within a view AS OF a date, NOT e and EVERYONE
// are therefore intersected with the members who had joined by then. The other operators need no such cut:
// they select only members of their operands.
class Binder {
 public:
  Binder(const CatalogView& catalog, const LanguageLimits& limits, BoundNodes* nodes)
      : limits_(limits), first_(catalog, limits, notes_), at_(&first_), bound_(nodes) {}

  // Binds the whole expression.
  absl::StatusOr<PlanOperand> BindRoot(const Expression& root);
  BindingNotes& notes() { return notes_; }

 private:
  // A view with the binder of its clauses.
  struct View {
    View(const CatalogView& of, const LanguageLimits& limits, BindingNotes& notes)
        : catalog(of), clauses(of, limits, notes) {}
    const CatalogView& catalog;
    ClauseBinder clauses;
  };

  absl::StatusOr<PlanOperand> Bind(const Expression& node);
  // Binds a node without operands and records it in `bound_`.
  absl::StatusOr<PlanOperand> Leaf(const Expression& node);
  absl::StatusOr<PlanOperand> LeafSet(const Expression& node);
  absl::StatusOr<PlanOperand> Branch(const Expression& node);
  PlanOperand Threshold(const Expression& node, std::vector<PlanOperand> operands) const;
  absl::StatusOr<PlanOperand> AsOf(const Expression& node);
  // The view of an AS OF's date; null, with a problem reported, if there is none.
  absl::StatusOr<View*> ViewOf(const Literal& literal);
  // Everyone of the current view.
  PlanOperand EveryoneOfView() const;
  PlanOperand CutToEveryone(PlanOperand set) const;
  void DropCuts(std::vector<PlanOperand>& conjunction) const;
  absl::StatusOr<PlanOperand> IdList(const Expression& node);
  // Reports that the name can't be evaluated here.
  PlanOperand UnexpandedSegment(const Expression& node);

  const LanguageLimits& limits_;
  BindingNotes notes_;
  View first_;
  std::map<absl::CivilDay, View> dated_;
  View* at_;
  BoundNodes* const bound_;  // null: don't record
  uint32_t nodes_ = 0;
};

// Binding a node takes about a microsecond, and far longer if it looks up values.
constexpr uint32_t kNodesBetweenChecks = 64;

PlanOperand Binder::EveryoneOfView() const {
  const std::optional<absl::CivilDay> day = at_->catalog.as_of();
  return day.has_value() ? EveryoneAsOf(*day) : PlanOperand(Everyone{});
}

PlanOperand Binder::CutToEveryone(PlanOperand set) const {
  const std::optional<absl::CivilDay> day = at_->catalog.as_of();
  if (!day.has_value() || set.node == nullptr || JoinedBy(set) <= DayNumber(*day)) return set;
  return Both(EveryoneAsOf(*day), std::move(set));
}

// Whether `operand` is a NOT b that was cut to the members who had joined by the day.
bool IsCutNegation(const PlanOperand& operand, int64_t day) {
  const PlanNode& node = *operand.node;
  if (operand.negated || !node.Is<AllOf>() || node.operands.size() != 2) return false;
  const auto* joined = node.operands[0].node->As<NumberRange>();
  return joined != nullptr && !node.operands[0].negated &&
         joined->number.source.source == index::kEveryoneTag && joined->high == day &&
         node.operands[1].negated;
}

// In `a AND NOT b`, all members of a had joined by the view's date, so NOT b needs no cut. If there is no
// such operand a, one cut is enough for the whole conjunction.
void Binder::DropCuts(std::vector<PlanOperand>& conjunction) const {
  const std::optional<absl::CivilDay> date = at_->catalog.as_of();
  if (!date.has_value()) return;
  const int64_t day = DayNumber(*date);
  const auto is_within = [day](const PlanOperand& operand) {
    return !IsCutNegation(operand, day) && JoinedBy(operand) <= day;
  };
  bool within = std::any_of(conjunction.begin(), conjunction.end(), is_within);
  for (PlanOperand& operand : conjunction) {
    if (!IsCutNegation(operand, day)) continue;
    if (within) operand = PlanOperand(std::move(operand.node->operands[1]));
    within = true;
  }
}

absl::StatusOr<PlanOperand> Binder::BindRoot(const Expression& root) {
  ASSIGN_OR_RETURN(PlanOperand tree, Bind(root));
  return tree.node == nullptr ? std::move(tree) : CutToEveryone(std::move(tree));
}

absl::StatusOr<PlanOperand> Binder::Bind(const Expression& node) {
  if (++nodes_ % kNodesBetweenChecks == 0) {
    RETURN_IF_ERROR(at_->catalog.budget().Check());
  }
  // The answer is the list of problems, and the list is full.
  if (notes_.problems.stopped()) return PlanOperand();
  switch (node.op) {
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kNot:
    case Operator::kAtLeast:
      return Branch(node);
    case Operator::kSegment:
      return node.operands.empty() ? UnexpandedSegment(node) : Bind(*node.operands[0]);
    case Operator::kAsOf:
      return AsOf(node);
    default:
      return Leaf(node);
  }
}

absl::StatusOr<PlanOperand> Binder::Leaf(const Expression& node) {
  notes_.clause_tags.clear();
  ASSIGN_OR_RETURN(PlanOperand set, LeafSet(node));
  if (bound_ != nullptr) (*bound_)[&node] = {set, notes_.clause_tags, at_->catalog.as_of()};
  return set;
}

absl::StatusOr<PlanOperand> Binder::LeafSet(const Expression& node) {
  switch (node.op) {
    case Operator::kEveryone:
      return EveryoneOfView();
    case Operator::kNobody:
      return PlanOperand(Nobody{});
    case Operator::kIdList:
      return IdList(node);
    case Operator::kBucket: {
      ASSIGN_OR_RETURN(PlanOperand set, at_->clauses.Buckets(node));
      return CutToEveryone(std::move(set));
    }
    default:
      return at_->clauses.Bind(node);
  }
}

absl::StatusOr<PlanOperand> Binder::Branch(const Expression& node) {
  std::vector<PlanOperand> operands;
  bool whole = true;
  for (const ExpressionPtr& operand : node.operands) {
    ASSIGN_OR_RETURN(PlanOperand bound, Bind(*operand));
    whole = whole && bound.node != nullptr;
    operands.push_back(std::move(bound));
  }
  if (!whole) return PlanOperand();
  switch (node.op) {
    case Operator::kNot:
      return CutToEveryone(Not(std::move(operands.front())));
    case Operator::kAnd:
      DropCuts(operands);
      return JoinDated(AllOf{}, std::move(operands));
    case Operator::kOr:
      return JoinDated(AnyOf{}, std::move(operands));
    default:
      return Threshold(node, std::move(operands));
  }
}

PlanOperand Binder::Threshold(const Expression& node, std::vector<PlanOperand> operands) const {
  if (node.count <= 0) return EveryoneOfView();
  if (static_cast<uint64_t>(node.count) > operands.size()) return PlanOperand(Nobody{});
  return JoinDated(AtLeast{static_cast<uint32_t>(node.count)}, std::move(operands));
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

// The innermost date wins, so the operand of an inner AS OF is not cut to the members of the outer view.
absl::StatusOr<PlanOperand> Binder::AsOf(const Expression& node) {
  ASSIGN_OR_RETURN(View* const view, ViewOf(node.literals[0]));
  View* const outer = at_;
  if (view != nullptr) at_ = view;
  if (bound_ != nullptr) (*bound_)[&node].as_of = at_->catalog.as_of();
  absl::StatusOr<PlanOperand> operand = Bind(*node.operands[0]);
  at_ = outer;
  RETURN_IF_ERROR(operand.status());
  return view == nullptr ? PlanOperand() : *std::move(operand);
}

// A list also holds ordinals of ids that are no members, so its set is cut to everyone: by the row of
// everyone or, in a view AS OF a date, by the members who had joined. The list itself is the same in all
// views.
absl::StatusOr<PlanOperand> Binder::IdList(const Expression& node) {
  const std::string name = InNormalForm(node.tag);
  ASSIGN_OR_RETURN(const std::optional<SourceId> source, at_->catalog.FindList(name));
  if (!source.has_value()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> nearest, at_->catalog.NearestLists(name));
    const std::string hint = DidYouMean(nearest);
    notes_.problems.Add(index::Reason::kUnknownList, node.span,
                        Sentence("There is no id list ", Excerpt(StringText(name)),
                                 hint.empty() ? "; `muster list ls` lists those that there are." : hint),
                        {.nearest = nearest, .list = name});
    return PlanOperand();
  }
  notes_.lists.insert(name);
  PlanOperand set(Row{{SourceRef(*source), index::kKnownRow}}, LeafText(node));
  if (at_->catalog.as_of().has_value()) return CutToEveryone(std::move(set));
  return Both(PlanOperand(Row{{SourceRef(index::kEveryoneTag), index::kKnownRow}}, "EVERYONE"),
              std::move(set));
}

PlanOperand Binder::UnexpandedSegment(const Expression& node) {
  notes_.problems.Add(index::Reason::kUnimplemented, node.span,
                      Sentence("SEGMENT ", Excerpt(StringText(node.tag)),
                               " can't be evaluated here; write the segment's conditions in parentheses."));
  return PlanOperand();
}

}  // namespace

absl::StatusOr<BindResult> Bind(const Expression& expression, const CatalogView& catalog,
                                const LanguageLimits& limits, BoundNodes* nodes) {
  Binder binder(catalog, limits, nodes);
  ASSIGN_OR_RETURN(PlanOperand tree, binder.BindRoot(expression));
  BindingNotes& notes = binder.notes();
  BindResult result;
  result.problems = notes.problems.Take();
  if (result.problems.empty()) result.tree = std::move(tree);
  result.warnings = notes.warnings.Take();
  result.tags.assign(notes.tags.begin(), notes.tags.end());
  result.lists.assign(notes.lists.begin(), notes.lists.end());
  return result;
}

}  // namespace muster::query
