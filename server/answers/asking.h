// Prepares a question from the fields that all questions share (population, expression, snapshot, today).
#ifndef MUSTER_SERVER_ANSWERS_ASKING_H_
#define MUSTER_SERVER_ANSWERS_ASKING_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/population/database.h"
#include "index/population/population.h"
#include "muster/v1/query_service.pb.h"
#include "query/questions/question.h"
#include "server/answers/answer_context.h"
#include "server/wire/page_token.h"

namespace muster::server {

using QuestionPtr = std::unique_ptr<query::Question>;

// The population that a request names. INVALID_ARGUMENT when the field is empty, NOT_FOUND when no population
// has that name.
absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name);

// The fields of a request that select the state to read. References to the request's strings.
struct ViewFields {
  const std::string& population;
  const std::string& snapshot;  // of a receipt; empty: the current state
  const std::string& today;     // empty: the receipt's day, else `as_of`, else today in the population's zone
  const std::string& as_of;     // empty: the receipt's view, else now
  std::string_view require_date = {};  // empty: answers from what there is
};
template <typename Request>
ViewFields ViewFieldsOf(const Request& request) {
  std::string_view require_date;
  if constexpr (requires { request.require_date(); }) require_date = request.require_date();
  return {request.population(), request.snapshot(), request.today(), request.as_of(), require_date};
}

// Opens the view that the request selects.
absl::StatusOr<query::Standpoint> OpenView(const AnswerContext& context, const ViewFields& fields);

// The tag that a request names in its field `tag`. INVALID_ARGUMENT when the field is empty, or when only the
// view lacks the tag: kUnknownTag as in an expression, or kBeforeFirstVersion at the field `as_of`.
// NOT_FOUND, kUnknownTag, when the population lacks it; the search for similar names is charged to `budget`.
absl::StatusOr<index::Tag> FindTag(const index::PopulationView& view, const std::string& name,
                                   WorkBudget& budget);

// Prepares the question of a request; see OpenView and query::Prepare.
absl::StatusOr<QuestionPtr> Ask(const AnswerContext& context, const ViewFields& fields,
                                const v1::ExpressionSource& expression, WorkBudget& budget,
                                query::PreparationTimes* times = nullptr);

// Opens the views named in a token, with its value of TODAY. FAILED_PRECONDITION at `field`: see
// Population::OpenView. REQUIRES: `views` isn't empty.
absl::StatusOr<query::Standpoint> OpenPinned(index::Population& population,
                                             absl::Span<const index::PinnedView> views, absl::CivilDay today,
                                             std::string_view field);

// Prepares the question again for a later page, with the versions and the day of the first page.
absl::StatusOr<QuestionPtr> AskAt(const AnswerContext& context, const std::string& population,
                                  const v1::ExpressionSource& expression, const PageToken& token,
                                  WorkBudget& budget);

// The receipt that makes the answer `count` repeatable.
absl::StatusOr<v1::Receipt> ReceiptOf(const AnswerContext& context, const query::Question& question,
                                      uint64_t count);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_ASKING_H_
