// From the fields that all questions have (population, expression, snapshot, today) to a prepared question.
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

// The population of a request. INVALID_ARGUMENT when the field is empty, NOT_FOUND when there is none of that
// name.
absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name);

// The fields of a request that say which state it asks of. Borrows their texts.
struct ViewFields {
  const std::string& population;
  const std::string& snapshot;  // a receipt's; empty: the current state
  const std::string& today;     // empty: the receipt's day, else `as_of`, else today in the population's zone
  const std::string& as_of;     // empty: the receipt's view, else now
};
template <typename Request>
ViewFields ViewFieldsOf(const Request& request) {
  return {request.population(), request.snapshot(), request.today(), request.as_of()};
}

// What the request is asked of.
absl::StatusOr<query::Standpoint> OpenView(const AnswerContext& context, const ViewFields& fields);

// The tag of a request's field `tag`. INVALID_ARGUMENT when it is empty, or when the population has it and
// the view doesn't: as in an expression kUnknownTag, or kBeforeFirstVersion at the field `as_of`. NOT_FOUND,
// kUnknownTag, when the population has none of that name; looking for the nearest ones is spent of `budget`.
absl::StatusOr<index::Tag> FindTag(const index::PopulationView& view, const std::string& name,
                                   WorkBudget& budget);

// Prepares the question of a request; see OpenView and query::Prepare.
absl::StatusOr<QuestionPtr> Ask(const AnswerContext& context, const ViewFields& fields,
                                const v1::ExpressionSource& expression, WorkBudget& budget,
                                query::PreparationTimes* times = nullptr);

// The views that a token names, and its TODAY. FAILED_PRECONDITION at `field`: see Population::OpenView.
// REQUIRES: there is a view.
absl::StatusOr<query::Standpoint> OpenPinned(index::Population& population,
                                             absl::Span<const index::PinnedView> views, absl::CivilDay today,
                                             std::string_view field);

// Prepares the question again for a later page: on the versions and the day of the first one.
absl::StatusOr<QuestionPtr> AskAt(const AnswerContext& context, const std::string& population,
                                  const v1::ExpressionSource& expression, const PageToken& token,
                                  WorkBudget& budget);

// What makes the answer `count` repeatable.
absl::StatusOr<v1::Receipt> ReceiptOf(const AnswerContext& context, const query::Question& question,
                                      uint64_t count);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_ASKING_H_
