#include "command_line/parse_error.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "text/nearest_names.h"

namespace muster::command_line {

std::string PlainParseError(const std::string& message) {
  const size_t colon = message.find(": ");
  if (colon == std::string::npos) return message;
  const std::string option = message.substr(0, colon);
  const std::string rest = message.substr(colon + 2);
  if (absl::StartsWith(rest, "At Most 1 required")) return option + " is there more than once; keep one";
  // `--data: 1 required DIR missing`
  constexpr char kOne[] = "1 required ", kMissing[] = " missing";
  if (absl::StartsWith(rest, kOne) && absl::EndsWith(rest, kMissing)) {
    const size_t begin = sizeof kOne - 1;
    const std::string value = rest.substr(begin, rest.size() - begin - (sizeof kMissing - 1));
    return absl::StrCat(option, " needs a value: write ", option, " ", value);
  }
  return message;
}

std::string WhyUnread(const std::string& program, const CLI::App& app, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') {
    return absl::StrCat("`", program, "` has no place for '", word,
                        "'; put an argument with blanks in it in quotes");
  }
  std::vector<std::string> options;
  for (const CLI::Option* const option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  const std::string name = word.substr(0, word.find('='));
  return absl::StrCat("`", program, "` has no option ", name, DidYouMean(NearestNames(name, options, 3)));
}

}  // namespace muster::command_line
