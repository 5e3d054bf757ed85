// Converts messages to and from the bytes of gRPC. The services take raw bytes, so that a request that can't
// be parsed is answered with a sentence (gRPC's own answer would be an empty UNIMPLEMENTED), and so that
// parsing happens on the server's workers.
#ifndef MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_
#define MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace muster::server {

// The largest message in either direction; clients and server agree on it.
inline constexpr size_t kMaxMessageBytes = 16u << 20;
// The largest message that gRPC accepts. It is several times kMaxMessageBytes, so that a message that is too
// large is refused with the server's own sentence and reason. Beyond it, gRPC refuses a message with the same
// code and its own sentence, once the message is complete; until then the message counts as half sent, and
// its connection may be cut off (server/transport/connections.h).
inline constexpr size_t kMaxReceivedBytes = 4 * kMaxMessageBytes;
// The most memory that a parsed request may take, by ParsedWeight: an expression tree of some 600,000 values,
// or a batch of records of 16 MiB. Requests of at most kLightBytes are not weighed, because they can't reach
// this.
inline constexpr uint64_t kMaxParsedBytes = uint64_t{96} << 20;
inline constexpr size_t kLightBytes = 256u << 10;

// Parses `bytes` into `message`. RESOURCE_EXHAUSTED, LIMIT, for more than kMaxMessageBytes, or
// kMaxParsedBytes when parsed; INVALID_ARGUMENT, BAD_REQUEST, when the bytes aren't a message of this type
// with valid UTF-8 in its strings.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// OUT_OF_RANGE, LIMIT, when the message is larger than kMaxMessageBytes.
absl::Status SerializeMessage(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

// The bytes of a message that was serialised in two pieces. Takes the strings over and copies nothing.
grpc::ByteBuffer JoinedBytes(std::string head, std::string body);

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_MESSAGE_BYTES_H_
