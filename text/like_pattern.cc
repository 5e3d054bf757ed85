// The pattern is split at its `%` signs. The first piece must match the start of the text and the last one
// its end. Each piece between is searched for after the one before, and its first match is taken: an
// earlier match leaves at least as much text for the remaining pieces as a later one, so no backtracking is
// needed.
#include "text/like_pattern.h"

#include <unicode/uchar.h>

#include <utility>

#include "text/utf8.h"

namespace muster {
namespace {

// Not a code point of Unicode: represents `_` in a piece.
constexpr char32_t kAnyCodePoint = 0xffffffff;

bool IsEscapable(char c) { return c == '\\' || c == '%' || c == '_'; }

char32_t Folded(char32_t c, LetterCase letter_case) {
  if (letter_case == LetterCase::kDiffers) return c;
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

// Whether the piece matches the text at `at`. REQUIRES: the text is long enough.
bool StandsAt(std::u32string_view text, size_t at, std::u32string_view piece) {
  for (size_t i = 0; i < piece.size(); ++i) {
    if (piece[i] != kAnyCodePoint && piece[i] != text[at + i]) return false;
  }
  return true;
}

// Calls `visit` with each element of a pattern: its text, and whether it is a `%` or `_` wildcard or a
// literal.
template <typename Visit>
void VisitElements(std::string_view pattern, Visit visit) {
  for (size_t i = 0; i < pattern.size();) {
    const bool escapes = pattern[i] == '\\' && i + 1 < pattern.size() && IsEscapable(pattern[i + 1]);
    if (escapes) ++i;
    const size_t bytes = ReadCodePoint(pattern, i).bytes;
    visit(pattern.substr(i, bytes), !escapes && (pattern[i] == '%' || pattern[i] == '_'));
    i += bytes;
  }
}

}  // namespace

std::optional<LikePattern> LikePattern::Parse(std::string_view pattern, LetterCase letter_case) {
  if (!IsValidUtf8(pattern)) return std::nullopt;
  LikePattern parsed;
  parsed.letter_case_ = letter_case;
  parsed.pieces_.emplace_back();
  bool in_prefix = letter_case == LetterCase::kDiffers;
  bool is_whole = in_prefix;  // whether the prefix is the whole first piece
  VisitElements(pattern, [&](std::string_view element, bool stands_for_others) {
    if (stands_for_others && element == "%") {
      in_prefix = false;
      // Neighbouring signs are equivalent to one.
      if (parsed.pieces_.size() == 1 || !parsed.pieces_.back().empty()) parsed.pieces_.emplace_back();
      return;
    }
    ++parsed.least_length_;
    if (stands_for_others) {
      is_whole = is_whole && !in_prefix;
      in_prefix = false;
      parsed.pieces_.back().push_back(kAnyCodePoint);
      return;
    }
    if (in_prefix) parsed.prefix_.append(element);
    parsed.pieces_.back().push_back(Folded(ReadFirstCodePoint(element).value, letter_case));
  });
  parsed.prefix_is_first_piece_ = is_whole;
  return parsed;
}

bool LikePattern::Matches(std::string_view text) const {
  if (text.size() < least_length_) return false;
  std::u32string points;
  points.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = ReadCodePoint(text, i);
    points.push_back(Folded(c.value, letter_case_));
    i += c.bytes;
  }
  if (points.size() < least_length_ || !StandsAt(points, 0, pieces_.front())) return false;
  if (pieces_.size() == 1) return points.size() == least_length_;
  const size_t end = points.size() - pieces_.back().size();
  if (!StandsAt(points, end, pieces_.back())) return false;
  size_t at = pieces_.front().size();
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const size_t length = pieces_[i].size();
    while (at + length <= end && !StandsAt(points, at, pieces_[i])) ++at;
    if (at + length > end) return false;
    at += length;
  }
  return true;
}

bool LikePattern::has_wildcards() const {
  return pieces_.size() > 1 || pieces_.front().find(kAnyCodePoint) != std::u32string::npos;
}

std::string CanonicalPattern(std::string_view pattern) {
  std::string canonical;
  bool after_percent = false;
  VisitElements(pattern, [&](std::string_view element, bool stands_for_others) {
    const bool percent = stands_for_others && element == "%";
    if (percent && after_percent) return;
    after_percent = percent;
    if (!stands_for_others && IsEscapable(element[0])) canonical.push_back('\\');
    canonical.append(element);
  });
  return canonical;
}

std::string TextOfPattern(std::string_view pattern) {
  std::string text;
  VisitElements(pattern, [&text](std::string_view element, bool stands_for_others) {
    if (!stands_for_others) text.append(element);
  });
  return text;
}

}  // namespace muster
