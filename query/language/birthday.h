// `BIRTHDAY (tag) WITHIN 7 DAYS` and `BIRTHDAY (tag) = 05-17`: reading and checking them.
#ifndef MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_
#define MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_

#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "query/language/expression.h"
#include "query/language/problem_list.h"
#include "query/language/token_stream.h"

namespace muster::query {

// From a day to the same one of the next year, at most.
inline constexpr int kMaxDaysAhead = 366;

// `MM-DD`, two digits each, as that day of a leap year; nothing for a day of no year, and anything else.
std::optional<absl::CivilDay> MonthDayOf(std::string_view text);
// A whole number from 0 to kMaxDaysAhead; nothing for anything else.
std::optional<int> DaysAheadOf(std::string_view text);

// Reports what is wrong with a BIRTHDAY's literal; false when there was something. Other nodes are right.
// REQUIRES: as many literals as the operator takes, of the kind that it demands.
bool CheckBirthday(const Expression& node, ProblemList& problems);

// Takes a clause that begins with `BIRTHDAY (`, or reports what stands there instead and answers null.
// REQUIRES: these are the current token and the next.
ExpressionPtr TakeBirthday(TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_BIRTHDAY_H_
