// Checks that must hold for an expression with segments, on any bytes: the first line is the expression, the
// others are the definitions of the segments s, t, u and v.
#ifndef MUSTER_TESTS_FUZZ_EXPANSION_BODY_H_
#define MUSTER_TESTS_FUZZ_EXPANSION_BODY_H_

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/segments/expansion.h"

namespace muster::fuzz {

inline query::Definitions DefinitionsIn(std::string_view lines) {
  query::Definitions definitions;
  for (const char* const name : {"s", "t", "u", "v"}) {
    if (lines.empty()) break;
    const size_t end = std::min(lines.find('\n'), lines.size());
    auto segment = std::make_shared<index::Segment>();
    segment->name = name;
    segment->definition.text = lines.substr(0, end);
    definitions.Add(std::move(segment));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return definitions;
}

// Replaces each SEGMENT by its text in parentheses, until none is left. REQUIRES: there is no cycle.
inline std::string Substituted(std::string_view text, const query::Definitions& definitions) {
  const query::ParseResult parsed = query::Parse(text);
  std::string plain;
  size_t copied = 0;
  const auto visit = [&](const query::Expression& node, const auto& again) -> void {
    if (node.op == query::Operator::kSegment) {
      const auto begin = static_cast<size_t>(node.span.offset);
      plain.append(text.substr(copied, begin - copied));
      const std::string& definition = definitions.Find(node.tag)->segment->definition.text;
      plain.append("(").append(Substituted(definition, definitions)).append("\n)");  // it may end in a remark
      copied = begin + static_cast<size_t>(node.span.length);
    }
    for (const query::ExpressionPtr& operand : node.operands) again(*operand, again);
  };
  visit(*parsed.expression, visit);
  return plain.append(text.substr(copied));
}

// Whether each SEGMENT has its definition.
inline bool AreDefined(const query::Expression& node) {
  if (node.op == query::Operator::kSegment && node.operands.size() != 1) return false;
  return std::all_of(node.operands.begin(), node.operands.end(),
                     [](const query::ExpressionPtr& operand) { return AreDefined(*operand); });
}

// Empty when all holds, else what doesn't.
inline std::string CheckExpansion(std::string_view input) {
  const std::string_view text = input.substr(0, input.find('\n'));
  const query::ParseResult parsed = query::Parse(text);
  if (!parsed.ok()) return "";
  const query::Definitions definitions = DefinitionsIn(input.substr(std::min(text.size() + 1, input.size())));
  const query::Expansion expansion = query::Expand({*parsed.expression, text, ""}, definitions);
  if (expansion.tree == nullptr) {
    if (expansion.problems.empty()) return "neither a tree nor a problem";
    for (const query::Problem& problem : expansion.problems) {
      if (problem.span.offset < 0 ||
          static_cast<size_t>(problem.span.offset) + static_cast<size_t>(problem.span.length) > text.size())
        return "a problem lies outside the expression: " + problem.message;
    }
    return "";
  }
  if (!expansion.problems.empty()) return "a tree and a problem";
  if (!AreDefined(*expansion.tree)) return "a segment without its definition is left";
  const std::string plain = Substituted(text, definitions);
  const query::ParseResult expected = query::Parse(plain);
  if (!expected.ok()) {
    // Deeper, or more, than a text may have.
    if (expected.problems[0].reason == index::Reason::kLimit) return "";
    return "the substituted text is refused: " + plain;
  }
  if (query::CanonicalText(*expansion.tree) != query::CanonicalText(*expected.expression))
    return "it means something else than " + plain;
  return "";
}

}  // namespace muster::fuzz

#endif  // MUSTER_TESTS_FUZZ_EXPANSION_BODY_H_
