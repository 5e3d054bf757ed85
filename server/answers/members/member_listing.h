// StreamMembers: the members that a question selects, one message at a time.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "index/bitmap/geometry.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/asking.h"
#include "server/answers/call_context.h"

namespace muster::server {

// How much a listing holds while its messages are not read.
struct ListingPortion {
  size_t ordinals;  // of one scan, 4 bytes each
  size_t bytes;     // approximately, of the ids of one message
};

// One listing. Reads the view of its first message, and holds it until it is destroyed. Not
// thread-safe.
class MemberListing {
 public:
  // Makes the first message: count, warnings, receipt. Call once, before Continue.
  absl::Status Begin(const AnswerContext& context, const v1::StreamMembersRequest& request,
                     const CallContext& call, v1::StreamMembersResponse& message);
  // Makes the next message of members; empty at the end.
  absl::Status Continue(const ListingPortion& portion, WorkBudget& budget,
                        v1::StreamMembersResponse& message);

 private:
  // Scans on until there are ordinals to list, or the end is reached.
  absl::Status Scan(size_t most_ordinals, WorkBudget& budget);

  QuestionPtr question_;
  uint64_t remaining_ = 0;   // members that may still be listed
  index::Ordinal from_ = 0;  // where the next scan begins
  bool scanned_all_ = false;
  std::vector<index::Ordinal> ordinals_;  // scanned and not yet listed, from listed_ on
  size_t listed_ = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LISTING_H_
