// The reserved words.
#ifndef MUSTER_QUERY_LANGUAGE_KEYWORD_H_
#define MUSTER_QUERY_LANGUAGE_KEYWORD_H_

#include <cstdint>
#include <string_view>

namespace muster::query {

// All reserved; those that no rule of the grammar uses are kept for later. In the order of the alphabet.
enum class Keyword : uint8_t {
  kNone,
  kAll,
  kAnd,
  kAny,
  kAs,
  kAt,
  kBetween,
  kBirthday,
  kBucket,
  kBy,
  kEvents,
  kEveryone,
  kFalse,
  kHas,
  kIn,
  kIs,
  kLast,
  kLeast,
  kLike,
  kList,
  kNobody,
  kNot,
  kNull,
  kOf,
  kOr,
  kSegment,
  kSince,
  kToday,
  kTrue,
  kWeight,
  kWithin,
};

// The keyword that `word` is, folding case in ASCII only; kNone when it is none.
Keyword FindKeyword(std::string_view word);
// In capitals; empty for kNone.
std::string_view KeywordText(Keyword keyword);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_KEYWORD_H_
