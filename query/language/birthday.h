// Parses and checks `BIRTHDAY (tag) WITHIN 7 DAYS` and `BIRTHDAY (tag) = 05-17`.
#ifndef MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_
#define MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_

#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "query/language/expression.h"
#include "query/language/problem_list.h"
#include "query/language/token_stream.h"

namespace muster::query {

// At most from a day to the same day of the next year.
inline constexpr int kMaxDaysAhead = 366;

// Parses `MM-DD`, two digits each, to that day of a leap year; empty for days that don't exist and other
// texts.
std::optional<absl::CivilDay> MonthDayOf(std::string_view text);
// Parses a whole number from 0 to kMaxDaysAhead; empty for other texts.
std::optional<int> DaysAheadOf(std::string_view text);

// Checks the literal of a BIRTHDAY; reports a problem and returns false if it is wrong. Accepts all other
// nodes. REQUIRES: the node has as many literals as its operator takes, of the kind that it demands.
bool CheckBirthday(const Expression& node, ProblemList& problems);

// Takes a clause that begins with `BIRTHDAY (`; reports a problem and returns null if the rest is wrong.
// REQUIRES: these are the current token and the next one.
ExpressionPtr TakeBirthday(TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_
