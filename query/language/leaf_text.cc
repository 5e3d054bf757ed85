#include "query/language/leaf_text.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "query/language/code_point.h"
#include "query/language/keyword.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::query {
namespace {

// Whether the lexer reads `name` as one bare name.
bool CanStandBare(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || FindKeyword(name) != Keyword::kNone) return false;
  bool part_begins = true;
  for (size_t i = 0; i < name.size();) {
    const CodePoint c = ReadCodePoint(name, i);
    if (!c.valid) return false;
    if (c.value == '.') {
      if (part_begins) return false;
      part_begins = true;
    } else {
      if (!IsNameCodePoint(c.value)) return false;
      part_begins = false;
    }
    i += c.bytes;
  }
  return !part_begins;
}

const char* ComparisonText(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "=";
    case Comparison::kNotEqual:
      return "!=";
    case Comparison::kLess:
      return "<";
    case Comparison::kLessOrEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterOrEqual:
      return ">=";
  }
  return "=";
}

std::string TodayText(const Literal& literal) {
  if (literal.today_offset == 0) return "TODAY";
  constexpr const char* kUnits[] = {" DAY", " WEEK", " MONTH", " YEAR"};
  const int amount = std::abs(literal.today_offset);
  return Sentence("TODAY ", literal.today_offset < 0 ? "- " : "+ ", amount,
                  kUnits[static_cast<size_t>(literal.today_unit)], amount == 1 ? "" : "S");
}

std::string ListText(const std::vector<Literal>& literals) {
  return Sentence("(",
                  absl::StrJoin(literals, ", ",
                                [](std::string* out, const Literal& literal) {
                                  AppendSentence(*out, LiteralText(literal));
                                }),
                  ")");
}

// The text for a placeholder of a form.
std::string PartText(const Expression& leaf, std::string_view part) {
  if (part == "name") return NameText(leaf.tag);
  if (part == "quoted name") return StringText(leaf.tag);
  if (part == "op") return ComparisonText(leaf.comparison);
  if (part == "not") return leaf.negated ? " NOT" : "";
  if (part == "list") return ListText(leaf.literals);
  if (part == "sum") return SumText(leaf.terms);
  if (part == "bare") return leaf.literals[0].text;
  if (part == "days") return Sentence(leaf.literals[0].text, leaf.literals[0].text == "1" ? " DAY" : " DAYS");
  if (part == "pattern") return PatternText(leaf.literals[0].text);
  return LiteralText(leaf.literals[static_cast<size_t>(part[0] - '0')]);
}

}  // namespace

std::string NameText(std::string_view name) {
  if (CanStandBare(name)) return std::string(name);
  return Sentence("`", absl::StrReplaceAll(ForAbseil(name), {{"`", "``"}}), "`");
}

std::string StringText(std::string_view content) {
  return Sentence("'", absl::StrReplaceAll(ForAbseil(content), {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// The pattern's backslashes are not escaped: strings keep those of a pattern as written.
std::string PatternText(std::string_view pattern) {
  return Sentence("'", absl::StrReplaceAll(ForAbseil(pattern), {{"'", "\\'"}}), "'");
}

std::string LiteralText(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kText:
      return StringText(literal.text);
    case LiteralKind::kBoolean:
      return literal.boolean ? "true" : "false";
    case LiteralKind::kToday:
      return TodayText(literal);
    case LiteralKind::kNumber:
    case LiteralKind::kDate:
      return literal.text;
  }
  return literal.text;
}

std::string SumText(const std::vector<Term>& terms) {
  std::string text;
  for (const Term& term : terms) {
    if (!text.empty()) text += term.subtracted ? " - " : " + ";
    const bool has_factor = term.tag.empty() || term.literal.text != "1";
    if (has_factor) text += LiteralText(term.literal);
    if (!term.tag.empty()) AppendSentence(text, has_factor ? " * " : "", NameText(term.tag));
  }
  return text;
}

std::string LeafText(const Expression& leaf) {
  std::string text;
  std::string_view form = TraitsOf(leaf.op).form;
  while (!form.empty()) {
    const size_t open = std::min(form.find('{'), form.size());
    const size_t close = std::min(form.find('}'), form.size());
    text.append(form.substr(0, open));
    if (open < form.size()) text += PartText(leaf, form.substr(open + 1, close - open - 1));
    form.remove_prefix(std::min(close + 1, form.size()));
  }
  return text;
}

std::string ShortLeafText(const Expression& leaf, LeafSign sign) {
  constexpr size_t kShownValues = 5;
  const bool positive = sign == LeafSign::kPositive;
  Expression shown(leaf.op);
  shown.tag = leaf.tag;
  shown.terms = leaf.terms;
  shown.comparison =
      positive && leaf.comparison == Comparison::kNotEqual ? Comparison::kEqual : leaf.comparison;
  shown.negated = leaf.negated && !positive;
  const size_t count = std::min(leaf.literals.size(), kShownValues);
  shown.literals.assign(leaf.literals.begin(), leaf.literals.begin() + static_cast<std::ptrdiff_t>(count));
  std::string text = LeafText(shown);
  if (count < leaf.literals.size()) {
    text.pop_back();  // the list's closing parenthesis
    AppendSentence(text, ", … ", leaf.literals.size(), " values)");
  }
  return text;
}

}  // namespace muster::query
