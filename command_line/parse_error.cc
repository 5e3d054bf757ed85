#include "command_line/parse_error.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

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

}  // namespace muster::command_line
