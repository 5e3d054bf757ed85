// The date of AS OF.
#ifndef MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_
#define MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_

#include "query/language/expression.h"
#include "query/language/token_stream.h"

namespace muster::query {

// A date, bare or quoted, or TODAY with its offset. Else reports once how the date is written, passes what
// was meant as one, and answers false.
bool TakeAsOfDate(TokenStream& tokens, Literal& date);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_AS_OF_DATE_H_
