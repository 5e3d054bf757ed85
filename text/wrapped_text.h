// Wraps text into lines.
#ifndef MUSTER_TEXT_WRAPPED_TEXT_H_
#define MUSTER_TEXT_WRAPPED_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// How to treat a word that is longer than a line.
enum class LongWords {
  kKeep,   // on its own line, so that a path or an address can be copied
  kBreak,  // continued on the next line
};

// `text` wrapped between words into lines of at most `width` columns. The first line begins at column
// `column`; further ones are indented by `indent` spaces. Line feeds are kept. A code point that is wider
// than a line gets its own line.
std::string Wrapped(std::string_view text, size_t column, size_t indent, size_t width,
                    LongWords long_words = LongWords::kKeep);

}  // namespace muster

#endif  // MUSTER_TEXT_WRAPPED_TEXT_H_
