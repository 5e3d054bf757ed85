#include "query/language/birthday.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_parser.h"
#include "query/language/string_text.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

constexpr char kForm[] = "BIRTHDAY (tag) goes on with WITHIN 7 DAYS or = 05-17; ";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool IsMonthDayShaped(std::string_view text) {
  return text.size() == 5 && AreDigits(text.substr(0, 2)) && text[2] == '-' && AreDigits(text.substr(3));
}

// Explains why `text` is no month and day; empty if it is one.
std::string WhyNoMonthDay(std::string_view text) {
  if (MonthDayOf(text).has_value()) return "";
  if (IsMonthDayShaped(text))
    return Sentence("No year has a day ", text, "; write a month from 01 to 12 and one of its days.");
  if (IsDateShaped(text))
    return Sentence("BIRTHDAY compares the month and the day alone; write ", text.substr(text.size() - 5),
                    " for ", text, ".");
  return Sentence("A birthday is a month and a day of two digits each, without spaces, as in 05-17, not `",
                  Excerpt(text), "`.");
}

// Takes two numbers that are joined by a minus without spaces, or the first number if no such pair follows.
std::string TakeBareMonthDay(TokenStream& tokens) {
  const int32_t begin = tokens.current().span.offset;
  tokens.Advance();
  const Token minus = tokens.current();
  const Token& day = tokens.next();
  const bool goes_on = minus.Is(Symbol::kMinus) && tokens.Touching() && day.kind == TokenKind::kNumber &&
                       day.span.offset == minus.end();
  if (goes_on) {
    tokens.Advance();
    tokens.Advance();
  }
  return std::string(tokens.TextOf(tokens.SpanFrom(begin)));
}

// Takes the tag and its closing parenthesis. If they are missing, skips what stands in their place.
bool TakeTag(TokenStream& tokens, Expression& clause) {
  const bool read = TakeName(tokens, "after BIRTHDAY (", clause.tag, clause.tag_span);
  if (read && tokens.Take(Symbol::kClose)) return true;
  if (read) tokens.ReportHere(Sentence(kForm, "`)` is expected here, not ", tokens.Described(), "."));
  tokens.SkipPastClose();
  return false;
}

bool TakeMonthDay(TokenStream& tokens, Literal& literal) {
  const Token token = tokens.current();
  switch (token.kind) {
    case TokenKind::kString:
      literal.text = StringContent(tokens, token);
      tokens.Advance();
      break;
    case TokenKind::kNumber:
    case TokenKind::kDate:
      literal.text = TakeBareMonthDay(tokens);
      break;
    default:
      tokens.ReportHere(token.Is(Keyword::kToday)
                            ? "Today's birthdays are BIRTHDAY (tag) WITHIN 0 DAYS."
                            : Sentence("A month and a day are expected after `=`, as in 05-17, not ",
                                       tokens.Described(), "."));
      return false;
  }
  literal.span = tokens.SpanFrom(token.span.offset);
  return true;
}

// Explains what is wrong if `WITHIN count` is not followed by DAYS.
std::string WhyNoDays(const TokenStream& tokens, const std::string& count) {
  constexpr int kDaysOfWeek = 7;
  const auto is = [&tokens](std::string_view word) { return tokens.IsWord(tokens.current(), word); };
  const std::optional<int> weeks = is("WEEK") || is("WEEKS") ? DaysAheadOf(count) : std::nullopt;
  if (weeks.has_value() && *weeks * kDaysOfWeek <= kMaxDaysAhead)
    return Sentence("WITHIN counts days; write WITHIN ", *weeks * kDaysOfWeek, " DAYS.");
  for (const std::string_view unit : {"WEEK", "WEEKS", "MONTH", "MONTHS", "YEAR", "YEARS"}) {
    if (is(unit))
      return Sentence("WITHIN counts days, at most ", kMaxDaysAhead, ", as in WITHIN 31 DAYS, not ",
                      tokens.Described(), ".");
  }
  return Sentence("DAYS is expected after WITHIN ", Excerpt(count), ", not ", tokens.Described(), ".");
}

bool TakeDaysAhead(TokenStream& tokens, Literal& literal) {
  if (tokens.current().kind != TokenKind::kNumber) {
    tokens.ReportHere(Sentence("A whole number of days is expected after WITHIN, as in WITHIN 7 DAYS, not ",
                               tokens.Described(), "."));
    return false;
  }
  if (!TakeOneLiteral(tokens, "after WITHIN", literal)) return false;
  // Drop leading zeros, so that equal numbers have equal texts.
  literal.text.erase(0, std::min(literal.text.find_first_not_of('0'), literal.text.size() - 1));
  if (tokens.TakeWord("DAYS") || tokens.TakeWord("DAY")) return true;
  tokens.ReportHere(WhyNoDays(tokens, literal.text));
  return false;
}

std::string WhyNoForm(const TokenStream& tokens, const std::string& tag) {
  const Token& token = tokens.current();
  const std::string name = Excerpt(NameText(tag));
  if (token.Is(Symbol::kNotEqual))
    return Sentence("BIRTHDAY is not compared with `!=`; write HAS ", name, " AND NOT BIRTHDAY (", name,
                    ") = 05-17.");
  if (token.Is(Keyword::kNot))
    return Sentence("NOT stands before BIRTHDAY, as in NOT BIRTHDAY (", name, ") WITHIN 7 DAYS.");
  if (token.Is(Keyword::kIn))
    return Sentence("BIRTHDAY has no IN; write BIRTHDAY (", name, ") = 05-17 OR BIRTHDAY (", name,
                    ") = 05-18.");
  if (token.Is(Keyword::kBetween) || token.IsComparison())
    return Sentence("BIRTHDAY is compared with one day, by `=`, or with the days ahead, as in BIRTHDAY (",
                    name, ") WITHIN 7 DAYS; ", tokens.Described(), " compares the dates themselves, as in ",
                    name, " >= 1990-01-31.");
  return Sentence(kForm, "WITHIN or `=` is expected here, not ", tokens.Described(), ".");
}

}  // namespace

std::optional<absl::CivilDay> MonthDayOf(std::string_view text) {
  constexpr int kLeapYear = 2000;
  if (!IsMonthDayShaped(text)) return std::nullopt;
  const auto number = [text](size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const int month = number(0), day = number(3);
  const absl::CivilDay civil(kLeapYear, month, day);
  // CivilDay normalizes days that don't exist to other ones.
  if (civil.month() != month || civil.day() != day) return std::nullopt;
  return civil;
}

std::optional<int> DaysAheadOf(std::string_view text) {
  int days = 0;
  if (!AreDigits(text) || !absl::SimpleAtoi(ForAbseil(text), &days) || days > kMaxDaysAhead)
    return std::nullopt;
  return days;
}

bool CheckBirthday(const Expression& node, ProblemList& problems) {
  if (node.op != Operator::kBirthdayOn && node.op != Operator::kBirthdayWithin) return true;
  const Literal& literal = node.literals[0];
  if (node.op == Operator::kBirthdayOn) {
    std::string why = WhyNoMonthDay(literal.text);
    if (why.empty()) return true;
    problems.Add(index::Reason::kSyntax, literal.span, std::move(why));
    return false;
  }
  if (DaysAheadOf(literal.text).has_value()) return true;
  if (AreDigits(literal.text)) {
    problems.Add(index::Reason::kLimit, literal.span,
                 Sentence("WITHIN looks at most ", kMaxDaysAhead,
                          " days ahead; members with any date are HAS ", Excerpt(NameText(node.tag)), "."),
                 {.limit = kMaxDaysAhead});
  } else {
    problems.Add(index::Reason::kSyntax, literal.span,
                 Sentence("WITHIN takes a whole number of days from 0 to ", kMaxDaysAhead, ", not ",
                          Excerpt(literal.text), "."));
  }
  return false;
}

ExpressionPtr TakeBirthday(TokenStream& tokens) {
  const int32_t begin = tokens.current().span.offset;
  auto clause = std::make_unique<Expression>(Operator::kBirthdayOn);
  tokens.Advance();
  tokens.Advance();
  if (!TakeTag(tokens, *clause)) return nullptr;
  Literal literal;
  bool read = false;
  if (tokens.TakeWord("WITHIN")) {
    clause->op = Operator::kBirthdayWithin;
    read = TakeDaysAhead(tokens, literal);
  } else if (tokens.Take(Symbol::kEqual)) {
    read = TakeMonthDay(tokens, literal);
  } else {
    tokens.ReportHere(WhyNoForm(tokens, clause->tag));
  }
  if (!read) return nullptr;
  clause->literals.push_back(std::move(literal));
  clause->span = tokens.SpanFrom(begin);
  return CheckBirthday(*clause, tokens.problems()) ? std::move(clause) : nullptr;
}

}  // namespace muster::query
