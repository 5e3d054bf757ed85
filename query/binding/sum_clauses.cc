// Binds sums. All numbers become integers at the finest scale involved, constants are moved to the right
// side, and a sum of one tag becomes a plain comparison.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/clause_binder.h"
#include "query/binding/clause_sets.h"
#include "query/binding/whole_sum.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/sum_terms.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/decimal_arithmetic.h"
#include "text/normal_form.h"
#include "text/sentence.h"

namespace muster::query {

using index::Tag;
using index::TagKind;

// A sum whose tags are resolved.
struct BoundSum {
  std::vector<const Tag*> tags;   // each once, by id
  std::vector<ScaledTag> scaled;  // one for each tag
  std::string constant = "0";
  WholeSum whole;
};

namespace {

static_assert(LanguageLimits{}.max_sum_terms <= kMaxSumTerms);

constexpr char kDifference[] =
    "stands in a difference of two dates alone, as in last_order - first_order <= 30 or TODAY - born > 365.";

std::string SignedFactor(const Term& term, std::string_view number) {
  return term.subtracted ? NegatedDecimal(number) : std::string(number);
}

// The negatives of the interval's numbers.
Interval Negated(const Interval& interval) { return {-interval.high, -interval.low}; }

}  // namespace

bool ClauseBinder::ReportDashedTag(const std::string& name, SourceSpan span) {
  if (name.empty() || catalog_.FindTag(InNormalForm(name)) == nullptr) return false;
  problems_.Add(index::Reason::kSyntax, span,
                Sentence("There is a tag ", Excerpt(name), ", whose name is written in back quotes, as in ",
                         Excerpt(NameText(name)), "; in a difference spaces stand around the minus."),
                {.tag = name});
  return true;
}

// Whether the tag can be a term; reports a problem if not.
bool ClauseBinder::FitsSum(const Expression& clause, const Term& term, const Tag& tag) {
  const bool days = std::any_of(clause.terms.begin(), clause.terms.end(), IsDay);
  switch (tag.kind) {
    case TagKind::kNumber:
      if (!days) return true;
      WrongType(tag, term.tag_span, "is no date; days are counted between dates, as in TODAY - born > 365.");
      return false;
    case TagKind::kDate:
      if (IsDifferenceOfDays(clause.terms)) return true;
      WrongType(tag, term.tag_span, kDifference);
      return false;
    case TagKind::kTimestamp:
      WrongType(
          tag, term.tag_span,
          Sentence("can't be a term of a sum; DATE tags subtract to days, and a time is compared with a "
                   "date, as in ",
                   Excerpt(NameText(tag.name)), " >= TODAY - 30 DAYS."));
      return false;
    case TagKind::kFlag:
    case TagKind::kSingle:
    case TagKind::kMulti:
      break;
  }
  WrongType(tag, term.tag_span,
            "has no numbers to add; the terms of a sum are NUMBER tags, or two DATE tags.");
  return false;
}

// Resolves the terms; false, with problems reported, if a term is invalid.
bool ClauseBinder::ReadTerms(const Expression& clause, BoundSum& sum) {
  std::map<index::TagId, std::pair<const Tag*, std::string>> by_id;
  const std::vector<std::string> dashed = DashedNames(clause.terms);
  bool right = true;
  for (size_t i = 0; i < clause.terms.size(); ++i) {
    const Term& term = clause.terms[i];
    if (i + 1 < clause.terms.size() && !dashed[i].empty() && dashed[i] == dashed[i + 1]) {
      const Term& next = clause.terms[i + 1];
      const SourceSpan both = {term.span.offset, next.span.offset + next.span.length - term.span.offset};
      const auto text = [](const Term& of) { return of.tag.empty() ? of.literal.text : of.tag; };
      const std::string pair = Sentence(text(term), "-", text(next));
      if (ReportDashedTag(dashed[i], both) || ReportDashedTag(pair, both)) return false;
    }
    if (term.tag.empty()) {
      const std::optional<absl::CivilDay> day = DayOfLiteral(term.literal, calendar_.today);
      const std::string number = day.has_value() ? Sentence(DayNumber(*day)) : term.literal.text;
      sum.constant = SumOfDecimals(sum.constant, SignedFactor(term, number));
      continue;
    }
    const Tag* const tag = FindTag(term.tag, term.tag_span, dashed[i]);
    if (tag == nullptr && !dashed[i].empty()) return false;  // the adjacent terms belong to the same name
    right = tag != nullptr && FitsSum(clause, term, *tag) && right;
    if (!right) continue;
    auto& factor = by_id.try_emplace(tag->id, tag, "0").first->second.second;
    for (const auto& [id, other] : by_id) {
      if (other.first->kind == tag->kind) continue;
      WrongType(tag->kind == TagKind::kDate ? *tag : *other.first, clause.span, kDifference);
      return false;
    }
    factor = SumOfDecimals(factor, SignedFactor(term, term.literal.text));
  }
  if (!right) return false;
  for (auto& [id, bound] : by_id) {
    sum.tags.push_back(bound.first);
    sum.scaled.push_back({std::move(bound.second), bound.first->scale});
  }
  return true;
}

// False, with a problem reported, if the sum may exceed kMaxSum. Reads the tags' actual magnitude bits only
// if numbers of the full 63 bits could exceed it.
absl::StatusOr<bool> ClauseBinder::HasRoom(const Expression& clause, const BoundSum& sum) {
  std::vector<int> bits(sum.tags.size(), index::kMagnitudeBits);
  if (sum.whole.HasRoom(bits)) return true;
  for (size_t i = 0; i < bits.size(); ++i) {
    ASSIGN_OR_RETURN(bits[i], catalog_.MagnitudeBits(sum.tags[i]->id));
  }
  if (sum.whole.HasRoom(bits)) return true;
  problems_.Add(
      index::Reason::kLimit, clause.span,
      Sentence(
          "With ", sum.whole.scale,
          " digits after the point this sum may need more than 126 bits; write factors with fewer digits, "
          "or compare parts of the sum."),
      {.limit = 126});
  return false;
}

absl::StatusOr<PlanOperand> ClauseBinder::Sum(const Expression& clause) {
  BoundSum sum;
  if (!ReadTerms(clause, sum)) return PlanOperand();
  std::optional<WholeSum> whole = MakeWholeSum(sum.scaled);
  if (whole.has_value()) {
    sum.whole = *std::move(whole);
    ASSIGN_OR_RETURN(const bool has_room, HasRoom(clause, sum));
    return has_room ? SetOf(clause, sum) : PlanOperand();
  }
  problems_.Add(index::Reason::kLimit, clause.span,
                "At the finest scale of its tags and factors a factor of this sum needs more than 126 bits; "
                "write it with "
                "fewer digits.",
                {.limit = 126});
  return PlanOperand();
}

// The range that the sum is compared with, in units.
Interval ClauseBinder::RangeOf(const Expression& clause, const BoundSum& sum) {
  const auto extent_of = [&sum](const Literal& literal) {
    return sum.whole.ExtentOf(SumOfDecimals(literal.text, NegatedDecimal(sum.constant)));
  };
  const Literal& first = clause.literals[0];
  if (clause.op == Operator::kSum) return IntervalOf(clause.comparison, extent_of(first), -kMaxSum, kMaxSum);
  const Literal& last = clause.literals[1];
  if (CompareDecimals(first.text, last.text) > 0) WarnOfReversed(clause, *sum.tags[0], first, last);
  return IntervalBetween(extent_of(first), extent_of(last));
}

PlanOperand ClauseBinder::SetOf(const Expression& clause, const BoundSum& sum) {
  Interval range = RangeOf(clause, sum);
  const std::string label = PositiveLabel(clause);
  SumRange added;
  std::vector<PlanOperand> known;
  std::vector<PlanOperand> known_alone;  // members with the tag, for tags whose factor is 0
  const Tag* only = nullptr;
  for (size_t i = 0; i < sum.tags.size(); ++i) {
    const absl::int128 factor = sum.whole.factors[i];
    known.push_back(sets_.Known(*sum.tags[i]));
    if (factor == 0) {
      known_alone.push_back(known.back());
    } else {
      only = sum.tags[i];
      added.terms.push_back({.number = sets_.NumberOf(*only), .factor = factor});
    }
  }
  // Equal sets get equal trees: of -a + b < 3 and a - b > -3, the first term is positive in both.
  if (!added.terms.empty() && added.terms.front().factor < 0) {
    for (SumTerm& term : added.terms) term.factor = -term.factor;
    range = Negated(range);
  }
  const bool is_possible = range.low <= range.high;
  // Without terms the sum is 0 for each member who has the tags.
  const bool always_holds = added.terms.empty() && range.low <= 0 && range.high >= 0;
  PlanOperand set = sets_.None(label);
  if (added.terms.size() == 1) {
    set = sets_.Intervals(*only, index::kOwnValue, {range}, label);
  } else if (is_possible && !added.terms.empty()) {
    added.low = std::max(range.low, -kMaxSum);
    added.high = std::min(range.high, kMaxSum);
    set = sets_.Leaf(std::move(added), label);
  }
  const auto all = [](std::vector<PlanOperand> sets) {
    return sets.size() == 1 ? std::move(sets.front()) : JoinDated(AllOf{}, std::move(sets));
  };
  if (IsNegated(clause))
    return always_holds ? sets_.None(label) : NegatedWithin(all(std::move(known)), std::move(set));
  if (always_holds) return all(std::move(known));
  if (known_alone.empty() || set.node->Is<Nobody>()) return set;
  known_alone.push_back(std::move(set));
  return all(std::move(known_alone));
}

}  // namespace muster::query
