// The expression tree: what the parser makes, the formatter prints, and the binder gives names their meaning.
#ifndef MUSTER_QUERY_LANGUAGE_EXPRESSION_H_
#define MUSTER_QUERY_LANGUAGE_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "query/language/operator.h"

namespace muster::query {

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

enum class DateUnit : uint8_t { kDay, kWeek, kMonth, kYear };

// Where something stands: bytes of the source text, or a node of the tree when the expression came as one
// (then offset is −1 and length 0). Nodes are numbered from 0 as a walk meets them that sees a node before
// its operands, and those in order; −1: no node.
struct SourceSpan {
  int32_t offset = -1;
  int32_t length = 0;
  int32_t node = -1;
};

// A literal as written. Its meaning depends on the tag's kind; the binder finds it.
struct Literal {
  LiteralKind kind = LiteralKind::kText;
  std::string text;  // kText: the string's content, escapes resolved; kNumber: its digits as written; kDate:
                     // YYYY-MM-DD
  bool boolean = false;                  // kBoolean
  int32_t today_offset = 0;              // kToday: TODAY ± n units
  DateUnit today_unit = DateUnit::kDay;  // kToday
  SourceSpan span;
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// One node. Movable; deep trees are torn down without recursion by the destructor.
struct Expression {
  Operator op = Operator::kNobody;
  std::vector<ExpressionPtr> operands;         // kSegment: its definition, once it was expanded
  std::string tag;                             // the tag's name, or the segment's or id list's
  Comparison comparison = Comparison::kEqual;  // kCompare, kWeight
  bool negated = false;                        // kBetween, kIn, kLike, kIlike
  // kCompare 1; kBetween low, high; kIn, kHasAll at least 1; kLike, kIlike the canonical pattern
  // (text/like_pattern.h); kWeight value, number; kWeightBetween value, low, high; kBirthdayWithin the number
  // of days; kBirthdayOn the text MM-DD; kAsOf date or TODAY.
  std::vector<Literal> literals;
  int64_t count = 0;    // kAtLeast
  SourceSpan span;      // the whole node
  SourceSpan tag_span;  // the name alone

  Expression() = default;
  explicit Expression(Operator op_in) : op(op_in) {}
  ~Expression();
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_EXPRESSION_H_
