// The versions of tags, and the way back to them.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_VERSION_ANSWERS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_VERSION_ANSWERS_H_

#include "absl/status/status.h"
#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Each answers one method as the proto describes. Rollbacks take a long turn, since they wait for a load that
// is being committed. Thread-safe.
absl::Status ListTagVersions(const AnswerContext& context, const v1::ListTagVersionsRequest& request,
                             const CallContext& call, v1::ListTagVersionsResponse& response);
absl::Status CompareTagVersions(const AnswerContext& context, const v1::CompareTagVersionsRequest& request,
                                const CallContext& call, v1::CompareTagVersionsResponse& response);
absl::Status RollbackTag(const AnswerContext& context, const v1::RollbackTagRequest& request,
                         const CallContext& call, v1::RollbackTagResponse& response);
absl::Status RollbackLoad(const AnswerContext& context, const v1::RollbackLoadRequest& request,
                          const CallContext& call, v1::RollbackLoadResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_VERSION_ANSWERS_H_
