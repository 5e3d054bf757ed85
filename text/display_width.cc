#include "text/display_width.h"

#include <utf8proc.h>

#include <algorithm>

namespace muster {

CodePointSize FirstCodePoint(absl::string_view text) {
  utf8proc_int32_t value = -1;
  const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                  static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0) return {};
  const bool control = utf8proc_category(value) == UTF8PROC_CATEGORY_CC;
  return {.bytes = static_cast<size_t>(bytes),
          .width = control ? 1 : static_cast<size_t>(std::max(0, utf8proc_charwidth(value)))};
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePointSize first = FirstCodePoint(text);
    width += first.width;
    text.remove_prefix(first.bytes);
  }
  return width;
}

size_t BytesOfCodePoints(absl::string_view text, size_t code_points) {
  size_t bytes = 0;
  for (; code_points > 0 && bytes < text.size(); --code_points)
    bytes += FirstCodePoint(text.substr(bytes)).bytes;
  return bytes;
}

}  // namespace muster
