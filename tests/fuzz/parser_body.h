// Checks that must hold for the parser on any bytes.
#ifndef MUSTER_TESTS_FUZZ_PARSER_BODY_H_
#define MUSTER_TESTS_FUZZ_PARSER_BODY_H_

#include <string>
#include <string_view>

#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "tests/golden/rendered_problem.h"

namespace muster::fuzz {

// What is wrong with problems that were found: each has a place within the text and can be drawn.
inline std::string CheckProblems(std::string_view text, const query::ParseResult& result) {
  if (result.problems.empty()) return "neither an expression nor a problem";
  if (result.problems.size() > query::kMaxProblems) return "too many problems";
  for (const query::Problem& problem : result.problems) {
    if (problem.message.empty() || problem.message.back() != '.')
      return "a message is no sentence: " + problem.message;
    if (problem.span.offset < 0 || problem.span.length < 0 ||
        static_cast<size_t>(problem.span.offset) + static_cast<size_t>(problem.span.length) > text.size()) {
      return "a problem lies outside the text: " + problem.message;
    }
    if (query::RenderProblem(text, problem).find('^') == std::string::npos) return "a problem has no caret";
  }
  return "";
}

// Empty when all holds, else what doesn't. Crashes and sanitizer reports speak for themselves.
inline std::string CheckParser(std::string_view text) {
  const query::ParseResult result = query::Parse(text);
  if (!result.ok()) return CheckProblems(text, result);
  if (!result.problems.empty()) return "an expression and a problem";
  const std::string printed = query::Format(*result.expression);
  const query::ParseResult again = query::Parse(printed);
  if (!again.ok())
    return "what was printed is refused: " + printed + "\n" +
           query::RenderProblem(printed, again.problems[0]);
  if (query::Format(*again.expression) != printed) return "printing is not stable: " + printed;
  if (!again.notices.empty()) return "what was printed still surprises: " + printed;
  const std::string canonical = query::CanonicalText(*result.expression);
  if (query::CanonicalText(*again.expression) != canonical)
    return "printing changed the canonical text: " + canonical;
  const query::ParseResult canonical_again = query::Parse(canonical);
  if (!canonical_again.ok()) return "the canonical text is refused: " + canonical;
  if (query::CanonicalText(*canonical_again.expression) != canonical)
    return "the canonical text is not its own: " + canonical;
  return "";
}

}  // namespace muster::fuzz

#endif  // MUSTER_TESTS_FUZZ_PARSER_BODY_H_
