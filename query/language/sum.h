// Parses a sum with its comparison: `a - b + 5 > 100`, `TODAY - born NOT BETWEEN 30 AND 60`.
#ifndef MUSTER_QUERY_LANGUAGE_SUM_H_
#define MUSTER_QUERY_LANGUAGE_SUM_H_

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Takes the clause; reports a problem and returns null if it is wrong. REQUIRES: BeginsSum.
ExpressionPtr TakeSum(TokenStream& tokens, const LanguageLimits& limits);

// Brings a kSum or kSumBetween into canonical form: each tag once, its factor and all numbers as short as
// possible, constants on the right, and the signs of both sides as canonical_sum.cc describes. `a + 5 > 10`
// becomes the kCompare `a > 5`. REQUIRES: CheckTree finds no problem.
void MakeCanonicalSum(Expression& sum);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_SUM_H_
