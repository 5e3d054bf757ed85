#include "query/language/sum_terms.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "query/language/hints.h"
#include "query/language/literal_parser.h"
#include "query/language/literal_text.h"
#include "query/language/string_text.h"
#include "text/civil_text.h"
#include "text/decimal_arithmetic.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

bool IsArithmetic(const Token& token) {
  return token.Is(Symbol::kPlus) || token.Is(Symbol::kMinus) || token.Is(Symbol::kTimes);
}

// Whether the current token is a number, or a minus that is the sign of the digits right after it.
bool BeginsNumber(const TokenStream& tokens) {
  const Token& token = tokens.current();
  if (token.kind == TokenKind::kNumber) return true;
  return token.Is(Symbol::kMinus) && tokens.next().kind == TokenKind::kNumber &&
         tokens.next().span.offset == token.end();
}

bool IsQuotedDate(const TokenStream& tokens, const Token& token) {
  return token.kind == TokenKind::kString && IsDateShaped(tokens.TextOf(token.content));
}

// Explains why the term is invalid; empty if it is valid.
std::string WhyNoTerm(const Term& term) {
  const Literal& literal = term.literal;
  if (!IsValidUtf8(term.tag)) return "A term has a name that is not UTF-8; send it as UTF-8.";
  if (!term.tag.empty() && literal.kind != LiteralKind::kNumber)
    return Sentence("A tag's factor is a number. ", kDaysForm, ".");
  switch (literal.kind) {
    case LiteralKind::kNumber:
      return WhyNotANumber(literal.text);
    case LiteralKind::kDate:
      return WhyNotADate(literal.text);
    case LiteralKind::kToday:
      return literal.today_offset == 0
                 ? ""
                 : "TODAY stands in a difference without an offset; change the number of days that it is "
                   "compared with instead.";
    case LiteralKind::kText:
    case LiteralKind::kBoolean:
      break;
  }
  return "A term of a sum is a tag, a number, a date or TODAY.";
}

}  // namespace

bool IsDay(const Term& term) {
  return term.literal.kind == LiteralKind::kDate || term.literal.kind == LiteralKind::kToday;
}

bool IsDifferenceOfDays(const std::vector<Term>& terms) {
  const auto fits = [](const Term& term) {
    return IsDay(term) || (!term.tag.empty() && term.literal.text == "1");
  };
  return terms.size() == 2 && terms[1].subtracted && std::all_of(terms.begin(), terms.end(), fits);
}

bool BeginsSum(const TokenStream& tokens) {
  const Token& token = tokens.current();
  const bool simple = token.IsName() || token.kind == TokenKind::kNumber || token.kind == TokenKind::kDate ||
                      IsQuotedDate(tokens, token);
  if (simple) return IsArithmetic(tokens.next());
  const bool today = token.Is(Keyword::kToday) && IsArithmetic(tokens.next());
  if (!today && !(token.Is(Symbol::kMinus) && BeginsNumber(tokens))) return false;
  ProblemList unheeded;
  TokenStream ahead(tokens.TextFrom(token.span.offset), unheeded);
  ahead.Advance();
  if (today) {
    const bool times = ahead.current().Is(Symbol::kTimes);
    ahead.Advance();
    if (times || ahead.current().kind != TokenKind::kNumber) return true;
    ahead.Advance();
    // TODAY - 30 DAYS begins a sum only if another sign follows.
    const bool unit = ahead.current().kind == TokenKind::kName &&
                      FindDateUnit(ahead.TextOf(ahead.current().span)).has_value();
    if (!unit) return false;
  }
  ahead.Advance();
  return IsArithmetic(ahead.current());
}

bool TermReader::ReportTornName() {
  std::string why = WhyTorn(tokens_, run_begin_);
  if (why.empty()) return false;
  const std::string_view run = tokens_.TextFrom(run_begin_);
  tokens_.Report({run_begin_ + static_cast<int32_t>(run.find('-')), 1}, std::move(why));
  return true;
}

bool TermReader::ReportNoTerm() {
  const Token& token = tokens_.current();
  if (ReportTornName()) return false;
  const std::string_view sign = tokens_.TextOf(tokens_.previous().span);
  if (token.Is(Symbol::kOpen)) {
    tokens_.ReportHere(
        "A sum has no parentheses; write each tag with its sign and factor, as in 2 * a - 2 * b > 100.");
  } else if (token.Is(Symbol::kMinus)) {
    tokens_.ReportHere("A minus sign belongs to the digits right after it; for minus a tag write -1 * tag.");
  } else {
    tokens_.ReportHere(
        Sentence("A tag, a number or a date is expected after `", sign, "`, not ", tokens_.Described(), "."));
  }
  return false;
}

void TermReader::TakeUnit(Term& term) {
  if (tokens_.current().kind != TokenKind::kName) return;
  const std::optional<DateUnit> unit = FindDateUnit(tokens_.TextOf(tokens_.current().span));
  if (!unit.has_value()) return;
  const bool days = *unit == DateUnit::kDay || *unit == DateUnit::kWeek;
  if (term.tag.empty() && days) term.literal.text = DaysOf(term.literal.text, *unit);
  unit_ = std::max(unit_, days ? TermUnit::kDays : TermUnit::kMonths);
  tokens_.Advance();
}

// Takes the factor after the `*` of a tag.
bool TermReader::TakeFactorBehind(Term& term) {
  if (BeginsNumber(tokens_)) return TakeOneLiteral(tokens_, "after `*`", term.literal);
  if (tokens_.current().IsName()) {
    tokens_.ReportHere("Two tags are not multiplied; a tag takes a number as its factor, as in 1.5 * a.");
    return false;
  }
  if (tokens_.current().Is(Symbol::kOpen)) return ReportNoTerm();
  tokens_.ReportHere(Sentence("A number is expected after `*`, not ", tokens_.Described(), "."));
  return false;
}

// Takes the tag after the `*` of a number.
bool TermReader::TakeTagBehind(Term& term) {
  const Token token = tokens_.current();
  if (token.IsName()) {
    term.tag = NameOf(tokens_, token);
    term.tag_span = token.span;
    tokens_.Advance();
    return true;
  }
  if (token.Is(Symbol::kOpen)) return ReportNoTerm();
  tokens_.ReportHere(BeginsNumber(tokens_)
                         ? "A term has one number as its factor; write the product of the two."
                         : Sentence("A tag is expected after `*`, not ", tokens_.Described(), "."));
  return false;
}

bool TermReader::TakeToday(Term& term) {
  const int32_t begin = tokens_.current().span.offset;
  tokens_.Advance();
  term.literal.kind = LiteralKind::kToday;
  const bool offset = (tokens_.current().Is(Symbol::kPlus) || tokens_.current().Is(Symbol::kMinus)) &&
                      tokens_.next().kind == TokenKind::kNumber;
  if (!offset) return true;
  tokens_.Advance();
  tokens_.Advance();
  if (tokens_.current().kind == TokenKind::kName &&
      FindDateUnit(tokens_.TextOf(tokens_.current().span)).has_value())
    tokens_.Advance();
  term.literal.today_offset = 1;
  tokens_.Report(tokens_.SpanFrom(begin), WhyNoTerm(term));
  return false;
}

bool TermReader::TakeTerm(Term& term) {
  const Token token = tokens_.current();
  bool read = true;
  if (token.IsName()) {
    term = TermOf(NameOf(tokens_, token));
    term.tag_span = token.span;
    tokens_.Advance();
    if (tokens_.Take(Symbol::kTimes)) read = TakeFactorBehind(term);
  } else if (BeginsNumber(tokens_)) {
    read = TakeOneLiteral(tokens_, "here", term.literal);
    if (read && tokens_.Take(Symbol::kTimes)) read = TakeTagBehind(term);
  } else if (token.kind == TokenKind::kDate || IsQuotedDate(tokens_, token)) {
    term.literal.kind = LiteralKind::kDate;
    term.literal.text = std::string(tokens_.TextOf(token.content));
    tokens_.Advance();
  } else if (token.Is(Keyword::kToday)) {
    read = TakeToday(term);
  } else {
    return ReportNoTerm();
  }
  term.span = tokens_.SpanFrom(token.span.offset);
  if (term.tag.empty() || term.literal.span.length == 0) term.literal.span = term.span;
  if (read && tokens_.current().Is(Symbol::kTimes)) {
    tokens_.ReportHere(IsDay(term) ? Sentence("A date has no factor. ", kDaysForm, ".")
                                   : "A term is one tag with one number as its factor, as in 1.5 * a.");
    return false;
  }
  if (read && !IsDay(term)) TakeUnit(term);
  return read;
}

bool TermReader::Take(std::vector<Term>& terms) {
  bool subtracted = false;
  run_begin_ = tokens_.current().span.offset;
  while (true) {
    // Each term has a digit. How many different tags there are is checked when all are read.
    if (terms.size() == limits_.max_sum_digits) {
      tokens_.problems().AddAndStop(index::Reason::kLimit, tokens_.current().span,
                                    Sentence("A sum is written with at most ", limits_.max_sum_digits,
                                             " terms; name each tag once, with its factor."),
                                    {.limit = limits_.max_sum_digits});
      return false;
    }
    Term& term = terms.emplace_back();
    if (!TakeTerm(term)) return false;
    term.subtracted = subtracted;
    if (!tokens_.current().Is(Symbol::kPlus) && !tokens_.current().Is(Symbol::kMinus)) return true;
    subtracted = tokens_.current().Is(Symbol::kMinus);
    const bool touches = subtracted && tokens_.Touching();
    tokens_.Advance();
    if (!touches || !tokens_.Touching()) run_begin_ = tokens_.current().span.offset;
  }
}

std::string DaysOf(std::string_view number, DateUnit unit) {
  std::string days(number);
  if (unit != DateUnit::kWeek) return days;
  for (int i = 1; i < 7; ++i) days = SumOfDecimals(days, number);
  return days;
}

Term TermOf(std::string tag) {
  Term term;
  term.tag = std::move(tag);
  term.literal.kind = LiteralKind::kNumber;
  term.literal.text.assign(1, '1');
  return term;
}

std::vector<std::string> DashedNames(const std::vector<Term>& terms) {
  std::vector<std::string> names(terms.size());
  // The term as written, if that is only a bare name or digits; otherwise empty.
  const auto written = [](const Term& term) {
    const std::string& text = term.tag.empty() ? term.literal.text : term.tag;
    const bool bare = !IsDay(term) && (term.tag.empty() || term.literal.text == "1") &&
                      static_cast<size_t>(term.span.length) == text.size();
    return bare ? text : "";
  };
  for (size_t first = 0, end = 0; first < terms.size(); first = end) {
    std::string name = written(terms[first]);
    for (end = first + 1; end < terms.size(); ++end) {
      const SourceSpan& before = terms[end - 1].span;
      const std::string next = written(terms[end]);
      const bool joined = before.offset >= 0 && terms[end].subtracted && !name.empty() && !next.empty() &&
                          terms[end].span.offset == before.offset + before.length + 1;
      if (!joined) break;
      AppendSentence(name, "-", next);
    }
    if (end - first > 1) std::fill_n(names.begin() + static_cast<ptrdiff_t>(first), end - first, name);
  }
  return names;
}

bool CheckTerms(const Expression& node, const LanguageLimits& limits, ProblemList& problems) {
  if (node.op != Operator::kSum && node.op != Operator::kSumBetween) return true;
  const std::vector<Term>& terms = node.terms;
  std::set<std::string_view> tags;
  for (const Term& term : terms) {
    if (!term.tag.empty()) tags.insert(term.tag);
  }
  const auto passes = [&](size_t count, size_t most, const char* what) {
    if (count <= most) return false;
    problems.Add(index::Reason::kLimit, node.span,
                 Sentence("A sum has at most ", most, what, ", and this one has ", count,
                          "; load the sum of some of its tags as a tag, and name that."),
                 {.limit = most});
    return true;
  };
  size_t digits = 0;
  for (const Term& term : terms) digits += term.literal.text.size();
  if (passes(tags.size(), limits.max_sum_terms, " different tags") ||
      passes(digits, limits.max_sum_digits, " digits in its terms"))
    return false;
  bool right = true;
  const auto report = [&](SourceSpan span, std::string why) {
    right = right && why.empty();
    if (!why.empty()) problems.Add(index::Reason::kSyntax, span, std::move(why));
  };
  for (const Term& term : terms) report(term.span, WhyNoTerm(term));
  if (!right) return false;
  if (!terms.empty() && terms.front().subtracted)
    report(node.span, "The first term of a sum is not subtracted; send it with a negative factor.");
  if (tags.empty()) report(node.span, "A sum names at least one tag, as in a - b > 100.");
  if (right && std::any_of(terms.begin(), terms.end(), IsDay) && !IsDifferenceOfDays(terms))
    report(node.span, Sentence(kDaysForm, "."));
  return right;
}

}  // namespace muster::query
