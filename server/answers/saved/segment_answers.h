// Answers of SegmentService.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_SEGMENT_ANSWERS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_SEGMENT_ANSWERS_H_

#include "absl/status/status.h"
#include "muster/v1/segment_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Each answers one method as the proto describes; statuses carry their reasons. Thread-safe.
absl::Status CreateSegment(const AnswerContext& context, const v1::CreateSegmentRequest& request,
                           const CallContext& call, v1::CreateSegmentResponse& response);
absl::Status GetSegment(const AnswerContext& context, const v1::GetSegmentRequest& request,
                        const CallContext& call, v1::GetSegmentResponse& response);
absl::Status ListSegments(const AnswerContext& context, const v1::ListSegmentsRequest& request,
                          const CallContext& call, v1::ListSegmentsResponse& response);
absl::Status UpdateSegment(const AnswerContext& context, const v1::UpdateSegmentRequest& request,
                           const CallContext& call, v1::UpdateSegmentResponse& response);
absl::Status DeleteSegment(const AnswerContext& context, const v1::DeleteSegmentRequest& request,
                           const CallContext& call, v1::DeleteSegmentResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_SEGMENT_ANSWERS_H_
