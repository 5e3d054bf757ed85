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
#include "index/concurrency/work_budget.h"
#include "index/population/database.h"
#include "index/population/population.h"
#include "muster/v1/query_service.pb.h"
#include "query/questions/question.h"
#include "server/answers/answer_context.h"
#include "server/wire/page_token.h"

namespace muster::server {

// What a request asks of: a population at a snapshot.
struct View {
  std::shared_ptr<index::Population> population;
  std::shared_ptr<const index::Snapshot> snapshot;
  std::optional<absl::CivilDay> today;  // nothing: today in the population's zone
};

// A question, prepared on its snapshot.
struct Asked {
  std::shared_ptr<index::Population> population;
  std::shared_ptr<const index::Snapshot> snapshot;
  std::unique_ptr<query::Question> question;
};

// The population of a request. INVALID_ARGUMENT when the field is empty, NOT_FOUND when there is none of that
// name.
absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name);

// The view of a request that has the usual fields. `snapshot`: a receipt's, or empty for the current one; an
// empty `today` then means the receipt's day, else today in the population's zone.
absl::StatusOr<View> OpenView(const AnswerContext& context, const std::string& population,
                              const std::string& snapshot, const std::string& today);

// Prepares the question of a request; see OpenView and query::Prepare.
absl::StatusOr<Asked> Ask(const AnswerContext& context, const std::string& population,
                          const v1::ExpressionSource& expression, const std::string& snapshot,
                          const std::string& today, WorkBudget& budget,
                          query::PreparationTimes* times = nullptr);

// The snapshot that a page token names. FAILED_PRECONDITION at field page_token: see
// Population::OpenSnapshot. REQUIRES: the token has a view.
absl::StatusOr<std::shared_ptr<const index::Snapshot>> OpenPageView(index::Population& population,
                                                                    const PageToken& token);

// Prepares the question again for a later page: on the versions and the day of the first one.
absl::StatusOr<Asked> AskAt(const AnswerContext& context, const std::string& population,
                            const v1::ExpressionSource& expression, const PageToken& token,
                            WorkBudget& budget);

// The snapshot of an answer that read these versions of the view.
SnapshotToken TokenOf(const index::Population& population, const index::Snapshot& snapshot,
                      const index::VersionVector& versions, absl::CivilDay today);

// What makes the answer `count` repeatable.
v1::Receipt ReceiptOf(const AnswerContext& context, const Asked& asked, uint64_t count);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_ASKING_H_
