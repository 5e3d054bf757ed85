// Messages for comparisons whose sides are sums, and the comparison that was meant.
#ifndef MUSTER_QUERY_LANGUAGE_SUM_MEND_H_
#define MUSTER_QUERY_LANGUAGE_SUM_MEND_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/sum_terms.h"
#include "query/language/token_stream.h"

namespace muster::query {

// One side of a comparison as written. Numbers with the unit WEEKS are already days.
struct Side {
  std::vector<Term> terms;
  TermUnit unit = TermUnit::kNone;
};

// The comparison of both sides with all tags and days on the left and one number on the right, as text:
// `a - b > -3` for `a + 3 > b`. Empty if the language has no such comparison, as for sums of dates.
std::string OneSided(const Side& left, std::string_view comparison, const Side& right);

// A number, a date, or TODAY with an offset of days or weeks, as a side; empty for other literals.
std::optional<Side> SideOf(const Literal& literal);

// Handles the right side of a comparison, at the current token, if it is not the one value that the language
// has there: reports the comparison that was meant and skips the side. Returns false if it takes nothing.
// `comparison` is the operator as text.
bool ReportTwoSides(TokenStream& tokens, const LanguageLimits& limits, const Side& left,
                    std::string_view comparison);

// The same for both ends of a BETWEEN, at the first one. `negated`: of NOT BETWEEN.
bool ReportSumInRange(TokenStream& tokens, const LanguageLimits& limits, const Side& left, bool negated);

// The message for a comparison of a sum with a number that has a unit, as in `TODAY - born > 18 YEARS`.
std::string WhyNoUnit(const std::vector<Term>& terms, Comparison comparison, std::string_view number,
                      DateUnit unit);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SUM_MEND_H_
