// A mend is printed only if the parser accepts it. Whether its tags are numbers or dates is not known here,
// so a difference of two tags, which fits both, is printed as it is, and a longer one says what it is for.
#include "query/language/sum_mend.h"

#include <algorithm>
#include <utility>

#include "query/language/birthday.h"
#include "query/language/excerpt.h"
#include "query/language/foreign_words.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_parser.h"
#include "text/decimal_arithmetic.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

constexpr int kDaysOfAWeek = 7;

bool NamesTag(const Side& side) {
  return std::any_of(side.terms.begin(), side.terms.end(),
                     [](const Term& term) { return !term.tag.empty(); });
}

bool HasDay(const Side& side) { return std::any_of(side.terms.begin(), side.terms.end(), IsDay); }

// Moves a term that is not subtracted to the front. If there is none, the first term is added with the
// negative of its factor. False: that term is a constant, which has no factor.
bool PutAddedFirst(std::vector<Term>& terms) {
  const auto added =
      std::find_if(terms.begin(), terms.end(), [](const Term& term) { return !term.subtracted; });
  if (added != terms.end()) {
    std::rotate(terms.begin(), added, added + 1);
    return true;
  }
  Term& first = terms.front();
  if (first.tag.empty()) return false;
  first.subtracted = false;
  first.literal.text = NegatedDecimal(first.literal.text);
  return true;
}

Term NumberTerm(std::string number) {
  Term term;
  term.literal.kind = LiteralKind::kNumber;
  term.literal.text = std::move(number);
  return term;
}

// Reads a side, and none of the tokens after it. False: it is none.
bool TakeSide(TokenStream& tokens, const LanguageLimits& limits, Side& side) {
  if (tokens.current().Is(Keyword::kToday) && !BeginsSum(tokens)) {
    Literal literal;
    if (!TakeLiteral(tokens, "", literal)) return false;
    std::optional<Side> day = SideOf(literal);
    if (day.has_value()) side = *std::move(day);
    return day.has_value();
  }
  TermReader reader(tokens, limits);
  if (!reader.Take(side.terms)) return false;
  side.unit = reader.unit();
  return !tokens.current().Is(Symbol::kOpen);
}

// Whether a side may begin here: no word that other languages have for a value.
bool MayBeSide(const TokenStream& tokens) {
  const Token& token = tokens.current();
  return token.kind != TokenKind::kName ||
         (!tokens.IsWord(token, "NULL") && MendOfValueWord(tokens.TextOf(token.span)).empty());
}

void SkipTo(TokenStream& tokens, int32_t end) {
  while (tokens.current().kind != TokenKind::kEnd && tokens.current().span.offset < end) tokens.Advance();
}

TermUnit UnitOf(const Side& left, const Side& right) { return std::max(left.unit, right.unit); }

// The sentence for a comparison that has tags on the right side: why it is refused, and what to write
// instead.
std::string WhyTwoSides(std::string_view mend, TermUnit unit, size_t tags) {
  if (unit == TermUnit::kMonths)
    return "A sum counts days, and months and years have no fixed number of them; count days, as in last - "
           "first <= 365, or move TODAY, as in first < TODAY - 1 YEAR.";
  if (mend.empty()) return Sentence(kDaysForm, ".");
  if (!IsShowable(mend)) mend = "a - b > 0 for a > b";
  return Sentence("A comparison has its tags on the left and one ",
                  unit == TermUnit::kNone ? "value on the right" : "number on the right, without a unit",
                  "; write ", mend, tags > 2 ? ", if all are NUMBER tags." : ".");
}

size_t CountTags(const Side& left, const Side& right) {
  const auto in = [](const Side& side) {
    return std::count_if(side.terms.begin(), side.terms.end(),
                         [](const Term& term) { return !term.tag.empty(); });
  };
  return static_cast<size_t>(in(left) + in(right));
}

}  // namespace

std::optional<Side> SideOf(const Literal& literal) {
  Side side;
  switch (literal.kind) {
    case LiteralKind::kNumber:
      side.terms.push_back(NumberTerm(literal.text));
      return side;
    case LiteralKind::kDate:
    case LiteralKind::kToday:
      side.terms.emplace_back().literal = literal;
      break;
    case LiteralKind::kText:
    case LiteralKind::kBoolean:
      return std::nullopt;
  }
  const int offset = literal.today_offset;
  if (offset == 0) return side;
  if (literal.today_unit != DateUnit::kDay && literal.today_unit != DateUnit::kWeek) return std::nullopt;
  side.terms[0].literal.today_offset = 0;
  side.terms.push_back(
      NumberTerm(Sentence(literal.today_unit == DateUnit::kWeek ? offset * kDaysOfAWeek : offset)));
  return side;
}

std::string OneSided(const Side& left, std::string_view comparison, const Side& right) {
  std::string number = "0";
  std::vector<Term> terms;
  for (const Side* side : {&left, &right}) {
    for (Term term : side->terms) {
      if (side == &right) term.subtracted = !term.subtracted;
      if (!term.tag.empty() || IsDay(term)) {
        terms.push_back(std::move(term));
      } else {
        number =
            SumOfDecimals(number, term.subtracted ? term.literal.text : NegatedDecimal(term.literal.text));
      }
    }
  }
  const bool days = std::any_of(terms.begin(), terms.end(), IsDay);
  const bool counted = days || UnitOf(left, right) != TermUnit::kNone;
  if (CountTags(left, right) == 0 || !PutAddedFirst(terms)) return "";
  if (counted && !IsDifferenceOfDays(terms)) return "";
  return Sentence(SumText(terms), " ", comparison, " ", number);
}

bool ReportTwoSides(TokenStream& tokens, const LanguageLimits& limits, const Side& left,
                    std::string_view comparison) {
  if (!MayBeSide(tokens)) return false;
  const int32_t begin = tokens.current().span.offset;
  ProblemList unheeded;
  TokenStream ahead(tokens.TextFrom(begin), unheeded);
  Side right;
  if (!TakeSide(ahead, limits, right)) return false;
  const int32_t end = begin + ahead.previous().end();
  const std::string_view text = tokens.TextOf({begin, end - begin});  // 05-17 is a month and a day
  const bool sided =
      NamesTag(right) || HasDay(right) || right.terms.size() > 1 || left.unit != TermUnit::kNone;
  if (!sided || CountTags(left, right) == 0 || MonthDayOf(text).has_value()) return false;
  const std::string mend = OneSided(left, comparison, right);
  // Without one, a value on the right is explained by what it lacks, such as the number in TODAY - DAYS.
  const bool value = !NamesTag(right) || right.terms.front().literal.kind == LiteralKind::kToday;
  if (mend.empty() && value && UnitOf(left, right) == TermUnit::kNone) return false;
  tokens.Report({begin, end - begin}, WhyTwoSides(mend, UnitOf(left, right), CountTags(left, right)));
  SkipTo(tokens, end);
  return true;
}

bool ReportSumInRange(TokenStream& tokens, const LanguageLimits& limits, const Side& left, bool negated) {
  if (!MayBeSide(tokens)) return false;
  const int32_t begin = tokens.current().span.offset;
  ProblemList unheeded;
  TokenStream ahead(tokens.TextFrom(begin), unheeded);
  Side low, high;
  if (!TakeSide(ahead, limits, low) || !ahead.Take(Keyword::kAnd) || !MayBeSide(ahead) ||
      !TakeSide(ahead, limits, high))
    return false;
  const bool sum = left.terms.size() > 1 || left.unit != TermUnit::kNone;
  const bool ends = NamesTag(low) || NamesTag(high) || left.unit != TermUnit::kNone ||
                    (sum && (HasDay(low) || HasDay(high)));
  if (!ends) return false;
  const std::string from = OneSided(left, negated ? "<" : ">=", low);
  const std::string to = OneSided(left, negated ? ">" : "<=", high);
  std::string both;
  if (!from.empty() && !to.empty()) both = Sentence("(", from, negated ? " OR " : " AND ", to, ")");
  const int32_t end = begin + ahead.previous().end();
  tokens.Report({begin, end - begin}, WhyTwoSides(both, std::max(UnitOf(left, low), high.unit),
                                                  std::max(CountTags(left, low), CountTags(left, high))));
  SkipTo(tokens, end);
  return true;
}

std::string WhyNoUnit(const std::vector<Term>& terms, Comparison comparison, std::string_view number,
                      DateUnit unit) {
  constexpr char kStart[] = "Two dates subtract to a number of days: write ";
  if (unit == DateUnit::kDay || unit == DateUnit::kWeek) {
    const std::string days = DaysOf(number, unit);
    return Sentence(kStart, days,
                    " without a unit, or compare the tag with a date, as in born < TODAY - 18 YEARS.");
  }
  const bool from_today = terms.size() == 2 && terms[1].subtracted && !terms[1].tag.empty() &&
                          terms[0].literal.kind == LiteralKind::kToday;
  const bool whole = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
  if (!from_today || !whole || !IsShowable(terms[1].tag) || number.size() > 6)
    return Sentence(kStart,
                    "days without a unit, or compare the tag with a date, as in born < TODAY - 18 YEARS.");
  // TODAY - tag > n is tag < TODAY - n.
  Expression meant(Operator::kCompare);
  meant.tag = terms[1].tag;
  meant.comparison = TurnedComparison(comparison);
  Literal& date = meant.literals.emplace_back();
  date.kind = LiteralKind::kToday;
  date.today_unit = unit;
  for (const char digit : number) date.today_offset = date.today_offset * 10 - (digit - '0');
  return Sentence(
      "Two dates subtract to a number of days, and months and years have no fixed number of them: "
      "write ",
      LeafText(meant), ".");
}

}  // namespace muster::query
