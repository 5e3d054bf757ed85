#include "server/answers/fed_answer.h"

#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"

namespace muster::server {

absl::Status EndedWithoutCommit() {
  return absl::InvalidArgumentError(
      "The load's stream ended without a commit, so nothing was loaded: send a LoadCommit as the last "
      "message.");
}

absl::Status SilentForItsLease(absl::Duration lease) {
  return index::WithReason(
      absl::AbortedError(absl::StrCat("The load's stream said nothing for ", absl::FormatDuration(lease),
                                      ", so the load was given up and nothing was loaded: send it again, "
                                      "with batches or the commit at least that often.")),
      index::Reason::kLoadConflict);
}

absl::Status WaitedTooLongForMemory(absl::Duration patience, uint64_t budget_bytes) {
  return index::WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "the load waited ", absl::FormatDuration(patience), " for memory that other loads hold (",
          budget_bytes >> 20,
          " MiB together): load it again later, or start the server with a larger --load-memory")),
      index::Reason::kLoadMemory);
}

}  // namespace muster::server
