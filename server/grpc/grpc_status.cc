#include "server/grpc/grpc_status.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/wire/error_status.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

// Cuts the message so that it stays within kMaxEncodedMessageBytes once gRPC has percent-encoded it.
std::string CutMessage(std::string message) {
  size_t encoded = 0;
  for (size_t i = 0; i < message.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(message[i]);
    encoded += byte < 0x20 || byte > 0x7e || byte == '%' ? 3 : 1;
    // Nine bytes: the ellipsis, percent-encoded.
    if (encoded > kMaxEncodedMessageBytes - 9) return Shortened(message, {.bytes = std::max<size_t>(i, 3)});
  }
  return message;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      CutMessage(MendUtf8(std::string(status.message()))),
                      ToRpcStatus(status).SerializeAsString());
}

}  // namespace muster::server
