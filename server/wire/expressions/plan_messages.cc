#include "server/wire/expressions/plan_messages.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace muster::server {
namespace {

// The most frequent way first.
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

// Clients' protobuf refuses messages nested more than 100 deep, and expressions given as text may be twice as
// deep.
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

}  // namespace

void EncodeExplanation(const query::Explanation& explanation, v1::ExplainExpressionResponse& response) {
  response.set_evaluation_us(explanation.counting_us);
  response.set_analysis_us(explanation.analysis_us);
  EncodePlan(explanation.plan, 1, *response.mutable_plan());
  response.set_count(explanation.count);
  response.set_chunks_scanned(explanation.statistics.chunks_scanned);
  response.set_chunks_skipped(explanation.statistics.chunks_skipped);
  response.set_bytes_read(explanation.statistics.bytes_read);
}

}  // namespace muster::server
