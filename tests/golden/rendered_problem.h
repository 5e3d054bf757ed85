// Renders problems for golden files and failing tests.
#ifndef MUSTER_TESTS_GOLDEN_RENDERED_PROBLEM_H_
#define MUSTER_TESTS_GOLDEN_RENDERED_PROBLEM_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "query/language/problem.h"
#include "text/display_width.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {

// What of a line is shown, in terminal columns.
inline constexpr int kWindowColumns = 76;
inline constexpr int kColumnsBefore = 36;  // of them before the problem, at most

// A piece of the source line as it is drawn.
struct Glyph {
  std::string text;
  size_t offset = 0;
  int width = 1;
};

inline Glyph GlyphAt(std::string_view text, size_t offset, size_t& next) {
  const CodePoint c = ReadCodePoint(text, offset);
  next = offset + c.bytes;
  Glyph glyph;
  glyph.offset = offset;
  if (!c.valid) {
    glyph.text = "?";
  } else if (c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0) || c.value == 0xFEFF) {
    glyph.text = " ";
  } else {
    glyph.text = std::string(text.substr(offset, next - offset));
    glyph.width = static_cast<int>(ColumnsOf(c));
  }
  return glyph;
}

inline size_t LineBegin(std::string_view text, size_t offset) {
  const size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

// The offset some columns to the left of `offset`, not before `begin`.
inline size_t StepBack(std::string_view text, size_t begin, size_t offset, int columns) {
  size_t at = offset;
  // A code point has at most 4 bytes, so this is far enough to the left to count from.
  size_t from = offset - std::min(offset - begin, static_cast<size_t>(columns) * 4);
  from = begin + BytesOfWholeCodePoints(text.substr(begin, from - begin));
  std::vector<Glyph> glyphs;
  for (size_t next = from; from < offset; from = next) glyphs.push_back(GlyphAt(text, from, next));
  for (auto glyph = glyphs.rbegin(); glyph != glyphs.rend(); ++glyph) {
    columns -= glyph->width;
    if (columns < 0) break;
    at = glyph->offset;
  }
  return at;
}

// The message with its place, the source line (cut to a window around long lines) and a caret line below it,
// aligned for wide characters.
inline std::string RenderProblem(std::string_view text, const Problem& problem) {
  if (problem.span.offset < 0) return problem.message;
  const size_t offset = std::min(text.size(), static_cast<size_t>(problem.span.offset));
  const size_t end = std::min(text.size(), offset + static_cast<size_t>(std::max(problem.span.length, 0)));
  const Place place = PlaceOf(text, problem.span.offset);
  const size_t line_begin = LineBegin(text, offset);
  const size_t begin = StepBack(text, line_begin, offset, kColumnsBefore);

  std::string line = begin > line_begin ? "…" : "";
  std::string carets(begin > line_begin ? 1 : 0, ' ');
  int columns = 0;
  int marked = 0;
  size_t at = begin;
  for (size_t next = at; at < text.size() && text[at] != '\n'; at = next) {
    const Glyph glyph = GlyphAt(text, at, next);
    columns += glyph.width;
    if (columns > kWindowColumns) {
      line += "…";
      break;
    }
    line += glyph.text;
    const bool inside = at >= offset && at < end;
    carets.append(static_cast<size_t>(glyph.width), inside ? '^' : ' ');
    marked += inside ? glyph.width : 0;
  }
  carets.erase(carets.find_last_not_of(' ') + 1);
  // A problem at the end of the text or of a line: one caret behind it.
  if (marked == 0) {
    carets = std::string(begin > line_begin ? 1 : 0, ' ');
    for (size_t i = begin, next = i; i < offset; i = next)
      carets.append(static_cast<size_t>(GlyphAt(text, i, next).width), ' ');
    carets += '^';
  }
  return Sentence("line ", place.line, ", column ", place.column, ": ", problem.message, "\n  ", line, "\n  ",
                  carets);
}

}  // namespace muster::query

#endif  // MUSTER_TESTS_GOLDEN_RENDERED_PROBLEM_H_
