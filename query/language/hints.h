// Sentences for tokens that stand in the wrong place: what is wrong and, where it shows what was meant, the
// mend.
#ifndef MUSTER_QUERY_LANGUAGE_HINTS_H_
#define MUSTER_QUERY_LANGUAGE_HINTS_H_

#include <string>
#include <string_view>

#include "query/language/token_stream.h"

namespace muster::query {

// `AND性别`, `NOT性别`: a reserved word that a letter of another script follows without a space. Empty when
// the name is none of those.
std::string KeywordWithoutSpace(std::string_view name);

// A comparison that begins with its value, as in `TODAY > born`: how it is written. Empty when the current
// token begins no such thing. Takes no token.
std::string WhyValueFirst(const TokenStream& tokens);

// Why no condition begins at the current token. REQUIRES: none does.
std::string WhyNoCondition(const TokenStream& tokens);

// Why the current token can't follow a finished condition. REQUIRES: it is not AND, OR or a closing
// parenthesis.
std::string WhyNoOperator(const TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_HINTS_H_
