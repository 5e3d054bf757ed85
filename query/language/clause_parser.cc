#include "query/language/clause_parser.h"

#include "query/language/birthday.h"
#include "query/language/bucket.h"
#include "query/language/excerpt.h"
#include "query/language/foreign_words.h"
#include "query/language/hints.h"
#include "query/language/literal_parser.h"
#include "query/language/operator_words.h"
#include "query/language/string_text.h"
#include "query/language/sum.h"
#include "query/language/sum_mend.h"
#include "query/language/sum_terms.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

std::string AfterCurrent(const TokenStream& tokens) { return Sentence("after ", tokens.Described()); }

bool IsLike(const Token& token) { return token.Is(Keyword::kLike) || token.Is(Keyword::kIlike); }

// Whether the current token is a reserved word right before an operator, so that it was meant as a tag.
bool IsReservedName(const TokenStream& tokens) {
  const Token& token = tokens.current();
  if (token.kind != TokenKind::kKeyword) return false;
  const Token& next = tokens.next();
  if (next.IsComparison()) return !token.Is(Keyword::kNot) && WhyValueFirst(tokens).empty();
  if (token.Is(Keyword::kNot) || token.Is(Keyword::kAnd) || token.Is(Keyword::kOr)) return false;
  // HAS takes a name, so after HAS the next word was meant as a tag.
  return !token.Is(Keyword::kHas) &&
         (next.Is(Keyword::kIn) || next.Is(Keyword::kBetween) || IsLike(next) || tokens.IsWord(next, "IS"));
}

// Reads one clause.
class ClauseReader {
 public:
  ClauseReader(TokenStream& tokens, const LanguageLimits& limits)
      : tokens_(tokens), limits_(limits), begin_(tokens.current().span.offset) {}
  ExpressionPtr Read();

 private:
  ExpressionPtr Make(Operator op);
  ExpressionPtr Predicate();
  ExpressionPtr Negated();
  ExpressionPtr Compare();
  ExpressionPtr Between(Operator op, std::vector<Literal> before);
  ExpressionPtr In();
  ExpressionPtr Like();
  ExpressionPtr HasAll();
  ExpressionPtr IsNull();
  // Reports and skips a function of another language, whose parenthesis is the current token. Returns false if
  // it is none.
  bool ReportFunction(const Token& name);
  // Reports the current token if it is an operator of another language; otherwise returns false.
  bool ReportForeignOperator();
  ExpressionPtr Has();
  ExpressionPtr Named(Operator op);
  ExpressionPtr Weight();
  bool Number(std::string_view place, Literal& literal);

  TokenStream& tokens_;
  const LanguageLimits& limits_;
  const int32_t begin_;
  bool negated_ = false;
  std::string tag_;
  SourceSpan tag_span_;
};

ExpressionPtr ClauseReader::Make(Operator op) {
  auto clause = std::make_unique<Expression>(op);
  clause->tag = tag_;
  clause->tag_span = tag_span_;
  clause->negated = negated_;
  clause->span = tokens_.SpanFrom(begin_);
  return clause;
}

ExpressionPtr ClauseReader::Read() {
  const Token token = tokens_.current();
  if (IsReservedName(tokens_)) {
    TakeName(tokens_, "here", tag_, tag_span_);  // reports that the name needs back quotes
    tag_ = std::string(tokens_.TextOf(token.span));
    return Predicate();
  }
  if (BeginsSum(tokens_)) return TakeSum(tokens_, limits_);
  const Token& next = tokens_.next();
  if (tokens_.IsWord(token, "SEGMENT") && next.kind == TokenKind::kString) return Named(Operator::kSegment);
  if (tokens_.IsWord(token, "LIST") && next.kind == TokenKind::kString) return Named(Operator::kIdList);
  if (tokens_.IsWord(token, "WEIGHT") && next.Is(Symbol::kOpen)) return Weight();
  if (tokens_.IsWord(token, "BIRTHDAY") && next.Is(Symbol::kOpen)) return TakeBirthday(tokens_);
  if (tokens_.IsWord(token, "BUCKET") && next.Is(Symbol::kOpen)) return TakeBucket(tokens_);
  if (token.IsName()) {
    tag_ = NameOf(tokens_, token);
    tag_span_ = token.span;
    tokens_.Advance();
    if (token.kind == TokenKind::kName && tokens_.current().Is(Symbol::kOpen) && ReportFunction(token))
      return nullptr;
    return Predicate();
  }
  if (token.kind != TokenKind::kKeyword) return nullptr;
  tokens_.Advance();
  switch (token.keyword) {
    case Keyword::kEveryone:
      return Make(Operator::kEveryone);
    case Keyword::kNobody:
      return Make(Operator::kNobody);
    default:
      return Has();
  }
}

ExpressionPtr ClauseReader::Predicate() {
  const Token& token = tokens_.current();
  if (token.IsComparison()) return Compare();
  if (token.Is(Keyword::kNot)) return Negated();
  if (token.Is(Keyword::kIn)) return In();
  if (token.Is(Keyword::kBetween)) return Between(Operator::kBetween, {});
  if (IsLike(token)) return Like();
  if (token.Is(Keyword::kHas)) return HasAll();
  if (tokens_.IsWord(token, "IS")) return IsNull();
  if (ReportForeignOperator()) return nullptr;
  if (BeginsLiteral(token) && !token.Is(Symbol::kMinus)) {
    tokens_.ReportHere(Sentence("A comparison is missing between ", Excerpt(tag_), " and ",
                                tokens_.Described(), "; write =, !=, <, <=, > or >=."));
    Literal literal;
    TakeLiteral(tokens_, "here", literal);
    return nullptr;
  }
  return Make(Operator::kFlag);
}

ExpressionPtr ClauseReader::Negated() {
  const Token negation = tokens_.current();
  tokens_.Advance();
  negated_ = true;
  if (tokens_.current().Is(Keyword::kIn)) return In();
  if (tokens_.current().Is(Keyword::kBetween)) return Between(Operator::kBetween, {});
  if (IsLike(tokens_.current())) return Like();
  const SourceSpan both = {negation.span.offset, tokens_.current().end() - negation.span.offset};
  if (ReportForeignOperator()) return nullptr;
  if (tokens_.current().IsComparison()) {
    tokens_.Report(both, "NOT stands before the tag, as in NOT tag = 'value'; for another value write `!=`.");
    return Compare();
  }
  tokens_.Report(
      negation.span,
      Sentence("After ", Excerpt(tag_), " NOT there is IN, BETWEEN, LIKE or ILIKE, not ", tokens_.Described(),
               "; if NOT begins another condition, write AND or OR before it."));
  return nullptr;
}

ExpressionPtr ClauseReader::Compare() {
  const std::string place = AfterCurrent(tokens_);
  const std::string symbol(tokens_.TextOf(tokens_.current().span));
  const Comparison comparison = ComparisonOf(tokens_.current().symbol);
  tokens_.Advance();
  // Of a bare name behind = a text is meant, far more often than a tag.
  const bool equality = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
  const bool tag_on_the_right = BeginsSum(tokens_) || (!equality && tokens_.current().IsName());
  if (tag_on_the_right && ReportTwoSides(tokens_, limits_, {{TermOf(tag_)}}, symbol)) return nullptr;
  Literal literal;
  const bool read = TakeOneLiteral(tokens_, place, literal);
  // After a wrong literal, the clause ends here only if AND or OR follows. Otherwise the caller skips the
  // rest.
  if (!read && !tokens_.current().Is(Keyword::kAnd) && !tokens_.current().Is(Keyword::kOr)) return nullptr;
  if (StringsTouch(tokens_)) {
    tokens_.ReportHere(kQuoteInside);
    return nullptr;
  }
  if (tokens_.current().IsComparison()) {
    tokens_.ReportHere(
        "Comparisons are not chained; write tag BETWEEN low AND high, or two comparisons with AND.");
    return nullptr;
  }
  negated_ = false;
  ExpressionPtr clause = Make(Operator::kCompare);
  clause->comparison = comparison;
  clause->literals.push_back(std::move(literal));
  return clause;
}

ExpressionPtr ClauseReader::Between(Operator op, std::vector<Literal> before) {
  const bool weight = op == Operator::kWeightBetween;
  tokens_.Advance();
  if (!weight && ReportSumInRange(tokens_, limits_, {{TermOf(tag_)}}, negated_)) return nullptr;
  Literal low, high;
  weight ? Number("after BETWEEN", low) : TakeOneLiteral(tokens_, "after BETWEEN", low);
  if (!tokens_.Take(Keyword::kAnd)) {
    tokens_.ReportHere(Sentence("BETWEEN low AND high needs its AND here, not ", tokens_.Described(), "."));
    return nullptr;
  }
  if (!(weight ? Number("after the AND of BETWEEN", high)
               : TakeOneLiteral(tokens_, "after the AND of BETWEEN", high))) {
    return nullptr;
  }
  ExpressionPtr clause = Make(op);
  clause->literals = std::move(before);
  clause->literals.push_back(std::move(low));
  clause->literals.push_back(std::move(high));
  return clause;
}

ExpressionPtr ClauseReader::In() {
  const Token in = tokens_.current();
  tokens_.Advance();
  std::vector<Literal> literals;
  // `opt in` may be the name of a tag if no value follows.
  const bool name = !negated_ && in.span.offset == tag_span_.offset + tag_span_.length + 1 &&
                    !tokens_.current().Is(Symbol::kOpen) && !BeginsLiteral(tokens_.current()) &&
                    !tokens_.current().IsName();
  if (name && tokens_.TextOf(tag_span_) == tag_) {
    const std::string both = Excerpt(tokens_.TextOf({tag_span_.offset, in.end() - tag_span_.offset}));
    tokens_.ReportHere(Sentence("IN takes values in parentheses, as in IN ('a', 'b'), not ",
                                tokens_.Described(), "; a tag with the name `", both,
                                "` is written in back quotes."));
    return nullptr;
  }
  if (!TakeLiteralList(tokens_, negated_ ? "NOT IN" : "IN", limits_, literals)) return nullptr;
  ExpressionPtr clause = Make(Operator::kIn);
  clause->literals = std::move(literals);
  return clause;
}

ExpressionPtr ClauseReader::Like() {
  const bool folds_case = tokens_.current().Is(Keyword::kIlike);
  tokens_.Advance();
  const Token token = tokens_.current();
  if (token.kind != TokenKind::kString) {
    tokens_.ReportHere(Sentence(folds_case ? "ILIKE" : "LIKE",
                                " takes a pattern in quotes, as in LIKE 'shang%' or LIKE '%hai', not ",
                                tokens_.Described(), "."));
    return nullptr;
  }
  tokens_.Advance();
  if (StringsTouch(tokens_)) {
    tokens_.ReportHere(kQuoteInside);
    return nullptr;
  }
  Literal pattern;
  pattern.span = token.span;
  pattern.text = PatternContent(tokens_, token);
  ExpressionPtr clause = Make(folds_case ? Operator::kIlike : Operator::kLike);
  clause->literals.push_back(std::move(pattern));
  return clause;
}

ExpressionPtr ClauseReader::HasAll() {
  const Token has = tokens_.current();
  tokens_.Advance();
  const bool all = tokens_.IsWord(tokens_.current(), "ALL") && tokens_.next().Is(Symbol::kOpen);
  const std::string tag = Excerpt(tag_);
  if (!all && tokens_.current().IsName()) {
    tokens_.Report(has.span,
                   Sentence("After ", tag,
                            " there is HAS ALL ('a', 'b'); if HAS begins another condition, write AND "
                            "or OR before it."));
    return nullptr;
  }
  if (!tokens_.TakeWord("ALL")) {
    tokens_.ReportHere(Sentence("ALL is expected after ", tag, " HAS, as in HAS ALL ('a', 'b'), not ",
                                tokens_.Described(), "; members with any value are HAS ", tag, "."));
    return nullptr;
  }
  std::vector<Literal> literals;
  if (!TakeLiteralList(tokens_, "HAS ALL", limits_, literals)) return nullptr;
  ExpressionPtr clause = Make(Operator::kHasAll);
  clause->literals = std::move(literals);
  return clause;
}

ExpressionPtr ClauseReader::IsNull() {
  const int32_t is = tokens_.current().span.offset;
  tokens_.Advance();
  const bool negated = tokens_.Take(Keyword::kNot);
  const bool null = tokens_.TakeWord("NULL");
  const std::string tag = Excerpt(tag_);
  tokens_.Report(tokens_.SpanFrom(is),
                 !null     ? Sentence("IS is not an operator; write ", tag, " = value, or HAS ", tag,
                                      " for members with any value.")
                 : negated ? Sentence("There is no IS NOT NULL; members with a value are HAS ", tag, ".")
                           : Sentence("There is no IS NULL; members without a value are NOT HAS ", tag, "."));
  return null ? Make(Operator::kHas) : nullptr;
}

bool ClauseReader::ReportFunction(const Token& name) {
  const std::string_view arguments = tokens_.TextFrom(tokens_.current().end());
  std::string mend = MendOfFunction(tokens_.TextOf(name.span), arguments.substr(0, arguments.find(')')));
  // In `vip (a OR b)` an AND is missing; a function's parenthesis stands right behind its name.
  if (mend.empty() && !tokens_.Touching()) return false;
  if (mend.empty()) mend = WhyNoOperator(tokens_);
  tokens_.Report(name.span, std::move(mend));
  int open = 0;
  do {
    if (tokens_.current().Is(Symbol::kOpen)) ++open;
    if (tokens_.current().Is(Symbol::kClose)) --open;
    tokens_.Advance();
  } while (open > 0 && tokens_.current().kind != TokenKind::kEnd && !tokens_.problems().stopped());
  return true;
}

bool ClauseReader::ReportForeignOperator() {
  const Token& token = tokens_.current();
  const std::string_view word = tokens_.TextOf(token.span);
  std::string mend = token.kind == TokenKind::kName ? MendOfOperatorWord(word) : "";
  if (mend.empty()) return false;
  tokens_.ReportHere(std::move(mend));
  return true;
}

ExpressionPtr ClauseReader::Has() {
  if (tokens_.IsWord(tokens_.current(), "ALL") && tokens_.next().Is(Symbol::kOpen)) {
    tokens_.ReportHere("HAS ALL stands after the tag, as in tag HAS ALL ('a', 'b').");
    return nullptr;
  }
  if (tokens_.current().Is(Symbol::kOpen) && tokens_.next().IsName()) {
    tokens_.ReportHere(Sentence("HAS takes its tag without parentheses, as in HAS ",
                                Excerpt(tokens_.TextOf(tokens_.next().span)), "."));
    tokens_.SkipPastClose();
    return nullptr;
  }
  if (!TakeName(tokens_, "after HAS", tag_, tag_span_)) return nullptr;
  return Make(Operator::kHas);
}

ExpressionPtr ClauseReader::Named(Operator op) {
  tokens_.Advance();
  if (!TakeString(tokens_, op == Operator::kSegment ? "after SEGMENT" : "after LIST", tag_, tag_span_))
    return nullptr;
  return Make(op);
}

bool ClauseReader::Number(std::string_view place, Literal& literal) {
  if (!TakeOneLiteral(tokens_, place, literal)) return false;
  if (literal.kind != LiteralKind::kNumber)
    tokens_.Report(literal.span,
                   Sentence("A weight is compared with a number, as in 0.8; write one ", place, "."));
  return true;
}

ExpressionPtr ClauseReader::Weight() {
  constexpr char kForm[] =
      "WEIGHT (tag, 'value') is compared with a number, as in WEIGHT (interests, 'sports') >= 0.8; ";
  const auto expect = [this, &kForm](Symbol symbol, const char* what) {
    if (tokens_.Take(symbol)) return true;
    tokens_.ReportHere(Sentence(kForm, what, " is expected here, not ", tokens_.Described(), "."));
    return false;
  };
  tokens_.Advance();
  if (!expect(Symbol::kOpen, "`(`") || !TakeName(tokens_, "after WEIGHT (", tag_, tag_span_)) return nullptr;
  Literal value, number;
  if (!expect(Symbol::kComma, "a comma") || !TakeLiteral(tokens_, "after the tag of WEIGHT", value))
    return nullptr;
  if (!expect(Symbol::kClose, "`)`")) return nullptr;
  if (tokens_.current().Is(Keyword::kBetween)) {
    std::vector<Literal> literals;
    literals.push_back(std::move(value));
    return Between(Operator::kWeightBetween, std::move(literals));
  }
  if (!tokens_.current().IsComparison()) {
    tokens_.ReportHere(
        Sentence(kForm, "=, !=, <, <=, >, >= or BETWEEN is expected here, not ", tokens_.Described(), "."));
    return nullptr;
  }
  const std::string place = AfterCurrent(tokens_);
  const Comparison comparison = ComparisonOf(tokens_.current().symbol);
  tokens_.Advance();
  if (!Number(place, number)) return nullptr;
  ExpressionPtr clause = Make(Operator::kWeight);
  clause->comparison = comparison;
  clause->literals.push_back(std::move(value));
  clause->literals.push_back(std::move(number));
  return clause;
}

}  // namespace

bool BeginsClause(const TokenStream& tokens) {
  const Token& token = tokens.current();
  if (token.IsName() || IsReservedName(tokens) || BeginsSum(tokens)) return true;
  if (token.kind != TokenKind::kKeyword) return false;
  switch (token.keyword) {
    case Keyword::kEveryone:
    case Keyword::kNobody:
    case Keyword::kHas:
      return true;
    default:
      return false;
  }
}

ExpressionPtr TakeClause(TokenStream& tokens, const LanguageLimits& limits) {
  return ClauseReader(tokens, limits).Read();
}

}  // namespace muster::query
