// absl::Status → grpc::Status, within the size that every gRPC client takes.
#ifndef MUSTER_SERVER_GRPC_GRPC_STATUS_H_
#define MUSTER_SERVER_GRPC_GRPC_STATUS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace muster::server {

// gRPC clients take 8 KiB of metadata. The message is percent-encoded on the wire: so much of it, as it is
// encoded, leaves room for the details (kMaxEncodedDetailsBytes) and the rest.
inline constexpr size_t kMaxEncodedMessageBytes = 3'000;

// The status for a call's trailer, with google.rpc.Status (server/wire/error_status.h) as its details. Text
// that isn't UTF-8 is mended, and what would not fit the trailer is cut.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_GRPC_STATUS_H_
