#include "clients/cli/expression_argument.h"

#include <cerrno>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "text/utf8.h"

namespace muster::cli {
namespace {

absl::StatusOr<std::string> ReadAll(std::istream& input, const std::string& shown) {
  std::string text(kMaxExpressionBytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad()) return absl::DataLossError(absl::StrCat(shown, " can't be read"));
  text.resize(static_cast<size_t>(input.gcount()));
  return text;
}

}  // namespace

absl::StatusOr<std::string> ReadExpression(const std::string& argument, std::istream& input) {
  absl::StatusOr<std::string> text = argument;
  std::string shown = "the expression";
  if (argument == "-") {
    shown = "the expression on standard input";
    text = ReadAll(input, shown);
  } else if (!argument.empty() && argument[0] == '@') {
    const std::string path = argument.substr(1);
    shown = absl::StrCat("the expression in '", path, "'");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("the file '", path, "' can't be opened"));
    text = ReadAll(file, shown);
  }
  RETURN_IF_ERROR(text.status());
  if (text->size() > kMaxExpressionBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, " is longer than 8 MiB: split it, or load the members as a FLAG tag"));
  }
  if (!IsValidUtf8(*text))
    return absl::InvalidArgumentError(absl::StrCat(shown, " is not UTF-8: convert it"));
  // A byte-order mark is no character of the first line.
  if (absl::StartsWith(*text, kByteOrderMark)) text->erase(0, sizeof(kByteOrderMark) - 1);
  text->erase(text->find_last_not_of("\r\n") + 1);
  return text;
}

}  // namespace muster::cli
