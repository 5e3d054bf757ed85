// Text broken into lines.
#ifndef MUSTER_TEXT_WRAPPED_TEXT_H_
#define MUSTER_TEXT_WRAPPED_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// `text` broken between words into lines of at most `width` columns. The first line begins at column
// `column`; further ones are indented by `indent` blanks. Line feeds stay. A word that is longer has a line
// of its own.
std::string Wrapped(std::string_view text, size_t column, size_t indent, size_t width);

}  // namespace muster

#endif  // MUSTER_TEXT_WRAPPED_TEXT_H_
