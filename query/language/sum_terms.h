// The terms of sums, as in `1.5 * a - b + 5` and `TODAY - born`: reading and checking them.
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

// Whether a sum begins at the current token: something of a sum with +, - or * behind it. Takes no token.
bool BeginsSum(const TokenStream& tokens);

// Takes the terms of one sum. Not thread-safe; what it is given outlives it.
class TermReader {
 public:
  TermReader(TokenStream& tokens, const LanguageLimits& limits) : tokens_(tokens), limits_(limits) {}

  // Takes terms as far as they go; false, with a problem reported, where one makes no sense.
  bool Take(std::vector<Term>& terms);
  // Reports that names between which dashes stand without spaces may be one name, which needs back quotes.
  // False when there are none right before the current token.
  bool ReportTornName();

 private:
  bool TakeTerm(Term& term);
  bool TakeFactorBehind(Term& term);
  bool TakeTagBehind(Term& term);
  bool TakeToday(Term& term);
  bool ReportNoTerm();

  TokenStream& tokens_;
  const LanguageLimits& limits_;
  int32_t run_begin_ = 0;  // of the terms that dashes join without spaces, up to the last one
};

// The tag alone, with the factor 1.
Term TermOf(std::string tag);

// For each term the name that dashes without spaces may have made of it and its neighbours: `first-order` for
// both of `first-order`. Empty where a term stands apart, and in trees.
std::vector<std::string> DashedNames(const std::vector<Term>& terms);

// Where a sum with a tag begins at the current token, the first behind a comparison: reports how it is written
// with all tags on the left, as `a - b > 0` for `a > b`, and passes over it. False when none does. `comparison`:
// as text.
bool ReportTagOnTheRight(TokenStream& tokens, const LanguageLimits& limits, std::vector<Term> left,
                         std::string_view comparison);

// Reports what is wrong with the terms of a kSum or kSumBetween; false when there was something. Other nodes
// are right.
bool CheckTerms(const Expression& node, const LanguageLimits& limits, ProblemList& problems);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SUM_TERMS_H_
