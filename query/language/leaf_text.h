// Prints names, literals and clauses, for the formatter and the canonical form.
#ifndef MUSTER_QUERY_LANGUAGE_LEAF_TEXT_H_
#define MUSTER_QUERY_LANGUAGE_LEAF_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"

namespace muster::query {

// A tag's name, in back quotes if it can't be bare.
std::string NameText(std::string_view name);
// In single quotes.
std::string StringText(std::string_view content);
// A canonical pattern of LIKE (text/like_pattern.h), in single quotes.
std::string PatternText(std::string_view pattern);
std::string LiteralText(const Literal& literal);
// The terms of a sum, such as `2 * a - b + 5`.
std::string SumText(const std::vector<Term>& terms);
// Prints a node without operands by its operator's form. The placeholders in braces are: `name`, `quoted
// name`, `op` (the comparison), `not` (" NOT" if negated), `0`, `1` … (a literal), `list` (all literals in
// parentheses), `pattern` (the first as a pattern), `bare` (the first without quotes), `days` (the first as a
// number of days), `sum` (its terms). REQUIRES: `leaf` has the literals and terms that its operator needs.
std::string LeafText(const Expression& leaf);
// As LeafText, but of a long list only the first values and their total number.
enum class LeafSign : uint8_t { kAsWritten, kPositive };  // kPositive: without the clause's negation
std::string ShortLeafText(const Expression& leaf, LeafSign sign = LeafSign::kAsWritten);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LEAF_TEXT_H_
