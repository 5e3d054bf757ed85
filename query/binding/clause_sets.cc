#include "query/binding/clause_sets.h"

#include <algorithm>
#include <utility>

#include "query/language/leaf_text.h"
#include "query/tree/number_intervals.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// The intervals cut to the range of stored numbers, without empty ones; ascending, disjoint, not adjacent.
std::vector<NumberInterval> Stored(const std::vector<Interval>& intervals) {
  std::vector<NumberInterval> stored;
  for (const Interval& interval : intervals) {
    const auto low = std::max<absl::int128>(interval.low, index::kMinNumber);
    const auto high = std::min<absl::int128>(interval.high, index::kMaxNumber);
    if (low <= high) stored.push_back({static_cast<int64_t>(low), static_cast<int64_t>(high)});
  }
  return Merged(std::move(stored));
}

}  // namespace

PlanOperand ClauseSets::Leaf(SetKind kind, std::string label) const {
  PlanOperand leaf(std::move(kind), std::move(label));
  if (!as_of_.has_value()) return leaf;
  leaf.node->joined_by = DayNumber(*as_of_);
  AppendSentence(leaf.node->label, " AS OF ", DateText(*as_of_));
  return leaf;
}

PlanOperand ClauseSets::Known(const index::Tag& tag) const {
  return Leaf(Row{{SourceOf(tag), index::kKnownRow}}, Sentence("HAS ", NameText(tag.name)));
}

PlanOperand ClauseSets::Value(const index::Tag& tag, index::ValueId value, std::string label) const {
  return Leaf(Row{{SourceOf(tag), index::MakeRow(value, index::kMembershipSlot)}}, std::move(label));
}

PlanOperand ClauseSets::AnyValue(const index::Tag& tag, const std::vector<index::ValueId>& ids,
                                 std::string label) const {
  std::vector<index::RowId> rows;
  rows.reserve(ids.size());
  for (const index::ValueId id : ids) rows.push_back(index::MakeRow(id, index::kMembershipSlot));
  return Leaf(AnyOfRows(SourceOf(tag), std::move(rows)), std::move(label));
}

PlanOperand ClauseSets::Intervals(const index::Tag& tag, index::ValueId value,
                                  const std::vector<Interval>& intervals, const std::string& label) const {
  std::vector<PlanOperand> ranges;
  for (const auto& [low, high] : Stored(intervals))
    ranges.push_back(Leaf(NumberRange{.number = {SourceOf(tag), value}, .low = low, .high = high}, label));
  if (ranges.empty()) return None(label);
  if (ranges.size() == 1) return std::move(ranges.front());
  return JoinDated(AnyOf{}, std::move(ranges));
}

// The number of everyone is the date on which a member joined. It is the same in all views.
PlanOperand EveryoneAsOf(absl::CivilDay day) {
  PlanOperand everyone(NumberRange{.number = {index::kEveryoneTag}, .high = DayNumber(day)},
                       Sentence("EVERYONE AS OF ", DateText(day)));
  everyone.node->joined_by = DayNumber(day);
  return everyone;
}

PlanOperand Both(PlanOperand first, PlanOperand second) {
  std::vector<PlanOperand> both;
  both.push_back(std::move(first));
  both.push_back(std::move(second));
  return JoinDated(AllOf{}, std::move(both));
}

bool IsNegated(const Expression& clause) {
  if (clause.op == Operator::kCompare || clause.op == Operator::kWeight || clause.op == Operator::kSum)
    return clause.comparison == Comparison::kNotEqual;
  return clause.negated;
}

PlanOperand NegatedWithin(PlanOperand known, PlanOperand set) {
  if (set.node->Is<Nobody>()) return known;
  return Both(std::move(known), Not(std::move(set)));
}

std::string PositiveLabel(const Expression& clause) { return ShortLeafText(clause, LeafSign::kPositive); }

}  // namespace muster::query
