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

// Takes the terms of one sum. Not thread-safe; the constructor's arguments must outlive it.
class TermReader {
 public:
  TermReader(TokenStream& tokens, const LanguageLimits& limits) : tokens_(tokens), limits_(limits) {}

  // Takes as many terms as follow; false, with a problem reported, if one is invalid.
  bool Take(std::vector<Term>& terms);
  // Reports that names joined by dashes without spaces may be one name, which needs back quotes. Returns
  // false if there are none right before the current token.
  bool ReportTornName();

 private:
  bool TakeTerm(Term& term);
  bool TakeFactorBehind(Term& term);
  bool TakeTagBehind(Term& term);
  bool TakeToday(Term& term);
  bool ReportNoTerm();

  TokenStream& tokens_;
  const LanguageLimits& limits_;
  int32_t run_begin_ = 0;  // offset of the first term that dashes without spaces join to the last one
};

// Whether the term is a date or TODAY.
bool IsDay(const Term& term);
// Whether the terms are a tag or a day and a subtracted tag or day.
bool IsDifferenceOfDays(const std::vector<Term>& terms);

// A term of the tag with the factor 1.
Term TermOf(std::string tag);

// For each term, the dashed name of which it may be a part: in `first-order`, written without spaces, that is
// `first-order` for both terms. Empty for separate terms and for trees.
std::vector<std::string> DashedNames(const std::vector<Term>& terms);

// Handles a sum with a tag on the right of a comparison, at the current token: reports the form with all tags
// on the left, as `a - b > 0` for `a > b`, and skips the sum. Returns false if no such sum begins here.
// `comparison` is the operator as text.
bool ReportTagOnTheRight(TokenStream& tokens, const LanguageLimits& limits, std::vector<Term> left,
                         std::string_view comparison);

// Checks the terms of a kSum or kSumBetween; reports problems and returns false if there are any. Accepts all
// other nodes.
bool CheckTerms(const Expression& node, const LanguageLimits& limits, ProblemList& problems);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SUM_TERMS_H_
