#include "text/wrapped_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "text/abseil_text.h"
#include "text/display_width.h"

namespace muster {

std::string Wrapped(std::string_view text, size_t column, size_t indent, size_t width) {
  std::string wrapped;
  for (const auto line : absl::StrSplit(ForAbseil(text), '\n')) {
    if (line.data() != text.data()) {
      wrapped.push_back('\n');
      column = 0;
    }
    bool first = true;
    for (const absl::string_view word : absl::StrSplit(line, ' ')) {
      const size_t wide = DisplayWidth(FromAbseil(word));
      if (!first && column + 1 + wide > width) {
        absl::StrAppend(&wrapped, "\n", std::string(indent, ' '));
        column = indent;
      } else if (!first) {
        wrapped.push_back(' ');
        ++column;
      }
      absl::StrAppend(&wrapped, word);
      column += wide;
      first = false;
    }
  }
  return wrapped;
}

}  // namespace muster
