#include "text/shortened.h"

#include "text/display_width.h"
#include "text/utf8.h"

namespace muster {
namespace {

constexpr size_t kEllipsisColumns = 1;

}  // namespace

std::string Shortened(std::string_view text, TextRoom room) {
  TextRoom taken = {0, 0, 0};
  size_t kept = 0;  // bytes that leave room for the ellipsis
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    at += c.bytes;
    taken.bytes += c.bytes;
    taken.code_points += 1;
    taken.columns += ColumnsOf(c);
    if (taken.bytes > room.bytes || taken.code_points > room.code_points || taken.columns > room.columns)
      return std::string(text.substr(0, kept)).append(kEllipsis);
    if (taken.bytes + kEllipsis.size() <= room.bytes && taken.code_points + 1 <= room.code_points &&
        taken.columns + kEllipsisColumns <= room.columns)
      kept = at;
  }
  return std::string(text);
}

std::string ShortenedToEnd(std::string_view text, size_t columns) {
  size_t taken = DisplayWidth(text);
  if (taken <= columns) return std::string(text);
  while (!text.empty()) {
    const CodePoint c = ReadCodePoint(text, 0);
    // A combining mark is dropped with the character that it belongs to.
    if (taken + kEllipsisColumns <= columns && ColumnsOf(c) > 0) break;
    taken -= ColumnsOf(c);
    text.remove_prefix(c.bytes);
  }
  return std::string(kEllipsis).append(text);
}

}  // namespace muster
