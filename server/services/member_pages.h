// ListMembers: one page of an answer's members, and the token of the next.
#ifndef MUSTER_SERVER_SERVICES_MEMBER_PAGES_H_
#define MUSTER_SERVER_SERVICES_MEMBER_PAGES_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "muster/v1/query_service.pb.h"
#include "server/services/service_context.h"
#include "server/services/unary_call.h"

namespace muster::server {

// How long a page token's snapshot is promised to stay readable, from its page on.
inline constexpr absl::Duration kPageLease = absl::Minutes(10);

// All pages together hold exactly the members that the count of the first page's snapshot counts, in ordinal
// order. The first page counts unless it holds everybody; later pages carry the count in their token.
absl::Status ListMembersPage(const ServiceContext& context, const v1::ListMembersRequest& request,
                             const CallContext& call, v1::ListMembersResponse& response);

// A request's page_size: 0 means `standard`, more than `most` means `most`. INVALID_ARGUMENT when it is
// negative.
absl::StatusOr<size_t> DecodePageSize(int32_t page_size, size_t standard, size_t most);

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_MEMBER_PAGES_H_
