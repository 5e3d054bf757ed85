#include "query/language/tree_check.h"

#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "query/language/excerpt.h"
#include "query/language/literal_text.h"
#include "query/language/problem_list.h"
#include "text/decimal.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

constexpr size_t kAny = std::numeric_limits<size_t>::max();

// What a node of an operator has.
struct Shape {
  const char* name;
  size_t operands_min, operands_max;
  size_t literals_min, literals_max;
  bool named;
};

Shape ShapeOf(Operator op) {
  switch (op) {
    case Operator::kEveryone:
      return {"EVERYONE", 0, 0, 0, 0, false};
    case Operator::kNobody:
      return {"NOBODY", 0, 0, 0, 0, false};
    case Operator::kAnd:
      return {"AND", 1, kAny, 0, 0, false};
    case Operator::kOr:
      return {"OR", 1, kAny, 0, 0, false};
    case Operator::kNot:
      return {"NOT", 1, 1, 0, 0, false};
    case Operator::kAtLeast:
      return {"AT LEAST", 1, kAny, 0, 0, false};
    case Operator::kCompare:
      return {"A comparison", 0, 0, 1, 1, true};
    case Operator::kBetween:
      return {"BETWEEN", 0, 0, 2, 2, true};
    case Operator::kIn:
      return {"IN", 0, 0, 1, kAny, true};
    case Operator::kHasAll:
      return {"HAS ALL", 0, 0, 1, kAny, true};
    case Operator::kHas:
      return {"HAS", 0, 0, 0, 0, true};
    case Operator::kLike:
      return {"LIKE", 0, 0, 1, 1, true};
    case Operator::kWeight:
      return {"WEIGHT", 0, 0, 2, 2, true};
    case Operator::kWeightBetween:
      return {"WEIGHT … BETWEEN", 0, 0, 3, 3, true};
    case Operator::kFlag:
      return {"A flag", 0, 0, 0, 0, true};
    case Operator::kSegment:
      return {"SEGMENT", 0, 0, 0, 0, true};
    case Operator::kIdList:
      return {"LIST", 0, 0, 0, 0, true};
    case Operator::kAsOf:
      return {"AS OF", 1, 1, 1, 1, false};
  }
  return {"NOBODY", 0, 0, 0, 0, false};
}

// Not by std::abs: the least integer has no opposite.
bool MovesTooFar(const Literal& literal) {
  return literal.kind == LiteralKind::kToday &&
         (literal.today_offset > kMaxTodayOffset || literal.today_offset < -kMaxTodayOffset);
}

// Empty when the literal is one.
std::string WhyNoLiteral(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kText:
      return IsValidUtf8(literal.text)
                 ? ""
                 : Sentence("The text `", Excerpt(literal.text), "` is not UTF-8; send it as UTF-8.");
    case LiteralKind::kNumber:
      return IsNumberText(literal.text)
                 ? ""
                 : Sentence("`", Excerpt(literal.text), "` is not a number; send [-]digits[.digits].");
    case LiteralKind::kDate:
      return WhyNotADate(literal.text);
    case LiteralKind::kToday:
    case LiteralKind::kBoolean:
      return "";
  }
  return "";
}

std::string WhyNoCount(const char* name, const char* what, size_t count, size_t least, size_t most) {
  if (count >= least && count <= most) return "";
  const std::string wanted = most == kAny ? Sentence("at least ", least) : Sentence(least);
  return Sentence(name, " has ", count, " ", what, ", and takes ", wanted, ".");
}

void CheckNode(const Expression& node, const LanguageLimits& limits, ProblemList& problems) {
  const Shape shape = ShapeOf(node.op);
  const auto report = [&](index::Reason reason, SourceSpan span, std::string why) {
    if (!why.empty()) problems.Add(reason, span, std::move(why));
  };
  report(index::Reason::kSyntax, node.span,
         WhyNoCount(shape.name, "operands", node.operands.size(), shape.operands_min, shape.operands_max));
  report(index::Reason::kSyntax, node.span,
         WhyNoCount(shape.name, "values", node.literals.size(), shape.literals_min, shape.literals_max));
  if (node.literals.size() > limits.max_in_values) {
    problems.Add(index::Reason::kLimit, node.span,
                 TooManyValues(node.negated ? "NOT IN" : shape.name, limits.max_in_values),
                 {.limit = limits.max_in_values});
  }
  if (shape.named && (node.tag.empty() || !IsValidUtf8(node.tag))) {
    report(index::Reason::kSyntax, node.span,
           Sentence(shape.name, node.tag.empty() ? " has no name; say which tag, segment or list it is about."
                                                 : " has a name that is not UTF-8; send it as UTF-8."));
  }
  for (const Literal& literal : node.literals) {
    report(index::Reason::kSyntax, literal.span, WhyNoLiteral(literal));
    if (MovesTooFar(literal)) {
      problems.Add(index::Reason::kLimit, literal.span,
                   Sentence("TODAY moves by at most ", kMaxTodayOffset, " units; send a date instead."),
                   {.limit = kMaxTodayOffset});
    }
  }
  const size_t first_number = node.op == Operator::kWeight || node.op == Operator::kWeightBetween ? 1 : kAny;
  for (size_t i = first_number; i < node.literals.size(); ++i) {
    if (node.literals[i].kind != LiteralKind::kNumber)
      report(index::Reason::kSyntax, node.span, "A weight is compared with a number, as in 0.8.");
  }
  if (node.op == Operator::kLike && !node.literals.empty() && node.literals[0].kind != LiteralKind::kText) {
    report(index::Reason::kSyntax, node.span, "LIKE takes a text.");
  }
  const bool dated = node.op == Operator::kAsOf && !node.literals.empty();
  if (dated && node.literals[0].kind != LiteralKind::kDate && node.literals[0].kind != LiteralKind::kToday) {
    report(index::Reason::kSyntax, node.span, "AS OF takes a date or TODAY.");
  }
}

}  // namespace

std::vector<Problem> CheckTree(const Expression& tree, const LanguageLimits& limits) {
  ProblemList problems;
  std::vector<std::pair<const Expression*, int>> open = {{&tree, 1}};
  size_t nodes = 0;
  while (!open.empty() && !problems.stopped()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    if (depth > limits.max_tree_depth) {
      problems.AddAndStop(index::Reason::kLimit, node->span,
                          Sentence("The tree is more than ", limits.max_tree_depth,
                                   " levels deep; send a deeper expression as text."),
                          {.limit = static_cast<uint64_t>(limits.max_tree_depth)});
    }
    if (++nodes > limits.max_nodes) {
      problems.AddAndStop(
          index::Reason::kLimit, node->span,
          Sentence("The tree has more than ", limits.max_nodes, " nodes; use IN for many values of one tag."),
          {.limit = limits.max_nodes});
    }
    CheckNode(*node, limits, problems);
    for (auto operand = node->operands.rbegin(); operand != node->operands.rend(); ++operand) {
      if (*operand == nullptr) {
        problems.Add(index::Reason::kSyntax, node->span,
                     "An operand is missing in the tree; send one for each place.");
      } else {
        open.emplace_back(operand->get(), depth + 1);
      }
    }
  }
  return problems.Take();
}

}  // namespace muster::query
