// Expression tree → text.
#ifndef MUSTER_QUERY_LANGUAGE_FORMATTER_H_
#define MUSTER_QUERY_LANGUAGE_FORMATTER_H_

#include <string>

#include "query/language/expression.h"

namespace muster::query {

// The tree as text with the fewest parentheses; Parse(Format(e)) is e again, and Format of that the same text.
std::string Format(const Expression& expression);

// The canonical text: operands of AND, OR and IN flattened, sorted and (where that keeps the set) without doubles, keywords
// in capitals, names quoted only where they must be. Expressions that are equal as sets of clauses have one canonical text.
std::string CanonicalText(const Expression& expression);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_FORMATTER_H_
