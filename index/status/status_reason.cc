#include "index/status/status_reason.h"

#include <array>

#include "absl/strings/cord.h"

namespace muster::index {
namespace {

constexpr char kPayload[] = "muster/reason";

// In the order of the enum.
constexpr std::array<std::string_view, kReasonCount> kNames = {
    "SYNTAX",
    "UNKNOWN_TAG",
    "WRONG_TYPE",
    "LIMIT",
    "UNIMPLEMENTED",
    "UNKNOWN_POPULATION",
    "UNKNOWN_MEMBER",
    "ALREADY_EXISTS",
    "BAD_NAME",
    "BAD_REQUEST",
    "TAG_CONTRADICTS",
    "TOO_MANY_REJECTED",
    "NO_RECORDS",
    "LOAD_CONFLICT",
    "SNAPSHOT_EXPIRED",
    "BAD_PAGE_TOKEN",
    "OVERLOADED",
    "SHUTTING_DOWN",
    "STORAGE_FULL",
    "STORAGE_CORRUPT",
    "GIVEN_UP",
    "INTERNAL",
    "SIMILAR_POPULATION",
    "OTHER_STORE",
    "DISK_FULL",
    "LOAD_MEMORY",
    "READ_ONLY",
    "BEFORE_FIRST_VERSION",
    "UNKNOWN_SEGMENT",
    "SEGMENT_CYCLE",
    "SEGMENT_IN_USE",
    "ETAG_MISMATCH",
    "UNKNOWN_LIST",
    "LIST_IN_USE",
    "UNKNOWN_LOAD",
    "NOTHING_TO_REMOVE",
    "BATCH_OUT_OF_ORDER",
    "PART_INCOMPLETE",
    "STALE_TAGS",
    "UNKNOWN_VERSION",
    "ROLLBACK_REFUSED",
    "UNKNOWN_VALUE",
    "EMPTY_VALUE",
    "REVERSED_RANGE",
    "SALT_NOT_STORED",
};

}  // namespace

std::string_view ReasonName(Reason reason) { return kNames[static_cast<size_t>(reason)]; }

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
