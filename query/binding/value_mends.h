// What may have been meant by a text that no member has as a value.
#ifndef MUSTER_QUERY_BINDING_VALUE_MENDS_H_
#define MUSTER_QUERY_BINDING_VALUE_MENDS_H_

#include <string>
#include <string_view>

#include "index/catalog/tag.h"

namespace muster::query {

// Each is the end of a sentence about the value, from "; " to its full stop; empty if nothing is recognised.

// `value` was compared by = or IN: it looks like a pattern, a value with its weight, or a text with the escapes
// of other languages.
std::string MendOfValue(const index::Tag& tag, std::string_view value);

// `pattern`, as LIKE takes it, has the wildcards of other languages: * and ? of file names, .* of regular
// expressions.
std::string MendOfPattern(std::string_view pattern);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_VALUE_MENDS_H_
