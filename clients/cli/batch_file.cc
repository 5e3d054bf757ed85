#include "clients/cli/batch_file.h"

#include <cerrno>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/expression_argument.h"
#include "text/utf8.h"

namespace muster::cli {
namespace {

absl::StatusOr<std::vector<BatchLine>> ReadLines(std::istream& input, const std::string& shown) {
  std::vector<BatchLine> lines;
  int number = 0;
  for (std::string line; std::getline(input, line);) {
    if (++number == 1 && absl::StartsWith(line, kByteOrderMark)) line.erase(0, sizeof(kByteOrderMark) - 1);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const auto refused = [&](const char* why) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, " of ", shown, why));
    };
    if (line.size() > kMaxExpressionBytes)
      return refused(" is longer than 8 MiB: split it, or load the members as a FLAG tag");
    if (!IsValidUtf8(line)) return refused(" is not UTF-8: convert it");
    lines.push_back({number, std::move(line)});
  }
  if (input.bad()) return absl::DataLossError(absl::StrCat(shown, " can't be read"));
  return lines;
}

}  // namespace

absl::StatusOr<std::vector<BatchLine>> ReadBatch(const std::string& path, std::istream& input) {
  if (path == "-") return ReadLines(input, "standard input");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("the file '", path, "' can't be opened"));
  return ReadLines(file, absl::StrCat("'", path, "'"));
}

}  // namespace muster::cli
