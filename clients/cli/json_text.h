// Formats responses as JSON.
#ifndef MUSTER_CLIENTS_CLI_JSON_TEXT_H_
#define MUSTER_CLIENTS_CLI_JSON_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace muster::cli {

using Json = nlohmann::ordered_json;  // keys keep the order in which they were added

// A protobuf message as a JSON object: fields under their names and in the order of the proto, also those
// with default values; 64-bit integers as numbers, enums by name, bytes as base64, and error details as the
// messages that they contain.
Json JsonObject(const google::protobuf::Message& message);

// A JSON value as text, indented by one space per level, with a final line feed.
std::string JsonText(const Json& json);

// JsonText of JsonObject.
std::string JsonOf(const google::protobuf::Message& message);

// A string as JSON. Invalid bytes of UTF-8 become U+FFFD.
std::string JsonString(absl::string_view text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_JSON_TEXT_H_
