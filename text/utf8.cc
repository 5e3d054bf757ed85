#include "text/utf8.h"

#include <utf8proc.h>

#include <algorithm>

namespace muster {

CodePoint ReadFirstCodePoint(std::string_view text) {
  utf8proc_int32_t value = 0;
  const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                  static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0) return {static_cast<unsigned char>(text.front()), 1, false};
  return {static_cast<char32_t>(value), static_cast<size_t>(bytes), true};
}

bool IsValidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    if (!c.valid) return false;
    at += c.bytes;
  }
  return true;
}

std::string MendUtf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\uFFFD";
  std::string mended;
  mended.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    mended.append(c.valid ? text.substr(at, c.bytes) : kReplacement);
    at += c.bytes;
  }
  return mended;
}

size_t BytesOfWholeCodePoints(std::string_view text) {
  constexpr size_t kLongest = 4;
  for (size_t back = 1; back <= std::min(kLongest - 1, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;  // within a code point
    const size_t bytes = byte >= 0xf0 ? 4 : (byte >= 0xe0 ? 3 : 2);
    return bytes > back ? text.size() - back : text.size();
  }
  return text.size();
}

size_t BytesOfCodePoints(std::string_view text, size_t code_points) {
  size_t bytes = 0;
  for (; code_points > 0 && bytes < text.size(); --code_points) bytes += ReadCodePoint(text, bytes).bytes;
  return bytes;
}

}  // namespace muster
