// Messages ↔ the bytes of gRPC. The services take raw bytes, so that a request that can't be parsed is
// answered with a sentence (gRPC's own answer would be an empty UNIMPLEMENTED), and so that parsing happens
// on our workers.
#ifndef MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_
#define MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace muster::server {

// Either way; what a client and the server agree on.
inline constexpr size_t kMaxMessageBytes = 16u << 20;
// What gRPC lets through to us: several times as much, so that a message that is too large is refused with
// our sentence and reason. Beyond, gRPC refuses it with the same code and a sentence of its own, when it is
// whole; until then it counts as half sent, and its connection may be cut off
// (server/transport/connections.h).
inline constexpr size_t kMaxReceivedBytes = 4 * kMaxMessageBytes;
// What a request may become in memory once it is parsed, by ParsedWeight: an expression as a tree of some
// 600,000 values, or a batch of records of 16 MiB. Requests of at most kLightBytes are not weighed: what they
// can become is less.
inline constexpr uint64_t kMaxParsedBytes = uint64_t{96} << 20;
inline constexpr size_t kLightBytes = 256u << 10;

// RESOURCE_EXHAUSTED, LIMIT, when there are more than kMaxMessageBytes, or would be more than
// kMaxParsedBytes; INVALID_ARGUMENT, BAD_REQUEST, when the bytes aren't a message of this type with valid
// UTF-8 in its texts.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// OUT_OF_RANGE, LIMIT, when the message is larger than kMaxMessageBytes.
absl::Status SerializeMessage(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_
