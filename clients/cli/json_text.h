// Answers as JSON.
#ifndef MUSTER_CLIENTS_CLI_JSON_TEXT_H_
#define MUSTER_CLIENTS_CLI_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace muster::cli {

// A protobuf message as JSON, ended with a line feed: fields by their names in the proto, those with default
// values too; 64-bit integers as numbers, enums by name, bytes as base64, details of errors by what they are.
std::string JsonOf(const google::protobuf::Message& message);

// A string as JSON. A byte that is no UTF-8 becomes U+FFFD.
std::string JsonString(absl::string_view text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_JSON_TEXT_H_
