#include "server/answers/asking.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/questions/missing_tag.h"
#include "server/wire/answer_messages.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"
#include "text/nearest_names.h"
#include "text/sentence.h"
#include "text/shortened.h"

namespace muster::server {
namespace {

constexpr size_t kMaxShownNameBytes = 200;

// Prepares the question of `expression` at the given standpoint.
absl::StatusOr<QuestionPtr> AskFrom(query::Standpoint at, const v1::ExpressionSource& expression,
                                    WorkBudget& budget, query::PreparationTimes* times = nullptr) {
  ASSIGN_OR_RETURN(DecodedExpression decoded, DecodeSource(expression, "expression"));
  ASSIGN_OR_RETURN(query::PrepareResult prepared,
                   query::Prepare(decoded.wording, std::move(at), budget, times));
  if (prepared.question == nullptr) return ProblemsError("expression", expression, prepared.problems);
  return std::move(prepared.question);
}

// Words a problem of the binder for a request that names the tag in its own field.
absl::Status MissingTagError(const std::string& name, const query::MissingTag& missing) {
  std::string_view why = missing.why;
  if (!why.empty() && why.back() == '.') why.remove_suffix(1);
  const bool by_date = missing.reason == index::Reason::kBeforeFirstVersion;
  std::map<std::string, std::string> facts = {{std::string(index::kFactTag), name}};
  if (!missing.first_date.empty()) facts.emplace("first_date", missing.first_date);
  return FieldError(
      by_date ? "as_of" : "tag",
      Sentence("there is a tag '", Shortened(name, {.bytes = kMaxShownNameBytes}), "', but ", why),
      missing.reason, std::move(facts));
}

absl::Status UnknownTagError(const index::PopulationView& view, const std::string& name, WorkBudget& budget) {
  ASSIGN_OR_RETURN(std::vector<index::Tag> tags, view.tags().List(budget));
  std::vector<std::string> names;
  for (const index::Tag& known : tags) names.push_back(known.name);
  const std::vector<std::string> nearest = NearestNames(name, names, 3);
  const absl::Status unknown =
      index::WithReason(absl::NotFoundError(absl::StrCat(
                            "the population '", view.population().name(), "' has no tag '",
                            Shortened(name, {.bytes = kMaxShownNameBytes}), "'", DidYouMean(nearest))),
                        index::Reason::kUnknownTag);
  return index::WithFact(index::WithFact(unknown, index::kFactTag, name), index::kFactNearest,
                         nearest.empty() ? "" : nearest.front());
}

}  // namespace

absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name) {
  if (name.empty()) return FieldError("population", "the population is missing: say which one is meant");
  return database.FindPopulation(name);
}

absl::StatusOr<index::Tag> FindTag(const index::PopulationView& view, const std::string& name,
                                   WorkBudget& budget) {
  if (name.empty()) return FieldError("tag", "the tag is missing: say which one is meant");
  RETURN_IF_ERROR(budget.Check());
  ASSIGN_OR_RETURN(std::optional<index::Tag> tag, view.tags().Find(name));
  if (tag.has_value()) return *std::move(tag);
  ASSIGN_OR_RETURN(const std::optional<query::MissingTag> missing, query::WhyMissing(view, name));
  if (missing.has_value()) return MissingTagError(name, *missing);
  return UnknownTagError(view, name, budget);
}

absl::StatusOr<query::Standpoint> OpenView(const AnswerContext& context, const ViewFields& fields) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, fields.population));
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> today, DecodeOptionalDate("today", fields.today));
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> as_of, DecodeOptionalDate("as_of", fields.as_of));
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> require_date,
                   DecodeOptionalDate("require_date", fields.require_date));
  query::Standpoint at;
  if (fields.snapshot.empty()) {
    ASSIGN_OR_RETURN(at.view, population->CurrentView());
  } else {
    ASSIGN_OR_RETURN(const SnapshotToken token,
                     context.tokens.OpenSnapshot(fields.snapshot, fields.population));
    ASSIGN_OR_RETURN(at, OpenPinned(*population, token.views, token.today, "snapshot"));
    at.saved = token.saved;
  }
  if (as_of.has_value() && at.view->as_of() != as_of) {
    ASSIGN_OR_RETURN(at.view, query::OpenDated(at, *as_of));
    at.today = std::nullopt;
  }
  if (today.has_value()) at.today = today;
  at.require_date = require_date;
  return at;
}

absl::StatusOr<QuestionPtr> Ask(const AnswerContext& context, const ViewFields& fields,
                                const v1::ExpressionSource& expression, WorkBudget& budget,
                                query::PreparationTimes* times) {
  ASSIGN_OR_RETURN(query::Standpoint at, OpenView(context, fields));
  return AskFrom(std::move(at), expression, budget, times);
}

absl::StatusOr<query::Standpoint> OpenPinned(index::Population& population,
                                             absl::Span<const index::PinnedView> views, absl::CivilDay today,
                                             std::string_view field) {
  query::Standpoint at;
  at.today = today;
  for (const index::PinnedView& view : views) {
    absl::StatusOr<query::ViewPtr> opened = population.OpenView(view);
    if (!opened.ok()) return AtField(opened.status(), field);
    if (at.view == nullptr) {
      at.view = *std::move(opened);
    } else {
      at.dated.push_back(*std::move(opened));
    }
  }
  return at;
}

absl::StatusOr<QuestionPtr> AskAt(const AnswerContext& context, const std::string& population,
                                  const v1::ExpressionSource& expression, const PageToken& token,
                                  WorkBudget& budget) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> found,
                   FindPopulation(context.database, population));
  ASSIGN_OR_RETURN(query::Standpoint at, OpenPinned(*found, token.views, token.today, "page_token"));
  at.saved = token.saved;
  return AskFrom(std::move(at), expression, budget);
}

absl::StatusOr<v1::Receipt> ReceiptOf(const AnswerContext& context, const query::Question& question,
                                      uint64_t count) {
  SnapshotToken token{question.view().population().name(), {}, question.today(), question.saved()};
  ASSIGN_OR_RETURN(token.views, question.Pins());
  return EncodeReceipt(context.tokens, token, question.canonical(), count);
}

}  // namespace muster::server
