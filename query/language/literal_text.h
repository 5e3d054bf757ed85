// Checks the forms of literals, for the lexer, the tree checks and the binder.
#ifndef MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_
#define MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_

#include <string>
#include <string_view>

namespace muster::query {

// A sentence that explains why `text` is no date; empty if it is `YYYY-MM-DD` and that day exists (years
// 0001–9999).
std::string WhyNotADate(std::string_view text);

// A sentence that explains why `text` is no number; empty if it is `[-]digits[.digits]`.
std::string WhyNotANumber(std::string_view text);

// The message for a list with too many values, with the limit. `owner` is IN, NOT IN or HAS ALL.
std::string TooManyValues(std::string_view owner, size_t max_values);

// The largest offset from TODAY, in any unit, either way.
inline constexpr int kMaxTodayOffset = 1'000'000;

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LITERAL_TEXT_H_
