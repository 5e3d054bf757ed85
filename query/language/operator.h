// The table of the language's operators, one row each, for the tree checks and the printers.
#ifndef MUSTER_QUERY_LANGUAGE_OPERATOR_H_
#define MUSTER_QUERY_LANGUAGE_OPERATOR_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace muster::query {

// docs/language.md says which set of members each denotes.
enum class Operator : uint8_t {
  kEveryone,
  kNobody,
  kAnd,
  kOr,
  kNot,  // everyone minus its operand
  kAtLeast,
  kCompare,
  kBetween,
  kIn,
  kHasAll,
  kHas,
  kLike,
  kIlike,
  kWeight,
  kWeightBetween,
  kBirthdayWithin,
  kBirthdayOn,
  kSum,
  kSumBetween,
  kBucket,
  kFlag,
  kSegment,
  kIdList,
  kAsOf,  // its operand at a date
};

enum class LiteralKind : uint8_t { kText, kNumber, kBoolean, kDate, kToday };

// The least and the greatest number of operands or literals of a node.
struct Amount {
  static constexpr size_t kAny = std::numeric_limits<size_t>::max();
  size_t least = 0;
  size_t most = 0;
};

// Demands that a node's literals from `first` on are of one of two kinds; `otherwise` is the message if not.
struct LiteralDemand {
  size_t first = Amount::kAny;
  LiteralKind kind = LiteralKind::kText;
  LiteralKind or_kind = LiteralKind::kText;
  const char* otherwise = "";
};

// Plain values.
struct OperatorTraits {
  Operator op = Operator::kNobody;
  const char* name = "";  // for messages about a node
  // The syntax of a leaf, with placeholders in braces that LeafText fills in. Empty for nodes with operands.
  std::string_view form = "";
  Amount operands = {};
  Amount literals = {};
  LiteralDemand demand = {};

  constexpr bool is_named() const { return form.find("name}") != std::string_view::npos; }
};

inline constexpr LiteralDemand kWeightDemand = {
    .first = 1,
    .kind = LiteralKind::kNumber,
    .or_kind = LiteralKind::kNumber,
    .otherwise = "A weight is compared with a number, as in 0.8."};

inline constexpr LiteralDemand kSumDemand = {
    .first = 0,
    .kind = LiteralKind::kNumber,
    .or_kind = LiteralKind::kNumber,
    .otherwise = "A sum is compared with a number, as in a - b > 100."};

inline constexpr OperatorTraits kOperators[] = {
    {.op = Operator::kEveryone, .name = "EVERYONE", .form = "EVERYONE"},
    {.op = Operator::kNobody, .name = "NOBODY", .form = "NOBODY"},
    {.op = Operator::kAnd, .name = "AND", .operands = {1, Amount::kAny}},
    {.op = Operator::kOr, .name = "OR", .operands = {1, Amount::kAny}},
    {.op = Operator::kNot, .name = "NOT", .operands = {1, 1}},
    {.op = Operator::kAtLeast, .name = "AT LEAST", .operands = {1, Amount::kAny}},
    {.op = Operator::kCompare, .name = "A comparison", .form = "{name} {op} {0}", .literals = {1, 1}},
    {.op = Operator::kBetween,
     .name = "BETWEEN",
     .form = "{name}{not} BETWEEN {0} AND {1}",
     .literals = {2, 2}},
    {.op = Operator::kIn, .name = "IN", .form = "{name}{not} IN {list}", .literals = {1, Amount::kAny}},
    {.op = Operator::kHasAll,
     .name = "HAS ALL",
     .form = "{name} HAS ALL {list}",
     .literals = {1, Amount::kAny}},
    {.op = Operator::kHas, .name = "HAS", .form = "HAS {name}"},
    {.op = Operator::kLike,
     .name = "LIKE",
     .form = "{name}{not} LIKE {pattern}",
     .literals = {1, 1},
     .demand = {.first = 0, .otherwise = "LIKE takes a text."}},
    {.op = Operator::kIlike,
     .name = "ILIKE",
     .form = "{name}{not} ILIKE {pattern}",
     .literals = {1, 1},
     .demand = {.first = 0, .otherwise = "ILIKE takes a text."}},
    {.op = Operator::kWeight,
     .name = "WEIGHT",
     .form = "WEIGHT ({name}, {0}) {op} {1}",
     .literals = {2, 2},
     .demand = kWeightDemand},
    {.op = Operator::kWeightBetween,
     .name = "WEIGHT … BETWEEN",
     .form = "WEIGHT ({name}, {0}) BETWEEN {1} AND {2}",
     .literals = {3, 3},
     .demand = kWeightDemand},
    {.op = Operator::kBirthdayWithin,
     .name = "BIRTHDAY",
     .form = "BIRTHDAY ({name}) WITHIN {days}",
     .literals = {1, 1},
     .demand = {.first = 0,
                .kind = LiteralKind::kNumber,
                .or_kind = LiteralKind::kNumber,
                .otherwise = "WITHIN takes a number of days."}},
    {.op = Operator::kBirthdayOn,
     .name = "BIRTHDAY",
     .form = "BIRTHDAY ({name}) = {bare}",
     .literals = {1, 1},
     .demand = {.first = 0, .otherwise = "BIRTHDAY is compared with a month and a day, as in 05-17."}},
    {.op = Operator::kSum,
     .name = "A sum",
     .form = "{sum} {op} {0}",
     .literals = {1, 1},
     .demand = kSumDemand},
    {.op = Operator::kSumBetween,
     .name = "A sum with BETWEEN",
     .form = "{sum}{not} BETWEEN {0} AND {1}",
     .literals = {2, 2},
     .demand = kSumDemand},
    {.op = Operator::kBucket,
     .name = "BUCKET",
     .form = "BUCKET ({0}, {1}, {2})",
     .literals = {3, 3},
     .demand = {.first = 1,
                .kind = LiteralKind::kNumber,
                .or_kind = LiteralKind::kNumber,
                .otherwise = "The buckets of BUCKET are two numbers, as in BUCKET ('salt', 0, 4999)."}},
    {.op = Operator::kFlag, .name = "A flag", .form = "{name}"},
    {.op = Operator::kSegment, .name = "SEGMENT", .form = "SEGMENT {quoted name}"},
    {.op = Operator::kIdList, .name = "LIST", .form = "LIST {quoted name}"},
    {.op = Operator::kAsOf,
     .name = "AS OF",
     .operands = {1, 1},
     .literals = {1, 1},
     .demand = {.first = 0,
                .kind = LiteralKind::kDate,
                .or_kind = LiteralKind::kToday,
                .otherwise = "AS OF takes a date or TODAY."}},
};

constexpr const OperatorTraits& TraitsOf(Operator op) { return kOperators[static_cast<size_t>(op)]; }

static_assert([] {
  for (size_t i = 0; i < std::size(kOperators); ++i) {
    if (kOperators[i].op != static_cast<Operator>(i)) return false;
  }
  return std::size(kOperators) == static_cast<size_t>(Operator::kAsOf) + 1;
}());

// Whether `operand` is printed in parentheses under `parent`. An AND under AND is, to preserve the tree; x AS
// OF d under NOT is too, to show its meaning (rule 10).
constexpr bool NeedsParentheses(Operator parent, Operator operand) {
  const bool junction = operand == Operator::kAnd || operand == Operator::kOr;
  switch (parent) {
    case Operator::kAnd:
      return junction;
    case Operator::kOr:
      return operand == Operator::kOr;
    case Operator::kNot:
      return junction || operand == Operator::kAsOf;
    case Operator::kAsOf:
      return junction || operand == Operator::kNot || operand == Operator::kAsOf;
    default:
      return false;
  }
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_OPERATOR_H_
