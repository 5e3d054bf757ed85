#include "clients/cli/caret.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/shown_text.h"
#include "text/display_width.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::cli {
namespace {

// The width of a terminal, and the most of it that text before the place takes up in a long line.
constexpr size_t kColumns = 80;
constexpr size_t kIndent = 4;
constexpr size_t kColumnsBefore = 38;

// The end of `text` that fits the columns before the place.
std::string FlatEnd(std::string_view text) {
  return ShortenedToEnd(FitWidth(text, TextRoom::kUnbounded), kColumnsBefore);
}

}  // namespace

std::string CaretBelow(std::string_view text, TextPlace place) {
  for (int line = 1; line < place.line; ++line) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return "";
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  const size_t at = BytesOfCodePoints(text, static_cast<size_t>(place.column) - 1);
  const std::string before = FlatEnd(text.substr(0, at));
  const std::string after = FitWidth(text.substr(at), kColumns - kIndent - DisplayWidth(before));
  const std::string shown = FitWidth(text.substr(at, static_cast<size_t>(std::max(0, place.length))),
                                     std::max<size_t>(1, DisplayWidth(after)));
  const size_t further = std::max<size_t>(1, DisplayWidth(shown)) - 1;
  const std::string indent(kIndent, ' ');
  return absl::StrCat(indent, before, after, "\n", indent, std::string(DisplayWidth(before), ' '), "^",
                      std::string(further, '~'), "\n");
}

}  // namespace muster::cli
