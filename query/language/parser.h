// Parses text to an expression tree. Depends on nothing but abseil, so that it can be fuzzed alone.
#ifndef MUSTER_QUERY_LANGUAGE_PARSER_H_
#define MUSTER_QUERY_LANGUAGE_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem.h"

namespace muster::query {

// The result of parsing: an expression, or at least one problem and no expression.
struct ParseResult {
  ExpressionPtr expression;
  std::vector<Problem> problems;
  std::vector<std::string> notices;  // readings of the text that may surprise (NOT x AS OF d)
  bool ok() const { return expression != nullptr; }
};

// Parses with an explicit stack, so that the depth is bounded by `limits` and not by the thread's stack.
// Recovers after each problem and lists at most kMaxProblems. Any bytes are safe.
ParseResult Parse(std::string_view text, const LanguageLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_PARSER_H_
