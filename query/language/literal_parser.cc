#include "query/language/literal_parser.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "query/language/excerpt.h"
#include "query/language/foreign_words.h"
#include "query/language/literal_text.h"
#include "query/language/string_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

struct UnitWord {
  std::string_view word;
  DateUnit unit;
};
constexpr UnitWord kUnitWords[] = {{"DAY", DateUnit::kDay},     {"DAYS", DateUnit::kDay},
                                   {"WEEK", DateUnit::kWeek},   {"WEEKS", DateUnit::kWeek},
                                   {"MONTH", DateUnit::kMonth}, {"MONTHS", DateUnit::kMonth},
                                   {"YEAR", DateUnit::kYear},   {"YEARS", DateUnit::kYear}};

// Units are not reserved words, so a unit is a name token in this place.
bool TakeUnit(TokenStream& tokens, DateUnit& unit) {
  if (tokens.current().kind != TokenKind::kName) return false;
  const std::optional<DateUnit> found = FindDateUnit(tokens.TextOf(tokens.current().span));
  if (!found.has_value()) return false;
  unit = *found;
  tokens.Advance();
  return true;
}

constexpr size_t kGroupDigits = 3;

size_t DigitsAt(std::string_view text, size_t from) {
  const size_t end = std::min(text.find_first_not_of("0123456789", from), text.size());
  return end - std::min(from, end);
}

// The separator of thousands at `at`, as some countries write it; empty if there is none.
std::string_view DividerAt(std::string_view text, size_t at) {
  for (const std::string_view divider : {",", "，", " ", "\u00a0", "\u202f"}) {
    if (at < text.size() && text.substr(at, divider.size()) == divider) return divider;
  }
  return "";
}

// Whether a separator and three digits begin at `at`.
bool IsGroup(std::string_view text, size_t at) {
  const size_t divider = DividerAt(text, at).size();
  return divider > 0 && DigitsAt(text, at + divider) == kGroupDigits;
}

// Reports and skips digits in groups of three, as in `1,000` or `1 000`. The previous token is the first
// group.
void PassGroupedDigits(TokenStream& tokens) {
  if (tokens.previous().kind != TokenKind::kNumber) return;
  const SourceSpan first = tokens.previous().span;
  const std::string_view text = tokens.TextFrom(first.offset);
  size_t end = DigitsAt(text, 0);
  if (end > kGroupDigits || !IsGroup(text, end)) return;
  std::string plain(text.substr(0, end));
  const std::string_view divider = DividerAt(text, end);
  while (DividerAt(text, end) == divider && IsGroup(text, end)) {
    plain.append(text.substr(end + divider.size(), kGroupDigits));
    end += divider.size() + kGroupDigits;
  }
  if (const size_t decimals = DigitsAt(text, end + 1); decimals > 0 && text[end] == '.') {
    plain.append(text.substr(end, 1 + decimals));
    end += 1 + decimals;
  }
  tokens.Report({first.offset, static_cast<int32_t>(end)},
                Sentence("A number is written without separators of thousands: ", Excerpt(plain), " for `",
                         Excerpt(text.substr(0, end)), "`."));
  const int32_t behind = first.offset + static_cast<int32_t>(end);
  while (tokens.current().kind != TokenKind::kEnd && tokens.current().span.offset < behind) tokens.Advance();
}

// Takes the offset after TODAY, if there is one: a sign, an integer and a unit.
bool TakeTodayOffset(TokenStream& tokens, Literal& literal) {
  const bool minus = tokens.current().Is(Symbol::kMinus);
  if (!minus && !tokens.current().Is(Symbol::kPlus)) return true;
  tokens.Advance();
  const std::string_view written = tokens.TextOf(tokens.current().span);
  int amount = 0;
  if (tokens.current().kind != TokenKind::kNumber || written.find('.') != std::string_view::npos) {
    tokens.ReportHere(Sentence("A whole number is expected after TODAY ", minus ? "-" : "+",
                               ", as in TODAY - 30 DAYS, not ", tokens.Described(), "."));
    return false;
  }
  if (!absl::SimpleAtoi(ForAbseil(written), &amount) || amount > kMaxTodayOffset) {
    tokens.problems().Add(
        index::Reason::kLimit, tokens.current().span,
        Sentence("TODAY moves by at most ", kMaxTodayOffset, " units; write a date instead."),
        {.limit = kMaxTodayOffset});
    amount = 0;
  }
  tokens.Advance();
  PassGroupedDigits(tokens);
  if (!TakeUnit(tokens, literal.today_unit)) {
    tokens.ReportHere(Sentence("A unit is expected after TODAY ", minus ? "- " : "+ ", amount,
                               ": DAYS, WEEKS, MONTHS or YEARS, not ", tokens.Described(), "."));
    return false;
  }
  literal.today_offset = minus ? -amount : amount;
  if (amount == 0) literal.today_unit = DateUnit::kDay;
  return true;
}

bool IsYesOrNo(std::string_view word) {
  constexpr std::string_view kWords[] = {"YES", "NO", "Y", "N", "T", "F", "ON", "OFF", "是", "否"};
  return std::any_of(std::begin(kWords), std::end(kWords), [word](std::string_view one) {
    return absl::EqualsIgnoreCase(ForAbseil(one), ForAbseil(word));
  });
}

// Takes `()` after TODAY.
void PassParentheses(TokenStream& tokens) {
  if (!tokens.current().Is(Symbol::kOpen) || !tokens.next().Is(Symbol::kClose)) return;
  tokens.ReportHere("TODAY is written without parentheses.");
  tokens.Advance();
  tokens.Advance();
}

// Reports the token that stands in place of a literal, and what to write instead. Skips it if it was meant as
// one.
void ReportNoLiteral(TokenStream& tokens, std::string_view place) {
  const Token& token = tokens.current();
  const std::string_view text = tokens.TextOf(token.span);
  if (tokens.IsWord(token, "NULL")) {
    tokens.ReportHere(
        "Nothing equals NULL; members without a value are NOT HAS tag, and those with one HAS tag.");
    tokens.Advance();
  } else if (std::string mend = token.kind == TokenKind::kName ? MendOfValueWord(text) : ""; !mend.empty()) {
    tokens.ReportHere(std::move(mend));
    tokens.Advance();
    if (tokens.current().Is(Symbol::kOpen)) tokens.SkipPastClose();
  } else if (token.kind == TokenKind::kName && IsYesOrNo(text)) {
    tokens.ReportHere(Sentence("Text is written in quotes: '", text, "' for ", tokens.Described(),
                               "; a FLAG is compared with true or false."));
    tokens.Advance();
  } else if (token.Is(Symbol::kOpen) && place.rfind("after `", 0) == 0) {  // of a comparison
    tokens.ReportHere(Sentence("One value is expected ", place,
                               ", not `(`; several are looked up by IN, as in tag IN ('a', 'b')."));
  } else if (token.kind == TokenKind::kName) {
    tokens.ReportHere(Sentence("Text is written in quotes: '", Excerpt(text), "' for ", tokens.Described(),
                               "; two numbers are compared by their difference, as in a - b = 0."));
    tokens.Advance();
  } else if (token.kind == TokenKind::kQuotedName) {
    tokens.ReportHere(Sentence("Back quotes are for names; write '", Excerpt(tokens.TextOf(token.content)),
                               "' for ", tokens.Described(),
                               "; two numbers are compared by their difference, as in a - b = 0."));
    tokens.Advance();
  } else if (token.kind == TokenKind::kKeyword && !token.Is(Keyword::kAnd) && !token.Is(Keyword::kOr)) {
    tokens.ReportHere(
        Sentence("A value is expected ", place, "; the text ", text, " is written '", text, "' in quotes."));
    tokens.Advance();
  } else {
    tokens.ReportHere(Sentence("A value is expected ", place, ", not ", tokens.Described(),
                               "; write a 'text', a number, a date, true, false or TODAY."));
  }
}

}  // namespace

std::optional<DateUnit> FindDateUnit(std::string_view word) {
  const std::string upper = absl::AsciiStrToUpper(ForAbseil(word));
  for (const UnitWord& candidate : kUnitWords) {
    if (candidate.word == upper) return candidate.unit;
  }
  return std::nullopt;
}

bool BeginsLiteral(const Token& token) {
  switch (token.kind) {
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kDate:
      return true;
    case TokenKind::kSymbol:
      return token.symbol == Symbol::kMinus;
    case TokenKind::kKeyword:
      return token.keyword == Keyword::kTrue || token.keyword == Keyword::kFalse ||
             token.keyword == Keyword::kToday;
    default:
      return false;
  }
}

std::string NameOf(const TokenStream& tokens, const Token& token) {
  const std::string_view text = tokens.TextOf(token.content);
  return token.kind == TokenKind::kQuotedName ? absl::StrReplaceAll(ForAbseil(text), {{"``", "`"}})
                                              : std::string(text);
}

bool TakeLiteral(TokenStream& tokens, std::string_view place, Literal& literal) {
  const Token token = tokens.current();
  literal = Literal();
  if (!BeginsLiteral(token)) {
    ReportNoLiteral(tokens, place);
    return false;
  }
  tokens.Advance();
  bool read = true;
  switch (token.kind) {
    case TokenKind::kString:
      literal.text = StringContent(tokens, token);
      break;
    case TokenKind::kNumber:
      literal.kind = LiteralKind::kNumber;
      literal.text = std::string(tokens.TextOf(token.span));
      break;
    case TokenKind::kDate:
      literal.kind = LiteralKind::kDate;
      literal.text = std::string(tokens.TextOf(token.span));
      break;
    case TokenKind::kSymbol:  // the sign of a number
      literal.kind = LiteralKind::kNumber;
      if (tokens.current().kind != TokenKind::kNumber || tokens.current().span.offset != token.end()) {
        tokens.Report(token.span,
                      "A minus sign belongs to the digits right after it, as in -5; arithmetic stands on the "
                      "left of a comparison.");
        if (tokens.current().kind == TokenKind::kNumber || tokens.current().IsName()) tokens.Advance();
        return false;
      }
      literal.text = Sentence("-", tokens.TextOf(tokens.current().span));
      tokens.Advance();
      break;
    default:
      literal.kind = token.keyword == Keyword::kToday ? LiteralKind::kToday : LiteralKind::kBoolean;
      literal.boolean = token.keyword == Keyword::kTrue;
      if (literal.kind == LiteralKind::kToday) {
        PassParentheses(tokens);
        read = TakeTodayOffset(tokens, literal);
      }
  }
  literal.span = tokens.SpanFrom(token.span.offset);
  return read;
}

bool TakeOneLiteral(TokenStream& tokens, std::string_view place, Literal& literal) {
  const bool read = TakeLiteral(tokens, place, literal);
  if (read && literal.kind == LiteralKind::kNumber) PassGroupedDigits(tokens);
  return read;
}

bool StringsTouch(const TokenStream& tokens) {
  return tokens.current().kind == TokenKind::kString && tokens.previous().kind == TokenKind::kString &&
         tokens.Touching();
}

bool TakeLiteralList(TokenStream& tokens, std::string_view owner, const LanguageLimits& limits,
                     std::vector<Literal>& literals) {
  const Token open = tokens.current();
  if (!tokens.Take(Symbol::kOpen)) {
    tokens.ReportHere(Sentence(owner, " takes values in parentheses, as in ", owner, " ('a', 'b'), not ",
                               tokens.Described(), "."));
    return false;
  }
  if (tokens.current().Is(Symbol::kClose)) {
    tokens.Report({open.span.offset, tokens.current().end() - open.span.offset},
                  Sentence(owner, " () lists no value; write at least one, or NOBODY for no member."));
    tokens.Advance();
    return true;
  }
  while (!tokens.problems().stopped()) {
    Literal literal;
    TakeLiteral(tokens, literals.empty() ? Sentence("after ", owner, " (") : "after the comma", literal);
    if (literals.size() == limits.max_in_values) {
      tokens.problems().AddAndStop(index::Reason::kLimit, literal.span,
                                   TooManyValues(owner, limits.max_in_values),
                                   {.limit = limits.max_in_values});
      return false;
    }
    literals.push_back(std::move(literal));
    if (tokens.Take(Symbol::kComma)) continue;
    if (tokens.Take(Symbol::kClose)) return true;
    if (tokens.current().kind == TokenKind::kEnd || tokens.current().Is(Keyword::kAnd) ||
        tokens.current().Is(Keyword::kOr)) {
      tokens.Report(open.span, Sentence("The list of ", owner, " is never closed; it ends with `)`."));
      return false;
    }
    tokens.ReportHere(StringsTouch(tokens) ? kQuoteInside
                                           : Sentence("A comma or `)` is expected in the list of ", owner,
                                                      ", not ", tokens.Described(), "."));
    if (!BeginsLiteral(tokens.current()) && !tokens.current().IsName()) tokens.Advance();
  }
  return false;
}

bool TakeName(TokenStream& tokens, std::string_view place, std::string& name, SourceSpan& span) {
  const Token token = tokens.current();
  span = token.span;
  if (token.IsName()) {
    name = NameOf(tokens, token);
    tokens.Advance();
    return true;
  }
  const std::string_view text = tokens.TextOf(token.span);
  if (token.kind == TokenKind::kKeyword) {
    tokens.ReportHere(Sentence("A tag is expected ", place, "; ", text,
                               " is a reserved word, and a tag of that name is written `", text,
                               "` in back quotes."));
    tokens.Advance();
  } else if (token.kind == TokenKind::kString) {
    tokens.ReportHere(Sentence("A tag is expected ", place,
                               "; its name is written bare or in back quotes, not ", Excerpt(text), "."));
    tokens.Advance();
  } else {
    tokens.ReportHere(Sentence("A tag is expected ", place, ", not ", tokens.Described(), "."));
  }
  return false;
}

bool TakeString(TokenStream& tokens, std::string_view place, std::string& content, SourceSpan& span) {
  const Token token = tokens.current();
  span = token.span;
  if (token.kind == TokenKind::kString) {
    content = StringContent(tokens, token);
    tokens.Advance();
    return true;
  }
  tokens.ReportHere(
      Sentence("A name in quotes is expected ", place, ", as in 'name', not ", tokens.Described(), "."));
  if (token.IsName()) tokens.Advance();
  return false;
}

}  // namespace muster::query
