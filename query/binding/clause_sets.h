// Makes the sets of clauses in one view, each with a label for display.
#ifndef MUSTER_QUERY_BINDING_CLAUSE_SETS_H_
#define MUSTER_QUERY_BINDING_CLAUSE_SETS_H_

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/catalog/tag.h"
#include "query/binding/literal_extent.h"
#include "query/language/expression.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// A plain value. In a view AS OF a date, the labels name the date, and all members of the sets had joined by
// then.
class ClauseSets {
 public:
  ClauseSets(ViewIndex view, std::optional<absl::CivilDay> as_of) : view_(view), as_of_(as_of) {}

  PlanOperand None(std::string label) const { return Leaf(Nobody{}, std::move(label)); }
  // Members with any value of the tag.
  PlanOperand Known(const index::Tag& tag) const;
  // Members with the value.
  PlanOperand Value(const index::Tag& tag, index::ValueId value, std::string label) const;
  // Members with any of the values; `ids` is ascending, without duplicates, and may be empty.
  PlanOperand AnyValue(const index::Tag& tag, const std::vector<index::ValueId>& ids,
                       std::string label) const;
  // Members whose number is in one of the intervals; they may be in any order and overlap.
  PlanOperand Intervals(const index::Tag& tag, index::ValueId value, const std::vector<Interval>& intervals,
                        const std::string& label) const;
  // A set of this view.
  PlanOperand Leaf(SetKind kind, std::string label) const;
  // The tag's own number in this view.
  NumberRef NumberOf(const index::Tag& tag) const { return {SourceOf(tag), index::kOwnValue}; }

 private:
  SourceRef SourceOf(const index::Tag& tag) const { return {view_, tag.id}; }

  ViewIndex view_;
  std::optional<absl::CivilDay> as_of_;
};

// All members who had joined by the day.
PlanOperand EveryoneAsOf(absl::CivilDay day);

// A day by which all members of the operand had joined; kAnyDay if unknown.
inline int64_t JoinedBy(const PlanOperand& operand) {
  if (operand.negated) return kAnyDay;
  return operand.node->Is<Nobody>() ? std::numeric_limits<int64_t>::min() : operand.node->joined_by;
}
// As Join, and sets the result's `joined_by` from the operands'.
template <Junction Kind>
PlanOperand JoinDated(Kind junction, std::vector<PlanOperand> operands) {
  const auto earlier = [](const PlanOperand& a, const PlanOperand& b) { return JoinedBy(a) < JoinedBy(b); };
  const auto [first, last] = std::minmax_element(operands.begin(), operands.end(), earlier);
  const int64_t day = JoinedBy(std::same_as<Kind, AllOf> ? *first : *last);
  PlanOperand joined = Join(junction, std::move(operands));
  joined.node->joined_by = day;
  return joined;
}
PlanOperand Both(PlanOperand first, PlanOperand second);

// x != v, NOT IN and NOT BETWEEN select members that have the tag and are not in the clause's set (rule 5).
bool IsNegated(const Expression& clause);
// Who is in `known` and not in the set.
PlanOperand NegatedWithin(PlanOperand known, PlanOperand set);

// The label of a clause's set: the clause as text without its negation, long lists cut.
std::string PositiveLabel(const Expression& clause);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_CLAUSE_SETS_H_
