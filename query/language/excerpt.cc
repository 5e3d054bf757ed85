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
  // A shortened text in quotes keeps its closing quote.
  const bool quoted = text.size() > 1 && text.front() == text.back() && (text[0] == '\'' || text[0] == '`');
  if (quoted && shortened.size() != text.size() && excerpt.back() != text.back()) excerpt += text.back();
  return excerpt;
}

bool IsShowable(std::string_view text) {
  constexpr size_t kBytesMax = 300;
  if (text.size() > kBytesMax) return false;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    if (!c.valid || IsObeyed(c.value)) return false;
    at += c.bytes;
  }
  return true;
}

}  // namespace muster::query
