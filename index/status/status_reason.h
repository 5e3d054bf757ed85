// Why something failed or is worth a warning, for a program: carried as a payload of absl::Status.
#ifndef MUSTER_INDEX_STATUS_REASON_H_
#define MUSTER_INDEX_STATUS_REASON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// The reasons of muster.v1.ErrorReason, which says what each means, and of muster.v1.WarningReason, by the
// same names.
enum class Reason : uint8_t {
  kSyntax,
  kUnknownTag,
  kWrongType,
  kLimit,
  kUnimplemented,
  kUnknownPopulation,
  kUnknownMember,
  kAlreadyExists,
  kBadName,
  kBadRequest,
  kTagContradicts,
  kTooManyRejected,
  kNoRecords,
  kLoadConflict,
  kSnapshotExpired,
  kBadPageToken,
  kOverloaded,
  kShuttingDown,
  kStorageFull,
  kStorageCorrupt,
  kGivenUp,
  kInternal,
  kSimilarPopulation,
  kOtherStore,
  kDiskFull,
  kLoadMemory,
  kReadOnly,
  kBeforeFirstVersion,
  kUnknownSegment,
  kSegmentCycle,
  kSegmentInUse,
  kEtagMismatch,
  kUnknownList,
  kListInUse,
  kUnknownLoad,
  kNothingToRemove,
  kBatchOutOfOrder,
  kPartIncomplete,
  kStaleTags,
  kUnknownVersion,
  kRollbackRefused,
  // Of warnings alone:
  kUnknownValue,
  kEmptyValue,
  kReversedRange,
  kSaltNotStored,
};
inline constexpr size_t kReasonCount = static_cast<size_t>(Reason::kSaltNotStored) + 1;

// `UNKNOWN_TAG`: as clients read it, without the prefix of its protobuf enum.
std::string_view ReasonName(Reason reason);

// `status` with the reason attached. REQUIRES: !status.ok().
absl::Status WithReason(absl::Status status, Reason reason);
// The attached reason, if any.
std::optional<Reason> ReasonOf(const absl::Status& status);
// Whether the failure is a full disk or a map at its greatest size. Work that can wait is then retried later.
bool IsForWantOfRoom(const absl::Status& status);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STATUS_REASON_H_
