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
                                  {0xF7, 0xF7},     {0x2010, 0x205E}, {0x2061, 0x2064}, {0x20A0, 0x20CF},
                                  {0x2190, 0x22FF}, {0x3001, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},
                                  {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF3E}, {0xFF40, 0xFF40},
                                  {0xFF5B, 0xFF65}, {0xFFE0, 0xFFEE}, {0xFFF9, 0xFFFD}};

constexpr Range kCurrencySigns[] = {{0x24, 0x24},     {0xA2, 0xA5},     {0x20A0, 0x20CF},
                                    {0xFF04, 0xFF04}, {0xFFE0, 0xFFE1}, {0xFFE5, 0xFFE6}};

template <size_t n>
bool Within(const Range (&ranges)[n], char32_t c) {
  const Range* at = std::partition_point(std::begin(ranges), std::end(ranges),
                                         [c](const Range& range) { return range.last < c; });
  return at != std::end(ranges) && at->first <= c;
}

}  // namespace

bool IsSpace(char32_t c) { return Within(kSpaces, c); }

bool IsCurrencySign(char32_t c) { return Within(kCurrencySigns, c); }

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

}  // namespace muster::query
