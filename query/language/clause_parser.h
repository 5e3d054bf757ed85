// Parses one clause: a predicate on a tag, HAS, SEGMENT, LIST, WEIGHT, EVERYONE or NOBODY.
#ifndef MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_
#define MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Whether a clause can begin at the current token. Includes reserved words that are used as a tag's name.
bool BeginsClause(const TokenStream& tokens);

// Takes a clause. Returns null, with a problem reported, if no clause begins here or the clause is
// incomplete; the stream is then at the token that didn't fit. Problems within a clause may be reported even
// if it is returned.
ExpressionPtr TakeClause(TokenStream& tokens, const LanguageLimits& limits);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_CLAUSE_PARSER_H_
