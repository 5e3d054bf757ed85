// The tokens that the lexer makes from a text.
#ifndef MUSTER_QUERY_LANGUAGE_TOKEN_H_
#define MUSTER_QUERY_LANGUAGE_TOKEN_H_

#include <cstdint>

#include "query/language/expression.h"
#include "query/language/keyword.h"

namespace muster::query {

enum class TokenKind : uint8_t {
  kEnd,
  kName,        // bare: identifiers joined by dots
  kQuotedName,  // in back quotes; a doubled back quote inside is one
  kKeyword,
  kString,  // in quotes of any kind
  kNumber,  // digits[.digits]; its sign is a kMinus before it
  kDate,    // YYYY-MM-DD
  kSymbol,
};

enum class Symbol : uint8_t {
  kNone,
  kOpen,
  kClose,
  kComma,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kTimes,
};

// REQUIRES: the symbol is a comparison.
constexpr Comparison ComparisonOf(Symbol symbol) {
  return static_cast<Comparison>(static_cast<int>(symbol) - static_cast<int>(Symbol::kEqual));
}
static_assert(ComparisonOf(Symbol::kEqual) == Comparison::kEqual);
static_assert(ComparisonOf(Symbol::kLess) == Comparison::kLess);
static_assert(ComparisonOf(Symbol::kGreaterOrEqual) == Comparison::kGreaterOrEqual);

// A token's kind and place; its text stays in the source.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  Keyword keyword = Keyword::kNone;
  Symbol symbol = Symbol::kNone;
  SourceSpan span;     // with quotes
  SourceSpan content;  // kString, kQuotedName: without them

  bool Is(Symbol s) const { return kind == TokenKind::kSymbol && symbol == s; }
  bool Is(Keyword k) const { return kind == TokenKind::kKeyword && keyword == k; }
  bool IsName() const { return kind == TokenKind::kName || kind == TokenKind::kQuotedName; }
  bool IsComparison() const {
    return kind == TokenKind::kSymbol && symbol >= Symbol::kEqual && symbol <= Symbol::kGreaterOrEqual;
  }
  int32_t end() const { return span.offset + span.length; }
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_TOKEN_H_
