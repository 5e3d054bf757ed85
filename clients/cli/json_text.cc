#include "clients/cli/json_text.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"

namespace muster::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The message within an Any if this program knows its type; otherwise only the type's name.
Json DetailOf(const google::protobuf::Any& any) {
  const size_t slash = any.type_url().rfind('/');
  const std::string name = any.type_url().substr(slash == std::string::npos ? 0 : slash + 1);
  const auto* const type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  Json detail = {{"@type", any.type_url()}};
  if (type == nullptr) return detail;
  const std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (message->ParseFromString(any.value())) detail.update(JsonObject(*message));
  return detail;
}

Json MessageOf(const Message& message) {
  const auto* const any = dynamic_cast<const google::protobuf::Any*>(&message);
  return any == nullptr ? JsonObject(message) : DetailOf(*any);
}

// The value of a field; of a repeated field, the element at `index`.
Json ValueOf(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& of = *message.GetReflection();
  const bool one = !field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? of.GetInt32(message, &field) : of.GetRepeatedInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return one ? of.GetInt64(message, &field) : of.GetRepeatedInt64(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? of.GetUInt32(message, &field) : of.GetRepeatedUInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return one ? of.GetUInt64(message, &field) : of.GetRepeatedUInt64(message, &field, index);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return one ? of.GetDouble(message, &field) : of.GetRepeatedDouble(message, &field, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return one ? of.GetFloat(message, &field) : of.GetRepeatedFloat(message, &field, index);
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? of.GetBool(message, &field) : of.GetRepeatedBool(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return (one ? of.GetEnum(message, &field) : of.GetRepeatedEnum(message, &field, index))->name();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageOf(one ? of.GetMessage(message, &field) : of.GetRepeatedMessage(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING:
      break;
  }
  const std::string text = one ? of.GetString(message, &field) : of.GetRepeatedString(message, &field, index);
  return field.type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text;
}

Json MapOf(const Message& message, const FieldDescriptor& field) {
  Json map = Json::object();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  const Reflection& of = *message.GetReflection();
  for (int i = 0; i < of.FieldSize(message, &field); ++i) {
    const Message& entry = of.GetRepeatedMessage(message, &field, i);
    const Json name = ValueOf(entry, key, 0);
    map[name.is_string() ? name.get<std::string>() : name.dump()] = ValueOf(entry, value, 0);
  }
  return map;
}

std::string TextOf(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

Json JsonObject(const Message& message) {
  Json object = Json::object();
  const Reflection& of = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.is_map()) {
      object[field.name()] = MapOf(message, field);
    } else if (field.is_repeated()) {
      Json list = Json::array();
      for (int j = 0; j < of.FieldSize(message, &field); ++j) list.push_back(ValueOf(message, field, j));
      object[field.name()] = std::move(list);
    } else if (!field.has_presence() || of.HasField(message, &field)) {
      object[field.name()] = ValueOf(message, field, 0);
    }
  }
  return object;
}

std::string JsonText(const Json& json) { return TextOf(json, 1) + "\n"; }

std::string JsonOf(const Message& message) { return JsonText(JsonObject(message)); }

std::string JsonString(absl::string_view text) { return TextOf(std::string(text), -1); }

}  // namespace muster::cli
