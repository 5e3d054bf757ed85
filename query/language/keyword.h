// The reserved words: those that are never a bare tag name.
#ifndef MUSTER_QUERY_LANGUAGE_KEYWORD_H_
#define MUSTER_QUERY_LANGUAGE_KEYWORD_H_

#include <cstdint>
#include <string_view>

namespace muster::query {

// In alphabetical order. All other words of the language (AT LEAST, OF, ALL, SEGMENT, LIST, WEIGHT, BIRTHDAY,
// BUCKET, units of dates) are names to the lexer, with a meaning only where their construct can begin.
enum class Keyword : uint8_t {
  kNone,
  kAnd,
  kAs,
  kBetween,
  kEveryone,
  kFalse,
  kHas,
  kIlike,
  kIn,
  kLike,
  kNobody,
  kNot,
  kOr,
  kToday,
  kTrue,
};

// The keyword of `word`, ignoring the case of ASCII letters; kNone if it is no keyword.
Keyword FindKeyword(std::string_view word);
// In capitals; empty for kNone.
std::string_view KeywordText(Keyword keyword);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_KEYWORD_H_
