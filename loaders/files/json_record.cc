#include "loaders/files/json_record.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "text/abseil_text.h"
#include "text/normal_form.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

// It has an address, which memcpy and the like want also of no bytes.
constexpr absl::string_view kNoCell = "";

namespace json = simdjson::ondemand;

constexpr size_t kKeptSkipped = 100;
constexpr size_t kUsualKeys = 1'000;
constexpr size_t kColumnsMax = 64 << 10;
// Arrays and objects in one another; the walk over them is recursive.
constexpr int kDepthMax = 100;

BrokenRecord NoObject(std::string why) { return {0, BrokenRecord::Why::kText, std::move(why)}; }
BrokenRecord BadCell(std::string why) { return {0, BrokenRecord::Why::kCell, std::move(why)}; }
BrokenRecord Malformed() { return NoObject("the line is not a complete, well-formed JSON object"); }

// With what follows up to the next token, of which JSON's white space is no part. ASCII has more of it.
absl::string_view TokenOf(json::value& value) {
  const absl::string_view token = ForAbseil(value.raw_json_token());
  const size_t last = token.find_last_not_of(" \t\r\n");
  return last == absl::string_view::npos ? kNoCell : token.substr(0, last + 1);
}

// simdjson doesn't look at values that are not read. Walks over a value, whatever its type; false when it is
// no JSON.
bool IsWellFormed(json::value value, int depth);

bool IsWellFormedArray(json::value& value, int depth) {
  json::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (simdjson::simdjson_result<json::value> item : array) {
    json::value element;
    if (std::move(item).get(element) != simdjson::SUCCESS || !IsWellFormed(element, depth + 1)) return false;
  }
  return true;
}

bool IsWellFormedObject(json::value& value, int depth) {
  json::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  for (simdjson::simdjson_result<json::field> item : object) {
    json::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS || !IsWellFormed(field.value(), depth + 1)) {
      return false;
    }
  }
  return true;
}

// The text of a value that is neither array nor object; of null an empty one. Nothing when it is no JSON.
std::optional<absl::string_view> ScalarText(json::value& value, json::json_type type) {
  switch (type) {
    case json::json_type::string: {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
      return ForAbseil(text);
    }
    case json::json_type::number: {
      // As it is written: 0.10 and 12345678901234567890 are no doubles.
      const absl::string_view text = TokenOf(value);
      if (!IsJsonNumber(text)) return std::nullopt;
      return text;
    }
    case json::json_type::boolean: {
      bool is_true = false;
      if (value.get_bool().get(is_true) != simdjson::SUCCESS) return std::nullopt;
      return is_true ? "true" : "false";
    }
    default:
      if (TokenOf(value) != "null") return std::nullopt;
      return kNoCell;
  }
}

bool IsWellFormed(json::value value, int depth) {
  json::json_type type;
  if (depth > kDepthMax || value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == json::json_type::array) return IsWellFormedArray(value, depth);
  if (type == json::json_type::object) return IsWellFormedObject(value, depth);
  return ScalarText(value, type).has_value();
}

// What an array's elements are.
enum class Elements : uint8_t { kFlat, kNested, kMalformed };

Elements ElementsOf(json::value& value) {
  json::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return Elements::kMalformed;
  bool nested = false;
  for (simdjson::simdjson_result<json::value> item : array) {
    json::value element;
    json::json_type type;
    if (std::move(item).get(element) != simdjson::SUCCESS || element.type().get(type) != simdjson::SUCCESS ||
        !IsWellFormed(element, 1)) {
      return Elements::kMalformed;
    }
    nested |= type == json::json_type::array || type == json::json_type::object;
  }
  return nested ? Elements::kNested : Elements::kFlat;
}

size_t DigitsAt(absl::string_view text, size_t at) {
  size_t digits = 0;
  while (at + digits < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[at + digits]))) {
    ++digits;
  }
  return digits;
}

}  // namespace

bool IsJsonNumber(absl::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t whole = DigitsAt(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return false;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const size_t decimals = DigitsAt(text, at + 1);
    if (decimals == 0) return false;
    at += 1 + decimals;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t exponent = DigitsAt(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

struct JsonRecord::Parser {
  json::parser parser;
  json::document document;
  absl::flat_hash_map<std::string, size_t> column_of;  // by key in normal form C, also of skipped ones

  // Reads a value of the column `key` into `cell`. What is wrong with it, if anything.
  std::optional<BrokenRecord> ReadCell(json::value value, const JsonKey& key, absl::string_view& cell) {
    json::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return Malformed();
    if (type == json::json_type::object) {
      if (!IsWellFormed(value, 1)) return Malformed();
      return BadCell(absl::StrCat("the key ", Quoted(key.name),
                                  " has an object as its value; give a text, a number, true, false, null or "
                                  "an array of them, or load with a schema that doesn't name the key"));
    }
    if (type == json::json_type::array) return ReadArray(value, key, cell);
    const std::optional<absl::string_view> text = ScalarText(value, type);
    if (!text) return Malformed();
    cell = *text;
    return std::nullopt;
  }

  std::optional<BrokenRecord> ReadArray(json::value& value, const JsonKey& key, absl::string_view& cell) {
    const char* const begin = value.raw_json_token().data();
    const Elements elements = ElementsOf(value);
    if (elements == Elements::kMalformed) return Malformed();
    if (elements == Elements::kNested) {
      return BadCell(absl::StrCat("the key ", Quoted(key.name),
                                  " has an array with an array or object in it; its elements must be texts "
                                  "or numbers"));
    }
    if (key.single) {
      return BadCell(absl::StrCat("the key ", Quoted(key.name), " has an array, and ", key.why_single));
    }
    // The next token: the array is in an object, which has an end.
    const char* end = nullptr;
    if (document.current_location().get(end) != simdjson::SUCCESS) return Malformed();
    cell = absl::StripTrailingAsciiWhitespace(absl::string_view(begin, static_cast<size_t>(end - begin)));
    return std::nullopt;
  }
};

JsonRecord::JsonRecord(std::vector<JsonKey> keys)
    : learns_(keys.empty()), parser_(std::make_unique<Parser>()) {
  static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);
  for (JsonKey& key : keys) {
    if (!parser_->column_of.emplace(key.name, columns_.size()).second) continue;
    columns_.push_back({.key = std::move(key)});
  }
}

JsonRecord::~JsonRecord() = default;

std::vector<std::string> JsonRecord::columns() const {
  std::vector<std::string> names;
  for (const Column& column : columns_) names.push_back(column.key.name);
  return names;
}

std::vector<std::string> JsonRecord::unseen() const {
  std::vector<std::string> names;
  for (const Column& column : columns_) {
    if (!column.seen) names.push_back(column.key.name);
  }
  return names;
}

size_t JsonRecord::ColumnOf(absl::string_view key, size_t place) {
  if (place < usual_.size() && usual_[place].first == key) return usual_[place].second;
  const size_t column = FindColumn(key);
  if (place < std::min(usual_.size() + 1, kUsualKeys)) {
    if (place == usual_.size()) usual_.emplace_back();
    usual_[place] = {std::string(key), column};
  }
  return column;
}

size_t JsonRecord::FindColumn(absl::string_view key) {
  const std::string name = InNormalForm(FromAbseil(absl::StripAsciiWhitespace(key)));
  const auto found = parser_->column_of.find(name);
  if (found != parser_->column_of.end()) return found->second;
  if (learns_ && !name.empty() && columns_.size() < kColumnsMax) return NewColumn(name);
  if (skipped_.size() < kKeptSkipped) {
    skipped_.push_back(name);
    parser_->column_of.emplace(name, kNoColumn);
  } else {
    skipped_more_ = true;
  }
  return kNoColumn;
}

size_t JsonRecord::NewColumn(std::string name) {
  const size_t column = columns_.size();
  parser_->column_of.emplace(name, column);
  columns_.push_back({.key = {.name = std::move(name)}});
  cells_.push_back(kNoCell);
  return column;
}

std::optional<BrokenRecord> JsonRecord::Read(absl::string_view text) {
  cells_.assign(columns_.size(), kNoCell);
  for (Column& column : columns_) column.in_this = false;
  const absl::string_view bare = absl::StripLeadingAsciiWhitespace(text);
  if (bare.empty() || bare[0] != '{') {
    return NoObject(absl::StrCat("the line is no JSON object: it begins with ", Quoted(FromAbseil(bare))));
  }
  const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + kJsonPadding);
  // The parser promises to look at the bytes that it needs.
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return BrokenRecord{0, BrokenRecord::Why::kEncoding, "the line is not UTF-8; convert the input"};
  }
  json::object object;
  if (parser_->parser.iterate(padded).get(parser_->document) != simdjson::SUCCESS) return Malformed();
  if (parser_->document.get_object().get(object) != simdjson::SUCCESS) return Malformed();
  std::optional<BrokenRecord> broken;
  size_t place = 0;
  for (simdjson::simdjson_result<json::field> item : object) {
    json::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS) {
      return Malformed();
    }
    const size_t number = ColumnOf(ForAbseil(key), place++);
    if (number == kNoColumn) {
      if (!IsWellFormed(field.value(), 1)) return Malformed();
      continue;
    }
    Column& column = columns_[number];
    absl::string_view cell;
    std::optional<BrokenRecord> wrong = parser_->ReadCell(field.value(), column.key, cell);
    if (wrong && wrong->why == BrokenRecord::Why::kText) return wrong;
    if (!wrong && column.in_this) {
      wrong = NoObject(absl::StrCat("the key ", Quoted(column.key.name), " is there twice"));
    }
    column.in_this = column.seen = true;
    cells_[number] = cell;
    if (wrong && !broken) broken = std::move(wrong);
  }
  const char* left = nullptr;
  // There is a location behind the object only when something follows it.
  if (parser_->document.current_location().get(left) == simdjson::SUCCESS) {
    return NoObject("more text follows the JSON object; write an object a line");
  }
  return broken;
}

}  // namespace muster::loaders
