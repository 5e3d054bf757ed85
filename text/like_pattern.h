// Patterns of LIKE: which texts they match.
#ifndef MUSTER_TEXT_LIKE_PATTERN_H_
#define MUSTER_TEXT_LIKE_PATTERN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Whether capitals and small letters differ.
enum class LetterCase : uint8_t {
  kDiffers,  // LIKE
  kFolded,   // ILIKE: both sides are compared after Unicode's simple case folding
};

// A pattern, ready to be matched: `%` stands for any text, `_` for one code point, and `\%`, `\_` and `\\`
// for the character; any other backslash for itself. A plain value; const calls are thread-safe.
class LikePattern {
 public:
  // Nothing when `pattern` is not valid UTF-8.
  static std::optional<LikePattern> Parse(std::string_view pattern, LetterCase letter_case);

  // Whether it matches the whole of `text`, which is valid UTF-8. In steps of at most the product of their
  // lengths.
  bool Matches(std::string_view text) const;
  // Whether every text matches.
  bool matches_all() const { return pieces_.size() == 2 && pieces_[0].empty() && pieces_[1].empty(); }
  // What every text that matches begins with; nothing where case is folded.
  const std::string& prefix() const { return prefix_; }
  // Whether `prefix` says it all: the pattern is a text and a `%`.
  bool is_prefix() const {
    return letter_case_ == LetterCase::kDiffers && prefix_is_first_piece_ && pieces_.size() == 2 &&
           pieces_[1].empty();
  }
  // Whether a `%` or `_` stands for something else.
  bool has_wildcards() const;

 private:
  LikePattern() = default;

  LetterCase letter_case_ = LetterCase::kDiffers;
  // What stands between the `%` signs, in code points; kAnyCodePoint for `_`. One piece: there is no `%`.
  std::vector<std::u32string> pieces_;
  std::string prefix_;
  bool prefix_is_first_piece_ = false;
  size_t least_length_ = 0;
};

// The one way to write a pattern: what stands for itself is escaped where it has to be and nowhere else, and
// neighbouring `%` are one.
std::string CanonicalPattern(std::string_view pattern);

// What of a pattern stands for itself, without the rest: for suggestions.
std::string TextOfPattern(std::string_view pattern);

}  // namespace muster

#endif  // MUSTER_TEXT_LIKE_PATTERN_H_
