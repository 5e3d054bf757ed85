// Reads YAML nodes with checks, and keeps the first problem with its line.
#ifndef MUSTER_LOADERS_SCHEMA_YAML_READER_H_
#define MUSTER_LOADERS_SCHEMA_YAML_READER_H_

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// Reads nodes of one document. Every method may be called after a failure; it then returns an empty value.
// Not thread-safe; the document outlives it. Any method may let yaml-cpp throw: callers catch
// YAML::Exception.
class YamlReader {
 public:
  explicit YamlReader(std::string shown_name) : shown_name_(std::move(shown_name)) {}

  // The entries of a map; each key must be in `known` and occur once.
  std::map<std::string, YAML::Node> Map(const YAML::Node& node, absl::string_view what,
                                        std::initializer_list<absl::string_view> known);
  // A text, or a number as it is written, or a list of them.
  std::string Text(const YAML::Node& node, absl::string_view key);
  std::vector<std::string> Texts(const YAML::Node& node, absl::string_view key);
  // true or false.
  bool Boolean(const YAML::Node& node, absl::string_view key);
  // A whole number in [0, most].
  int Number(const YAML::Node& node, absl::string_view key, int most);

  // Records a problem at `node`'s line, unless one is recorded already.
  void Fail(const YAML::Node& node, absl::string_view problem);
  // OK, or the first problem.
  const absl::Status& status() const { return status_; }

 private:
  const std::string shown_name_;
  absl::Status status_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_YAML_READER_H_
