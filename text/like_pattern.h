// Patterns of LIKE, and matching them.
#ifndef MUSTER_TEXT_LIKE_PATTERN_H_
#define MUSTER_TEXT_LIKE_PATTERN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Whether matching is case-sensitive.
enum class LetterCase : uint8_t {
  kDiffers,  // LIKE
  kFolded,   // ILIKE: both sides are compared after Unicode's simple case folding
};

// A compiled pattern: `%` matches any text, `_` one code point; `\%`, `\_` and `\\` match the character
// itself; any other backslash matches itself. A plain value; const calls are thread-safe.
class LikePattern {
 public:
  // Empty if `pattern` is not valid UTF-8.
  static std::optional<LikePattern> Parse(std::string_view pattern, LetterCase letter_case);

  // Whether the pattern matches the whole of `text`, which must be valid UTF-8. Takes at most the product of
  // their lengths in steps.
  bool Matches(std::string_view text) const;
  // Whether the pattern matches every text.
  bool matches_all() const { return pieces_.size() == 2 && pieces_[0].empty() && pieces_[1].empty(); }
  // The common prefix of all matching texts; empty if case is folded.
  const std::string& prefix() const { return prefix_; }
  // Whether the pattern is `prefix` followed by `%`.
  bool is_prefix() const {
    return letter_case_ == LetterCase::kDiffers && prefix_is_first_piece_ && pieces_.size() == 2 &&
           pieces_[1].empty();
  }
  // Whether the pattern contains an unescaped `%` or `_`.
  bool has_wildcards() const;

 private:
  LikePattern() = default;

  LetterCase letter_case_ = LetterCase::kDiffers;
  // The parts between the `%` signs, in code points; kAnyCodePoint for `_`. A single piece: there is no `%`.
  std::vector<std::u32string> pieces_;
  std::string prefix_;
  bool prefix_is_first_piece_ = false;
  size_t least_length_ = 0;
};

// The canonical spelling of a pattern: literal characters are escaped only if necessary, and neighbouring `%`
// are merged.
std::string CanonicalPattern(std::string_view pattern);

// The literal characters of a pattern, without wildcards: for suggestions.
std::string TextOfPattern(std::string_view pattern);

}  // namespace muster

#endif  // MUSTER_TEXT_LIKE_PATTERN_H_
