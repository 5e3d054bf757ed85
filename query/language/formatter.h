// Expression tree → text.
#ifndef MUSTER_QUERY_LANGUAGE_FORMATTER_H_
#define MUSTER_QUERY_LANGUAGE_FORMATTER_H_

#include <string>
#include <string_view>

#include "query/language/expression.h"

namespace muster::query {

// The tree as text with the fewest parentheses; Parse(Format(e)) is e again (but for AND and OR of one
// operand, which print as the operand), and Format of that the same text. REQUIRES: CheckTree finds no
// problem. Recursion is bounded by the language's depth limit.
std::string Format(const Expression& expression);

// Brings a name or text into the one form in which equal ones are equal (Unicode's form C; the language knows
// no Unicode).
using TextForm = std::string (*)(std::string_view);

// The canonical text: operands of AND and OR flattened, sorted and without doubles, those of AT LEAST sorted;
// values of IN and HAS ALL likewise, single ones as `=` or `!=`; `flag = true` as the flag alone; keywords in
// capitals, names quoted only where they must be. Expressions that are equal as sets of clauses have one
// canonical text. `form` is applied to every name and text; null leaves them as they are. REQUIRES: as
// Format.
std::string CanonicalText(const Expression& expression, TextForm form = nullptr);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_FORMATTER_H_
