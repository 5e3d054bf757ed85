#include "query/language/lexer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "query/language/excerpt.h"
#include "query/language/foreign_dates.h"
#include "query/language/literal_text.h"
#include "query/language/operator_words.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

SourceSpan SpanOf(size_t begin, size_t end) {
  return {static_cast<int32_t>(begin), static_cast<int32_t>(end - begin)};
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Letters that stand for zeros behind a number.
struct Multiple {
  std::string_view letters;
  size_t zeros;
};
constexpr Multiple kMultiples[] = {{"k", 3},  {"K", 3},    {"千", 3}, {"w", 4},    {"W", 4},
                                   {"万", 4}, {"百万", 6}, {"M", 6},  {"千万", 7}, {"亿", 8}};

size_t ZerosOf(std::string_view letters) {
  for (const Multiple& multiple : kMultiples) {
    if (multiple.letters == letters) return multiple.zeros;
  }
  return 0;
}

}  // namespace

char Lexer::TwinAt(size_t at, size_t& bytes) const {
  if (at >= text_.size()) return 0;
  const CodePoint c = Peek(at);
  bytes = c.bytes;
  return c.valid ? AsciiTwin(c.value) : '\0';
}

Token Lexer::Make(TokenKind kind, size_t begin, size_t end) {
  at_ = end;
  Token token;
  token.kind = kind;
  token.span = SpanOf(begin, end);
  token.content = token.span;
  return token;
}

Token Lexer::MakeSymbol(Symbol symbol, size_t begin, size_t end) {
  Token token = Make(TokenKind::kSymbol, begin, end);
  token.symbol = symbol;
  return token;
}

void Lexer::Report(size_t begin, size_t end, std::string message) {
  problems_.Add(index::Reason::kSyntax, SpanOf(begin, end), std::move(message));
}

void Lexer::SkipSpace() {
  while (at_ < text_.size()) {
    const CodePoint c = Peek(at_);
    if (c.valid && c.value == U'#') {
      // A carriage return alone ends a comment too: an editor shows what follows it as the next line.
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      continue;
    }
    if (!c.valid || !IsSpace(c.value)) return;
    at_ += c.bytes;
  }
}

Token Lexer::Next() {
  while (!problems_.stopped()) {
    SkipSpace();
    if (at_ >= text_.size()) break;
    const size_t begin = at_;
    const CodePoint c = Peek(begin);
    const size_t next = begin + c.bytes;
    if (!c.valid) {
      Report(begin, next,
             absl::StrFormat("Byte 0x%02X is not UTF-8; save or send the expression as UTF-8.", c.value));
      at_ = next;
      continue;
    }
    if (SkipForeignComment(begin)) continue;
    const char twin = AsciiTwin(c.value);
    switch (twin) {
      case '(':
        return MakeSymbol(Symbol::kOpen, begin, next);
      case ')':
        return MakeSymbol(Symbol::kClose, begin, next);
      case ',':
        return MakeSymbol(Symbol::kComma, begin, next);
      case '+':
        return MakeSymbol(Symbol::kPlus, begin, next);
      case '-':
        return MakeSymbol(Symbol::kMinus, begin, next);
      case '*':
        return MakeSymbol(Symbol::kTimes, begin, next);
      case '=':
      case '<':
      case '>':
      case '!':
        return ComparisonFrom(begin, twin, c.bytes);
      case '\'':
      case '"':
        return StringFrom(begin, c.bytes, static_cast<char32_t>(twin));
      case '`':
        return QuotedNameFrom(begin);
      default:
        break;
    }
    if (IsCurrencySign(c.value)) {
      ReportCurrency(begin, next);
      continue;
    }
    if (c.value == U'‘') return StringFrom(begin, c.bytes, U'’');
    if (c.value == U'“') return StringFrom(begin, c.bytes, U'”');
    if (IsDigit(twin) || (twin == '.' && next < text_.size() && IsDigit(text_[next])))
      return NumberFrom(begin);
    if (IsNameCodePoint(c.value)) return NameFrom(begin);
    Token token;
    at_ = next;
    if (LookalikeFrom(begin, c.value, c.bytes, token)) return token;
  }
  return Make(TokenKind::kEnd, text_.size(), text_.size());
}

size_t Lexer::EndOfDigits(size_t from) const {
  while (from < text_.size() && IsDigit(text_[from])) ++from;
  return from;
}

size_t Lexer::EndOfName(size_t from) const {
  while (from < text_.size()) {
    const CodePoint c = Peek(from);
    if (!c.valid || !IsNameCodePoint(c.value)) break;
    from += c.bytes;
  }
  return from;
}

Token Lexer::NameFrom(size_t begin) {
  size_t end = EndOfName(begin);
  bool dotted = false;
  while (end + 1 < text_.size() && text_[end] == '.' && EndOfName(end + 1) > end + 1) {
    end = EndOfName(end + 1);
    dotted = true;
  }
  Token token = Make(TokenKind::kName, begin, end);
  if (!dotted) token.keyword = FindKeyword(text_.substr(begin, end - begin));
  if (token.keyword != Keyword::kNone) token.kind = TokenKind::kKeyword;
  return token;
}

Token Lexer::QuotedNameFrom(size_t begin) {
  bool reported = false;
  size_t end = begin + 1;
  while (end < text_.size()) {
    if (text_[end] == '`') {
      if (end + 1 >= text_.size() || text_[end + 1] != '`' || end == begin + 1) break;
      ++end;  // the first of two back quotes
    }
    const CodePoint c = Peek(end);
    if (!c.valid && !reported) {
      Report(end, end + 1,
             absl::StrFormat("Byte 0x%02X in the name is not UTF-8; save or send the expression as UTF-8.",
                             c.value));
      reported = true;
    }
    end += c.bytes;
  }
  const bool closed = end < text_.size();
  if (!closed) Report(begin, begin + 1, "This back quote is never closed; a name ends with another one.");
  if (closed && end == begin + 1)
    Report(begin, end + 1, "The name between the back quotes is empty; write the tag's name there.");
  Token token = Make(TokenKind::kQuotedName, begin, closed ? end + 1 : end);
  token.content = SpanOf(begin + 1, end);
  return token;
}

Token Lexer::StringFrom(size_t begin, size_t quote_bytes, char32_t close) {
  const size_t content = begin + quote_bytes;
  bool reported = false;
  size_t end = content;
  while (end < text_.size()) {
    const CodePoint c = Peek(end);
    if (close == '\'' && text_[end] == '\'' && end + 1 < text_.size() && text_[end + 1] == '\'') {
      end += 2;  // a doubled quote stands for one
      continue;
    }
    if (c.valid && c.value == close) {
      Token token = Make(TokenKind::kString, begin, end + c.bytes);
      token.content = SpanOf(content, end);
      return token;
    }
    if (!c.valid && !reported) {
      Report(end, end + 1,
             absl::StrFormat("Byte 0x%02X in the string is not UTF-8; save or send the expression as UTF-8.",
                             c.value));
      reported = true;
    }
    end += c.bytes;
    // An escaped quote doesn't close the string. A backslash before any other character is kept as written.
    if (c.value == '\\' && end < text_.size() &&
        (text_[end] == '\'' || text_[end] == '"' || text_[end] == '\\'))
      ++end;
  }
  const char* mend = close == U'’' ? "’" : close == U'”' ? "”" : close == '"' ? "\"" : "'";
  Report(begin, content,
         Sentence("This string is never closed; it ends with ", mend,
                  ", and \\' stands for a quote inside it."));
  Token token = Make(TokenKind::kString, begin, text_.size());
  token.content = SpanOf(content, text_.size());
  return token;
}

bool Lexer::DateFrom(size_t begin, Token& token) {
  const size_t year_end = EndOfDigits(begin);
  if (year_end >= text_.size() || text_[year_end] != '-') return false;
  const size_t month_end = EndOfDigits(year_end + 1);
  if (month_end == year_end + 1 || month_end >= text_.size() || text_[month_end] != '-') return false;
  const size_t day_end = EndOfDigits(month_end + 1);
  if (day_end == month_end + 1) return false;
  size_t end = day_end;
  if (end < text_.size() && absl::ascii_isalpha(static_cast<unsigned char>(text_[end]))) {
    const size_t time = EndOfTime(end + 1);
    end = time > end + 1 ? time : EndOfName(end);
  }
  size_t blanks_end = end;
  while (blanks_end < text_.size() && text_[blanks_end] == ' ') ++blanks_end;
  if (end == day_end && blanks_end > end)
    end = std::max(end, EndOfTime(blanks_end) > blanks_end ? EndOfTime(blanks_end) : end);
  const std::string_view written = text_.substr(begin, end - begin);
  if (end > day_end) {
    ReportBareTime(begin, day_end, end);
  } else if (const std::string wrong = WhyNotADate(written); !wrong.empty()) {
    Report(begin, end, wrong);
  }
  token = Make(TokenKind::kDate, begin, end);
  return true;
}

void Lexer::ReportBareTime(size_t begin, size_t date_end, size_t end) {
  const std::string_view written = text_.substr(begin, end - begin);
  const std::string_view date = text_.substr(begin, date_end - begin);
  size_t time = date_end + 1;
  while (time < end && text_[time] == ' ') ++time;
  const std::string quoted = Sentence(date, "T", text_.substr(time, end - time));
  const std::string shown = Excerpt(written);
  if (ParseTimestamp(quoted, absl::UTCTimeZone()).has_value()) {
    Report(begin, end, Sentence("A time is written in quotes: '", quoted, "' for `", shown, "`."));
  } else {
    Report(begin, end,
           Sentence("A time of day is written in quotes, as in '2026-01-31T18:30:00'; `", shown,
                    "` is neither that nor a date."));
  }
}

size_t Lexer::EndOfTime(size_t from) const {
  size_t end = EndOfDigits(from);
  const bool begins =
      end > from && end <= from + 2 && end + 1 < text_.size() && text_[end] == ':' && IsDigit(text_[end + 1]);
  if (!begins) return from;
  const auto goes_on = [this](size_t at) {
    if (at >= text_.size()) return false;
    if (IsDigit(text_[at]) || text_[at] == 'Z') return true;
    const bool joins = text_[at] == ':' || text_[at] == '.' || text_[at] == '+' || text_[at] == '-';
    return joins && at + 1 < text_.size() && IsDigit(text_[at + 1]);
  };
  while (goes_on(end)) ++end;
  return end;
}

bool Lexer::ForeignDateFrom(size_t begin, Token& token) {
  const std::string_view rest = text_.substr(begin);
  if (const size_t bytes = ForeignDateBytes(rest); bytes > 0) {
    const std::string_view written = rest.substr(0, bytes);
    const std::string mend = MendOfDate(written);
    Report(begin, begin + bytes,
           mend.empty()
               ? Sentence("A date is written YYYY-MM-DD, as in 1990-05-17, not `", Excerpt(written), "`.")
               : Sentence("A date is written YYYY-MM-DD: ", mend, " for `", written, "`."));
    token = Make(TokenKind::kDate, begin, begin + bytes);
    return true;
  }
  const size_t end = EndOfTime(begin);
  if (end == begin) return false;
  Report(begin, end,
         Sentence("A time of day stands behind its date, both in quotes, as in '2026-01-31T18:30:00', not `",
                  Excerpt(text_.substr(begin, end - begin)), "`."));
  token = Make(TokenKind::kString, begin, end);
  return true;
}

void Lexer::ReportCurrency(size_t begin, size_t end) {
  size_t number_end = EndOfDigits(end);
  if (number_end > end && number_end < text_.size() && text_[number_end] == '.')
    number_end = EndOfDigits(number_end + 1);
  Report(begin, number_end,
         number_end > end ? Sentence("A number is written without a currency sign: ",
                                     Excerpt(text_.substr(end, number_end - end)), " for `",
                                     Excerpt(text_.substr(begin, number_end - begin)), "`.")
                          : Sentence("A number is written without a currency sign; leave out `",
                                     text_.substr(begin, end - begin), "`."));
  at_ = end;
}

Token Lexer::NumberFrom(size_t begin) {
  Token date;
  if (DateFrom(begin, date)) return date;
  size_t end = EndOfDigits(begin);
  if (ForeignDateFrom(begin, date)) return date;
  int points = 0;
  while (end < text_.size() && text_[end] == '.') {
    ++points;
    end = EndOfDigits(end + 1);
  }
  const std::string_view written = text_.substr(begin, end - begin);
  const size_t name_end = EndOfName(end);
  if (name_end > end) return NumberWithLetters(begin, end);
  if (points > 1) {
    Report(begin, end,
           Sentence("`", Excerpt(written),
                    "` is not a number; one has a single decimal point, and a text is written in quotes."));
  } else if (written.front() == '.' || written.back() == '.') {
    Report(begin, end,
           Sentence("A number has digits on both sides of its point: write 0.5 for .5 and 5 for 5., not `",
                    Excerpt(written), "`."));
  }
  return Make(TokenKind::kNumber, begin, end);
}

Token Lexer::NumberWithLetters(size_t begin, size_t number_end) {
  const size_t end = EndOfName(number_end);
  const std::string_view letters = text_.substr(number_end, end - number_end);
  const std::string_view written = text_.substr(begin, end - begin);
  const std::string_view number = text_.substr(begin, number_end - begin);
  if (FindKeyword(letters) != Keyword::kNone) {
    Report(number_end, end, Sentence("A space is missing between ", Excerpt(number), " and ", letters, "."));
    return Make(TokenKind::kNumber, begin, number_end);
  }
  if ((letters.front() == 'e' || letters.front() == 'E') && EndOfDigits(number_end + 1) == end) {
    size_t exponent_end = end;
    if (letters.size() == 1 && end + 1 < text_.size() && (text_[end] == '-' || text_[end] == '+'))
      exponent_end = EndOfDigits(end + 1);
    Report(begin, exponent_end,
           Sentence("Numbers have no exponent; write all digits of `",
                    Excerpt(text_.substr(begin, exponent_end - begin)), "`."));
    return Make(TokenKind::kNumber, begin, exponent_end);
  }
  const size_t zeros = ZerosOf(letters);
  const bool whole = number.find('.') == std::string_view::npos;
  if (zeros > 0 && whole && number.size() < 20) {
    Report(begin, end,
           Sentence("A number is written with all its digits: ", number, std::string(zeros, '0'), " for `",
                    written, "`; a text of these characters is written in quotes."));
    return Make(TokenKind::kNumber, begin, end);
  }
  const bool unit = letters.find_first_of("0123456789_") == std::string_view::npos;
  if (!unit) {
    Report(begin, end,
           Sentence("A bare name doesn't begin with a digit; a tag of this name is written `",
                    Excerpt(written), "` in back quotes, a text '", Excerpt(written), "' in quotes."));
    return Make(TokenKind::kName, begin, end);
  }
  Report(begin, end,
         Sentence("A number has no letters: write ", Excerpt(number), " without a unit, and the tag `",
                  Excerpt(written), "` in back quotes or the text '", Excerpt(written),
                  "' in quotes if that is meant."));
  return Make(TokenKind::kName, begin, end);
}

Token Lexer::ComparisonFrom(size_t begin, char first, size_t first_bytes) {
  const size_t one = begin + first_bytes;
  size_t second_bytes = 0;
  const char second = TwinAt(one, second_bytes);
  const size_t two = one + second_bytes;
  const auto mended = [&](Symbol symbol, std::string message) {
    Report(begin, two, std::move(message));
    return MakeSymbol(symbol, begin, two);
  };
  if (second == '~' && (first == '=' || first == '!')) {
    return mended(
        first == '=' ? Symbol::kEqual : Symbol::kNotEqual,
        Sentence("`", text_.substr(begin, two - begin), "` is not an operator; ", kPatternMend, "."));
  }
  switch (first) {
    case '=':
      if (second == '=') return mended(Symbol::kEqual, "`==` is not an operator; equality is a single `=`.");
      if (second == '<') return mended(Symbol::kLessOrEqual, "`=<` is not an operator; write `<=`.");
      if (second == '>') return mended(Symbol::kGreaterOrEqual, "`=>` is not an operator; write `>=`.");
      return MakeSymbol(Symbol::kEqual, begin, one);
    case '<':
      if (second == '>') return mended(Symbol::kNotEqual, "`<>` is not an operator; write `!=`.");
      if (second == '=') return MakeSymbol(Symbol::kLessOrEqual, begin, two);
      return MakeSymbol(Symbol::kLess, begin, one);
    case '>':
      if (second == '=') return MakeSymbol(Symbol::kGreaterOrEqual, begin, two);
      return MakeSymbol(Symbol::kGreater, begin, one);
    default:
      if (second == '=') return MakeSymbol(Symbol::kNotEqual, begin, two);
      Report(begin, one, "`!` alone is not an operator; write NOT, or `!=` for another value.");
      Token token = Make(TokenKind::kKeyword, begin, one);
      token.keyword = Keyword::kNot;
      return token;
  }
}

}  // namespace muster::query
