#include "text/display_width.h"

#include <utf8proc.h>

#include <algorithm>

namespace muster {

size_t ColumnsOf(const CodePoint& c) {
  const auto value = static_cast<utf8proc_int32_t>(c.value);
  if (!c.valid || utf8proc_category(value) == UTF8PROC_CATEGORY_CC) return 1;
  return static_cast<size_t>(std::max(0, utf8proc_charwidth(value)));
}

size_t DisplayWidth(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    columns += ColumnsOf(c);
    at += c.bytes;
  }
  return columns;
}

}  // namespace muster
