// The expression tree: made by the parser, printed by the formatter, resolved by the binder.
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

// A place in the source: a range of bytes of the text or, if the expression was given as a tree, a node of
// the tree (offset is then −1 and length 0). Nodes are numbered from 0 in pre-order, operands in their order;
// −1 is no node.
struct SourceSpan {
  int32_t offset = -1;
  int32_t length = 0;
  int32_t node = -1;
};

// A literal as written. Its meaning depends on the tag's kind; the binder resolves it.
struct Literal {
  LiteralKind kind = LiteralKind::kText;
  std::string text;  // kText: the string's content, escapes resolved; kNumber: its digits as written; kDate:
                     // YYYY-MM-DD
  bool boolean = false;                  // kBoolean
  int32_t today_offset = 0;              // kToday: TODAY ± n units
  DateUnit today_unit = DateUnit::kDay;  // kToday
  SourceSpan span;
};

// A term of a sum: a tag times a factor, or a number, a date or TODAY without a tag.
struct Term {
  bool subtracted = false;  // from the terms before it; never the first
  std::string tag;          // empty: the literal only
  Literal literal;          // kNumber: the tag's factor, or a constant; kDate, kToday without an offset
  SourceSpan tag_span;      // the name alone
  SourceSpan span;          // without its sign
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// One node of the tree, which owns its operands. The destructor doesn't recurse, so any depth is safe.
struct Expression {
  Operator op = Operator::kNobody;
  std::vector<ExpressionPtr> operands;         // kSegment: its definition, once it was expanded
  std::string tag;                             // the tag's name, or the segment's or id list's
  Comparison comparison = Comparison::kEqual;  // kCompare, kWeight, kSum
  bool negated = false;                        // kBetween, kIn, kLike, kIlike, kSumBetween
  // kCompare 1; kBetween low, high; kIn, kHasAll at least 1; kLike, kIlike the canonical pattern
  // (text/like_pattern.h); kWeight value, number; kWeightBetween value, low, high; kBirthdayWithin the number
  // of days; kBirthdayOn the text MM-DD; kSum number; kSumBetween low, high; kBucket salt, low,
  // high; kAsOf date or TODAY.
  std::vector<Literal> literals;
  std::vector<Term> terms;  // kSum, kSumBetween
  int64_t count = 0;        // kAtLeast
  SourceSpan span;          // the whole node
  SourceSpan tag_span;      // the name alone

  Expression() = default;
  explicit Expression(Operator op_in) : op(op_in) {}
  ~Expression();
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_EXPRESSION_H_
