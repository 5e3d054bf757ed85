#include "server/answers/loads/load_outcome.h"

#include "absl/status/statusor.h"
#include "server/answers/asking.h"
#include "server/wire/load_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

// The members that the coverage of its tags is a share of: those who had joined by the load's date.
uint64_t CountEveryone(const AnswerContext& context, const std::string& population,
                       const index::LoadResult& result) {
  if (!result.is_late) return result.member_count;
  const std::string none, date = DateText(result.business_date);
  v1::ExpressionSource everyone;
  everyone.set_text("EVERYONE");
  const absl::StatusOr<QuestionPtr> question =
      Ask(context, {population, none, none, date}, everyone, WorkBudget::Unlimited());
  // The load is published whether or not the count succeeds.
  return question.ok() ? (*question)->member_count() : result.member_count;
}

}  // namespace

v1::LoadRecordsResponse AnswerOf(const AnswerContext& context, const std::string& population,
                                 const index::LoadResult& result) {
  // Who had joined by the date of a late dry run can't be asked for, because it isn't published.
  const bool unknown = result.dry_run && result.is_late && !result.already_published;
  const uint64_t everyone = unknown            ? 0
                            : result.published ? CountEveryone(context, population, result)
                                               : result.member_count;
  return EncodeLoadResult(result, everyone);
}

std::string NoteResult(const index::LoadResult& result, LoadEvent& event) {
  event.label = result.label;
  event.date = DateText(result.business_date);
  event.records = result.records;
  event.rejected = result.rejected_records;
  return result.dry_run             ? "dry run"
         : result.already_published ? "published before"
         : result.published         ? "published"
                                    : "empty";
}

}  // namespace muster::server
