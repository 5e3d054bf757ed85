// Converts absl::Status to grpc::Status, within the size that every gRPC client accepts.
#ifndef MUSTER_SERVER_GRPC_GRPC_STATUS_H_
#define MUSTER_SERVER_GRPC_GRPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace muster::server {

// gRPC clients accept 8 KiB of metadata. The message is percent-encoded on the wire; this bound on its
// encoded form leaves room for the details (kMaxEncodedDetailsBytes) and the rest.
inline constexpr size_t kMaxEncodedMessageBytes = 3'000;

// The status for a call's trailer, with google.rpc.Status (server/wire/error_status.h) as its details.
// Invalid UTF-8 is replaced, and text that would not fit the trailer is cut.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_GRPC_STATUS_H_
