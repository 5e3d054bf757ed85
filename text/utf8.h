// UTF-8: the code points of a text, and where they end.
#ifndef MUSTER_TEXT_UTF8_H_
#define MUSTER_TEXT_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// One code point of a text, or one byte that begins none.
struct CodePoint {
  char32_t value = 0;  // the byte, where it is not valid
  size_t bytes = 1;    // what it takes of the text
  bool valid = true;
};

// As ReadCodePoint, for the first code point. REQUIRES: !text.empty().
CodePoint ReadFirstCodePoint(std::string_view text);

// The code point at `offset`. Strict: overlong forms, surrogates and values above U+10FFFF are not valid.
// REQUIRES: offset < text.size().
inline CodePoint ReadCodePoint(std::string_view text, size_t offset) {
  const auto first = static_cast<unsigned char>(text[offset]);
  return first < 0x80 ? CodePoint{first, 1, true} : ReadFirstCodePoint(text.substr(offset));
}

// Whether `text` is well-formed UTF-8: all its code points are valid. NUL is.
bool IsValidUtf8(std::string_view text);

// `text` with U+FFFD in place of every byte that isn't part of valid UTF-8.
std::string MendUtf8(std::string_view text);

// The bytes of the longest beginning of `text` that doesn't end within a code point: where it may be cut. At
// most three bytes are left out.
size_t BytesOfWholeCodePoints(std::string_view text);

// The bytes that the first `code_points` code points of `text` take, at most all of them.
size_t BytesOfCodePoints(std::string_view text, size_t code_points);

}  // namespace muster

#endif  // MUSTER_TEXT_UTF8_H_
