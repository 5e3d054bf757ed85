#include "text/wrapped_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "text/abseil_text.h"
#include "text/display_width.h"
#include "text/utf8.h"

namespace muster {
namespace {

// Fills lines one after the other.
class Lines {
 public:
  Lines(size_t column, size_t indent, size_t width) : column_(column), indent_(indent), width_(width) {}

  bool HasRoomFor(size_t columns) const { return column_ + columns <= width_; }
  // Whether a new line, which begins with the indent, has space for `columns` columns.
  bool NextHasRoomFor(size_t columns) const { return indent_ + columns <= width_; }
  void Break() {
    absl::StrAppend(&text_, "\n", std::string(indent_, ' '));
    column_ = indent_;
  }
  // A line feed in the text itself.
  void BreakAsWritten() {
    text_.push_back('\n');
    column_ = 0;
  }
  void Add(std::string_view text, size_t columns) {
    text_.append(text);
    column_ += columns;
  }
  // Starts a new line wherever the next code point doesn't fit.
  void AddInPieces(std::string_view word) {
    for (size_t at = 0; at < word.size();) {
      const CodePoint c = ReadCodePoint(word, at);
      const size_t columns = ColumnsOf(c);
      if (!HasRoomFor(columns) && column_ > indent_) Break();
      Add(word.substr(at, c.bytes), columns);
      at += c.bytes;
    }
  }
  std::string Take() { return std::move(text_); }

 private:
  size_t column_;
  const size_t indent_, width_;
  std::string text_;
};

}  // namespace

std::string Wrapped(std::string_view text, size_t column, size_t indent, size_t width, LongWords long_words) {
  Lines lines(column, indent, width);
  for (const auto line : absl::StrSplit(ForAbseil(text), '\n')) {
    if (line.data() != text.data()) lines.BreakAsWritten();
    bool first = true;
    for (const absl::string_view piece : absl::StrSplit(line, ' ')) {
      const std::string_view word = FromAbseil(piece);
      const size_t columns = DisplayWidth(word);
      const bool in_pieces = long_words == LongWords::kBreak && !lines.NextHasRoomFor(columns);
      if (!first && !lines.HasRoomFor(1 + (in_pieces ? 1 : columns))) {
        lines.Break();
      } else if (!first) {
        lines.Add(" ", 1);
      }
      if (in_pieces) {
        lines.AddInPieces(word);
      } else {
        lines.Add(word, columns);
      }
      first = false;
    }
  }
  return lines.Take();
}

}  // namespace muster
