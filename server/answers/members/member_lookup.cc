#include "server/answers/members/member_lookup.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/questions/why.h"
#include "server/answers/asking.h"
#include "server/answers/elapsed.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"
#include "server/wire/expressions/why_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

absl::Status CheckFields(const v1::LookupMemberRequest& request, const query::WhyLimits& limits) {
  if (request.member_id().empty()) return FieldError("member_id", "the member id is empty: say who is meant");
  const auto expressions = static_cast<size_t>(request.expressions_size());
  if (expressions > limits.max_expressions) {
    return LimitError("expressions",
                      absl::StrCat("there are ", expressions, " expressions, and a lookup has at most ",
                                   limits.max_expressions, ": ask the rest in further calls"),
                      limits.max_expressions);
  }
  if (expressions > 0) return absl::OkStatus();
  constexpr char kAlone[] = "it is for expressions, and there is none: leave it out";
  if (!request.snapshot().empty()) return FieldError("snapshot", kAlone);
  if (!request.today().empty()) return FieldError("today", kAlone);
  return absl::OkStatus();
}

absl::StatusOr<index::Ordinal> FindMember(const index::PopulationView& view,
                                          const v1::LookupMemberRequest& request) {
  ASSIGN_OR_RETURN(const std::optional<index::Ordinal> ordinal, view.members().Find(request.member_id()));
  if (ordinal.has_value()) return *ordinal;
  const absl::Status unknown = index::WithReason(
      absl::NotFoundError(
          absl::StrCat("the population '", request.population(), "' has no member '", request.member_id(),
                       "'; ids are compared byte for byte, so check capitals, zeros and spaces")),
      index::Reason::kUnknownMember);
  return index::WithFact(unknown, index::kFactValue, request.member_id());
}

std::string FieldOf(size_t index) { return absl::StrCat("expressions[", index, "]"); }

// Whether the member is in the sets of the request's expressions, and why.
absl::Status AnswerWhy(const v1::LookupMemberRequest& request, query::Standpoint at, index::Ordinal member,
                       WorkBudget& budget, v1::LookupMemberResponse& response) {
  std::vector<DecodedExpression> decoded;
  std::vector<query::Wording> wordings;
  for (int i = 0; i < request.expressions_size(); ++i) {
    ASSIGN_OR_RETURN(DecodedExpression expression,
                     DecodeSource(request.expressions(i), FieldOf(static_cast<size_t>(i))));
    wordings.push_back(expression.wording);
    decoded.push_back(std::move(expression));
  }
  const absl::Time start = absl::Now();
  absl::StatusOr<query::WhyAnswers> why = query::ExplainMember(wordings, member, std::move(at), budget);
  RETURN_IF_ERROR(why.status());
  response.set_evaluation_us(MicrosSince(start));
  for (size_t i = 0; i < why->answers.size(); ++i) {
    const query::WhyAnswer& answer = why->answers[i];
    const v1::ExpressionSource& expression = request.expressions(static_cast<int>(i));
    if (!answer.problems.empty()) return ProblemsError(FieldOf(i), expression, answer.problems);
    EncodeWhy(FieldOf(i), expression, answer, *why, *response.add_why());
  }
  response.set_first_date(DateText(why->first_date));
  response.set_today(DateText(why->today));
  return absl::OkStatus();
}

}  // namespace

absl::Status LookupMember(const AnswerContext& context, const v1::LookupMemberRequest& request,
                          const CallContext& call, v1::LookupMemberResponse& response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  RETURN_IF_ERROR(CheckFields(request, query::WhyLimits()));
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(query::Standpoint at, OpenView(context, ViewFieldsOf(request)));
  ASSIGN_OR_RETURN(const index::Ordinal member, FindMember(*at.view, request));
  response.set_member_id(request.member_id());
  if (request.expressions_size() > 0) return AnswerWhy(request, std::move(at), member, call.budget, response);
  ASSIGN_OR_RETURN(const index::MemberProfile profile,
                   at.view->members().Profile(member, population->time_zone(), call.budget));
  EncodeProfile(profile, response);
  response.set_evaluation_us(MicrosSince(start));
  return absl::OkStatus();
}

}  // namespace muster::server
