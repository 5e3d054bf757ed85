#include "query/language/hints.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "query/language/code_point.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_parser.h"
#include "query/language/operator_words.h"
#include "query/language/sum_mend.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

// The message for `城市IN`: a name followed by a reserved word without a space.
std::string SpaceBeforeKeyword(std::string_view name) {
  size_t begin = name.size();
  while (begin > 0 && static_cast<unsigned char>(name[begin - 1]) < 0x80) --begin;
  if (begin == 0 || begin == name.size()) return "";
  const std::string_view word = name.substr(begin);
  if (FindKeyword(word) == Keyword::kNone) return "";
  return Sentence("A space is missing between ", Excerpt(name.substr(0, begin)), " and ", word, ".");
}

// The beginning of `text` that was meant as one name with dashes, such as `first-order-date`.
std::string_view DashedName(std::string_view text) {
  size_t end = 0;
  while (end < text.size()) {
    const CodePoint c = ReadCodePoint(text, end);
    if (!c.valid || !(IsNameCodePoint(c.value) || c.value == U'-' || c.value == U'.')) break;
    end += c.bytes;
  }
  while (end > 0 && (text[end - 1] == '-' || text[end - 1] == '.')) --end;
  return text.substr(0, end);
}

std::string NameInBackQuotes(std::string_view name) {
  return Sentence("A name with a space or `-` is written in back quotes, as in `", Excerpt(name), "`.");
}

// The message for a minus between two words without spaces: a name that needs back quotes. Otherwise empty.
std::string WhyDashed(const TokenStream& tokens) {
  const Token& previous = tokens.previous();
  const bool torn = tokens.current().Is(Symbol::kMinus) && tokens.Touching() &&
                    (previous.kind == TokenKind::kName || previous.kind == TokenKind::kKeyword) &&
                    tokens.next().span.offset == tokens.current().end() && tokens.next().span.length > 0;
  if (!torn) return "";
  return NameInBackQuotes(DashedName(tokens.TextFrom(previous.span.offset)));
}

// The comparison that means the same with its sides swapped.
std::string_view TurnedRound(Symbol comparison) {
  switch (comparison) {
    case Symbol::kNotEqual:
      return "!=";
    case Symbol::kLess:
      return ">";
    case Symbol::kLessOrEqual:
      return ">=";
    case Symbol::kGreater:
      return "<";
    case Symbol::kGreaterOrEqual:
      return "<=";
    default:
      return "=";
  }
}

// The message for a comparison that begins with its value, `first`, and whose sum begins at the current token.
std::string WhySumLast(TokenStream& ahead, const Literal& first, std::string_view turned) {
  const std::optional<Side> value = SideOf(first);
  const LanguageLimits limits;
  TermReader reader(ahead, limits);
  Side sum;
  if (!value.has_value() || !reader.Take(sum.terms)) return "";
  const auto names_tag = [](const Term& term) { return !term.tag.empty(); };
  if (std::none_of(sum.terms.begin(), sum.terms.end(), names_tag)) return "";
  sum.unit = reader.unit();
  std::string mend = OneSided(sum, turned, *value);
  const std::string symbol(ahead.TextOf(ahead.current().span));
  Literal second;
  if (ahead.current().IsComparison()) {
    ahead.Advance();
    const std::optional<Side> last =
        BeginsLiteral(ahead.current()) && TakeLiteral(ahead, "", second) ? SideOf(second) : std::nullopt;
    const std::string other = last.has_value() ? OneSided(sum, symbol, *last) : "";
    mend = mend.empty() || other.empty() ? "" : Sentence("(", mend, " AND ", other, ")");
  }
  if (mend.empty()) return Sentence(kDaysForm, ".");
  return Sentence("A comparison has its sum on the left and the value on the right; write ", mend, ".");
}

// The message for WEIGHT or BIRTHDAY followed by a tag without parentheses.
std::string WhyNoParentheses(const TokenStream& tokens) {
  const std::string tag = Excerpt(tokens.TextOf(tokens.current().span));
  if (tokens.IsWord(tokens.previous(), "WEIGHT"))
    return Sentence("WEIGHT takes a tag and a value in parentheses, as in WEIGHT (", tag,
                    ", 'value') >= 0.8.");
  return Sentence("BIRTHDAY takes its tag in parentheses, as in BIRTHDAY (", tag, ") WITHIN 7 DAYS.");
}

// The message for `SEGMENT ('name')` and `HAS SEGMENT 'name'`, and the same with LIST; otherwise empty.
std::string WhyNoNamedSet(const TokenStream& tokens) {
  const Token& previous = tokens.previous();
  const bool named = tokens.IsWord(previous, "SEGMENT") || tokens.IsWord(previous, "LIST");
  if (!named) return "";
  const std::string_view word = tokens.TextOf(previous.span);
  if (tokens.current().Is(Symbol::kOpen))
    return Sentence("A name in quotes stands right after ", word, ", without parentheses, as in ", word,
                    " 'name'.");
  if (tokens.current().kind == TokenKind::kString)
    return Sentence("HAS is for tags; leave it out and write ", word, " ",
                    Excerpt(tokens.TextOf(tokens.current().span)), ".");
  return "";
}

// Whether the current token is the minus of a month and day such as `05-17`.
bool IsMonthDay(const TokenStream& tokens) {
  const Token& month = tokens.previous();
  const Token& day = tokens.next();
  return tokens.current().Is(Symbol::kMinus) && tokens.Touching() && month.kind == TokenKind::kNumber &&
         month.span.length == 2 && day.kind == TokenKind::kNumber && day.span.length == 2 &&
         day.span.offset == tokens.current().end();
}

// The previous token, the current one and the names behind it, if only single spaces are between them: what
// may be one name that lacks its back quotes. Otherwise empty.
std::string SpacedName(const TokenStream& tokens) {
  const Token& previous = tokens.previous();
  const int32_t begin = tokens.current().span.offset;
  const bool word = tokens.current().kind == TokenKind::kName || tokens.current().kind == TokenKind::kKeyword;
  if (!word || previous.kind != TokenKind::kName || begin != previous.end() + 1) return "";
  ProblemList unheeded;
  TokenStream ahead(tokens.TextFrom(begin), unheeded);
  while (ahead.next().kind == TokenKind::kName && ahead.next().span.offset == ahead.current().end() + 1)
    ahead.Advance();
  return std::string(
      tokens.TextOf({previous.span.offset, begin + ahead.current().end() - previous.span.offset}));
}

// Explains why a name can't follow a tag.
std::string WhyNoSecondName(const TokenStream& tokens) {
  const Token& previous = tokens.previous();
  const Token& token = tokens.current();
  const std::string_view word = tokens.TextOf(previous.span);
  if (tokens.IsWord(previous, "SEGMENT") || tokens.IsWord(previous, "LIST"))
    return Sentence("A name in quotes is expected after ", word, ", as in ", word, " 'name', not ",
                    tokens.Described(), ".");
  if (tokens.IsWord(previous, "BIRTHDAY") || tokens.IsWord(previous, "WEIGHT"))
    return WhyNoParentheses(tokens);
  if (tokens.IsWord(token, "WITHIN"))
    return Sentence("WITHIN is for birthdays, as in BIRTHDAY (", Excerpt(word),
                    ") WITHIN 7 DAYS; the last 7 days are ", Excerpt(word), " >= TODAY - 7 DAYS.");
  if (tokens.IsWord(previous, "AT") && tokens.IsWord(token, "MOST"))
    return "There is no AT MOST; at most 2 of some conditions is NOT AT LEAST 3 OF (condition, condition, "
           "condition).";
  for (const std::string_view having : {"EXISTS", "EXIST", "HAVING", "HAVE", "WITH", "DEFINED"}) {
    if (tokens.IsWord(previous, having))
      return Sentence("Members with any value of ", Excerpt(tokens.TextOf(token.span)), " are HAS ",
                      Excerpt(tokens.TextOf(token.span)), ", not ", word, ".");
  }
  const std::string name = SpacedName(tokens);
  return Sentence("AND, OR or a comparison is missing before ", tokens.Described(),
                  "; a name with a space or `-` is written in back quotes, as in `",
                  name.empty() ? "first order" : Excerpt(name), "`.");
}

}  // namespace

std::string KeywordWithoutSpace(std::string_view name) {
  size_t ascii = 0;
  while (ascii < name.size() && static_cast<unsigned char>(name[ascii]) < 0x80) ++ascii;
  if (ascii == 0 || ascii == name.size()) return "";
  const std::string_view word = name.substr(0, ascii);
  if (FindKeyword(word) == Keyword::kNone) return "";
  return Sentence("A space is missing between ", word, " and ", Excerpt(name.substr(ascii)), ".");
}

std::string WhyValueFirst(const TokenStream& tokens) {
  if (!BeginsLiteral(tokens.current())) return "";
  ProblemList unheeded;
  TokenStream ahead(tokens.TextFrom(tokens.current().span.offset), unheeded);
  Literal first, second;
  if (!TakeLiteral(ahead, "", first)) {
    // TODAY with an offset that isn't one: as the first value of a comparison, it is no reserved word.
    const bool offset = tokens.current().Is(Keyword::kToday) &&
                        (tokens.next().Is(Symbol::kMinus) || tokens.next().Is(Symbol::kPlus));
    const std::vector<Problem> why = unheeded.Take();
    return offset && !why.empty() ? why[0].message : "";
  }
  if (!ahead.current().IsComparison()) return "";
  const std::string_view turned = TurnedRound(ahead.current().symbol);
  ahead.Advance();
  if (BeginsSum(ahead)) return WhySumLast(ahead, first, turned);
  if (!ahead.current().IsName()) return "";
  const std::string tag = Excerpt(NameText(NameOf(ahead, ahead.current())));
  const std::string comparison = Sentence(tag, " ", turned, " ", Excerpt(LiteralText(first)));
  ahead.Advance();
  const std::string symbol(ahead.TextOf(ahead.current().span));
  const bool chained = ahead.current().IsComparison();
  if (chained) ahead.Advance();
  if (!chained || !BeginsLiteral(ahead.current()) || !TakeLiteral(ahead, "", second))
    return Sentence("A comparison has its tag on the left and the value on the right; write ", comparison,
                    ".");
  return Sentence("Comparisons are not chained, and have their tag on the left; write (", comparison, " AND ",
                  tag, " ", symbol, " ", Excerpt(LiteralText(second)), ").");
}

std::string WhyTorn(const TokenStream& tokens, int32_t begin) {
  const std::string_view name = DashedName(tokens.TextFrom(begin));
  const size_t dash = name.find('-');
  if (dash == std::string_view::npos || dash == 0) return "";
  // Digits with a point are a number.
  const bool digit = name[dash + 1] >= '0' && name[dash + 1] <= '9';
  return digit && name.find('.', dash) != std::string_view::npos ? "" : NameInBackQuotes(name);
}

std::string WhyNoCondition(const TokenStream& tokens) {
  if (std::string turned = WhyValueFirst(tokens); !turned.empty()) return turned;
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
  if (std::string dashed = WhyDashed(tokens); !dashed.empty()) return dashed;
  if (token.Is(Symbol::kMinus) && tokens.next().IsName())
    return "A minus sign belongs to the digits right after it; for minus a tag write -1 * tag.";
  if (BeginsLiteral(token) && token.kind != TokenKind::kKeyword) {
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
  const std::string before = Excerpt(tokens.TextOf(tokens.previous().span));
  if (token.Is(Symbol::kComma)) {
    return "A comma separates values in IN (…) and conditions in AT LEAST n OF (…); between other conditions "
           "write AND or OR.";
  }
  if (token.Is(Keyword::kAs)) return "A condition has one AS OF.";
  if (token.kind == TokenKind::kName) {
    const std::string_view word = tokens.TextOf(token.span);
    std::string joined = KeywordWithoutSpace(word);
    if (!joined.empty()) return joined;
    if (tokens.IsWord(token, "XOR")) return MendOfOperatorWord(word);
  }
  if (std::string dashed = WhyDashed(tokens); !dashed.empty()) return dashed;
  if (std::string named = WhyNoNamedSet(tokens); !named.empty()) return named;
  if (IsMonthDay(tokens))
    return Sentence("A month and a day are compared by BIRTHDAY, as in BIRTHDAY (tag) = ", before, "-",
                    tokens.TextOf(tokens.next().span), "; a date is written YYYY-MM-DD.");
  const bool operand = tokens.previous().IsName() || tokens.previous().kind == TokenKind::kNumber ||
                       tokens.previous().kind == TokenKind::kDate;
  if (operand && (token.Is(Symbol::kMinus) || token.Is(Symbol::kPlus) || token.Is(Symbol::kTimes)))
    return Sentence(described,
                    " means nothing here: arithmetic stands on the left of a comparison, as in "
                    "a - b > 100, and one value on the right.");
  if (tokens.previous().kind == TokenKind::kName) {
    std::string joined = SpaceBeforeKeyword(tokens.TextOf(tokens.previous().span));
    if (!joined.empty()) return joined;
    if (token.IsName()) return WhyNoSecondName(tokens);
    if (token.Is(Symbol::kOpen))
      return Sentence(
          "AND, OR or IN is missing before `(`; there is no function ", before,
          ", and the only ones are WEIGHT (tag, 'value'), BIRTHDAY (tag) and BUCKET ('salt', 0, 4999).");
  }
  if (token.kind == TokenKind::kName && tokens.previous().kind == TokenKind::kNumber &&
      FindDateUnit(tokens.TextOf(token.span)).has_value())
    return "A number has no unit; days are counted back from TODAY, as in born > TODAY - 30 DAYS.";
  if (const std::string name = token.Is(Keyword::kNot) ? "" : SpacedName(tokens); !name.empty())
    return Sentence("AND or OR is missing before ", described,
                    "; a name with a space is written in back quotes, as in `", Excerpt(name), "`.");
  return Sentence("AND or OR is missing before ", described, ".");
}

}  // namespace muster::query
