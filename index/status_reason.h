// Why an index operation failed, for a program: carried as a payload of absl::Status.
#ifndef MUSTER_INDEX_STATUS_REASON_H_
#define MUSTER_INDEX_STATUS_REASON_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// The names are those of muster.v1.ErrorReason.
enum class Reason {
  kUnknownTag,
  kLimit,
  kUnknownPopulation,
  kSimilarPopulation,
  kUnknownMember,
  kAlreadyExists,
  kBadName,
  kBadRequest,
  kTagContradicts,
  kTooManyRejected,
  kNoRecords,
  kLoadConflict,
  kSnapshotExpired,
  kOtherStore,
  kStorageFull,
  kDiskFull,
  kReadOnly,
  kStorageCorrupt,
};

// `status` with the reason attached. REQUIRES: !status.ok().
absl::Status WithReason(absl::Status status, Reason reason);
// The attached reason, if any.
std::optional<Reason> ReasonOf(const absl::Status& status);
// Whether a full disk, or a map that may grow no more, is what was in the way: what can wait is done later.
bool IsForWantOfRoom(const absl::Status& status);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STATUS_REASON_H_
