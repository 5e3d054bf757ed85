// Refuses answers from tags that are older than the client can use.
#ifndef MUSTER_QUERY_QUESTIONS_FRESHNESS_H_
#define MUSTER_QUERY_QUESTIONS_FRESHNESS_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "query/questions/question_views.h"

namespace muster::query {

// FAILED_PRECONDITION, kStaleTags, naming the tags whose version in the request's view has a business date
// before the standpoint's `require_date`, or that were never loaded. OK when it requires none. Tags of other
// views are not looked at: an expression that names them asks for a past date itself. `tags`: by name, as
// QuestionViews::TagsByName returns them.
absl::Status CheckFresh(const QuestionViews& views, absl::Span<const TagInView> tags);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_FRESHNESS_H_
