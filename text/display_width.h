// How wide text is on a terminal.
#ifndef MUSTER_TEXT_DISPLAY_WIDTH_H_
#define MUSTER_TEXT_DISPLAY_WIDTH_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace muster {

// A code point of a text: the bytes that it has there, and the columns that it takes. A byte that is no UTF-8
// is one of its own, one column wide.
struct CodePointSize {
  size_t bytes = 1;
  size_t width = 1;
};

// The first code point of `text`. REQUIRES: !text.empty().
CodePointSize FirstCodePoint(absl::string_view text);

// The columns that `text` takes: a Chinese character takes two, a combining mark none, a control character
// one.
size_t DisplayWidth(absl::string_view text);

// The bytes that the first `code_points` code points of `text` take, at most all of them.
size_t BytesOfCodePoints(absl::string_view text, size_t code_points);

}  // namespace muster

#endif  // MUSTER_TEXT_DISPLAY_WIDTH_H_
