#include "index/loading/intake/json_list.h"

#include <simdjson.h>

#include <string>

#include "index/loading/intake/cell_reader.h"

namespace muster::index {
namespace {

namespace json = simdjson::ondemand;

// The text of an element that is not nested; false when it is no JSON.
bool ReadElement(json::value& element, json::json_type type, std::string_view& text) {
  switch (type) {
    case json::json_type::string:
      return element.get_string().get(text) == simdjson::SUCCESS;
    case json::json_type::number: {
      // Taken as it is written: 1.50 and 12345678901234567890 are values like any other text.
      text = TrimmedCell(element.raw_json_token());
      double checked = 0;
      return element.get_double().get(checked) == simdjson::SUCCESS;
    }
    case json::json_type::boolean: {
      bool checked = false;
      if (element.get_bool().get(checked) != simdjson::SUCCESS) return false;
      text = checked ? "true" : "false";
      return true;
    }
    default: {
      bool checked = false;
      text = "";
      return element.is_null().get(checked) == simdjson::SUCCESS && checked;
    }
  }
}

}  // namespace

struct JsonListReader::Parser {
  json::parser parser;
  std::string padded;
};

JsonListReader::JsonListReader() : parser_(std::make_unique<Parser>()) {}
JsonListReader::~JsonListReader() = default;

JsonListKind JsonListReader::Read(std::string_view cell, std::vector<std::string_view>& parts) {
  parts.clear();
  std::string& padded = parser_->padded;
  padded.assign(cell);
  padded.resize(cell.size() + simdjson::SIMDJSON_PADDING);
  json::document document;
  json::array array;
  const simdjson::padded_string_view text(padded.data(), cell.size(), padded.size());
  if (parser_->parser.iterate(text).get(document) != simdjson::SUCCESS) return JsonListKind::kNone;
  if (document.get_array().get(array) != simdjson::SUCCESS) return JsonListKind::kNone;
  bool nested = false;
  for (simdjson::simdjson_result<json::value> item : array) {
    json::value element;
    json::json_type type;
    if (item.get(element) != simdjson::SUCCESS || element.type().get(type) != simdjson::SUCCESS) {
      return JsonListKind::kNone;
    }
    if (type == json::json_type::array || type == json::json_type::object) {
      nested = true;  // the iterator skips it
      continue;
    }
    std::string_view part;
    if (!ReadElement(element, type, part)) return JsonListKind::kNone;
    parts.push_back(part);
  }
  const char* left = nullptr;
  // There is a location behind the array only when something follows it.
  if (document.current_location().get(left) == simdjson::SUCCESS) return JsonListKind::kNone;
  return nested ? JsonListKind::kNested : JsonListKind::kFlat;
}

}  // namespace muster::index
