#include "query/language/code_point.h"

#include <algorithm>
#include <iterator>

namespace muster::query {
namespace {

struct Range {
  char32_t first, last;
};

// Ascending, disjoint.
constexpr Range kSpaces[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                             {0x1680, 0x1680}, {0x2000, 0x200B}, {0x2028, 0x2029}, {0x202F, 0x202F},
                             {0x205F, 0x2060}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
constexpr Range kPunctuation[] = {{0x80, 0x9F},     {0xA1, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},
                                  {0xB6, 0xB8},     {0xBB, 0xBB},     {0xBF, 0xBF},     {0xD7, 0xD7},
                                  {0xF7, 0xF7},     {0x2010, 0x205E}, {0x2061, 0x2064}, {0x2190, 0x22FF},
                                  {0x3001, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0xFF01, 0xFF0F},
                                  {0xFF1A, 0xFF20}, {0xFF3B, 0xFF3E}, {0xFF40, 0xFF40}, {0xFF5B, 0xFF65},
                                  {0xFFE0, 0xFFEE}, {0xFFF9, 0xFFFD}};
constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
                           {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                           {0x16FE0, 0x18DFF}, {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                           {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range kZeroWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
                                {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                                {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x3099, 0x309A},
                                {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

template <size_t n>
bool Within(const Range (&ranges)[n], char32_t c) {
  const Range* at = std::partition_point(std::begin(ranges), std::end(ranges),
                                         [c](const Range& range) { return range.last < c; });
  return at != std::end(ranges) && at->first <= c;
}

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

CodePoint ReadCodePoint(std::string_view text, size_t offset) {
  const auto byte = [text, offset](size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const CodePoint bad{lead, 1, false};
  const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || offset + static_cast<size_t>(length) > text.size()) return bad;
  char32_t value = lead & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    if (!IsContinuation(byte(static_cast<size_t>(i)))) return bad;
    value = (value << 6) | (byte(static_cast<size_t>(i)) & 0x3F);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return bad;
  return {value, length, true};
}

bool IsSpace(char32_t c) { return Within(kSpaces, c); }

bool IsNameCodePoint(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return !Within(kSpaces, c) && !Within(kPunctuation, c);
}

char AsciiTwin(char32_t c) {
  if (c < 0x80) return static_cast<char>(c);
  switch (c) {
    case U'（':
      return '(';
    case U'）':
      return ')';
    case U'，':
      return ',';
    case U'＝':
      return '=';
    case U'＞':
      return '>';
    case U'＜':
      return '<';
    case U'！':
      return '!';
    default:
      return 0;
  }
}

int DisplayWidth(char32_t c) {
  if (Within(kZeroWidth, c)) return 0;
  return Within(kWide, c) ? 2 : 1;
}

}  // namespace muster::query
