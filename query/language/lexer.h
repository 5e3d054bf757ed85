// Text → tokens.
#ifndef MUSTER_QUERY_LANGUAGE_LEXER_H_
#define MUSTER_QUERY_LANGUAGE_LEXER_H_

#include <string>
#include <string_view>

#include "query/language/code_point.h"
#include "query/language/problem_list.h"
#include "query/language/token.h"
#include "text/utf8.h"

namespace muster::query {

// Cuts a text into tokens on demand. What it can't read it reports to the list, and goes on with what was
// probably meant, so that the parser finds further problems. Any bytes are safe. Not thread-safe; text and
// list outlive it.
class Lexer {
 public:
  // REQUIRES: text.size() < 2^31.
  Lexer(std::string_view text, ProblemList& problems) : text_(text), problems_(problems) {}
  // The next token; kEnd for ever at the end.
  Token Next();
  std::string_view text() const { return text_; }

 private:
  CodePoint Peek(size_t offset) const { return ReadCodePoint(text_, offset); }
  // ASCII at `at`, its full-width twin included; 0 at the end and for everything else. `bytes`: what it
  // takes.
  char TwinAt(size_t at, size_t& bytes) const;
  Token Make(TokenKind kind, size_t begin, size_t end);
  Token MakeSymbol(Symbol symbol, size_t begin, size_t end);
  void Report(size_t begin, size_t end, std::string message);

  // White space, and comments: `#` up to the end of its line.
  void SkipSpace();
  Token NameFrom(size_t begin);
  Token QuotedNameFrom(size_t begin);
  Token StringFrom(size_t begin, size_t quote_bytes, char32_t close);
  Token NumberFrom(size_t begin);
  // A digit's run that turned out to be a name, an exponent, or a keyword without its space.
  Token NumberWithLetters(size_t begin, size_t number_end);
  bool DateFrom(size_t begin, Token& token);
  Token ComparisonFrom(size_t begin, char first, size_t first_bytes);
  // Something that people write elsewhere for an operator of ours: reported, and read as meant. False: not
  // one.
  bool LookalikeFrom(size_t begin, char32_t c, size_t bytes, Token& token);
  // Reports a comment as other languages write them, and goes on behind it. False when none begins here.
  bool SkipForeignComment(size_t begin);
  size_t EndOfDigits(size_t from) const;
  size_t EndOfName(size_t from) const;

  std::string_view text_;
  ProblemList& problems_;
  size_t at_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LEXER_H_
