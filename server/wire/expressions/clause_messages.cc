#include "server/wire/expressions/clause_messages.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/language/birthday.h"
#include "query/language/bucket.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/literal_messages.h"
#include "text/like_pattern.h"

namespace muster::server {
namespace {

using query::Operator;

// Both enums have the same order; the wire's begins with UNSPECIFIED.
constexpr int kFirstComparison = v1::COMPARISON_OPERATOR_EQUAL;
static_assert(static_cast<int>(query::Comparison::kGreaterOrEqual) + kFirstComparison ==
              v1::COMPARISON_OPERATOR_GREATER_OR_EQUAL);
static_assert(v1::ComparisonOperator_ARRAYSIZE == v1::COMPARISON_OPERATOR_GREATER_OR_EQUAL + 1);

std::optional<query::Comparison> ComparisonOf(v1::ComparisonOperator comparison) {
  if (comparison < kFirstComparison || comparison >= v1::ComparisonOperator_ARRAYSIZE) return std::nullopt;
  return static_cast<query::Comparison>(comparison - kFirstComparison);
}

v1::ComparisonOperator EncodeComparison(query::Comparison comparison) {
  return static_cast<v1::ComparisonOperator>(static_cast<int>(comparison) + kFirstComparison);
}

absl::Status DecodeName(std::string_view field, const std::string& name, const FieldPath& path,
                        query::Expression& into) {
  if (name.empty()) return path.Wrong(field, "the name is empty: say which one is meant");
  into.tag = name;
  return absl::OkStatus();
}

absl::Status DecodeComparison(const v1::Comparison& comparison, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "comparison");
  into.op = Operator::kCompare;
  const std::optional<query::Comparison> how = ComparisonOf(comparison.operator_());
  if (!how.has_value())
    return path.Wrong("operator", "the operator is missing: give one, such as COMPARISON_OPERATOR_EQUAL");
  into.comparison = *how;
  RETURN_IF_ERROR(DecodeName("tag", comparison.tag(), path, into));
  return DecodeLiteral("literal", comparison.has_literal(), comparison.literal(), path, into);
}

void EncodeComparison(const query::Expression& node, v1::Comparison& comparison) {
  comparison.set_tag(node.tag);
  comparison.set_operator_(EncodeComparison(node.comparison));
  EncodeLiteral(node.literals[0], *comparison.mutable_literal());
}

absl::Status DecodeMembership(const v1::Membership& membership, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "membership");
  switch (membership.mode()) {
    case v1::MEMBERSHIP_MODE_ANY:
      into.op = Operator::kIn;
      break;
    case v1::MEMBERSHIP_MODE_NONE:
      into.op = Operator::kIn;
      into.negated = true;
      break;
    case v1::MEMBERSHIP_MODE_ALL:
      into.op = Operator::kHasAll;
      break;
    default:
      return path.Wrong("mode", "the mode is missing: give MEMBERSHIP_MODE_ANY, _NONE or _ALL");
  }
  RETURN_IF_ERROR(DecodeName("tag", membership.tag(), path, into));
  if (membership.literals().empty()) return path.Wrong("literals", "there is no value: give at least one");
  into.literals.reserve(static_cast<size_t>(membership.literals_size()));
  for (int i = 0; i < membership.literals_size(); ++i) {
    RETURN_IF_ERROR(
        DecodeLiteral(absl::StrCat("literals[", i, "]"), true, membership.literals(i), path, into));
  }
  return absl::OkStatus();
}

void EncodeMembership(const query::Expression& node, v1::MembershipMode mode, v1::Membership& membership) {
  membership.set_tag(node.tag);
  membership.set_mode(mode);
  for (const query::Literal& literal : node.literals) EncodeLiteral(literal, *membership.add_literals());
}

absl::Status DecodeRange(const v1::Range& range, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "range");
  into.op = Operator::kBetween;
  into.negated = range.outside();
  RETURN_IF_ERROR(DecodeName("tag", range.tag(), path, into));
  RETURN_IF_ERROR(DecodeLiteral("low", range.has_low(), range.low(), path, into));
  return DecodeLiteral("high", range.has_high(), range.high(), path, into);
}

void EncodeRange(const query::Expression& node, v1::Range& range) {
  range.set_tag(node.tag);
  EncodeLiteral(node.literals[0], *range.mutable_low());
  EncodeLiteral(node.literals[1], *range.mutable_high());
  range.set_outside(node.negated);
}

absl::Status DecodeWeight(const v1::WeightComparison& weight, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "weight");
  RETURN_IF_ERROR(DecodeName("tag", weight.tag(), path, into));
  RETURN_IF_ERROR(DecodeLiteral("value", weight.has_value(), weight.value(), path, into));
  if (weight.number().empty())
    return path.Wrong("number", "the number is missing: give the weight to compare with");
  RETURN_IF_ERROR(DecodeNumber("number", weight.number(), path, into.literals.emplace_back()));
  if (!weight.high().empty()) {
    into.op = Operator::kWeightBetween;
    return DecodeNumber("high", weight.high(), path, into.literals.emplace_back());
  }
  into.op = Operator::kWeight;
  const std::optional<query::Comparison> how = ComparisonOf(weight.operator_());
  if (!how.has_value())
    return path.Wrong("operator", "the operator is missing: give one, or `high` for a range");
  into.comparison = *how;
  return absl::OkStatus();
}

// WEIGHT is compared with one number or with two.
void EncodeWeight(const query::Expression& node, v1::WeightComparison& weight) {
  weight.set_tag(node.tag);
  EncodeLiteral(node.literals[0], *weight.mutable_value());
  weight.set_number(node.literals[1].text);
  if (node.op == Operator::kWeightBetween) {
    weight.set_high(node.literals[2].text);
  } else {
    weight.set_operator_(EncodeComparison(node.comparison));
  }
}

absl::Status DecodeBirthday(const v1::Birthday& birthday, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "birthday");
  RETURN_IF_ERROR(DecodeName("tag", birthday.tag(), path, into));
  query::Literal& when = into.literals.emplace_back();
  switch (birthday.when_case()) {
    case v1::Birthday::kWithinDays:
      into.op = Operator::kBirthdayWithin;
      return DecodeNumber("within_days", absl::StrCat(birthday.within_days()), path, when);
    case v1::Birthday::kMonthDay:
      into.op = Operator::kBirthdayOn;
      when.text = birthday.month_day();
      return absl::OkStatus();
    case v1::Birthday::WHEN_NOT_SET:
      break;
  }
  return path.Wrong("when", "the day is missing: set `within_days` or `month_day`");
}

// REQUIRES: the number of days is valid; CheckTree and the parser check it.
void EncodeBirthday(const query::Expression& node, v1::Birthday& birthday) {
  birthday.set_tag(node.tag);
  const std::string& when = node.literals[0].text;
  if (node.op == Operator::kBirthdayOn) {
    birthday.set_month_day(when);
  } else {
    birthday.set_within_days(query::DaysAheadOf(when).value_or(0));
  }
}

absl::Status DecodeTerm(const v1::SumTerm& message, FieldPath& path, query::Term& term) {
  term.subtracted = message.subtracted();
  if (!message.factor().empty() && message.value_case() != v1::SumTerm::kTag)
    return path.Wrong("factor", "only a tag has a factor: set `tag`, or leave it out");
  switch (message.value_case()) {
    case v1::SumTerm::kTag:
      if (message.tag().empty()) return path.Wrong("tag", "the name is empty: say which one is meant");
      term.tag = message.tag();
      return DecodeNumber("factor", message.factor().empty() ? "1" : message.factor(), path, term.literal);
    case v1::SumTerm::kConstant:
      return DecodeNumber("constant", message.constant(), path, term.literal);
    case v1::SumTerm::kDate:
      return DecodeDate(message.date(), path, term.literal);
    case v1::SumTerm::kToday: {
      const PathStep today(path, "today");
      return DecodeToday(message.today(), path, term.literal);
    }
    case v1::SumTerm::VALUE_NOT_SET:
      break;
  }
  return path.Wrong("value", "the term is empty: set `tag`, `constant`, `date` or `today`");
}

absl::Status DecodeSum(const v1::SumComparison& sum, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "sum");
  if (sum.terms().empty()) return path.Wrong("terms", "there is no term: give at least one with a tag");
  for (int i = 0; i < sum.terms_size(); ++i) {
    const PathStep term(path, "terms", i);
    RETURN_IF_ERROR(DecodeTerm(sum.terms(i), path, into.terms.emplace_back()));
  }
  if (sum.number().empty())
    return path.Wrong("number", "the number is missing: give the one to compare with");
  RETURN_IF_ERROR(DecodeNumber("number", sum.number(), path, into.literals.emplace_back()));
  if (!sum.high().empty()) {
    into.op = Operator::kSumBetween;
    into.negated = sum.outside();
    return DecodeNumber("high", sum.high(), path, into.literals.emplace_back());
  }
  into.op = Operator::kSum;
  const std::optional<query::Comparison> how = ComparisonOf(sum.operator_());
  if (!how.has_value())
    return path.Wrong("operator", "the operator is missing: give one, or `high` for a range");
  into.comparison = *how;
  return absl::OkStatus();
}

void EncodeTerm(const query::Term& term, v1::SumTerm& message) {
  message.set_subtracted(term.subtracted);
  if (!term.tag.empty()) {
    message.set_tag(term.tag);
    if (term.literal.text != "1") message.set_factor(term.literal.text);
  } else if (term.literal.kind == query::LiteralKind::kDate) {
    message.set_date(term.literal.text);
  } else if (term.literal.kind == query::LiteralKind::kToday) {
    EncodeToday(term.literal, *message.mutable_today());
  } else {
    message.set_constant(term.literal.text);
  }
}

void EncodeSum(const query::Expression& node, v1::SumComparison& sum) {
  for (const query::Term& term : node.terms) EncodeTerm(term, *sum.add_terms());
  sum.set_number(node.literals[0].text);
  if (node.op == Operator::kSumBetween) {
    sum.set_high(node.literals[1].text);
    sum.set_outside(node.negated);
  } else {
    sum.set_operator_(EncodeComparison(node.comparison));
  }
}

absl::Status DecodeBucket(const v1::Bucket& bucket, FieldPath& path, query::Expression& into) {
  const PathStep step(path, "bucket");
  into.op = Operator::kBucket;
  into.literals.emplace_back().text = bucket.salt();
  RETURN_IF_ERROR(DecodeNumber("low", absl::StrCat(bucket.low()), path, into.literals.emplace_back()));
  return DecodeNumber("high", absl::StrCat(bucket.high()), path, into.literals.emplace_back());
}

// REQUIRES: the ends are buckets, as CheckTree and the parser see to.
void EncodeBucket(const query::Expression& node, v1::Bucket& bucket) {
  bucket.set_salt(node.literals[0].text);
  bucket.set_low(static_cast<int32_t>(query::BucketOf(node.literals[1].text).value_or(0)));
  bucket.set_high(static_cast<int32_t>(query::BucketOf(node.literals[2].text).value_or(0)));
}

}  // namespace

absl::Status DecodeClause(const v1::Expression& node, FieldPath& path, query::Expression& into) {
  switch (node.node_case()) {
    case v1::Expression::kEveryone:
      into.op = Operator::kEveryone;
      return absl::OkStatus();
    case v1::Expression::kNobody:
      into.op = Operator::kNobody;
      return absl::OkStatus();
    case v1::Expression::kComparison:
      return DecodeComparison(node.comparison(), path, into);
    case v1::Expression::kMembership:
      return DecodeMembership(node.membership(), path, into);
    case v1::Expression::kRange:
      return DecodeRange(node.range(), path, into);
    case v1::Expression::kPresence:
      into.op = Operator::kHas;
      return DecodeName("presence.tag", node.presence().tag(), path, into);
    case v1::Expression::kLike:
      into.op = node.like().ignore_case() ? Operator::kIlike : Operator::kLike;
      into.negated = node.like().negated();
      into.literals.emplace_back().text = CanonicalPattern(node.like().pattern());
      return DecodeName("like.tag", node.like().tag(), path, into);
    case v1::Expression::kWeight:
      return DecodeWeight(node.weight(), path, into);
    case v1::Expression::kBirthday:
      return DecodeBirthday(node.birthday(), path, into);
    case v1::Expression::kSum:
      return DecodeSum(node.sum(), path, into);
    case v1::Expression::kBucket:
      return DecodeBucket(node.bucket(), path, into);
    case v1::Expression::kFlag:
      into.op = Operator::kFlag;
      return DecodeName("flag.tag", node.flag().tag(), path, into);
    case v1::Expression::kSegment:
      into.op = Operator::kSegment;
      return DecodeName("segment.name", node.segment().name(), path, into);
    case v1::Expression::kIdList:
      into.op = Operator::kIdList;
      return DecodeName("id_list.name", node.id_list().name(), path, into);
    case v1::Expression::kAllOf:
    case v1::Expression::kAnyOf:
    case v1::Expression::kNegated:
    case v1::Expression::kAtLeast:
    case v1::Expression::kAsOf:  // they have operands
    case v1::Expression::NODE_NOT_SET:
      break;
  }
  return FieldError(path.text(),
                    "the node says nothing: set one of its fields, such as `comparison` or `all_of`");
}

void EncodeClause(const query::Expression& clause, v1::Expression& encoded) {
  switch (clause.op) {
    case Operator::kEveryone:
      encoded.mutable_everyone();
      return;
    case Operator::kNobody:
      encoded.mutable_nobody();
      return;
    case Operator::kCompare:
      return EncodeComparison(clause, *encoded.mutable_comparison());
    case Operator::kBetween:
      return EncodeRange(clause, *encoded.mutable_range());
    case Operator::kIn:
      return EncodeMembership(clause, clause.negated ? v1::MEMBERSHIP_MODE_NONE : v1::MEMBERSHIP_MODE_ANY,
                              *encoded.mutable_membership());
    case Operator::kHasAll:
      return EncodeMembership(clause, v1::MEMBERSHIP_MODE_ALL, *encoded.mutable_membership());
    case Operator::kHas:
      return encoded.mutable_presence()->set_tag(clause.tag);
    case Operator::kLike:
    case Operator::kIlike:
      encoded.mutable_like()->set_tag(clause.tag);
      encoded.mutable_like()->set_pattern(clause.literals[0].text);
      encoded.mutable_like()->set_negated(clause.negated);
      return encoded.mutable_like()->set_ignore_case(clause.op == Operator::kIlike);
    case Operator::kWeight:
    case Operator::kWeightBetween:
      return EncodeWeight(clause, *encoded.mutable_weight());
    case Operator::kBirthdayWithin:
    case Operator::kBirthdayOn:
      return EncodeBirthday(clause, *encoded.mutable_birthday());
    case Operator::kSum:
    case Operator::kSumBetween:
      return EncodeSum(clause, *encoded.mutable_sum());
    case Operator::kBucket:
      return EncodeBucket(clause, *encoded.mutable_bucket());
    case Operator::kFlag:
      return encoded.mutable_flag()->set_tag(clause.tag);
    case Operator::kSegment:
      return encoded.mutable_segment()->set_name(clause.tag);
    case Operator::kIdList:
      return encoded.mutable_id_list()->set_name(clause.tag);
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kNot:
    case Operator::kAtLeast:
    case Operator::kAsOf:
      break;  // they have operands
  }
}

}  // namespace muster::server
