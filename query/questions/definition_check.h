// Checks the definition of a saved segment before it is stored.
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
#include "query/segments/segment_names.h"

namespace muster::query {

// A definition that can be saved, or at least one problem and nothing else.
struct CheckedDefinition {
  std::vector<Problem> problems;
  index::SegmentDefinition definition;  // with the wording's text, or its tree printed as text
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  SaltPlaces salts;  // of the definition
};

// Checks the expression as a count would: it can be parsed, its tags and segments exist, and its literals fit
// the tags. It must not lead back to `owner`, the segment's name in Unicode's form C. Returns errors of the
// store and the budget.
absl::StatusOr<CheckedDefinition> CheckDefinition(const Wording& wording, const std::string& owner,
                                                  Standpoint at, WorkBudget& budget);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_DEFINITION_CHECK_H_
