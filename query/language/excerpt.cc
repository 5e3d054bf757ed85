#include "query/language/excerpt.h"

#include "query/language/code_point.h"

namespace muster::query {

std::string Excerpt(std::string_view text) {
  constexpr int kMaxCodePoints = 40;
  std::string excerpt;
  int code_points = 0;
  for (size_t i = 0; i < text.size(); ++code_points) {
    if (code_points == kMaxCodePoints) return excerpt + "…";
    const CodePoint c = ReadCodePoint(text, i);
    if (!c.valid) {
      excerpt += '?';
    } else if (c.value < 0x20 || c.value == 0x7F) {
      excerpt += ' ';
    } else {
      excerpt.append(text.substr(i, static_cast<size_t>(c.length)));
    }
    i += static_cast<size_t>(c.length);
  }
  return excerpt;
}

}  // namespace muster::query
