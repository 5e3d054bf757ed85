#include "server/answers/batch_count.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "query/questions/batch.h"
#include "server/answers/asking.h"
#include "server/answers/elapsed.h"
#include "server/wire/answer_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

absl::Status CheckSize(int expressions, const query::BatchLimits& limits) {
  if (expressions == 0) return FieldError("expressions", "there is no expression: give at least one");
  if (static_cast<size_t>(expressions) <= limits.max_expressions) return absl::OkStatus();
  return LimitError("expressions",
                    absl::StrCat("there are ", expressions, " expressions, and a batch has at most ",
                                 limits.max_expressions,
                                 ": ask the rest in further calls, with the snapshot of the first answer"),
                    limits.max_expressions);
}

std::string FieldOf(int index) { return absl::StrCat("expressions[", index, "].expression"); }

// A client's key for an expression: an id or a title fits.
constexpr size_t kMaxKeyBytes = 256;

absl::Status CheckKeys(const v1::BatchCountMembersRequest& request) {
  for (int i = 0; i < request.expressions_size(); ++i) {
    const size_t bytes = request.expressions(i).key().size();
    if (bytes <= kMaxKeyBytes) continue;
    return LimitError(absl::StrCat("expressions[", i, "].key"),
                      absl::StrCat("a key has at most ", kMaxKeyBytes, " bytes, and this one has ", bytes),
                      kMaxKeyBytes);
  }
  return absl::OkStatus();
}

// What the receipts of a batch's results share.
struct Receipts {
  const Tokens& tokens;
  const std::string& population;
  const absl::CivilDay today;

  SnapshotToken TokenOf(const std::vector<index::PinnedView>& pins,
                        const std::vector<index::SavedPin>& saved) const {
    return {population, pins, today, saved};
  }
};

void SetCount(const Receipts& receipts, std::string_view field, const v1::ExpressionSource& expression,
              const query::BatchAnswer& answer, v1::BatchCountMembersResult& result) {
  v1::ExpressionCount& counted = *result.mutable_counted();
  counted.set_count(answer.count);
  EncodeWarnings(field, expression, answer.warnings, *counted.mutable_warnings());
  EncodeUnknown(answer.unknown, *counted.mutable_unknown());
  for (const std::string& notice : answer.notices) counted.add_notices(notice);
  *counted.mutable_receipt() = EncodeReceipt(receipts.tokens, receipts.TokenOf(answer.pins, answer.saved),
                                             answer.canonical, answer.count);
}

// The expressions that could be decoded, with their positions in the request.
struct DecodedBatch {
  std::vector<DecodedExpression> expressions;
  std::vector<query::Wording> wordings;
  std::vector<int> indices;
};

// Writes an error into the result of each expression that can't be decoded.
DecodedBatch Decode(const v1::BatchCountMembersRequest& request, v1::BatchCountMembersResponse& response) {
  DecodedBatch decoded;
  for (int i = 0; i < request.expressions_size(); ++i) {
    v1::BatchCountMembersResult& result = *response.add_results();
    result.set_key(request.expressions(i).key());
    absl::StatusOr<DecodedExpression> expression =
        DecodeSource(request.expressions(i).expression(), FieldOf(i));
    if (!expression.ok()) {
      *result.mutable_error() = EncodeError(expression.status());
      continue;
    }
    decoded.wordings.push_back(expression->wording);
    decoded.expressions.push_back(*std::move(expression));
    decoded.indices.push_back(i);
  }
  return decoded;
}

}  // namespace

absl::Status BatchCountMembers(const AnswerContext& context, const v1::BatchCountMembersRequest& request,
                               const CallContext& call, v1::BatchCountMembersResponse& response) {
  const query::BatchLimits limits;
  RETURN_IF_ERROR(CheckSize(request.expressions_size(), limits));
  RETURN_IF_ERROR(CheckKeys(request));
  ASSIGN_OR_RETURN(const query::Standpoint at, OpenView(context, ViewFieldsOf(request)));
  const absl::Time start = absl::Now();
  const DecodedBatch decoded = Decode(request, response);
  ASSIGN_OR_RETURN(const query::BatchAnswers batch,
                   query::CountBatch(decoded.wordings, at, call.budget, {limits, call.helpers}));
  response.set_evaluation_us(MicrosSince(start));
  const Receipts receipts{context.tokens, at.view->population().name(), batch.today};
  for (size_t i = 0; i < batch.answers.size(); ++i) {
    const query::BatchAnswer& answer = batch.answers[i];
    const int index = decoded.indices[i];
    v1::BatchCountMembersResult& result = *response.mutable_results(index);
    const std::string field = FieldOf(index);
    const v1::ExpressionSource& expression = request.expressions(index).expression();
    if (!answer.stale.ok()) {
      *result.mutable_error() = EncodeError(answer.stale);
    } else if (answer.problems.empty()) {
      SetCount(receipts, field, expression, answer, result);
    } else {
      *result.mutable_error() = EncodeError(ProblemsError(field, expression, answer.problems));
    }
  }
  response.set_population_member_count(batch.member_count);
  response.set_snapshot(context.tokens.SealSnapshot(receipts.TokenOf(batch.pins, batch.saved)));
  response.set_today(DateText(batch.today));
  return absl::OkStatus();
}

}  // namespace muster::server
