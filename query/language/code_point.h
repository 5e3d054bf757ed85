// What a character outside of strings means to the lexer.
#ifndef MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
#define MUSTER_QUERY_LANGUAGE_CODE_POINT_H_

namespace muster::query {

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

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
