// What the content of a string stands for.
#ifndef MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_
#define MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "query/language/token_stream.h"

namespace muster::query {

// The content of a string token: `\'`, `\"` and `\\` stand for the character, `''` inside '…' for one quote,
// and anything else after a backslash stays as written. REQUIRES: token.kind == kString.
std::string StringContent(const TokenStream& tokens, const Token& token);

// A LIKE pattern's prefix, or why it is none that this server finds.
struct LikePrefix {
  enum class Fault : uint8_t { kNone, kNoPercent, kPercentInside, kUnderscore };
  std::string prefix;
  Fault fault = Fault::kNone;
  size_t at = 0;  // kPercentInside, kUnderscore: where in the token's content
};

// Reads the pattern of a string token: as StringContent, and `\%` and `\_` stand for the character. REQUIRES:
// token.kind == kString.
LikePrefix ReadLikePrefix(const TokenStream& tokens, const Token& token);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_STRING_TEXT_H_
