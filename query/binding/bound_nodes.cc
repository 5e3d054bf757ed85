#include "query/binding/bound_nodes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "query/language/leaf_text.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Intervals cut to the range of stored numbers, ascending, disjoint and not adjacent, without empty ones.
std::vector<Interval> Merged(std::vector<Interval> intervals) {
  for (Interval& interval : intervals) {
    interval.low = std::max<absl::int128>(interval.low, index::kMinNumber);
    interval.high = std::min<absl::int128>(interval.high, index::kMaxNumber);
  }
  std::erase_if(intervals, [](const Interval& interval) { return interval.low > interval.high; });
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.low < b.low; });
  std::vector<Interval> merged;
  for (const Interval& interval : intervals) {
    if (!merged.empty() && interval.low <= merged.back().high + 1) {
      merged.back().high = std::max(merged.back().high, interval.high);
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

}  // namespace

BoundPtr MakeNobody(std::string label) {
  auto node = std::make_unique<BoundExpression>(BoundOperator::kNobody);
  node->label = std::move(label);
  node->joined_by = std::numeric_limits<int64_t>::min();
  return node;
}

BoundPtr MakeRow(const index::Tag& tag, index::RowId row, std::string label) {
  auto node = std::make_unique<BoundExpression>(BoundOperator::kRow);
  node->tag = tag.id;
  node->rows.push_back(row);
  node->label = std::move(label);
  return node;
}

BoundPtr MakeKnown(const index::Tag& tag) {
  return MakeRow(tag, index::kKnownRow, Sentence("HAS ", NameText(tag.name)));
}

BoundPtr MakeAnyRow(const index::Tag& tag, const std::vector<index::ValueId>& ids, std::string label) {
  if (ids.empty()) return MakeNobody(std::move(label));
  if (ids.size() == 1) return MakeRow(tag, index::MakeRow(ids[0], index::kMembershipSlot), std::move(label));
  auto node = std::make_unique<BoundExpression>(BoundOperator::kAnyRow);
  node->tag = tag.id;
  node->rows.reserve(ids.size());
  for (const index::ValueId id : ids) node->rows.push_back(index::MakeRow(id, index::kMembershipSlot));
  node->label = std::move(label);
  return node;
}

BoundPtr MakeIntervals(const index::Tag& tag, index::ValueId value, std::vector<Interval> intervals,
                       const std::string& label) {
  std::vector<BoundPtr> ranges;
  for (const Interval& interval : Merged(std::move(intervals))) {
    auto range = std::make_unique<BoundExpression>(BoundOperator::kRange);
    range->tag = tag.id;
    range->value = value;
    range->low = static_cast<int64_t>(interval.low);
    range->high = static_cast<int64_t>(interval.high);
    range->label = label;
    ranges.push_back(std::move(range));
  }
  if (ranges.empty()) return MakeNobody(label);
  if (ranges.size() == 1) return std::move(ranges.front());
  auto any = std::make_unique<BoundExpression>(BoundOperator::kOr);
  any->operands = std::move(ranges);
  return any;
}

// The date that a member joined is everyone's number, the same in all views.
BoundPtr MakeEveryoneAsOf(absl::CivilDay day) {
  auto node = std::make_unique<BoundExpression>(BoundOperator::kRange);
  node->tag = index::kEveryoneTag;
  node->low = index::kMinNumber;
  node->high = DayNumber(day);
  node->joined_by = node->high;
  node->label = Sentence("EVERYONE AS OF ", DateText(day));
  return node;
}

BoundPtr MakeNot(BoundPtr operand) {
  auto node = std::make_unique<BoundExpression>(BoundOperator::kNot);
  node->operands.push_back(std::move(operand));
  return node;
}

BoundPtr MakeBoth(BoundPtr first, BoundPtr second) {
  auto node = std::make_unique<BoundExpression>(BoundOperator::kAnd);
  node->operands.push_back(std::move(first));
  node->operands.push_back(std::move(second));
  return node;
}

int64_t JoinedByOf(const BoundExpression& branch) {
  if (branch.op == BoundOperator::kNot || branch.operands.empty()) return kAnyDay;
  const auto earlier = [](const BoundPtr& a, const BoundPtr& b) { return a->joined_by < b->joined_by; };
  const auto [first, last] = std::minmax_element(branch.operands.begin(), branch.operands.end(), earlier);
  return branch.op == BoundOperator::kAnd ? (*first)->joined_by : (*last)->joined_by;
}

void PutInView(ViewIndex view, absl::CivilDay day, BoundExpression& tree) {
  if (!tree.operands.empty()) {
    for (const BoundPtr& operand : tree.operands) PutInView(view, day, *operand);
    tree.joined_by = JoinedByOf(tree);
    return;
  }
  tree.view = view;
  tree.joined_by = DayNumber(day);
  if (!tree.label.empty()) AppendSentence(tree.label, " AS OF ", DateText(day));
}

std::string PositiveLabel(const Expression& clause) {
  constexpr size_t kShownValues = 5;
  Expression positive(clause.op);
  positive.tag = clause.tag;
  positive.comparison = clause.comparison == Comparison::kNotEqual ? Comparison::kEqual : clause.comparison;
  const size_t shown = std::min(clause.literals.size(), kShownValues);
  positive.literals.assign(clause.literals.begin(),
                           clause.literals.begin() + static_cast<std::ptrdiff_t>(shown));
  std::string label = LeafText(positive);
  if (shown < clause.literals.size()) {
    label.pop_back();  // the list's closing parenthesis
    AppendSentence(label, ", … ", clause.literals.size(), " values)");
  }
  return label;
}

}  // namespace muster::query
