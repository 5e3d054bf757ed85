#include "query/language/sum.h"

#include <memory>
#include <string>
#include <utility>

#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_parser.h"
#include "query/language/operator_words.h"
#include "query/language/sum_mend.h"
#include "query/language/sum_terms.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Reads one sum with its comparison.
class SumClause {
 public:
  SumClause(TokenStream& tokens, const LanguageLimits& limits)
      : tokens_(tokens), limits_(limits), begin_(tokens.current().span.offset), reader_(tokens, limits) {}
  ExpressionPtr Take();

 private:
  bool TakeComparison();
  bool TakeRange();
  bool TakeNumber(std::string_view place);
  bool ReportNoNumber(const Literal& literal, std::string_view place);
  bool ReportNoComparison();

  TokenStream& tokens_;
  const LanguageLimits& limits_;
  const int32_t begin_;
  TermReader reader_;
  ExpressionPtr clause_ = std::make_unique<Expression>(Operator::kSum);
};

ExpressionPtr SumClause::Take() {
  if (!reader_.Take(clause_->terms)) return nullptr;
  clause_->negated = tokens_.current().Is(Keyword::kNot) && tokens_.next().Is(Keyword::kBetween);
  if (clause_->negated) tokens_.Advance();
  bool read = false;
  if (tokens_.current().IsComparison()) {
    read = TakeComparison();
  } else if (tokens_.Take(Keyword::kBetween)) {
    clause_->op = Operator::kSumBetween;
    read = TakeRange();
  } else {
    read = ReportNoComparison();
  }
  if (!read) return nullptr;
  clause_->span = tokens_.SpanFrom(begin_);
  if (reader_.unit() != TermUnit::kNone) {
    tokens_.Report(clause_->span, Sentence("A sum has no units. ", kDaysForm, "."));
    return nullptr;
  }
  return CheckTerms(*clause_, limits_, tokens_.problems()) ? std::move(clause_) : nullptr;
}

bool SumClause::TakeComparison() {
  const std::string symbol(tokens_.TextOf(tokens_.current().span));
  const std::string place = Sentence("after ", tokens_.Described());
  clause_->comparison = ComparisonOf(tokens_.current().symbol);
  tokens_.Advance();
  if (ReportTwoSides(tokens_, limits_, {clause_->terms, reader_.unit()}, symbol)) return false;
  if (!TakeNumber(place)) return false;
  if (!tokens_.current().IsComparison()) return true;
  tokens_.ReportHere("Comparisons are not chained; write a - b BETWEEN low AND high.");
  return false;
}

bool SumClause::TakeRange() {
  if (ReportSumInRange(tokens_, limits_, {clause_->terms, reader_.unit()}, clause_->negated)) return false;
  const bool low = TakeNumber("after BETWEEN");
  if (!tokens_.Take(Keyword::kAnd)) {
    if (low)
      tokens_.ReportHere(Sentence("BETWEEN low AND high needs its AND here, not ", tokens_.Described(), "."));
    return false;
  }
  // Also after a wrong first end: its AND is that of BETWEEN.
  return TakeNumber("after the AND of BETWEEN") && low;
}

bool SumClause::TakeNumber(std::string_view place) {
  Literal& literal = clause_->literals.emplace_back();
  if (!TakeOneLiteral(tokens_, place, literal)) return false;
  if (literal.kind != LiteralKind::kNumber) return ReportNoNumber(literal, place);
  const Token& unit = tokens_.current();
  if (unit.kind != TokenKind::kName || !FindDateUnit(tokens_.TextOf(unit.span)).has_value()) return true;
  // Of a BETWEEN no single comparison is the mend.
  const std::vector<Term> terms = clause_->op == Operator::kSum ? clause_->terms : std::vector<Term>();
  tokens_.Report(tokens_.SpanFrom(literal.span.offset), WhyNoUnit(terms, clause_->comparison, literal.text,
                                                                  *FindDateUnit(tokens_.TextOf(unit.span))));
  tokens_.Advance();
  return false;
}

bool SumClause::ReportNoNumber(const Literal& literal, std::string_view place) {
  if (reader_.ReportTornName()) return false;
  tokens_.Report(literal.span, Sentence("A sum is compared with a number, as in a - b > 100, and a "
                                        "difference of dates with a number of days; write one ",
                                        place, "."));
  return false;
}

bool SumClause::ReportNoComparison() {
  if (reader_.ReportTornName()) return false;
  const Token& token = tokens_.current();
  const std::string sum = Excerpt(SumText(clause_->terms));
  const Token& previous = tokens_.previous();
  if (token.Is(Symbol::kOpen) && previous.kind == TokenKind::kName) {
    tokens_.ReportHere(Sentence("There is no function ", Excerpt(tokens_.TextOf(previous.span)),
                                " in a sum; its terms are tags, numbers, dates and TODAY."));
  } else if (token.Is(Keyword::kIn) || (token.Is(Keyword::kNot) && tokens_.next().Is(Keyword::kIn))) {
    const bool negated = token.Is(Keyword::kNot);
    tokens_.ReportHere(
        Sentence("A sum is not looked up in a list; compare it with each value in parentheses, as in (", sum,
                 negated ? " != 1 AND " : " = 1 OR ", sum, negated ? " != 2)." : " = 2)."));
  } else if (token.Is(Symbol::kClose)) {
    tokens_.ReportHere(Sentence("A sum has no parentheses; write ", sum,
                                " with its comparison, as in a - b > 100, without them."));
  } else {
    tokens_.ReportHere(Sentence("A comparison is missing between ", sum, " and ", tokens_.Described(),
                                "; write =, !=, <, <=, >, >= or BETWEEN, and a number."));
  }
  return false;
}

}  // namespace

ExpressionPtr TakeSum(TokenStream& tokens, const LanguageLimits& limits) {
  return SumClause(tokens, limits).Take();
}

}  // namespace muster::query
