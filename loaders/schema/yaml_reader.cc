#include "loaders/schema/yaml_reader.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::loaders {

void YamlReader::Fail(const YAML::Node& node, absl::string_view problem) {
  if (!status_.ok()) return;
  status_ =
      absl::InvalidArgumentError(absl::StrCat(shown_name_, ", line ", node.Mark().line + 1, ": ", problem));
}

std::map<std::string, YAML::Node> YamlReader::Map(const YAML::Node& node, absl::string_view what,
                                                  std::initializer_list<absl::string_view> known) {
  std::map<std::string, YAML::Node> entries;
  if (!node.IsMap()) {
    Fail(node, absl::StrCat(what, " must be a list of `key: value` lines"));
    return entries;
  }
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      Fail(entry.first,
           absl::StrCat("unknown key '", key, "' of ", what, "; it takes ", absl::StrJoin(known, ", ")));
    } else if (!entries.emplace(key, entry.second).second) {
      Fail(entry.first, absl::StrCat("the key '", key, "' of ", what, " is there twice; keep one"));
    }
  }
  return entries;
}

std::string YamlReader::Text(const YAML::Node& node, absl::string_view key) {
  if (node.IsScalar()) return node.Scalar();
  Fail(node,
       node.IsNull()
           ? absl::StrCat("'", key, "' has no text; a bare ~ or NULL is nothing to YAML, write it in quotes")
           : absl::StrCat("'", key, "' must be one text"));
  return "";
}

std::vector<std::string> YamlReader::Texts(const YAML::Node& node, absl::string_view key) {
  std::vector<std::string> texts;
  if (!node.IsSequence()) return {Text(node, key)};
  for (const auto& item : node) texts.push_back(Text(item, key));
  return texts;
}

bool YamlReader::Boolean(const YAML::Node& node, absl::string_view key) {
  const std::string text = Text(node, key);
  if (text != "true" && text != "false")
    Fail(node, absl::StrCat("'", key, "' must be true or false, not '", text, "'"));
  return text == "true";
}

int YamlReader::Number(const YAML::Node& node, absl::string_view key, int most) {
  const std::string text = Text(node, key);
  int number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 0 || number > most) {
    Fail(node, absl::StrCat("'", key, "' must be a whole number from 0 to ", most, ", not '", text, "'"));
    return 0;
  }
  return number;
}

}  // namespace muster::loaders
