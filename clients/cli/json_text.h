// Answers as JSON.
#ifndef MUSTER_CLIENTS_CLI_JSON_TEXT_H_
#define MUSTER_CLIENTS_CLI_JSON_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace muster::cli {

using Json = nlohmann::ordered_json;  // keys stay in the order in which they were added

// A protobuf message as a JSON object: fields by their names in the proto and in its order, those with
// default values too; 64-bit integers as numbers, enums by name, bytes as base64, details of errors by what
// they are.
Json JsonObject(const google::protobuf::Message& message);

// A JSON value as text, indented by one blank a level, ended with a line feed.
std::string JsonText(const Json& json);

// Both at once.
std::string JsonOf(const google::protobuf::Message& message);

// A string as JSON. A byte that is no UTF-8 becomes U+FFFD.
std::string JsonString(absl::string_view text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_JSON_TEXT_H_
