// How failures reach clients: the only place that turns absl::Status and problems of expressions into
// google.rpc.Status.
//
// Everything below the services speaks absl::Status. What a client should know beyond code and message
// travels in it as a payload, and ToGrpcStatus writes it into the call's trailer, within the size that every
// gRPC client takes.
//
//   reason, where none is attached, by code:
//     INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION → BAD_REQUEST     ALREADY_EXISTS → ALREADY_EXISTS
//     RESOURCE_EXHAUSTED → OVERLOADED     UNAVAILABLE → SHUTTING_DOWN       ABORTED → LOAD_CONFLICT
//     CANCELLED, DEADLINE_EXCEEDED → GIVEN_UP   UNIMPLEMENTED → UNIMPLEMENTED   DATA_LOSS → STORAGE_CORRUPT
//     anything else → INTERNAL
#ifndef MUSTER_SERVER_WIRE_ERROR_STATUS_H_
#define MUSTER_SERVER_WIRE_ERROR_STATUS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "muster/v1/error.pb.h"
#include "query/language/problem.h"

namespace muster::server {

// gRPC clients take 8 KiB of metadata. The message is percent-encoded and the details are base64 on the wire:
// so much of each, as it is encoded, leaves room for the rest.
inline constexpr size_t kMaxEncodedMessageBytes = 3'000;
inline constexpr size_t kMaxEncodedDetailsBytes = 4'000;

// INVALID_ARGUMENT, BAD_REQUEST, with a violation of `field`: a path such as `tag.name` or
// `expression.tree.all_of`.
absl::Status FieldError(std::string_view field, std::string_view message);
// The same with another reason.
absl::Status FieldError(std::string_view field, std::string_view message, v1::ErrorReason reason);

// What is wrong with an expression: INVALID_ARGUMENT (UNIMPLEMENTED when nothing else is wrong), the first
// problem's reason, and a violation for each problem, at `field`.text:LINE:COLUMN; at `field`.tree when
// `text` is null. REQUIRES: !problems.empty().
absl::Status ProblemsError(std::string_view field, const std::string* text,
                           const std::vector<query::Problem>& problems);

// `status` with a violation of `field`, for a failure of a layer that doesn't know the request's fields. OK
// stays OK.
absl::Status AtField(absl::Status status, std::string_view field);

// The failure of a part of an answer, with the details that a failed call carries. Text that isn't UTF-8 is
// mended, and what would not fit a trailer is cut. REQUIRES: !status.ok().
google::rpc::Status ToRpcStatus(const absl::Status& status);

// The status for the wire, with google.rpc.Status as its details. Text that isn't UTF-8 is mended, and what
// would not fit the trailer is cut.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_ERROR_STATUS_H_
