// Prints expression trees.
#ifndef MUSTER_QUERY_LANGUAGE_FORMATTER_H_
#define MUSTER_QUERY_LANGUAGE_FORMATTER_H_

#include <string>
#include <string_view>

#include "query/language/expression.h"

namespace muster::query {

// Prints the tree with as few parentheses as possible. Parse(Format(e)) equals e, except that AND and OR with
// one operand are replaced by the operand; Format of the result is the same text. Recursive; the limits of
// the language bound the depth. REQUIRES: CheckTree finds no problem.
std::string Format(const Expression& expression);

// Normalizes a name or text, so that equivalent ones are equal (Unicode's form C). Passed as a function, so
// that the language doesn't depend on a Unicode library.
using TextForm = std::string (*)(std::string_view);

// The canonical text. Operands of AND and OR are flattened, sorted and without duplicates; those of AT LEAST
// are sorted. Values of IN and HAS ALL are sorted and without duplicates, a single value becomes `=` or `!=`.
// `flag = true` becomes the flag alone; keywords are in capitals, names quoted only if necessary. Expressions
// that are equal as sets of clauses have one canonical text. `form` is applied to every name and text unless
// it is null. REQUIRES: as Format.
std::string CanonicalText(const Expression& expression, TextForm form = nullptr);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_FORMATTER_H_
