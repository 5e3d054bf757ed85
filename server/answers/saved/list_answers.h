// What ListService answers, but for LoadList.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_LIST_ANSWERS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_LIST_ANSWERS_H_

#include "absl/status/status.h"
#include "muster/v1/list_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Each answers one method as the proto says, and statuses carry their reasons. Thread-safe.
absl::Status GetList(const AnswerContext& context, const v1::GetListRequest& request, const CallContext& call,
                     v1::GetListResponse& response);
absl::Status ListLists(const AnswerContext& context, const v1::ListListsRequest& request,
                       const CallContext& call, v1::ListListsResponse& response);
absl::Status DeleteList(const AnswerContext& context, const v1::DeleteListRequest& request,
                        const CallContext& call, v1::DeleteListResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_LIST_ANSWERS_H_
