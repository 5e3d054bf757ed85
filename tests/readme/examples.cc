#include "tests/readme/examples.h"

#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace muster::testing {
namespace {

const std::regex& Token() {
  static const std::regex token("\\bA[A-Za-z0-9_-]{30,}");
  return token;
}

}  // namespace

std::vector<Example> ExamplesOf(const std::string& page) {
  std::vector<Example> examples;
  bool fenced = false, answering = false;
  int number = 0;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page, '\n'))) {
    ++number;
    if (absl::StartsWith(line, "```")) {
      fenced = !fenced;
      answering = false;
    } else if (fenced && absl::StartsWith(line, "$ ")) {
      examples.push_back({number, line.substr(2), {}});
      answering = true;
    } else if (answering) {
      examples.back().output.push_back(line);
    }
  }
  for (Example& example : examples) {
    while (!example.output.empty() && example.output.back().empty()) example.output.pop_back();
  }
  return examples;
}

std::string Comparable(std::string line) {
  static const std::pair<std::regex, const char*> kVarying[] = {
      {std::regex("-[0-9]{8}T[0-9]{6}Z-[0-9a-f]+"), "-LABEL"},
      {std::regex("\\b20[2-9][0-9]-[0-9]{2}-[0-9]{2}\\b"), "DATE"},
      {std::regex("\\betag [0-9a-f]{16}\\b"), "etag ETAG"},
      {Token(), "TOKEN"},
      {std::regex("[0-9]+\\.[0-9]{2}\\b"), "TIME"},
      {std::regex(" +"), " "},
  };
  for (const auto& [varying, word] : kVarying) line = std::regex_replace(line, varying, word);
  return std::string(absl::StripTrailingAsciiWhitespace(line));
}

std::vector<std::string> TokensIn(const std::string& text) {
  return {std::sregex_token_iterator(text.begin(), text.end(), Token()), std::sregex_token_iterator()};
}

}  // namespace muster::testing
