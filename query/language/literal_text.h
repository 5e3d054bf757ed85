// The forms of literals: shared by the lexer, the checks of trees, and the binder.
#ifndef MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_
#define MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_

#include <string>
#include <string_view>

namespace muster::query {

// Empty when `text` is `YYYY-MM-DD` and that day exists (years 0001–9999); else a sentence that says why it
// is no date.
std::string WhyNotADate(std::string_view text);

// Why a list of values is too long, with what this server can do. `owner`: IN, NOT IN or HAS ALL.
std::string TooManyValues(std::string_view owner, size_t max_values);

// The largest offset from TODAY, in any unit, either way.
inline constexpr int kMaxTodayOffset = 1'000'000;

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_
