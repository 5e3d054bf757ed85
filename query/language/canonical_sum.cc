// Comparing a sum with c is the same as comparing the negated sum with −c by the opposite operator. Of these
// two forms, the canonical one has the greater right side; if both are 0, it is the one whose first tag is
// added. If all tags are added or all are subtracted, the form in which they are added is canonical.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "query/language/sum.h"
#include "query/language/sum_terms.h"
#include "text/decimal.h"
#include "text/decimal_arithmetic.h"

namespace muster::query {
namespace {

bool IsNegative(const std::string& factor) { return factor[0] == '-'; }

Literal NumberLiteral(std::string text) {
  Literal literal;
  literal.kind = LiteralKind::kNumber;
  literal.text = std::move(text);
  return literal;
}

std::string SignedNumber(const Term& term) {
  return term.subtracted ? NegatedDecimal(term.literal.text) : ShortestDecimal(term.literal.text);
}

// Whether the negated form is the canonical one. `right` is the right side, for BETWEEN the sum of both ends.
// `factors` are in the order of the tags; factors of 0 are ignored.
bool IsTurned(const std::vector<std::string>& factors, const std::string& right) {
  const auto negatives = std::count_if(factors.begin(), factors.end(), IsNegative);
  const auto zeros = std::count(factors.begin(), factors.end(), "0");
  const bool mixed = negatives > 0 && static_cast<size_t>(negatives + zeros) < factors.size();
  if (mixed && right != "0") return IsNegative(right);
  const auto first = std::find_if(factors.begin(), factors.end(), [](const auto& f) { return f != "0"; });
  return first != factors.end() && IsNegative(*first);
}

void TurnRight(Expression& sum) {
  sum.comparison = TurnedComparison(sum.comparison);
  for (Literal& literal : sum.literals) literal.text = NegatedDecimal(literal.text);
  std::reverse(sum.literals.begin(), sum.literals.end());
}

std::string RightOf(const Expression& sum) {
  return sum.literals.size() == 1 ? sum.literals[0].text
                                  : SumOfDecimals(sum.literals[0].text, sum.literals[1].text);
}

// Negates a difference with a date or TODAY, if that is its canonical form. Its two terms are only swapped.
void TurnDays(Expression& sum) {
  const bool tag_first = !sum.terms[0].tag.empty();
  if (!IsTurned({tag_first ? "1" : "-1", tag_first ? "-1" : "1"}, RightOf(sum))) return;
  std::swap(sum.terms[0], sum.terms[1]);
  std::swap(sum.terms[0].subtracted, sum.terms[1].subtracted);
  TurnRight(sum);
}

// The terms in canonical order: first those that are added, then those that are subtracted; each by name.
std::vector<Term> TermsOf(const std::map<std::string, std::string>& factors) {
  std::vector<Term> terms;
  for (const bool subtracted : {false, true}) {
    for (const auto& [tag, factor] : factors) {
      if (IsNegative(factor) != subtracted) continue;
      Term& term = terms.emplace_back();
      term.tag = tag;
      term.subtracted = subtracted && terms.size() > 1;
      term.literal = NumberLiteral(term.subtracted ? NegatedDecimal(factor) : factor);
    }
  }
  return terms;
}

}  // namespace

void MakeCanonicalSum(Expression& sum) {
  for (Literal& literal : sum.literals) literal.text = ShortestDecimal(literal.text);
  const auto is_day = [](const Term& term) { return term.literal.kind != LiteralKind::kNumber; };
  if (std::any_of(sum.terms.begin(), sum.terms.end(), is_day)) return TurnDays(sum);
  std::map<std::string, std::string> factors;
  std::string constant = "0";
  for (const Term& term : sum.terms) {
    std::string& into = term.tag.empty() ? constant : factors.try_emplace(term.tag, "0").first->second;
    into = SumOfDecimals(into, SignedNumber(term));
  }
  for (Literal& literal : sum.literals) literal.text = SumOfDecimals(literal.text, NegatedDecimal(constant));
  std::vector<std::string> by_tag;
  for (const auto& [tag, factor] : factors) by_tag.push_back(factor);
  if (IsTurned(by_tag, RightOf(sum))) {
    for (auto& [tag, factor] : factors) factor = NegatedDecimal(factor);
    TurnRight(sum);
  }
  sum.terms = TermsOf(factors);
  const bool one_tag = factors.size() == 1 && factors.begin()->second == "1";
  if (!one_tag) return;
  sum.tag = factors.begin()->first;
  sum.op = sum.op == Operator::kSum ? Operator::kCompare : Operator::kBetween;
}

}  // namespace muster::query
