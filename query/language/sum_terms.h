// Parses and checks the terms of sums, as in `1.5 * a - b + 5` and `TODAY - born`.
#ifndef MUSTER_QUERY_LANGUAGE_SUM_TERMS_H_
#define MUSTER_QUERY_LANGUAGE_SUM_TERMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem_list.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Whether a sum begins at the current token: a term followed by +, - or *. Takes no token.
bool BeginsSum(const TokenStream& tokens);

// The comparison that means the same with its sides swapped.
constexpr Comparison TurnedComparison(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessOrEqual:
      return Comparison::kGreaterOrEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterOrEqual:
      return Comparison::kLessOrEqual;
    case Comparison::kEqual:
    case Comparison::kNotEqual:
      break;
  }
  return comparison;
}

// A unit behind a term, which a sum doesn't have. In ascending order: the greatest one decides.
enum class TermUnit : uint8_t { kNone, kDays, kMonths };  // kDays: also weeks; kMonths: also years

// A number of weeks as days; other numbers as they are. `number`: `[-]digits[.digits]`.
std::string DaysOf(std::string_view number, DateUnit unit);

// Takes the terms of one sum. Not thread-safe; the constructor's arguments must outlive it.
class TermReader {
 public:
  TermReader(TokenStream& tokens, const LanguageLimits& limits) : tokens_(tokens), limits_(limits) {}

  // Takes as many terms as follow; false, with a problem reported, if one is invalid. A unit behind a term is
  // taken, and not reported: the caller refuses the comparison.
  bool Take(std::vector<Term>& terms);
  // The unit that was taken.
  TermUnit unit() const { return unit_; }
  // Reports that names joined by dashes without spaces may be one name, which needs back quotes. Returns
  // false if there are none right before the current token.
  bool ReportTornName();

 private:
  bool TakeTerm(Term& term);
  bool TakeFactorBehind(Term& term);
  bool TakeTagBehind(Term& term);
  bool TakeToday(Term& term);
  bool ReportNoTerm();
  void TakeUnit(Term& term);

  TokenStream& tokens_;
  const LanguageLimits& limits_;
  int32_t run_begin_ = 0;  // offset of the first term that dashes without spaces join to the last one
  TermUnit unit_ = TermUnit::kNone;
};

// How days are counted, for messages; without the full stop.
inline constexpr char kDaysForm[] =
    "Days are counted from one date to another, as in last_order - 2026-01-01 <= 30 or TODAY - born > 365";

// Whether the term is a date or TODAY.
bool IsDay(const Term& term);
// Whether the terms are a tag or a day and a subtracted tag or day.
bool IsDifferenceOfDays(const std::vector<Term>& terms);

// A term of the tag with the factor 1.
Term TermOf(std::string tag);

// For each term, the dashed name of which it may be a part: in `first-order`, written without spaces, that is
// `first-order` for both terms. Empty for separate terms and for trees.
std::vector<std::string> DashedNames(const std::vector<Term>& terms);

// Checks the terms of a kSum or kSumBetween; reports problems and returns false if there are any. Accepts all
// other nodes.
bool CheckTerms(const Expression& node, const LanguageLimits& limits, ProblemList& problems);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SUM_TERMS_H_
