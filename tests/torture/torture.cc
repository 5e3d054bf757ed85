#include "tests/torture/torture.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace muster::testing {

bool IsLongRun() {
  const char* const asked = std::getenv("MUSTER_TORTURE");
  return asked != nullptr && std::string_view(asked) == "1";
}

uint64_t AnonymousBytes(pid_t process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  for (std::string line; std::getline(status, line);) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint64_t kilobytes = 0;
    if (words.size() >= 2 && words[0] == "RssAnon:" && absl::SimpleAtoi(words[1], &kilobytes))
      return kilobytes << 10;
  }
  return 0;
}

size_t OpenDescriptors(pid_t process) {
  std::error_code gone;
  const std::filesystem::directory_iterator open(absl::StrCat("/proc/", process, "/fd"), gone);
  return gone ? 0 : static_cast<size_t>(std::distance(begin(open), end(open)));
}

}  // namespace muster::testing
