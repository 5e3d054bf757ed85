// Code points of source text: decoding, what may stand in a bare name, and how wide a terminal draws them.
#ifndef MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
#define MUSTER_QUERY_LANGUAGE_CODE_POINT_H_

#include <cstdint>
#include <string_view>

namespace muster::query {

// One code point, or one byte that begins none.
struct CodePoint {
  char32_t value = 0;
  int length = 1;     // bytes
  bool valid = true;  // false: `value` is the byte
};

// The code point at `offset`. Strict: overlong forms, surrogates and values above U+10FFFF are not valid.
// REQUIRES: offset < text.size().
CodePoint ReadCodePoint(std::string_view text, size_t offset);

// White space between tokens: ASCII's, U+3000, and the blanks that pasting from a web page or an office file
// brings.
bool IsSpace(char32_t c);

// May stand in a bare name: ASCII letters, digits and `_`, and every code point from U+0080 that is neither a
// control character, white space, nor punctuation of the blocks people type (Latin-1, general, CJK,
// full-width forms).
bool IsNameCodePoint(char32_t c);

// The ASCII character that counts as the same outside strings: （ ） ， ＝ ＞ ＜ ！ are their twins, ASCII is
// itself, everything else is 0.
char AsciiTwin(char32_t c);

// Columns on a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks, else 1.
int DisplayWidth(char32_t c);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
