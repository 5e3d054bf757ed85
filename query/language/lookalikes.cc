// Characters that other languages use for operators of this one.
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "query/language/lexer.h"
#include "text/controls.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

struct Lookalike {
  char32_t written;
  Symbol symbol;    // read as this symbol, or
  Keyword keyword;  // as this keyword
  const char* message;
};

constexpr Lookalike kLookalikes[] = {
    {U'&', Symbol::kNone, Keyword::kAnd, "`&` is not an operator; write AND."},
    {U'|', Symbol::kNone, Keyword::kOr, "`|` is not an operator; write OR."},
    {U'[', Symbol::kOpen, Keyword::kNone, "Lists and groups stand in round parentheses; write `(` for `[`."},
    {U']', Symbol::kClose, Keyword::kNone, "Lists and groups stand in round parentheses; write `)` for `]`."},
    {U'{', Symbol::kOpen, Keyword::kNone, "Lists and groups stand in round parentheses; write `(` for `{`."},
    {U'}', Symbol::kClose, Keyword::kNone, "Lists and groups stand in round parentheses; write `)` for `}`."},
    {U'、', Symbol::kComma, Keyword::kNone, "`、` doesn't separate values; write a comma."},
    {U'≠', Symbol::kNotEqual, Keyword::kNone, "`≠` is not an operator; write `!=`."},
    {U'≤', Symbol::kLessOrEqual, Keyword::kNone, "`≤` is not an operator; write `<=`."},
    {U'≥', Symbol::kGreaterOrEqual, Keyword::kNone, "`≥` is not an operator; write `>=`."},
    {U'－', Symbol::kMinus, Keyword::kNone, "`－` is not a minus sign here; write `-`."},
    {U'−', Symbol::kMinus, Keyword::kNone, "`−` is not a minus sign here; write `-`."},
    {U'–', Symbol::kMinus, Keyword::kNone, "`–` is not a minus sign here; write `-`."},
    {U'—', Symbol::kMinus, Keyword::kNone, "`—` is not a minus sign here; write `-`."},
    {U'＋', Symbol::kPlus, Keyword::kNone, "`＋` is not a plus sign here; write `+`."},
    {U'×', Symbol::kTimes, Keyword::kNone, "`×` is not an operator; write `*`."},
    {U'＊', Symbol::kTimes, Keyword::kNone, "`＊` is not an operator; write `*`."},
    {U'~', Symbol::kEqual, Keyword::kNone,
     "`~` is not an operator; LIKE '%b%' finds a part of a text, LIKE 'b%' its beginning, and = or IN whole "
     "values."},
    // Reported and skipped, without a replacement:
    {U'/', Symbol::kNone, Keyword::kNone,
     "`/` is not an operator; multiply by a number instead, as in 0.5 * amount."},
    {U'÷', Symbol::kNone, Keyword::kNone,
     "`÷` is not an operator; multiply by a number instead, as in 0.5 * amount."},
    {U';', Symbol::kNone, Keyword::kNone, "An expression needs no semicolon; leave it out."},
    {U'；', Symbol::kNone, Keyword::kNone, "An expression needs no semicolon; leave it out."},
    {U'’', Symbol::kNone, Keyword::kNone,
     "`’` closes a string that `‘` opened, and none is open; write ‘…’ or '…'."},
    {U'”', Symbol::kNone, Keyword::kNone,
     "`”` closes a string that `“` opened, and none is open; write “…” or \"…\"."},
    {U'.', Symbol::kNone, Keyword::kNone,
     "A point joins the parts of a name without spaces, as in `a.b`; here it joins nothing."},
    {U'%', Symbol::kNone, Keyword::kNone,
     "A number is written without a percent sign; in LIKE, `%` stands inside the quotes of the pattern."},
    {U'％', Symbol::kNone, Keyword::kNone,
     "A number is written without a percent sign; in LIKE, `%` stands inside the quotes of the pattern."},
};

// The beginning and the end of a comment in other languages.
struct ForeignComment {
  std::string_view begin, end;
};
constexpr ForeignComment kForeignComments[] = {{"--", "\n"}, {"//", "\n"}, {"/*", "*/"}};

}  // namespace

bool Lexer::SkipForeignComment(size_t begin) {
  const std::string_view rest = text_.substr(begin);
  for (const ForeignComment& comment : kForeignComments) {
    if (rest.substr(0, comment.begin.size()) != comment.begin) continue;
    if (comment.begin == "--") {
      // Within a name that lacks its back quotes, and before a number, `--` is two dashes and no comment.
      const bool alone = begin == 0 || absl::ascii_isspace(static_cast<unsigned char>(text_[begin - 1]));
      if (!alone || (rest.size() > 2 && absl::ascii_isdigit(static_cast<unsigned char>(rest[2]))))
        return false;
    }
    const size_t end = text_.find(comment.end, begin + comment.begin.size());
    at_ = end == std::string_view::npos ? text_.size() : end + comment.end.size();
    Report(begin, begin + comment.begin.size(),
           Sentence("`", comment.begin,
                    "` begins no comment here; write `#`, which makes one of the rest of its "
                    "line."));
    return true;
  }
  return false;
}

bool Lexer::LookalikeFrom(size_t begin, char32_t c, size_t bytes, Token& token) {
  size_t end = begin + bytes;
  // `&&`, `||`, `~~` and `~*` are single operators in other languages.
  if ((c == U'&' || c == U'|' || c == U'~') && end < text_.size() && text_[end] == static_cast<char>(c))
    ++end;
  if (c == U'~' && end < text_.size() && text_[end] == '*') ++end;
  at_ = end;
  for (const Lookalike& lookalike : kLookalikes) {
    if (lookalike.written != c) continue;
    Report(begin, end, lookalike.message);
    if (lookalike.symbol == Symbol::kNone && lookalike.keyword == Keyword::kNone) return false;
    token = Make(lookalike.keyword == Keyword::kNone ? TokenKind::kSymbol : TokenKind::kKeyword, begin, end);
    token.symbol = lookalike.symbol;
    token.keyword = lookalike.keyword;
    return true;
  }
  const bool visible = !IsObeyed(c);
  Report(begin, end,
         visible
             ? Sentence("`", text_.substr(begin, end - begin),
                        "` means nothing here; text is written in quotes.")
             : absl::StrFormat("The control character U+%04X can't stand in an expression; delete it.", c));
  return false;
}

}  // namespace muster::query
