// One clause: a predicate on a tag, HAS, SEGMENT, LIST, WEIGHT, EVERYONE or NOBODY.
#ifndef MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_
#define MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Whether a clause can begin at the current token, reserved words used as a tag's name included.
bool BeginsClause(const TokenStream& tokens);

// Takes a clause. Nothing when its beginning is no clause, or when it was left half-way, which is reported;
// the stream then stands where it stopped making sense. A clause that came out may still have reported
// problems inside.
ExpressionPtr TakeClause(TokenStream& tokens, const LanguageLimits& limits);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_
