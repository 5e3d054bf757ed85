// ListMembers: one page of an answer's members, and the token of the next page.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_PAGES_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_PAGES_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// How long the snapshot of a page token is guaranteed to stay readable after its page.
inline constexpr absl::Duration kPageLease = absl::Minutes(10);

// All pages together hold exactly the members counted in the first page's snapshot, in ordinal order. The
// first page counts the members unless it holds all of them; later pages carry the count in their token.
absl::Status ListMembers(const AnswerContext& context, const v1::ListMembersRequest& request,
                         const CallContext& call, v1::ListMembersResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_PAGES_H_
