#include "query/language/token_stream.h"

#include "absl/strings/match.h"
#include "query/language/excerpt.h"
#include "text/sentence.h"

namespace muster::query {

TokenStream::TokenStream(std::string_view text, ProblemList& problems)
    : lexer_(text, problems), problems_(problems) {
  previous_.span = {0, 0};
  current_ = lexer_.Next();
  next_ = lexer_.Next();
}

void TokenStream::Advance() {
  previous_ = current_;
  current_ = next_;
  next_ = lexer_.Next();
}

bool TokenStream::Take(Symbol symbol) {
  if (!current_.Is(symbol)) return false;
  Advance();
  return true;
}

bool TokenStream::Take(Keyword keyword) {
  if (!current_.Is(keyword)) return false;
  Advance();
  return true;
}

bool TokenStream::TakeWord(std::string_view word) {
  if (!IsWord(current_, word)) return false;
  Advance();
  return true;
}

bool TokenStream::IsWord(const Token& token, std::string_view word) const {
  return token.kind == TokenKind::kName &&
         absl::EqualsIgnoreCase(ForAbseil(TextOf(token.span)), ForAbseil(word));
}

void TokenStream::SkipPastClose() {
  const auto goes_on = [this] {
    return current_.kind != TokenKind::kEnd && !current_.Is(Keyword::kAnd) && !current_.Is(Keyword::kOr);
  };
  while (goes_on() && !Take(Symbol::kClose)) Advance();
}

std::string_view TokenStream::TextOf(SourceSpan span) const {
  return lexer_.text().substr(static_cast<size_t>(span.offset), static_cast<size_t>(span.length));
}

std::string TokenStream::Described() const {
  if (current_.kind == TokenKind::kEnd) return "the end";
  const std::string excerpt = Excerpt(TextOf(current_.span));
  return current_.kind == TokenKind::kQuotedName ? excerpt : Sentence("`", excerpt, "`");
}

}  // namespace muster::query
