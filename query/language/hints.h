// Makes messages for misplaced tokens: what is wrong and, where the intention is recognisable, what to write
// instead.
#ifndef MUSTER_QUERY_LANGUAGE_HINTS_H_
#define MUSTER_QUERY_LANGUAGE_HINTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "query/language/token_stream.h"

namespace muster::query {

// The message for `AND性别` or `NOT性别`: a reserved word followed by a letter of another script without a
// space. Empty for other names.
std::string KeywordWithoutSpace(std::string_view name);

// The message for a comparison that begins with its value, as in `TODAY > born`. Empty if no such comparison
// begins at the current token. Takes no token.
std::string WhyValueFirst(const TokenStream& tokens);

// The message for names joined by dashes without spaces from `begin` on, such as `first-order-date`: if they
// are one name, it needs back quotes. Empty if there are no such names.
std::string WhyTorn(const TokenStream& tokens, int32_t begin);

// Explains why no condition begins at the current token. REQUIRES: none does.
std::string WhyNoCondition(const TokenStream& tokens);

// Explains why the current token can't follow a complete condition. REQUIRES: it is not AND, OR or a closing
// parenthesis.
std::string WhyNoOperator(const TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_HINTS_H_
