// Classifies characters outside of strings for the lexer.
#ifndef MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
#define MUSTER_QUERY_LANGUAGE_CODE_POINT_H_

namespace muster::query {

// White space between tokens: that of ASCII, U+3000, and the blanks that occur in text pasted from web pages
// and office files.
bool IsSpace(char32_t c);

// Whether it is a currency sign, such as $, € or ¥, also full-width.
bool IsCurrencySign(char32_t c);

// Whether a bare name may contain it: ASCII letters, digits and `_`, and every code point from U+0080 that is
// no control character, white space, currency sign, or punctuation of the commonly typed blocks (Latin-1, general, CJK,
// full-width forms).
bool IsNameCodePoint(char32_t c);

// The equivalent ASCII character outside strings: that of the full-width （ ） ， ＝ ＞ ＜ ！; ASCII
// characters themselves; 0 for all others.
char AsciiTwin(char32_t c);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_CODE_POINT_H_
