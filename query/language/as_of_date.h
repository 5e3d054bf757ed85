// Reads the date of AS OF.
#ifndef MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_
#define MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_

#include "query/language/expression.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Takes a date, bare or quoted, or TODAY with an offset. Otherwise reports one problem with the correct form,
// skips the tokens that were meant as a date, and returns false.
bool TakeAsOfDate(TokenStream& tokens, Literal& date);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_
