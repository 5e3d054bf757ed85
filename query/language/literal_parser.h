// Parses the literals and names of a clause.
#ifndef MUSTER_QUERY_LANGUAGE_LITERAL_PARSER_H_
#define MUSTER_QUERY_LANGUAGE_LITERAL_PARSER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Each Take function takes what its name says, or reports what stands there instead and returns false.
// `place` is the place for the message, such as "after `=`".

// A string, number, boolean, date, or TODAY with an offset. A token that was meant as a literal (a word
// without quotes, NULL) is reported and skipped.
bool TakeLiteral(TokenStream& tokens, std::string_view place, Literal& literal);

// As TakeLiteral, where only one literal is possible. Digits in groups of three, as in `1,000`, are reported
// and skipped.
bool TakeOneLiteral(TokenStream& tokens, std::string_view place, Literal& literal);

// `( literal { , literal } )`, at most `limits.max_in_values`; `owner` is IN or HAS ALL. Bad literals inside
// are reported and skipped; false if there is no list or it isn't closed.
bool TakeLiteralList(TokenStream& tokens, std::string_view owner, const LanguageLimits& limits,
                     std::vector<Literal>& literals);

// Whether the current and the previous token are adjacent strings: a quote was doubled where that is no
// escape.
bool StringsTouch(const TokenStream& tokens);
inline constexpr char kQuoteInside[] = "A quote inside a string is written \\\" or \\'.";

// A bare or back-quoted name.
bool TakeName(TokenStream& tokens, std::string_view place, std::string& name, SourceSpan& span);

// A string: the name of a segment or list.
bool TakeString(TokenStream& tokens, std::string_view place, std::string& content, SourceSpan& span);

// The content of the name token.
std::string NameOf(const TokenStream& tokens, const Token& token);

// The unit of an offset from TODAY, in any case, singular or plural; empty for other words.
std::optional<DateUnit> FindDateUnit(std::string_view word);

// Whether the token begins a literal.
bool BeginsLiteral(const Token& token);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LITERAL_PARSER_H_
