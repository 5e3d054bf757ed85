// What is wrong with an expression, or worth a warning, and where.
#ifndef MUSTER_QUERY_LANGUAGE_PROBLEM_H_
#define MUSTER_QUERY_LANGUAGE_PROBLEM_H_

#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"

namespace muster::query {

// The names are those of muster.v1.ErrorReason.
enum class ProblemReason : uint8_t { kSyntax, kUnknownTag, kWrongType, kLimit, kUnimplemented };

// One problem or warning. `message` is one sentence: what is wrong and the mend, without its place.
struct Problem {
  ProblemReason reason = ProblemReason::kSyntax;
  std::string message;
  SourceSpan span;
};

// At most so many problems are listed.
inline constexpr size_t kMaxProblems = 20;

// Line and column of a byte offset, both from 1; columns count code points.
struct Place {
  int line = 1;
  int column = 1;
};
Place PlaceOf(std::string_view text, int32_t offset);

// A problem for a terminal: the message with its place, the source line (cut to a window around long lines)
// and a caret line below it, aligned for wide characters.
std::string RenderProblem(std::string_view text, const Problem& problem);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_PROBLEM_H_
