// The width of text on a terminal.
#ifndef MUSTER_TEXT_DISPLAY_WIDTH_H_
#define MUSTER_TEXT_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string_view>

#include "text/utf8.h"

namespace muster {

// The columns that a code point occupies: a Chinese character two, a combining mark none, a control character
// or an invalid byte of UTF-8 one.
size_t ColumnsOf(const CodePoint& c);

// The columns that `text` occupies.
size_t DisplayWidth(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_DISPLAY_WIDTH_H_
