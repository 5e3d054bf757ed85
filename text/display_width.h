// How wide text is on a terminal.
#ifndef MUSTER_TEXT_DISPLAY_WIDTH_H_
#define MUSTER_TEXT_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string_view>

#include "text/utf8.h"

namespace muster {

// The columns that a code point takes: a Chinese character takes two, a combining mark none, a control
// character one, and so does a byte that is no UTF-8.
size_t ColumnsOf(const CodePoint& c);

// The columns that `text` takes.
size_t DisplayWidth(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_DISPLAY_WIDTH_H_
