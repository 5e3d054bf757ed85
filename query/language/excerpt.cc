#include "query/language/excerpt.h"

#include "text/controls.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::query {

std::string Excerpt(std::string_view text) {
  constexpr size_t kShownCodePoints = 41;
  const std::string shortened = Shortened(text, {.code_points = kShownCodePoints});
  std::string excerpt;
  for (size_t at = 0; at < shortened.size();) {
    const CodePoint c = ReadCodePoint(shortened, at);
    if (!c.valid) {
      excerpt += '?';
    } else if (IsObeyed(c.value)) {
      excerpt += ' ';
    } else {
      excerpt.append(shortened, at, c.bytes);
    }
    at += c.bytes;
  }
  return excerpt;
}

}  // namespace muster::query
