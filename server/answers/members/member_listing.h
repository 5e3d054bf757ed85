// StreamMembers: the members that a question selects, some messages at a time.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "muster/v1/query_service.pb.h"
#include "query/execution/scan_helpers.h"
#include "server/answers/answer_context.h"
#include "server/answers/asking.h"
#include "server/answers/call_context.h"
#include "server/answers/members/ordinal_bitmap.h"
#include "server/wire/listed_members.h"

namespace muster::server {

// How much a listing holds while its messages are not read.
struct ListingPortion {
  size_t ordinals;  // of one scan, 8 bytes each
  size_t bytes;     // that the members of one message take, approximately; at most kMostListedBytes
  size_t messages;  // that are made at once, each by another thread
};

// A message holds at most about twice as many bytes of members, and kIdsAtOnce ids: it stays below 4 MiB.
inline constexpr size_t kMostListedBytes = size_t{1} << 20;

// One listing. Reads the view of its first message, and holds it until it is destroyed. Not thread-safe.
class MemberListing {
 public:
  // Makes the first message: count, warnings, receipt. Call once, before Continue.
  absl::Status Begin(const AnswerContext& context, const v1::StreamMembersRequest& request,
                     const CallContext& call, v1::StreamMembersResponse& message);
  // The same for a question that was made before.
  absl::Status BeginWith(QuestionPtr question, const AnswerContext& context,
                         const v1::StreamMembersRequest& request, const CallContext& call,
                         v1::StreamMembersResponse& message);
  // Makes the next messages of members; none at the end. `helpers`: threads that it may borrow; null: none.
  // DATA_LOSS when it finds fewer members than the first message counted.
  absl::Status Continue(const ListingPortion& portion, WorkBudget& budget, query::ScanHelpers* helpers,
                        std::vector<ListedMembers>& messages);

 private:
  // Ids of some ordinals as lines.
  struct Read {
    absl::Status status;
    uint32_t count = 0;  // how many of the ordinals
    std::string lines;
  };

  absl::StatusOr<uint64_t> Count(const CallContext& call);
  // Scans on until there are ordinals to list, or the end is reached.
  absl::Status Scan(size_t most_ordinals, WorkBudget& budget);
  Read ReadIds(absl::Span<const index::Ordinal> ordinals, size_t bytes, WorkBudget& budget) const;
  absl::Status ContinueIds(const ListingPortion& portion, WorkBudget& budget, query::ScanHelpers* helpers,
                           std::vector<ListedMembers>& messages);
  absl::Status ContinueBitmap(const ListingPortion& portion, WorkBudget& budget,
                              std::vector<ListedMembers>& messages);

  QuestionPtr question_;
  uint64_t remaining_ = 0;   // members that may still be listed
  index::Ordinal from_ = 0;  // where the next scan begins
  // As ids.
  bool scanned_all_ = false;
  std::vector<index::Ordinal> ordinals_;  // scanned and not yet listed, from listed_ on
  size_t listed_ = 0;
  size_t bytes_of_id_ = 32;  // of the longest messages of the last turn, with the line feed
  // As ordinals.
  std::optional<OrdinalBitmap> bitmap_;
  bool began_bitmap_ = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_
