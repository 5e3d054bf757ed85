#include "server/services/asking.h"

#include <optional>
#include <utility>

#include "index/text/civil_text.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expression_decoder.h"
#include "server/wire/problem_messages.h"

namespace muster::server {
namespace {

// The question of `expression` on the view.
absl::StatusOr<Asked> AskOf(View view, const v1::ExpressionSource& expression, WorkBudget& budget,
                            query::PreparationTimes* times = nullptr) {
  absl::StatusOr<DecodedExpression> decoded = DecodeSource(expression, "expression");
  if (!decoded.ok()) return decoded.status();
  absl::StatusOr<query::PrepareResult> prepared =
      query::Prepare(decoded->wording, *view.population, view.snapshot, view.today, budget, times);
  if (!prepared.ok()) return prepared.status();
  if (prepared->question == nullptr) return ProblemsError("expression", expression, prepared->problems);
  return Asked{view.population, std::move(view.snapshot), std::move(prepared->question)};
}

}  // namespace

absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(index::Database& database,
                                                                  const std::string& name) {
  if (name.empty()) return FieldError("population", "the population is missing: say which one is meant");
  return database.FindPopulation(name);
}

absl::StatusOr<DecodedExpression> DecodeSource(const v1::ExpressionSource& expression,
                                               std::string_view field) {
  DecodedExpression decoded;
  switch (expression.source_case()) {
    case v1::ExpressionSource::kText:
      decoded.wording.text = expression.text();
      return decoded;
    case v1::ExpressionSource::kTree: {
      absl::StatusOr<query::ExpressionPtr> tree =
          DecodeExpression(expression.tree(), std::string(field) + ".tree");
      if (!tree.ok()) return tree.status();
      decoded.tree = *std::move(tree);
      decoded.wording.tree = decoded.tree.get();
      return decoded;
    }
    case v1::ExpressionSource::SOURCE_NOT_SET:
      break;
  }
  return FieldError(field, "the expression is missing: give `text` or `tree`; everybody is EVERYONE");
}

absl::StatusOr<View> OpenView(const ServiceContext& context, const std::string& population,
                              const std::string& snapshot, const std::string& today) {
  View view;
  absl::StatusOr<std::shared_ptr<index::Population>> found = FindPopulation(context.database, population);
  if (!found.ok()) return found.status();
  view.population = *found;
  absl::StatusOr<std::optional<absl::CivilDay>> day = DecodeOptionalDate("today", today);
  if (!day.ok()) return day.status();
  view.today = *day;
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened;
  if (snapshot.empty()) {
    opened = view.population->CurrentSnapshot();
  } else {
    absl::StatusOr<SnapshotToken> token = context.tokens.OpenSnapshot(snapshot, population);
    if (!token.ok()) return token.status();
    if (!view.today.has_value()) view.today = token->today;
    opened = view.population->OpenSnapshot(token->views.front());
    if (!opened.ok()) return AtField(opened.status(), "snapshot");
  }
  if (!opened.ok()) return opened.status();
  view.snapshot = *std::move(opened);
  return view;
}

absl::StatusOr<Asked> Ask(const ServiceContext& context, const std::string& population,
                          const v1::ExpressionSource& expression, const std::string& snapshot,
                          const std::string& today, WorkBudget& budget, query::PreparationTimes* times) {
  absl::StatusOr<View> view = OpenView(context, population, snapshot, today);
  if (!view.ok()) return view.status();
  return AskOf(*std::move(view), expression, budget, times);
}

absl::StatusOr<std::shared_ptr<const index::Snapshot>> OpenPageView(index::Population& population,
                                                                    const PageToken& token) {
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened =
      population.OpenSnapshot(token.views.front());
  if (!opened.ok()) return AtField(opened.status(), "page_token");
  return opened;
}

absl::StatusOr<Asked> AskAt(const ServiceContext& context, const std::string& population,
                            const v1::ExpressionSource& expression, const PageToken& token,
                            WorkBudget& budget) {
  absl::StatusOr<std::shared_ptr<index::Population>> found = FindPopulation(context.database, population);
  if (!found.ok()) return found.status();
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened = OpenPageView(**found, token);
  if (!opened.ok()) return opened.status();
  return AskOf({*found, *std::move(opened), token.today}, expression, budget);
}

void EncodeUnknown(const std::vector<query::UnknownCount>& unknown,
                   google::protobuf::RepeatedPtrField<v1::UnknownMembers>& encoded) {
  for (const query::UnknownCount& tag : unknown) {
    v1::UnknownMembers& added = *encoded.Add();
    added.set_tag(tag.tag);
    added.set_member_count(tag.member_count);
  }
}

SnapshotToken TokenOf(const index::Population& population, const index::Snapshot& snapshot,
                      const index::VersionVector& versions, absl::CivilDay today) {
  return {population.name(), {snapshot.Pin(versions)}, today};
}

v1::Receipt EncodeReceipt(const Tokens& tokens, const SnapshotToken& snapshot, const std::string& canonical,
                          uint64_t count) {
  v1::Receipt receipt;
  receipt.set_expression(canonical);
  receipt.set_snapshot(tokens.SealSnapshot(snapshot));
  receipt.set_today(index::DateText(snapshot.today));
  receipt.set_count(count);
  return receipt;
}

v1::Receipt EncodeReceipt(const Tokens& tokens, const Asked& asked, uint64_t count) {
  const query::Question& question = *asked.question;
  return EncodeReceipt(tokens,
                       TokenOf(*asked.population, *asked.snapshot, question.versions(), question.today()),
                       question.canonical(), count);
}

}  // namespace muster::server
