// Resolves the escapes of strings.
#ifndef MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_
#define MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_

#include <string>
#include <string_view>

#include "query/language/token_stream.h"

namespace muster::query {

// The content of a string token: `\'`, `\"` and `\\` stand for the character, `''` inside '…' for one quote,
// and anything else after a backslash stays as written. REQUIRES: token.kind == kString.
std::string StringContent(const TokenStream& tokens, const Token& token);

// The pattern in a string token of LIKE, in its canonical form (text/like_pattern.h): quotes are read as in
// StringContent, escapes of the pattern stay. REQUIRES: token.kind == kString.
std::string PatternContent(const TokenStream& tokens, const Token& token);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_
