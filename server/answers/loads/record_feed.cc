#include "server/answers/loads/record_feed.h"

#include <algorithm>

#include "index/status/status_macros.h"

namespace muster::server {
namespace {

// Fewer bytes of records are not worth a write: a load waits for memory instead.
constexpr uint64_t kLeastSpilled = uint64_t{1} << 20;
// With more memory a commit gets no faster.
constexpr uint64_t kCommitBytesMax = uint64_t{256} << 20;

}  // namespace

absl::StatusOr<bool> RecordFeed::Feed(index::Load& load, const index::RecordBatchView& batch,
                                      uint64_t message_bytes) {
  // Asked again when records went to the disk: then less is needed.
  const auto needed = [&] { return load.BytesToFeed(batch) + message_bytes; };
  if (!memory_.TryTake(load.HeldBytes() + needed(), /*fair=*/true) &&
      load.SpillableBytes() >= kLeastSpilled) {
    RETURN_IF_ERROR(Spill(load));
  }
  ASSIGN_OR_RETURN(const bool there, memory_.TakeOrWait(load.HeldBytes() + needed()));
  if (!there) return false;
  RETURN_IF_ERROR(load.Feed(batch));
  return true;
}

// Few records are staged in one piece, many in as large pieces as there is memory for. Called again once the
// memory is there: then nothing is left to spill, so that the load keeps what it got.
absl::StatusOr<bool> RecordFeed::TakeToCommit(index::Load& load) {
  if (TryTakeToCommit(load)) return true;
  if (load.SpillableBytes() >= kLeastSpilled) {
    RETURN_IF_ERROR(Spill(load));
    if (TryTakeToCommit(load)) return true;
  }
  const uint64_t least = load.BytesToCommit().least;
  load.SetCommitBytes(least);
  return memory_.TakeOrWait(load.HeldBytes() + least);
}

bool RecordFeed::TryTakeToCommit(index::Load& load) {
  const uint64_t held = load.HeldBytes();
  const index::CommitBytes needed = load.BytesToCommit();
  uint64_t bytes = std::max(needed.least, std::min(kCommitBytesMax, needed.most));
  while (!memory_.TryTake(held + bytes, /*fair=*/true)) {
    if (bytes == needed.least) return false;
    bytes = std::max(needed.least, bytes / 2);
  }
  load.SetCommitBytes(bytes);
  return true;
}

absl::Status RecordFeed::Spill(index::Load& load) {
  RETURN_IF_ERROR(load.Spill());
  memory_.Settle(load.HeldBytes());
  return absl::OkStatus();
}

}  // namespace muster::server
