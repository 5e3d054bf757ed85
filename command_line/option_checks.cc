#include "command_line/option_checks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::command_line {

Check WholeNumber(uint64_t least, uint64_t most) {
  return [least, most](const std::string& text) -> std::string {
    uint64_t number = 0;
    if (absl::SimpleAtoi(text, &number) && number >= least && number <= most) return "";
    return absl::StrCat("'", text, "' is no whole number from ", least, " to ", most);
  };
}

Check Bytes(uint64_t least, uint64_t most, std::string range) {
  return [least, most, range = std::move(range)](const std::string& text) -> std::string {
    uint64_t bytes = 0;
    if (absl::SimpleAtoi(text, &bytes) && bytes >= least && bytes <= most) return "";
    return absl::StrCat(text, " bytes are out of range; write a size from ", range);
  };
}

Check OneOf(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& text) -> std::string {
    if (std::find(words.begin(), words.end(), text) != words.end()) return "";
    return absl::StrCat("'", text, "' is none of ", absl::StrJoin(words, ", "));
  };
}

std::string CheckUmask(const std::string& text) {
  const bool octal =
      !text.empty() && text.size() <= 4 && text.find_first_not_of("01234567") == std::string::npos;
  if (octal && UmaskOf(text) <= 077) return "";
  return absl::StrCat("'", text, "' is no umask from 000 to 077; 077 keeps files to their owner");
}

unsigned UmaskOf(const std::string& text) { return static_cast<unsigned>(std::stoul(text, nullptr, 8)); }

}  // namespace muster::command_line
