#include "server/answers/verification.h"

#include <chrono>

#include "index/status/status_macros.h"
#include "index/storage/findings.h"
#include "server/answers/asking.h"
#include "server/wire/check_messages.h"

namespace muster::server {
namespace {

constexpr std::chrono::milliseconds kBetweenMessages(500);

}  // namespace

absl::Status VerifyPopulation(const AnswerContext& context, const v1::VerifyPopulationRequest& request,
                              const CallContext& call,
                              const std::function<bool(const v1::VerifyPopulationResponse&)>& write) {
  ASSIGN_OR_RETURN(const auto population, FindPopulation(context.database, request.population()));
  std::chrono::steady_clock::time_point last_message;
  const absl::StatusOr<uint64_t> problems = population->Verify([&](const index::Check& check, bool ended) {
    if (!call.budget.Check().ok()) return false;
    const auto now = std::chrono::steady_clock::now();
    if (!ended && now - last_message < kBetweenMessages) return true;
    last_message = now;
    return write(EncodeCheck(check, ended)) && call.budget.Check().ok();
  });
  RETURN_IF_ERROR(call.budget.Check());
  return problems.status();
}

}  // namespace muster::server
