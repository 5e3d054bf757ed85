// UTF-8: the code points of a text, and their boundaries.
#ifndef MUSTER_TEXT_UTF8_H_
#define MUSTER_TEXT_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// One code point of a text, or one invalid byte.
struct CodePoint {
  char32_t value = 0;  // the byte, if it is invalid
  size_t bytes = 1;    // its length in the text
  bool valid = true;
};

// Like ReadCodePoint, for the first code point. REQUIRES: !text.empty().
CodePoint ReadFirstCodePoint(std::string_view text);

// The code point at `offset`. Strict: overlong forms, surrogates and values above U+10FFFF are invalid.
// REQUIRES: offset < text.size().
inline CodePoint ReadCodePoint(std::string_view text, size_t offset) {
  const auto first = static_cast<unsigned char>(text[offset]);
  return first < 0x80 ? CodePoint{first, 1, true} : ReadFirstCodePoint(text.substr(offset));
}

// Whether `text` is valid UTF-8. NUL is allowed.
bool IsValidUtf8(std::string_view text);

// `text` with U+FFFD in place of each byte that isn't part of valid UTF-8.
std::string MendUtf8(std::string_view text);

// The length of the longest prefix of `text` that doesn't end within a code point: where it may be cut.
// Leaves out at most three bytes.
size_t BytesOfWholeCodePoints(std::string_view text);

// The bytes of the first `code_points` code points of `text`, at most all of them.
size_t BytesOfCodePoints(std::string_view text, size_t code_points);

}  // namespace muster

#endif  // MUSTER_TEXT_UTF8_H_
