#include "query/language/hints.h"

#include "query/language/excerpt.h"
#include "query/language/literal_parser.h"
#include "query/language/sentence.h"

namespace muster::query {
namespace {

// `AND性别`: a keyword that a letter of another script follows without a space. Empty when the name is none
// of those.
std::string KeywordWithoutSpace(std::string_view name) {
  size_t ascii = 0;
  while (ascii < name.size() && static_cast<unsigned char>(name[ascii]) < 0x80) ++ascii;
  if (ascii == 0 || ascii == name.size()) return "";
  const std::string_view word = name.substr(0, ascii);
  if (FindKeyword(word) == Keyword::kNone) return "";
  return Sentence("A space is missing between ", word, " and ", Excerpt(name.substr(ascii)), ".");
}

// `城市IN`: the same the other way round.
std::string SpaceBeforeKeyword(std::string_view name) {
  size_t begin = name.size();
  while (begin > 0 && static_cast<unsigned char>(name[begin - 1]) < 0x80) --begin;
  if (begin == 0 || begin == name.size()) return "";
  const std::string_view word = name.substr(begin);
  if (FindKeyword(word) == Keyword::kNone) return "";
  return Sentence("A space is missing between ", Excerpt(name.substr(0, begin)), " and ", word, ".");
}

}  // namespace

std::string WhyNoCondition(const TokenStream& tokens) {
  const Token& token = tokens.current();
  const Token& previous = tokens.previous();
  const std::string described = tokens.Described();
  const std::string before = Excerpt(tokens.TextOf(previous.span));
  if (token.kind == TokenKind::kEnd) {
    if (previous.span.length == 0)
      return "The expression is empty; write a condition such as city = '上海', or EVERYONE for all members.";
    return Sentence("A condition is expected after `", before, "`, and the expression ends.");
  }
  if (token.Is(Symbol::kClose)) {
    if (previous.Is(Symbol::kOpen)) return "These parentheses are empty; write a condition between them.";
    return Sentence("A condition is expected between `", before, "` and `)`.");
  }
  if (token.Is(Keyword::kAnd) || token.Is(Keyword::kOr)) {
    return Sentence("A condition is expected before ", described, "; it joins two of them.");
  }
  if (token.kind == TokenKind::kString) {
    return Sentence(
        "A condition begins with a tag, whose name is written bare or in back quotes, not in quotes: `",
        Excerpt(tokens.TextOf(token.content)), "`.");
  }
  if (BeginsLiteral(token)) {
    return Sentence("A condition begins with a tag, not with ", described,
                    "; the value stands on the right, as in age > 30.");
  }
  if (token.kind == TokenKind::kKeyword) {
    const std::string_view word = tokens.TextOf(token.span);
    return Sentence(word, " is a reserved word that begins no condition; a tag of that name is written `",
                    word, "` in back quotes.");
  }
  return Sentence("A condition is expected here, not ", described, ".");
}

std::string WhyNoOperator(const TokenStream& tokens) {
  const Token& token = tokens.current();
  const std::string described = tokens.Described();
  if (token.Is(Symbol::kComma)) {
    return "A comma separates values in IN (…) and conditions in AT LEAST n OF (…); between other conditions "
           "write AND or OR.";
  }
  if (token.Is(Keyword::kAs))
    return "A condition has one AS OF; put parentheses around it for another: (tag = 'value' AS OF date) AS "
           "OF date.";
  if (token.kind == TokenKind::kName) {
    const std::string joined = KeywordWithoutSpace(tokens.TextOf(token.span));
    if (!joined.empty()) return joined;
  }
  if (tokens.previous().kind == TokenKind::kName) {
    const std::string joined = SpaceBeforeKeyword(tokens.TextOf(tokens.previous().span));
    if (!joined.empty()) return joined;
    if (token.IsName())
      return Sentence("AND, OR or a comparison is missing before ", described,
                      "; a name with a space or `-` is written in back quotes, as in `first order`.");
    if (token.Is(Symbol::kMinus))
      return "A name with a space or `-` is written in back quotes, as in `first-order`.";
  }
  return Sentence("AND or OR is missing before ", described, ".");
}

}  // namespace muster::query
