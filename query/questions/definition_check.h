// An expression that is to become the definition of a saved segment.
#ifndef MUSTER_QUERY_QUESTIONS_DEFINITION_CHECK_H_
#define MUSTER_QUERY_QUESTIONS_DEFINITION_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/concurrency/work_budget.h"
#include "index/segments/segment.h"
#include "query/language/problem.h"
#include "query/questions/question_views.h"
#include "query/questions/wording.h"

namespace muster::query {

// What can be saved, or at least one problem and nothing else.
struct CheckedDefinition {
  std::vector<Problem> problems;
  index::SegmentDefinition definition;  // its text is the wording's, or its tree as text
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
};

// Checks what a count of the expression would: that it can be read, that tags, literals and segments exist
// and go together. A way from it back to `owner`, the segment's name in Unicode's form C, is a problem too.
// Statuses are the store's and the budget's.
absl::StatusOr<CheckedDefinition> CheckDefinition(const Wording& wording, const std::string& owner,
                                                  Standpoint at, WorkBudget& budget);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_DEFINITION_CHECK_H_
