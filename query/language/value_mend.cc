#include "query/language/value_mend.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_parser.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Reads the value at `at`, and each further one behind an OR if there may be `several`. Returns where the last one
// ends; `at` when there is none.
int32_t TakeValues(const TokenStream& tokens, int32_t at, bool several, std::vector<Literal>& values) {
  ProblemList unheeded;
  bool first = true;
  while (first || several) {
    TokenStream ahead(tokens.TextFrom(at), unheeded);
    Literal value;
    if (!first && !ahead.Take(Keyword::kOr)) break;
    if (!BeginsLiteral(ahead.current()) || !TakeLiteral(ahead, "", value)) break;
    if (ahead.current().IsComparison()) break;  // a comparison that begins with its value
    values.push_back(std::move(value));
    at += ahead.previous().end();
    first = false;
  }
  return at;
}

// Whether there is only the joining word between the comparison and the value.
bool AreAdjacent(const TokenStream& tokens, const Expression& before) {
  return before.span.offset + before.span.length <= tokens.previous().span.offset &&
         tokens.TextOf({before.span.offset + before.span.length,
                        tokens.previous().span.offset - before.span.offset - before.span.length})
                 .find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The clause for a value joined by AND, which replaces the value alone. A member has several texts of a MULTI tag,
// and one number or date.
std::optional<Comparison> ComparisonForAnd(Comparison before, size_t negations, const Literal& value) {
  if (negations > 1) return std::nullopt;
  if (before == Comparison::kEqual && value.kind == LiteralKind::kText) return Comparison::kEqual;
  if (before == Comparison::kNotEqual)
    return negations == 0 ? Comparison::kNotEqual : Comparison::kEqual;  // NOT negates it
  return std::nullopt;
}

}  // namespace

void ReportValueBehind(TokenStream& tokens, const Expression& before, const ValueJoin& join) {
  const SourceSpan here = tokens.current().span;
  const bool equality = before.comparison == Comparison::kEqual || before.comparison == Comparison::kNotEqual;
  const bool by_list =
      join.by_or && join.is_direct && equality && join.negations == 0 && AreAdjacent(tokens, before);
  Expression meant(by_list ? Operator::kIn : Operator::kCompare);
  meant.tag = before.tag;
  if (by_list) meant.literals = before.literals;
  const int32_t end = TakeValues(tokens, here.offset, by_list, meant.literals);
  std::string mend;
  if (end > here.offset && by_list) {
    meant.negated = before.comparison == Comparison::kNotEqual;
    mend = LeafText(meant);
  } else if (end > here.offset && !join.by_or && join.is_direct) {
    const std::optional<Comparison> comparison =
        ComparisonForAnd(before.comparison, join.negations, meant.literals.front());
    if (comparison.has_value()) {
      meant.comparison = *comparison;
      mend = LeafText(meant);
    }
  }
  if (mend.empty() || !IsShowable(mend)) {
    return tokens.ReportHere(Sentence("Each condition names its tag and its comparison; put both before ",
                                      tokens.Described(), "."));
  }
  const int32_t begin = by_list ? before.span.offset : here.offset;
  tokens.ReportHere(Sentence("Each condition names its tag; write ", mend, " in place of `",
                             Excerpt(tokens.TextOf({begin, end - begin})), "`."));
  while (tokens.current().kind != TokenKind::kEnd && tokens.current().span.offset < end) tokens.Advance();
}

}  // namespace muster::query
