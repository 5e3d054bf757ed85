// Makes bound nodes, each with its label for people.
#ifndef MUSTER_QUERY_BINDING_BOUND_NODES_H_
#define MUSTER_QUERY_BINDING_BOUND_NODES_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/catalog/tag.h"
#include "query/binding/bound_expression.h"
#include "query/binding/literal_extent.h"
#include "query/language/expression.h"

namespace muster::query {

BoundPtr MakeNobody(std::string label);
// Members with any value of the tag.
BoundPtr MakeKnown(const index::Tag& tag);
BoundPtr MakeRow(const index::Tag& tag, index::RowId row, std::string label);
// Members in any of the values' rows; `ids` ascending, without doubles, possibly empty.
BoundPtr MakeAnyRow(const index::Tag& tag, const std::vector<index::ValueId>& ids, std::string label);
// Members whose number is in one of the intervals, in any order.
BoundPtr MakeIntervals(const index::Tag& tag, index::ValueId value, std::vector<Interval> intervals,
                       const std::string& label);
// Everyone who had joined by the day.
BoundPtr MakeEveryoneAsOf(absl::CivilDay day);
BoundPtr MakeNot(BoundPtr operand);
BoundPtr MakeBoth(BoundPtr first, BoundPtr second);

// A day by which all members of an operator's set had joined, from what is known of its operands.
int64_t JoinedByOf(const BoundExpression& branch);
// Says that all leaves of the tree are read from the view AS OF `day`; their labels say it too.
void PutInView(ViewIndex view, absl::CivilDay day, BoundExpression& tree);

// The clause without its negation as text, long lists cut: the label of its set.
std::string PositiveLabel(const Expression& clause);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_BOUND_NODES_H_
