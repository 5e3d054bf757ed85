// How failures reach clients: the only place that converts absl::Status to google.rpc.Status.
//
// All layers below the services use absl::Status. Facts for the client beyond code and message travel in it
// as a payload, and ToRpcStatus writes them into the details, within the size that every gRPC client accepts
// in a call's trailer.
//
//   the reason when none is attached, by code:
//     INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION → BAD_REQUEST     ALREADY_EXISTS → ALREADY_EXISTS
//     RESOURCE_EXHAUSTED → OVERLOADED     UNAVAILABLE → SHUTTING_DOWN       ABORTED → LOAD_CONFLICT
//     CANCELLED, DEADLINE_EXCEEDED → GIVEN_UP   UNIMPLEMENTED → UNIMPLEMENTED   DATA_LOSS → STORAGE_CORRUPT
//     anything else → INTERNAL
#ifndef MUSTER_SERVER_WIRE_ERROR_STATUS_H_
#define MUSTER_SERVER_WIRE_ERROR_STATUS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "index/status/status_reason.h"
#include "muster/v1/error.pb.h"

namespace muster::server {

// gRPC clients accept 8 KiB of metadata, in which the details are base64; this bound on their encoded form
// leaves room for the rest.
inline constexpr size_t kMaxEncodedDetailsBytes = 4'000;

// INVALID_ARGUMENT, BAD_REQUEST, with a violation of `field`, a path such as `tag.name` or
// `expression.tree.all_of`.
absl::Status FieldError(std::string_view field, std::string_view message);
// The same with another reason, and metadata for ErrorInfo.
absl::Status FieldError(std::string_view field, std::string_view message, index::Reason reason,
                        std::map<std::string, std::string> metadata = {});

// The same for a value above `limit`: reason LIMIT, with the limit as metadata.
absl::Status LimitError(std::string_view field, std::string_view message, uint64_t limit);

// The details of a failed call, beyond its code and message.
struct ErrorDetails {
  index::Reason reason = index::Reason::kInternal;
  std::map<std::string, std::string> metadata;  // ErrorInfo.metadata
  google::rpc::BadRequest bad;
  v1::ExpressionProblems problems;  // one for each violation, or none
};
// `status` with the details attached. REQUIRES: !status.ok().
absl::Status WithDetails(absl::Status status, const ErrorDetails& details);
// Adds a violation; its texts are made valid UTF-8 and cut.
void AddViolation(std::string_view field, std::string_view description, google::rpc::BadRequest& bad);
// The sentence of a problem, made valid UTF-8 and cut.
std::string CutSentence(std::string_view sentence);

// The reason as ErrorInfo.reason gives it: `DISK_FULL`. REQUIRES: !status.ok().
std::string ReasonName(const absl::Status& status);
// The reason on the wire: the enumerator of the same name, or INTERNAL for reasons that only warnings have.
v1::ErrorReason ErrorReasonOf(index::Reason reason);

// Adds a violation of `field` to a failure from a layer that doesn't know the request's fields. OK stays
// OK.
absl::Status AtField(absl::Status status, std::string_view field);

// A failure as clients receive it, of a call or of a part of an answer. Invalid UTF-8 is replaced, and what
// would not fit a trailer is cut. REQUIRES: !status.ok().
google::rpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_ERROR_STATUS_H_
