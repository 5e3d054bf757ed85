// Text broken into lines.
#ifndef MUSTER_TEXT_WRAPPED_TEXT_H_
#define MUSTER_TEXT_WRAPPED_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// What becomes of a word that is longer than a line.
enum class LongWords {
  kKeep,   // it has a line of its own: a path or an address can be copied
  kBreak,  // it goes on in the next line
};

// `text` broken between words into lines of at most `width` columns. The first line begins at column
// `column`; further ones are indented by `indent` blanks. Line feeds stay. A code point that is wider than a
// line has a line of its own.
std::string Wrapped(std::string_view text, size_t column, size_t indent, size_t width,
                    LongWords long_words = LongWords::kKeep);

}  // namespace muster

#endif  // MUSTER_TEXT_WRAPPED_TEXT_H_
