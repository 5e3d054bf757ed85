// Problems and warnings of an expression, with their places.
#ifndef MUSTER_QUERY_LANGUAGE_PROBLEM_H_
#define MUSTER_QUERY_LANGUAGE_PROBLEM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index/status/status_reason.h"
#include "query/language/expression.h"

namespace muster::query {

// The subject of a problem, for programs. Fields that don't apply are empty or 0.
struct Subject {
  std::string tag = {};
  std::string value = {};  // as text, without quotes
  std::vector<std::string> nearest =
      {};                       // tags, values, segments or lists that may have been meant, nearest first
  uint64_t limit = 0;           // the limit that was exceeded
  std::string first_date = {};  // the first date with answers about the tag
  std::string segment = {};     // a saved segment, or the one whose definition has the problem
  std::string list = {};        // an id list
};

// A problem (sent to clients as an ErrorReason) or a warning (a WarningReason). `message` is one sentence:
// what is wrong and what to do, without the place.
struct Problem {
  index::Reason reason = index::Reason::kSyntax;
  std::string message;
  SourceSpan span;
  Subject about = {};
};

// The maximum number of problems that are listed.
inline constexpr size_t kMaxProblems = 20;

// Line and column of a byte offset, both from 1; columns count code points.
struct Place {
  int line = 1;
  int column = 1;
};
Place PlaceOf(std::string_view text, int32_t offset);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_PROBLEM_H_
