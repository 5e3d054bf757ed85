// Recognizes words and functions that other languages have for values.
#ifndef MUSTER_QUERY_LANGUAGE_FOREIGN_WORDS_H_
#define MUSTER_QUERY_LANGUAGE_FOREIGN_WORDS_H_

#include <string>
#include <string_view>

namespace muster::query {

// What to write instead of `word` in the place of a value: NOW, CURRENT_DATE, YESTERDAY, INTERVAL, DATE … in any
// case. Empty for other words.
std::string MendOfValueWord(std::string_view word);

// What to write instead of a function `word` that begins a condition, as in `AGE(born) > 18`. `arguments` is the
// text between its parentheses. Empty for words that are no function of other languages.
std::string MendOfFunction(std::string_view word, std::string_view arguments);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_FOREIGN_WORDS_H_
