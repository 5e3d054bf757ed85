#include "tests/oracle/reference.h"

#include <algorithm>

namespace muster::oracle {
namespace {

using query::BoundExpression;
using query::BoundOperator;
using query::BoundPtr;

bool InRow(const Facts& facts, index::RowRef row, index::Ordinal member) {
  const auto found = facts.rows.find(row);
  return found != facts.rows.end() && found->second.contains(member);
}

bool InRange(const BoundExpression& range, const Facts& facts, index::Ordinal member) {
  const auto numbers = facts.numbers.find({range.tag, range.value});
  if (numbers == facts.numbers.end()) return false;
  const auto number = numbers->second.find(member);
  return number != numbers->second.end() && range.low <= number->second && number->second <= range.high;
}

}  // namespace

bool Holds(const BoundExpression& expression, const std::vector<const Facts*>& views, index::Ordinal member) {
  if (!views[query::kFirstView]->everyone.contains(member)) return false;
  const Facts& facts = *views[expression.view];
  const auto holds = [&](const BoundPtr& operand) { return Holds(*operand, views, member); };
  const auto& operands = expression.operands;
  switch (expression.op) {
    case BoundOperator::kEveryone:
      return true;
    case BoundOperator::kNobody:
      return false;
    case BoundOperator::kRow:
      return InRow(facts, {expression.tag, expression.rows[0]}, member);
    case BoundOperator::kAnyRow:
      return std::any_of(expression.rows.begin(), expression.rows.end(), [&](index::RowId row) {
        return InRow(facts, {expression.tag, row}, member);
      });
    case BoundOperator::kRange:
      return InRange(expression, facts, member);
    case BoundOperator::kAnd:
      return std::all_of(operands.begin(), operands.end(), holds);
    case BoundOperator::kOr:
      return std::any_of(operands.begin(), operands.end(), holds);
    case BoundOperator::kNot:
      return !holds(operands[0]);
    case BoundOperator::kAtLeast:
      return std::count_if(operands.begin(), operands.end(), holds) >= expression.count;
  }
  return false;
}

}  // namespace muster::oracle
