// Messages ↔ the bytes of gRPC. The services take raw bytes, so that a request that can't be parsed is
// answered with a sentence (gRPC's own answer would be an empty UNIMPLEMENTED), and so that parsing happens
// on our workers.
#ifndef MUSTER_SERVER_SERVICES_MESSAGE_BYTES_H_
#define MUSTER_SERVER_SERVICES_MESSAGE_BYTES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace muster::server {

// Either way; what a client and the server agree on.
inline constexpr size_t kMaxMessageBytes = 16u << 20;
// What gRPC lets through to us: twice as much, so that a message that is somewhat too large is refused with
// our sentence.
inline constexpr size_t kMaxReceivedBytes = 2 * kMaxMessageBytes;

// INVALID_ARGUMENT: LIMIT when there are more than kMaxMessageBytes, BAD_REQUEST when the bytes aren't a
// message of this type with valid UTF-8 in its texts.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// OUT_OF_RANGE, LIMIT, when the message is larger than kMaxMessageBytes.
absl::Status SerializeMessage(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_MESSAGE_BYTES_H_
