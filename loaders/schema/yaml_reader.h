// Checked reading of YAML nodes: the first problem is kept, with its line.
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

// Reads nodes of one document. Every method may be called after a failure; it then gives an empty value. For
// one thread; the document outlives it. yaml-cpp may throw from any of them: callers catch YAML::Exception.
class YamlReader {
 public:
  explicit YamlReader(std::string shown_name) : shown_name_(std::move(shown_name)) {}

  // The keys and values of a map all of whose keys are among `known` and there once.
  std::map<std::string, YAML::Node> Map(const YAML::Node& node, absl::string_view what,
                                        std::initializer_list<absl::string_view> known);
  // A text, a number taken as it is written, or a list of them.
  std::string Text(const YAML::Node& node, absl::string_view key);
  std::vector<std::string> Texts(const YAML::Node& node, absl::string_view key);
  // true or false.
  bool Boolean(const YAML::Node& node, absl::string_view key);
  // A whole number in [0, most].
  int Number(const YAML::Node& node, absl::string_view key, int most);

  // Keeps a problem at `node`'s line, unless there is one already.
  void Fail(const YAML::Node& node, absl::string_view problem);
  // OK, or the first problem.
  const absl::Status& status() const { return status_; }

 private:
  const std::string shown_name_;
  absl::Status status_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_YAML_READER_H_
