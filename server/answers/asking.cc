#include "server/answers/asking.h"

#include <optional>
#include <utility>

#include "index/status/status_macros.h"
#include "server/wire/answer_messages.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"

namespace muster::server {
namespace {

// The question of `expression` on the view.
absl::StatusOr<Asked> AskOf(View view, const v1::ExpressionSource& expression, WorkBudget& budget,
                            query::PreparationTimes* times = nullptr) {
  ASSIGN_OR_RETURN(DecodedExpression decoded, DecodeSource(expression, "expression"));
  ASSIGN_OR_RETURN(query::PrepareResult prepared, query::Prepare(decoded.wording, *view.population,
                                                                 view.snapshot, view.today, budget, times));
  if (prepared.question == nullptr) return ProblemsError("expression", expression, prepared.problems);
  return Asked{view.population, std::move(view.snapshot), std::move(prepared.question)};
}

}  // namespace

absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name) {
  if (name.empty()) return FieldError("population", "the population is missing: say which one is meant");
  return database.FindPopulation(name);
}

absl::StatusOr<View> OpenView(const AnswerContext& context, const std::string& population,
                              const std::string& snapshot, const std::string& today) {
  View view;
  ASSIGN_OR_RETURN(view.population, FindPopulation(context.database, population));
  ASSIGN_OR_RETURN(view.today, DecodeOptionalDate("today", today));
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened;
  if (snapshot.empty()) {
    opened = view.population->CurrentSnapshot();
  } else {
    ASSIGN_OR_RETURN(SnapshotToken token, context.tokens.OpenSnapshot(snapshot, population));
    if (!view.today.has_value()) view.today = token.today;
    opened = view.population->OpenSnapshot(token.views.front());
    if (!opened.ok()) return AtField(opened.status(), "snapshot");
  }
  RETURN_IF_ERROR(opened.status());
  view.snapshot = *std::move(opened);
  return view;
}

absl::StatusOr<Asked> Ask(const AnswerContext& context, const std::string& population,
                          const v1::ExpressionSource& expression, const std::string& snapshot,
                          const std::string& today, WorkBudget& budget, query::PreparationTimes* times) {
  ASSIGN_OR_RETURN(View view, OpenView(context, population, snapshot, today));
  return AskOf(std::move(view), expression, budget, times);
}

absl::StatusOr<std::shared_ptr<const index::Snapshot>> OpenPageView(index::Population& population,
                                                                    const PageToken& token) {
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened =
      population.OpenSnapshot(token.views.front());
  if (!opened.ok()) return AtField(opened.status(), "page_token");
  return opened;
}

absl::StatusOr<Asked> AskAt(const AnswerContext& context, const std::string& population,
                            const v1::ExpressionSource& expression, const PageToken& token,
                            WorkBudget& budget) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> found, FindPopulation(context.database, population));
  ASSIGN_OR_RETURN(std::shared_ptr<const index::Snapshot> opened, OpenPageView(*found, token));
  return AskOf({found, std::move(opened), token.today}, expression, budget);
}

SnapshotToken TokenOf(const index::Population& population, const index::Snapshot& snapshot,
                      const index::VersionVector& versions, absl::CivilDay today) {
  return {population.name(), {snapshot.Pin(versions)}, today};
}

v1::Receipt ReceiptOf(const AnswerContext& context, const Asked& asked, uint64_t count) {
  const query::Question& question = *asked.question;
  return EncodeReceipt(context.tokens,
                       TokenOf(*asked.population, *asked.snapshot, question.versions(), question.today()),
                       question.canonical(), count);
}

}  // namespace muster::server
