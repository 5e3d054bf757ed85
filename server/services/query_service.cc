#include "server/services/query_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/services/asking.h"
#include "server/services/batch_count.h"
#include "server/services/elapsed.h"
#include "server/services/member_pages.h"
#include "server/services/member_stream.h"
#include "server/services/unary_call.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/problem_messages.h"

namespace muster::server {
namespace {

absl::Status AnswerCount(const ServiceContext& context, const v1::CountMembersRequest& request,
                         const CallContext& call, v1::CountMembersResponse& response) {
  ASSIGN_OR_RETURN(Asked asked, Ask(context, request.population(), request.expression(), request.snapshot(),
                                    request.today(), call.budget));
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(uint64_t count, asked.question->Count(call.budget, nullptr, call.helpers));
  response.set_evaluation_us(MicrosSince(start));
  response.set_count(count);
  response.set_population_member_count(asked.snapshot->member_count());
  ASSIGN_OR_RETURN(std::vector<query::UnknownCount> unknown, asked.question->Unknown());
  EncodeUnknown(unknown, *response.mutable_unknown());
  EncodeWarnings("expression", request.expression(), asked.question->warnings(),
                 *response.mutable_warnings());
  *response.mutable_receipt() = EncodeReceipt(context.tokens, asked, count);
  return absl::OkStatus();
}

// The most frequent first.
void EncodeWays(const query::WayCounts& ways, google::protobuf::RepeatedPtrField<v1::PlanWay>& encoded) {
  for (size_t way = 0; way < ways.size(); ++way) {
    if (ways[way] == 0) continue;
    v1::PlanWay& added = *encoded.Add();
    added.set_description(std::string(query::NameOf(static_cast<query::ChunkWay>(way))));
    added.set_chunks(ways[way]);
  }
  std::stable_sort(encoded.begin(), encoded.end(),
                   [](const v1::PlanWay& a, const v1::PlanWay& b) { return a.chunks() > b.chunks(); });
}

// Clients' protobuf refuses messages that are nested more than 100 deep, and expressions as text may be twice
// as deep.
constexpr int kMaxPlanDepth = 90;

void EncodePlan(const query::ProgramDescription& plan, int depth, v1::PlanNode& encoded) {
  encoded.set_description(plan.text);
  encoded.set_estimated_count(plan.estimated_count);
  encoded.set_actual_count(plan.actual_count);
  encoded.set_chunks_scanned(plan.measured.chunks_scanned);
  encoded.set_chunks_skipped(plan.measured.chunks_skipped);
  encoded.set_bytes_read(plan.measured.bytes_read);
  encoded.set_evaluation_us((plan.measured.nanoseconds + 500) / 1000);
  EncodeWays(plan.measured.ways, *encoded.mutable_ways());
  if (depth == kMaxPlanDepth && !plan.operands.empty()) {
    encoded.set_description(absl::StrCat(plan.text, " (its operands lie too deep to be shown)"));
    return;
  }
  for (const query::ProgramDescription& operand : plan.operands)
    EncodePlan(operand, depth + 1, *encoded.add_operands());
}

absl::Status AnswerExplain(const ServiceContext& context, const v1::ExplainExpressionRequest& request,
                           WorkBudget& budget, v1::ExplainExpressionResponse& response) {
  query::PreparationTimes times;
  ASSIGN_OR_RETURN(Asked asked, Ask(context, request.population(), request.expression(), request.snapshot(),
                                    request.today(), budget, &times));
  ASSIGN_OR_RETURN(query::Explanation explanation, asked.question->Explain(budget));
  response.set_understanding_us(times.understanding_us);
  response.set_planning_us(times.planning_us);
  response.set_evaluation_us(explanation.counting_us);
  response.set_analysis_us(explanation.analysis_us);
  response.set_canonical(asked.question->canonical());
  EncodePlan(explanation.plan, 1, *response.mutable_plan());
  response.set_count(explanation.count);
  response.set_chunks_scanned(explanation.statistics.chunks_scanned);
  response.set_chunks_skipped(explanation.statistics.chunks_skipped);
  response.set_bytes_read(explanation.statistics.bytes_read);
  EncodeWarnings("expression", request.expression(), asked.question->warnings(),
                 *response.mutable_warnings());
  for (const std::string& notice : asked.question->notices()) response.add_notices(notice);
  return absl::OkStatus();
}

absl::Status AnswerLookup(const ServiceContext& context, const v1::LookupMemberRequest& request,
                          v1::LookupMemberResponse& response) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  if (request.member_id().empty()) return FieldError("member_id", "the member id is empty: say who is meant");
  ASSIGN_OR_RETURN(std::shared_ptr<const index::Snapshot> snapshot, population->CurrentSnapshot());
  ASSIGN_OR_RETURN(std::optional<index::Ordinal> ordinal,
                   population->FindMember(*snapshot, request.member_id()));
  if (!ordinal.has_value()) {
    return index::WithReason(
        absl::NotFoundError(
            absl::StrCat("The population `", request.population(), "` has no member `", request.member_id(),
                         "`: ids are compared byte for byte; check capitals, zeros and spaces.")),
        index::Reason::kUnknownMember);
  }
  ASSIGN_OR_RETURN(index::MemberProfile profile, population->Profile(*snapshot, *ordinal));
  response.set_member_id(request.member_id());
  EncodeProfile(profile, response);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* QueryService::CountMembers(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return AnswerUnary<v1::CountMembersRequest, v1::CountMembersResponse>(
      context_, *context, request, response,
      [this](const auto& decoded, const CallContext& call, auto& encoded) {
        return AnswerCount(context_, decoded, call, encoded);
      },
      Turn::kAtOnce);
}

grpc::ServerUnaryReactor* QueryService::BatchCountMembers(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return AnswerUnary<v1::BatchCountMembersRequest, v1::BatchCountMembersResponse>(
      context_, *context, request, response,
      [this](const auto& decoded, const CallContext& call, auto& encoded) {
        return AnswerBatchCount(context_, decoded, call, encoded);
      },
      Turn::kLong);
}

grpc::ServerUnaryReactor* QueryService::ListMembers(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return AnswerUnary<v1::ListMembersRequest, v1::ListMembersResponse>(
      context_, *context, request, response,
      [this](const auto& decoded, const CallContext& call, auto& encoded) {
        return ListMembersPage(context_, decoded, call, encoded);
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* QueryService::StreamMembers(grpc::CallbackServerContext* context,
                                                                        const grpc::ByteBuffer* request) {
  return MemberStream::Start(context_, *context, *request);
}

grpc::ServerUnaryReactor* QueryService::ExplainExpression(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return AnswerUnary<v1::ExplainExpressionRequest, v1::ExplainExpressionResponse>(
      context_, *context, request, response,
      [this](const auto& decoded, const CallContext& call, auto& encoded) {
        return AnswerExplain(context_, decoded, call.budget, encoded);
      },
      Turn::kLong);  // it measures node by node
}

grpc::ServerUnaryReactor* QueryService::LookupMember(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return AnswerUnary<v1::LookupMemberRequest, v1::LookupMemberResponse>(
      context_, *context, request, response, [this](const auto& decoded, const CallContext&, auto& encoded) {
        return AnswerLookup(context_, decoded, encoded);
      });
}

}  // namespace muster::server
