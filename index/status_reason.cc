#include "index/status_reason.h"

#include "absl/strings/cord.h"

namespace muster::index {
namespace {

constexpr char kPayload[] = "muster/reason";

}  // namespace

absl::Status WithReason(absl::Status status, Reason reason) {
  status.SetPayload(kPayload, absl::Cord(std::string(1, static_cast<char>(reason))));
  return status;
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value() || payload->size() != 1) return std::nullopt;
  return static_cast<Reason>((*payload)[0]);
}

bool IsForWantOfRoom(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason == Reason::kDiskFull || reason == Reason::kStorageFull;
}

}  // namespace muster::index
