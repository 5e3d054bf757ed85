// Recognizes operator words of other languages.
#ifndef MUSTER_QUERY_LANGUAGE_OPERATOR_WORDS_H_
#define MUSTER_QUERY_LANGUAGE_OPERATOR_WORDS_H_

#include <string>
#include <string_view>

namespace muster::query {

// What to write instead of `word` right after a tag (or after its NOT): CONTAINS, REGEXP, STARTS, EQUALS,
// GT … in any case. Empty for other words.
std::string MendOfOperatorWord(std::string_view word);

// The advice for operators that search for a part of a text or for a pattern.
inline constexpr std::string_view kPatternMend =
    "LIKE '%b%' finds a part of a text, LIKE 'b%' its beginning, and = or IN whole values";

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_OPERATOR_WORDS_H_
