// Shortens text, cutting between code points and marking the cut with `…`.
#ifndef MUSTER_TEXT_SHORTENED_H_
#define MUSTER_TEXT_SHORTENED_H_

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace muster {

inline constexpr std::string_view kEllipsis = "…";

// The space for a text, including `…`. A plain value.
struct TextRoom {
  static constexpr size_t kUnbounded = std::numeric_limits<size_t>::max();
  size_t bytes = kUnbounded;
  size_t code_points = kUnbounded;
  size_t columns = kUnbounded;  // of a terminal
};

// `text` if it fits, else its longest prefix that leaves space for `…` after it. An invalid byte of UTF-8
// counts as a code point. REQUIRES: there is space for `…`: 3 bytes, 1 code point, 1 column.
std::string Shortened(std::string_view text, TextRoom room);

// `text` if it takes at most `columns`, else `…` and the longest suffix that fits after it.
// REQUIRES: columns ≥ 1.
std::string ShortenedToEnd(std::string_view text, size_t columns);

}  // namespace muster

#endif  // MUSTER_TEXT_SHORTENED_H_
