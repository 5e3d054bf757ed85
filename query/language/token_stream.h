// The tokens of a text, with one token of lookahead; shared by the parsers.
#ifndef MUSTER_QUERY_LANGUAGE_TOKEN_STREAM_H_
#define MUSTER_QUERY_LANGUAGE_TOKEN_STREAM_H_

#include <string>
#include <string_view>
#include <utility>

#include "query/language/lexer.h"
#include "query/language/problem_list.h"

namespace muster::query {

// Not thread-safe; text and list must outlive it.
class TokenStream {
 public:
  TokenStream(std::string_view text, ProblemList& problems);

  const Token& current() const { return current_; }
  const Token& next() const { return next_; }
  // The token before the current one.
  const Token& previous() const { return previous_; }
  // Makes the next token the current one; does nothing at the end.
  void Advance();
  // Advances past the current token if it is this one.
  bool Take(Symbol symbol);
  bool Take(Keyword keyword);
  // As Take, for a word that is not reserved.
  bool TakeWord(std::string_view word);

  // Skips the rest of a wrong condition in parentheses: past `)`, or to AND, OR or the end.
  void SkipPastClose();

  std::string_view TextOf(SourceSpan span) const;
  // The source from `offset` on.
  std::string_view TextFrom(int32_t offset) const {
    return lexer_.text().substr(static_cast<size_t>(offset));
  }
  // Whether the token is this bare word, ignoring the case of ASCII letters. `word` is in capitals.
  bool IsWord(const Token& token, std::string_view word) const;
  // The current token for a message: its text in back quotes, or "the end".
  std::string Described() const;
  // From `begin` to the end of the previous token.
  SourceSpan SpanFrom(int32_t begin) const { return {begin, previous_.end() - begin}; }
  // Whether the current token begins where the previous one ends.
  bool Touching() const { return current_.span.offset == previous_.end(); }

  void Report(SourceSpan span, std::string message) {
    problems_.Add(index::Reason::kSyntax, span, std::move(message));
  }
  void ReportHere(std::string message) { Report(current_.span, std::move(message)); }
  ProblemList& problems() { return problems_; }

 private:
  Lexer lexer_;
  ProblemList& problems_;
  Token previous_, current_, next_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_TOKEN_STREAM_H_
