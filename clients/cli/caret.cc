#include "clients/cli/caret.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/display_width.h"

namespace muster::cli {
namespace {

// Shown around the place in a long line, in code points.
constexpr size_t kBefore = 40;
constexpr size_t kAfter = 38;

// A text without line ends and tabs as it looks on a terminal.
std::string Flat(absl::string_view text) { return FitWidth(text, std::max<size_t>(1, DisplayWidth(text))); }

}  // namespace

TextPlace PlaceOfOffset(absl::string_view text, size_t offset) {
  TextPlace place;
  size_t line_begin = 0;
  for (size_t end = text.find('\n'); end < offset && end != absl::string_view::npos;
       end = text.find('\n', line_begin)) {
    line_begin = end + 1;
    ++place.line;
  }
  for (size_t at = line_begin; at < offset; at += BytesOfCodePoints(text.substr(at), 1)) ++place.column;
  return place;
}

std::string CaretBelow(absl::string_view text, TextPlace place) {
  for (int line = 1; line < place.line; ++line) {
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return "";
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  size_t column = static_cast<size_t>(place.column) - 1;
  std::string before_text;
  if (column > kBefore) {
    text.remove_prefix(BytesOfCodePoints(text, column - kBefore));
    column = kBefore;
    before_text = "…";
  }
  const size_t at = BytesOfCodePoints(text, column);
  const absl::string_view before = text.substr(0, at);
  absl::string_view after = text.substr(at);
  const size_t shown = BytesOfCodePoints(after, kAfter);
  const bool cut = shown < after.size();
  after = after.substr(0, shown);
  before_text += before.empty() ? "" : Flat(before);
  return absl::StrCat("    ", before_text, after.empty() ? "" : Flat(after), cut ? "…" : "", "\n    ",
                      std::string(DisplayWidth(before_text), ' '), "^\n");
}

}  // namespace muster::cli
