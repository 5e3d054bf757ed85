// Divides a text into tokens.
#ifndef MUSTER_QUERY_LANGUAGE_LEXER_H_
#define MUSTER_QUERY_LANGUAGE_LEXER_H_

#include <string>
#include <string_view>

#include "query/language/code_point.h"
#include "query/language/problem_list.h"
#include "query/language/token.h"
#include "text/utf8.h"

namespace muster::query {

// Divides a text into tokens on demand. Reports what it can't read to the list and returns the token that was
// probably meant, so that the parser finds further problems. Any bytes are safe. Not thread-safe; text and
// list must outlive it.
class Lexer {
 public:
  // REQUIRES: text.size() < 2^31.
  Lexer(std::string_view text, ProblemList& problems) : text_(text), problems_(problems) {}
  // The next token; at the end always kEnd.
  Token Next();
  std::string_view text() const { return text_; }

 private:
  CodePoint Peek(size_t offset) const { return ReadCodePoint(text_, offset); }
  // The ASCII character at `at`, or that of a full-width form; 0 at the end and for other characters. Sets
  // `bytes` to its size.
  char TwinAt(size_t at, size_t& bytes) const;
  Token Make(TokenKind kind, size_t begin, size_t end);
  Token MakeSymbol(Symbol symbol, size_t begin, size_t end);
  void Report(size_t begin, size_t end, std::string message);

  // Skips white space and comments, which extend from `#` to the end of the line.
  void SkipSpace();
  Token NameFrom(size_t begin);
  Token QuotedNameFrom(size_t begin);
  Token StringFrom(size_t begin, size_t quote_bytes, char32_t close);
  Token NumberFrom(size_t begin);
  // Takes digits that are followed by letters: a name, an exponent, or a number and a keyword without a
  // space.
  Token NumberWithLetters(size_t begin, size_t number_end);
  bool DateFrom(size_t begin, Token& token);
  // Takes a date in another form than YYYY-MM-DD, or a time of day: reports how it is written. Returns false if
  // there is none.
  bool ForeignDateFrom(size_t begin, Token& token);
  // Reports a date with a time, from `begin` to `end`, that lacks its quotes.
  void ReportBareTime(size_t begin, size_t date_end, size_t end);
  // The end of a time of day at `from`, such as 18:30 or 18:30:00.5+08:00; `from` if there is none.
  size_t EndOfTime(size_t from) const;
  // Reports a currency sign, and the number behind it without the sign.
  void ReportCurrency(size_t begin, size_t end);
  Token ComparisonFrom(size_t begin, char first, size_t first_bytes);
  // Takes a character that other languages use for an operator: reports it and reads it as that operator.
  // Returns false for other characters.
  bool LookalikeFrom(size_t begin, char32_t c, size_t bytes, Token& token);
  // Reports and skips a comment in another language's syntax. Returns false if none begins here.
  bool SkipForeignComment(size_t begin);
  size_t EndOfDigits(size_t from) const;
  size_t EndOfName(size_t from) const;

  std::string_view text_;
  ProblemList& problems_;
  size_t at_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LEXER_H_
