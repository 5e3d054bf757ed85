#include "server/grpc/message_bytes.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/proto_buffer_writer.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "server/wire/message_weight.h"

namespace muster::server {
namespace {

// A slice that owns `bytes`.
grpc::Slice SliceOf(std::string bytes) {
  auto* const owned = new std::string(std::move(bytes));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); }, owned);
}

absl::Status CheckWeight(const grpc::ByteBuffer& bytes, const google::protobuf::Descriptor& type) {
  if (bytes.Length() <= kLightBytes) return absl::OkStatus();
  grpc::ByteBuffer shared = bytes;
  grpc::ProtoBufferReader reader(&shared);
  if (!reader.status().ok() || ParsedWeight(reader, type, kMaxParsedBytes) <= kMaxParsedBytes)
    return absl::OkStatus();
  return index::WithLimit(
      absl::ResourceExhaustedError(absl::StrCat(
          "The request's ", bytes.Length(), " bytes have so many parts that they would take more than ",
          kMaxParsedBytes >> 20, " MiB in memory: send it in smaller parts, or an expression as text.")),
      kMaxParsedBytes);
}

}  // namespace

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  if (bytes.Length() > kMaxMessageBytes) {
    return index::WithLimit(absl::ResourceExhaustedError(absl::StrCat(
                                "The request has ", bytes.Length(), " bytes, and a message at most ",
                                kMaxMessageBytes, ": send it in smaller parts.")),
                            kMaxMessageBytes);
  }
  RETURN_IF_ERROR(CheckWeight(bytes, *message.GetDescriptor()));
  grpc::ByteBuffer shared = bytes;  // the reader takes a mutable buffer; this one shares the slices
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "The request's ", bytes.Length(), " bytes are not a valid ", message.GetDescriptor()->full_name(),
      ": texts must be UTF-8, and messages nested at most 100 deep (send a deeper expression as text)."));
}

absl::Status SerializeMessage(const google::protobuf::Message& message, grpc::ByteBuffer& bytes) {
  const size_t size = message.ByteSizeLong();
  if (size > kMaxMessageBytes) {
    return index::WithLimit(absl::OutOfRangeError(absl::StrCat(
                                "The answer has ", size, " bytes, and a message at most ", kMaxMessageBytes,
                                ": ask for less at once, with a smaller page_size where the request has one, "
                                "or with fewer or shorter expressions.")),
                            kMaxMessageBytes);
  }
  grpc::ProtoBufferWriter writer(&bytes, /*block_size=*/1 << 20, static_cast<int>(size));
  if (!message.SerializeToZeroCopyStream(&writer)) {
    return absl::InternalError(
        absl::StrCat("A ", message.GetDescriptor()->full_name(), " could not be serialised."));
  }
  return absl::OkStatus();
}

grpc::ByteBuffer JoinedBytes(std::string head, std::string body) {
  const grpc::Slice pieces[] = {SliceOf(std::move(head)), SliceOf(std::move(body))};
  return grpc::ByteBuffer(pieces, std::size(pieces));
}

}  // namespace muster::server
