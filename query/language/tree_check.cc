#include "query/language/tree_check.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "query/language/birthday.h"
#include "query/language/bucket.h"
#include "query/language/excerpt.h"
#include "query/language/literal_text.h"
#include "query/language/problem_list.h"
#include "query/language/sum_terms.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

// Doesn't use std::abs: the absolute value of the least integer would overflow.
bool MovesTooFar(const Literal& literal) {
  return literal.kind == LiteralKind::kToday &&
         (literal.today_offset > kMaxTodayOffset || literal.today_offset < -kMaxTodayOffset);
}

// Explains why the literal is none of its kind; empty if it is.
std::string WhyNoLiteral(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kText:
      return IsValidUtf8(literal.text)
                 ? ""
                 : Sentence("The text `", Excerpt(literal.text), "` is not UTF-8; send it as UTF-8.");
    case LiteralKind::kNumber:
      return WhyNotANumber(literal.text);
    case LiteralKind::kDate:
      return WhyNotADate(literal.text);
    case LiteralKind::kToday:
    case LiteralKind::kBoolean:
      return "";
  }
  return "";
}

std::string WhyNoCount(const char* name, const char* what, size_t count, const Amount& takes) {
  if (count >= takes.least && count <= takes.most) return "";
  const std::string wanted =
      takes.most == Amount::kAny ? Sentence("at least ", takes.least) : Sentence(takes.least);
  return Sentence(name, " has ", count, " ", what, ", and takes ", wanted, ".");
}

// Whether the literals have the kinds that the operator demands.
bool FitsDemand(const Expression& node, const LiteralDemand& demand) {
  for (size_t i = demand.first; i < node.literals.size(); ++i) {
    const LiteralKind kind = node.literals[i].kind;
    if (kind != demand.kind && kind != demand.or_kind) return false;
  }
  return true;
}

void CheckNode(const Expression& node, const LanguageLimits& limits, ProblemList& problems) {
  const OperatorTraits& traits = TraitsOf(node.op);
  const auto report = [&](index::Reason reason, SourceSpan span, std::string why) {
    if (!why.empty()) problems.Add(reason, span, std::move(why));
  };
  report(index::Reason::kSyntax, node.span,
         WhyNoCount(traits.name, "operands", node.operands.size(), traits.operands));
  report(index::Reason::kSyntax, node.span,
         WhyNoCount(traits.name, "values", node.literals.size(), traits.literals));
  if (node.literals.size() > limits.max_in_values) {
    problems.Add(index::Reason::kLimit, node.span,
                 TooManyValues(node.negated ? "NOT IN" : traits.name, limits.max_in_values),
                 {.limit = limits.max_in_values});
  }
  if (traits.is_named() && (node.tag.empty() || !IsValidUtf8(node.tag))) {
    report(
        index::Reason::kSyntax, node.span,
        Sentence(traits.name, node.tag.empty() ? " has no name; say which tag, segment or list it is about."
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
  if (!FitsDemand(node, traits.demand)) {
    report(index::Reason::kSyntax, node.span, traits.demand.otherwise);
  } else if (node.literals.size() == 1) {
    CheckBirthday(node, problems);
  } else if (node.literals.size() == 3) {
    CheckBucket(node, problems);
  }
  CheckTerms(node, limits, problems);
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
