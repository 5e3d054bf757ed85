// The bound tree: names are ids, literals are rows and ranges. What the planner takes.
#ifndef MUSTER_QUERY_BINDING_BOUND_EXPRESSION_H_
#define MUSTER_QUERY_BINDING_BOUND_EXPRESSION_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "index/bitmap/row_id.h"
#include "query/execution/program/set_ref.h"

namespace muster::query {

enum class BoundOperator : uint8_t {
  kEveryone,  // everyone of view 0
  kNobody,
  kRow,     // rows[0] of `tag`
  kAnyRow,  // members in any of `rows` of `tag` (IN, LIKE): one wide OR
  kRange,   // members with a number in [low, high]; slices of `value` (kOwnValue, or a MULTI value's weight).
            // A member without a number (not in the value's membership row) is never in it.
  kAnd,
  kOr,       // operands, at least one
  kNot,      // everyone of view 0 minus operands[0]
  kAtLeast,  // in at least `count` operands; 0 < count ≤ operands
};

// See BoundExpression::joined_by.
inline constexpr int64_t kAnyDay = std::numeric_limits<int64_t>::max();

struct BoundExpression;
using BoundPtr = std::unique_ptr<BoundExpression>;

// One node. The destructor doesn't recurse deeper than the language's depth limit.
struct BoundExpression {
  BoundOperator op = BoundOperator::kNobody;
  ViewIndex view = kFirstView;  // of a leaf
  index::TagId tag = 0;
  std::vector<index::RowId> rows;  // kRow: one; kAnyRow: ascending, at least two
  index::ValueId value = 0;        // kRange
  int64_t low = 0;                 // kRange: scaled, low ≤ high
  int64_t high = 0;
  uint32_t count = 0;  // kAtLeast
  std::vector<BoundPtr> operands;
  // A day by which all members of the set had joined, in days since 1900-01-01; kAnyDay: none is known.
  int64_t joined_by = kAnyDay;
  std::string label;  // for people: the clause as text (leaves only)

  explicit BoundExpression(BoundOperator op_in) : op(op_in) {}
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_BOUND_EXPRESSION_H_
