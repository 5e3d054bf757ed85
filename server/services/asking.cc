#include "server/services/asking.h"

#include <optional>
#include <utility>

#include "index/catalog/civil_text.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expression_decoder.h"
#include "server/wire/page_token.h"

namespace muster::server {
namespace {

// The question of `expression` on asked.snapshot. Nothing as `today`: today in the population's zone.
absl::Status Prepare(const v1::ExpressionSource& expression, std::optional<absl::CivilDay> today,
                     Asked& asked) {
  absl::StatusOr<query::PrepareResult> prepared;
  const std::string* text = nullptr;
  switch (expression.source_case()) {
    case v1::ExpressionSource::kText:
      text = &expression.text();
      prepared = query::PrepareText(*text, *asked.population, asked.snapshot, today);
      break;
    case v1::ExpressionSource::kTree: {
      absl::StatusOr<query::ExpressionPtr> tree = DecodeExpression(expression.tree(), "expression.tree");
      if (!tree.ok()) return tree.status();
      prepared = query::PrepareTree(**tree, *asked.population, asked.snapshot, today);
      break;
    }
    case v1::ExpressionSource::SOURCE_NOT_SET:
      return FieldError("expression",
                        "the expression is missing: give `text` or `tree`; everybody is EVERYONE");
  }
  if (!prepared.ok()) return prepared.status();
  if (prepared->question == nullptr) return ProblemsError("expression", text, prepared->problems);
  asked.question = std::move(prepared->question);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<index::Population*> FindPopulation(index::Database& database, const std::string& name) {
  if (name.empty()) return FieldError("population", "the population is missing: say which one is meant");
  return database.FindPopulation(name);
}

absl::StatusOr<Asked> Ask(index::Database& database, const std::string& population,
                          const v1::ExpressionSource& expression, const std::string& snapshot,
                          const std::string& today) {
  Asked asked;
  absl::StatusOr<index::Population*> found = FindPopulation(database, population);
  if (!found.ok()) return found.status();
  asked.population = *found;
  absl::StatusOr<std::optional<absl::CivilDay>> day = DecodeOptionalDate("today", today);
  if (!day.ok()) return day.status();
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened;
  if (snapshot.empty()) {
    opened = asked.population->CurrentSnapshot();
  } else {
    absl::StatusOr<SnapshotToken> token = OpenSnapshot(snapshot, population);
    if (!token.ok()) return token.status();
    if (!day->has_value()) *day = token->today;
    opened = asked.population->OpenSnapshot(token->versions);
  }
  if (!opened.ok()) return opened.status();
  asked.snapshot = *std::move(opened);
  if (absl::Status status = Prepare(expression, *day, asked); !status.ok()) return status;
  return asked;
}

absl::StatusOr<Asked> AskAt(index::Database& database, const std::string& population,
                            const v1::ExpressionSource& expression, const index::VersionVector& versions,
                            absl::CivilDay today) {
  Asked asked;
  absl::StatusOr<index::Population*> found = FindPopulation(database, population);
  if (!found.ok()) return found.status();
  asked.population = *found;
  absl::StatusOr<std::shared_ptr<const index::Snapshot>> opened = asked.population->OpenSnapshot(versions);
  if (!opened.ok()) return opened.status();
  asked.snapshot = *std::move(opened);
  if (absl::Status status = Prepare(expression, today, asked); !status.ok()) return status;
  return asked;
}

void EncodeWarnings(const query::Question& question,
                    google::protobuf::RepeatedPtrField<v1::Warning>& warnings) {
  for (const query::Problem& warning : question.warnings()) {
    if (warnings.size() == static_cast<int>(query::kMaxProblems)) return;
    v1::Warning& encoded = *warnings.Add();
    encoded.set_message(warning.message);
    encoded.set_offset(warning.span.offset);
    encoded.set_length(warning.span.length);
  }
}

v1::Receipt EncodeReceipt(const Asked& asked, uint64_t count) {
  v1::Receipt receipt;
  receipt.set_expression(asked.question->canonical());
  receipt.set_snapshot(
      SealSnapshot({asked.population->name(), asked.question->versions(), asked.question->today()}));
  receipt.set_today(index::DateText(asked.question->today()));
  receipt.set_count(count);
  return receipt;
}

}  // namespace muster::server
