// Reads a JSON object slowly, by another library, for comparison with JsonRecord.
#ifndef MUSTER_TESTS_LOADERS_FILES_REFERENCE_JSON_H_
#define MUSTER_TESTS_LOADERS_FILES_REFERENCE_JSON_H_

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"

namespace muster::loaders {

// Takes the events of a parser, keeping the texts of numbers and of arrays as they are written.
class ReferenceEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Scalar(""); }
  bool boolean(bool value) override { return Scalar(value ? "true" : "false"); }
  // Of negative numbers, and of -0.
  bool number_integer(number_integer_t value) override {
    return Scalar(value == 0 ? "-0" : std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override { return Scalar(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Scalar(text); }
  bool string(string_t& value) override { return Scalar(value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(false); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(true); }
  bool end_array() override { return Close(); }
  bool key(string_t& value) override {
    if (open_.size() == 1) key_ = value;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kNumberTooLarge = 406;
    is_too_large = error.id == kNumberTooLarge;
    return false;
  }

  // What each key of the outermost object has, in its order: the text of a scalar, or a mark.
  struct Value {
    std::string key;
    std::string text;
    bool is_array = false, is_object = false, is_nested = false;
  };
  std::vector<Value> values;
  bool is_object = false;
  bool is_too_large = false;  // the text has a number that is no double

 private:
  bool Scalar(const std::string& text) {
    if (open_.empty()) return true;
    if (open_.size() == 1) values.push_back({key_, text});
    return true;
  }
  bool Open(bool array) {
    if (open_.empty()) is_object = !array;
    if (open_.size() == 1) values.push_back({key_, "", array, !array});
    if (open_.size() == 2 && is_object) values.back().is_nested = true;
    open_.push_back(array);
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  std::vector<bool> open_;
  std::string key_;
};

// The value of a key as it is written in an object of `text` without escapes in its keys. Slow: it is looked for.
inline std::string WrittenArray(const std::string& text, const std::string& key) {
  int depth = 0;
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
      continue;
    }
    if (depth == 1 && text.compare(at, key.size() + 2, '"' + key + '"') == 0) {
      size_t begin = at + key.size() + 2;
      while (text[begin] == ' ' || text[begin] == '\n') ++begin;
      if (text[begin] == ':') {
        begin = text.find('[', begin);
        int inner = 0;
        bool in_text = false;
        for (size_t end = begin; end < text.size(); ++end) {
          if (in_text && text[end] == '\\') {
            ++end;
          } else if (text[end] == '"') {
            in_text = !in_text;
          } else if (!in_text && text[end] == '[') {
            ++inner;
          } else if (!in_text && text[end] == ']' && --inner == 0) {
            return text.substr(begin, end + 1 - begin);
          }
        }
      }
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return "";
}

// The cells of the keys a, b (a single value) and c, joined by bars; `!` when the text is no record; `?` when the
// other library can't say.
inline std::string ReferenceJson(const std::string& text) {
  ReferenceEvents events;
  const bool parsed = nlohmann::json::sax_parse(text, &events);
  if (events.is_too_large) return "?";
  if (!parsed || !events.is_object) return "!";
  std::map<std::string, std::string> cells = {{"a", ""}, {"b", ""}, {"c", ""}};
  std::map<std::string, int> seen;
  for (const ReferenceEvents::Value& value : events.values) {
    const std::string key(absl::StripAsciiWhitespace(value.key));
    const auto cell = cells.find(key);
    if (cell == cells.end()) continue;
    if (++seen[key] > 1 || value.is_object || value.is_nested) return "!";
    if (value.is_array && key == "b") return "!";
    cell->second = value.is_array ? WrittenArray(text, value.key) : value.text;
  }
  return cells["a"] + "|" + cells["b"] + "|" + cells["c"];
}

}  // namespace muster::loaders

#endif  // MUSTER_TESTS_LOADERS_FILES_REFERENCE_JSON_H_
