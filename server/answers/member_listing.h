// StreamMembers: the members that a question selects, message by message.
#ifndef MUSTER_SERVER_ANSWERS_MEMBER_LISTING_H_
#define MUSTER_SERVER_ANSWERS_MEMBER_LISTING_H_

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

// What a listing holds while its messages are not taken.
struct ListingPortion {
  size_t ordinals;  // of one scan, 4 bytes each
  size_t bytes;     // of the ids of one message, about
};

// One listing, on the view of its beginning, which is held until it is destroyed. For one thread at a
// time.
class MemberListing {
 public:
  // The first message: count, warnings, receipt. Once, before Continue.
  absl::Status Begin(const AnswerContext& context, const v1::StreamMembersRequest& request,
                     const CallContext& call, v1::StreamMembersResponse& message);
  // The next members; none when all were listed.
  absl::Status Continue(const ListingPortion& portion, WorkBudget& budget,
                        v1::StreamMembersResponse& message);

 private:
  // Scans on until some ordinals wait to be listed, or none is left.
  absl::Status Scan(size_t most_ordinals, WorkBudget& budget);

  QuestionPtr question_;
  uint64_t remaining_ = 0;   // members that may still be listed
  index::Ordinal from_ = 0;  // where the next scan begins
  bool scanned_all_ = false;
  std::vector<index::Ordinal> ordinals_;  // scanned and not yet listed, from listed_ on
  size_t listed_ = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBER_LISTING_H_
