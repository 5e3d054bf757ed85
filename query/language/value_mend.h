// What to write for a value that stands in the place of a condition, as in `city = 'a' OR 'b'`.
#ifndef MUSTER_QUERY_LANGUAGE_VALUE_MEND_H_
#define MUSTER_QUERY_LANGUAGE_VALUE_MEND_H_

#include <cstddef>

#include "query/language/expression.h"
#include "query/language/token_stream.h"

namespace muster::query {

// How a value is joined to the comparison before it.
struct ValueJoin {
  bool by_or = false;      // by OR; else by AND
  size_t negations = 0;    // NOTs before the value
  bool is_direct = false;  // whether the comparison itself is joined, and not a NOT, AS OF or group around it
};

// Reports the value that is the current token, and skips it with those that its mend holds too. A mend is named
// where only one is likely: neither one that selects nobody or everybody with the tag, nor one that is implied by
// the comparison. REQUIRES: `before` is a kCompare.
void ReportValueBehind(TokenStream& tokens, const Expression& before, const ValueJoin& join);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_VALUE_MEND_H_
