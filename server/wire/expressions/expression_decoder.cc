#include "server/wire/expressions/expression_decoder.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "server/wire/error_status.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::server {
namespace {

using query::ExpressionPtr;
using query::Operator;

std::optional<query::Comparison> ComparisonOf(v1::ComparisonOperator comparison) {
  switch (comparison) {
    case v1::COMPARISON_OPERATOR_EQUAL:
      return query::Comparison::kEqual;
    case v1::COMPARISON_OPERATOR_NOT_EQUAL:
      return query::Comparison::kNotEqual;
    case v1::COMPARISON_OPERATOR_LESS:
      return query::Comparison::kLess;
    case v1::COMPARISON_OPERATOR_LESS_OR_EQUAL:
      return query::Comparison::kLessOrEqual;
    case v1::COMPARISON_OPERATOR_GREATER:
      return query::Comparison::kGreater;
    case v1::COMPARISON_OPERATOR_GREATER_OR_EQUAL:
      return query::Comparison::kGreaterOrEqual;
    default:
      return std::nullopt;
  }
}

std::optional<query::DateUnit> DateUnitOf(v1::DateUnit unit) {
  switch (unit) {
    case v1::DATE_UNIT_DAY:
      return query::DateUnit::kDay;
    case v1::DATE_UNIT_WEEK:
      return query::DateUnit::kWeek;
    case v1::DATE_UNIT_MONTH:
      return query::DateUnit::kMonth;
    case v1::DATE_UNIT_YEAR:
      return query::DateUnit::kYear;
    default:
      return std::nullopt;
  }
}

// Decodes one tree. Recursive: the limit of depth comes before the stack's. The path of the field at hand is
// kept as one string that grows and shrinks, because it is only read when something is wrong.
class Decoder {
 public:
  Decoder(std::string_view field, const query::LanguageLimits& limits) : path_(field), limits_(limits) {}

  absl::StatusOr<ExpressionPtr> Decode(const v1::Expression& node, int depth);

 private:
  // Appends to the path for a scope.
  class Step {
   public:
    Step(Decoder& decoder, std::string_view name) : path_(decoder.path_), length_(path_.size()) {
      path_.append(".").append(name);
    }
    Step(Decoder& decoder, std::string_view name, int index) : path_(decoder.path_), length_(path_.size()) {
      path_.append(".").append(name).append(absl::StrCat("[", index, "]"));
    }
    ~Step() { path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    const size_t length_;
  };

  absl::Status Wrong(std::string_view field, std::string_view message) const {
    return FieldError(absl::StrCat(path_, ".", std::string(field)), message);
  }

  absl::Status DecodeNode(const v1::Expression& node, int depth, query::Expression& into);
  absl::Status DecodeOperands(const google::protobuf::RepeatedPtrField<v1::Expression>& operands, int depth,
                              query::Expression& into);
  absl::Status DecodeName(std::string_view field, const std::string& name, query::Expression& into);
  absl::Status DecodeLiteral(std::string_view field, bool present, const v1::Literal& literal,
                             query::Expression& into);
  absl::Status DecodeComparison(const v1::Comparison& comparison, query::Expression& into);
  absl::Status DecodeMembership(const v1::Membership& membership, query::Expression& into);
  absl::Status DecodeRange(const v1::Range& range, query::Expression& into);
  absl::Status DecodeWeight(const v1::WeightComparison& weight, query::Expression& into);
  absl::Status DecodeAsOf(const v1::AsOf& as_of, int depth, query::Expression& into);
  absl::Status DecodeToday(const v1::Today& today, query::Literal& into) const;
  absl::Status DecodeNumber(std::string_view field, const std::string& number, query::Literal& into) const;
  absl::Status DecodeDate(const std::string& date, query::Literal& into) const;

  std::string path_;
  const query::LanguageLimits& limits_;
  size_t nodes_ = 0;
};

absl::StatusOr<ExpressionPtr> Decoder::Decode(const v1::Expression& node, int depth) {
  if (depth > limits_.max_tree_depth) {
    return LimitError(path_,
                      absl::StrCat("the tree is more than ", limits_.max_tree_depth,
                                   " levels deep: flatten all_of and any_of, or send the expression as text"),
                      static_cast<uint64_t>(limits_.max_tree_depth));
  }
  if (++nodes_ > limits_.max_nodes) {
    return LimitError(path_,
                      absl::StrCat("the tree has more than ", limits_.max_nodes,
                                   " nodes: write many values of one tag as one membership"),
                      limits_.max_nodes);
  }
  const auto number = static_cast<int32_t>(nodes_ - 1);
  auto decoded = std::make_unique<query::Expression>();
  RETURN_IF_ERROR(DecodeNode(node, depth, *decoded));
  decoded->span.node = decoded->tag_span.node = number;
  for (query::Literal& literal : decoded->literals) literal.span.node = number;
  return decoded;
}

absl::Status Decoder::DecodeNode(const v1::Expression& node, int depth, query::Expression& into) {
  switch (node.node_case()) {
    case v1::Expression::kEveryone:
      into.op = Operator::kEveryone;
      return absl::OkStatus();
    case v1::Expression::kNobody:
      into.op = Operator::kNobody;
      return absl::OkStatus();
    case v1::Expression::kAllOf: {
      into.op = Operator::kAnd;
      Step step(*this, "all_of");
      return DecodeOperands(node.all_of().operands(), depth, into);
    }
    case v1::Expression::kAnyOf: {
      into.op = Operator::kOr;
      Step step(*this, "any_of");
      return DecodeOperands(node.any_of().operands(), depth, into);
    }
    case v1::Expression::kNegated: {
      into.op = Operator::kNot;
      Step step(*this, "negated");
      ASSIGN_OR_RETURN(ExpressionPtr operand, Decode(node.negated(), depth + 1));
      into.operands.push_back(std::move(operand));
      return absl::OkStatus();
    }
    case v1::Expression::kAtLeast: {
      into.op = Operator::kAtLeast;
      into.count = node.at_least().count();
      Step step(*this, "at_least");
      return DecodeOperands(node.at_least().operands(), depth, into);
    }
    case v1::Expression::kComparison:
      return DecodeComparison(node.comparison(), into);
    case v1::Expression::kMembership:
      return DecodeMembership(node.membership(), into);
    case v1::Expression::kRange:
      return DecodeRange(node.range(), into);
    case v1::Expression::kPresence:
      into.op = Operator::kHas;
      return DecodeName("presence.tag", node.presence().tag(), into);
    case v1::Expression::kPrefix: {
      into.op = Operator::kLike;
      query::Literal& prefix = into.literals.emplace_back();
      prefix.text = node.prefix().prefix();
      return DecodeName("prefix.tag", node.prefix().tag(), into);
    }
    case v1::Expression::kWeight:
      return DecodeWeight(node.weight(), into);
    case v1::Expression::kFlag:
      into.op = Operator::kFlag;
      return DecodeName("flag.tag", node.flag().tag(), into);
    case v1::Expression::kSegment:
      into.op = Operator::kSegment;
      return DecodeName("segment.name", node.segment().name(), into);
    case v1::Expression::kIdList:
      into.op = Operator::kIdList;
      return DecodeName("id_list.name", node.id_list().name(), into);
    case v1::Expression::kAsOf:
      return DecodeAsOf(node.as_of(), depth, into);
    case v1::Expression::NODE_NOT_SET:
      break;
  }
  return FieldError(path_, "the node says nothing: set one of its fields, such as `comparison` or `all_of`");
}

absl::Status Decoder::DecodeOperands(const google::protobuf::RepeatedPtrField<v1::Expression>& operands,
                                     int depth, query::Expression& into) {
  if (operands.empty()) return Wrong("operands", "there is no operand: give at least one");
  into.operands.reserve(static_cast<size_t>(operands.size()));
  for (int i = 0; i < operands.size(); ++i) {
    Step step(*this, "operands", i);
    ASSIGN_OR_RETURN(ExpressionPtr operand, Decode(operands[i], depth + 1));
    into.operands.push_back(std::move(operand));
  }
  return absl::OkStatus();
}

absl::Status Decoder::DecodeName(std::string_view field, const std::string& name, query::Expression& into) {
  if (name.empty()) return Wrong(field, "the name is empty: say which one is meant");
  into.tag = name;
  return absl::OkStatus();
}

absl::Status Decoder::DecodeToday(const v1::Today& today, query::Literal& into) const {
  into.kind = query::LiteralKind::kToday;
  into.today_offset = today.offset();
  const std::optional<query::DateUnit> unit = DateUnitOf(today.unit());
  if (!unit.has_value() && today.offset() != 0) {
    return Wrong("unit", "the offset has no unit: give DATE_UNIT_DAY, _WEEK, _MONTH or _YEAR");
  }
  into.today_unit = unit.value_or(query::DateUnit::kDay);
  return absl::OkStatus();
}

absl::Status Decoder::DecodeNumber(std::string_view field, const std::string& number,
                                   query::Literal& into) const {
  if (!IsNumberText(number))
    return Wrong(field, "this is not a number: write [-]digits[.digits], without an exponent");
  into.kind = query::LiteralKind::kNumber;
  into.text = number;
  return absl::OkStatus();
}

absl::Status Decoder::DecodeDate(const std::string& date, query::Literal& into) const {
  if (!ParseDate(date).has_value()) {
    return Wrong("date", "this is not a date that exists: write YYYY-MM-DD, years 0001 to 9999");
  }
  into.kind = query::LiteralKind::kDate;
  into.text = date;
  return absl::OkStatus();
}

absl::Status Decoder::DecodeLiteral(std::string_view field, bool present, const v1::Literal& literal,
                                    query::Expression& into) {
  Step step(*this, field);
  query::Literal& decoded = into.literals.emplace_back();
  switch (present ? literal.value_case() : v1::Literal::VALUE_NOT_SET) {
    case v1::Literal::kText:
      decoded.text = literal.text();
      return absl::OkStatus();
    case v1::Literal::kNumber:
      return DecodeNumber("number", literal.number(), decoded);
    case v1::Literal::kBoolean:
      decoded.kind = query::LiteralKind::kBoolean;
      decoded.boolean = literal.boolean();
      return absl::OkStatus();
    case v1::Literal::kDate:
      return DecodeDate(literal.date(), decoded);
    case v1::Literal::kToday: {
      Step today(*this, "today");
      return DecodeToday(literal.today(), decoded);
    }
    case v1::Literal::VALUE_NOT_SET:
      break;
  }
  return FieldError(path_, "the literal has no value: set `text`, `number`, `boolean`, `date` or `today`");
}

absl::Status Decoder::DecodeComparison(const v1::Comparison& comparison, query::Expression& into) {
  Step step(*this, "comparison");
  into.op = Operator::kCompare;
  const std::optional<query::Comparison> how = ComparisonOf(comparison.operator_());
  if (!how.has_value())
    return Wrong("operator", "the operator is missing: give one, such as COMPARISON_OPERATOR_EQUAL");
  into.comparison = *how;
  RETURN_IF_ERROR(DecodeName("tag", comparison.tag(), into));
  return DecodeLiteral("literal", comparison.has_literal(), comparison.literal(), into);
}

absl::Status Decoder::DecodeMembership(const v1::Membership& membership, query::Expression& into) {
  Step step(*this, "membership");
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
      return Wrong("mode", "the mode is missing: give MEMBERSHIP_MODE_ANY, _NONE or _ALL");
  }
  RETURN_IF_ERROR(DecodeName("tag", membership.tag(), into));
  if (membership.literals().empty()) return Wrong("literals", "there is no value: give at least one");
  into.literals.reserve(static_cast<size_t>(membership.literals_size()));
  for (int i = 0; i < membership.literals_size(); ++i) {
    RETURN_IF_ERROR(DecodeLiteral(absl::StrCat("literals[", i, "]"), true, membership.literals(i), into));
  }
  return absl::OkStatus();
}

absl::Status Decoder::DecodeRange(const v1::Range& range, query::Expression& into) {
  Step step(*this, "range");
  into.op = Operator::kBetween;
  into.negated = range.outside();
  RETURN_IF_ERROR(DecodeName("tag", range.tag(), into));
  RETURN_IF_ERROR(DecodeLiteral("low", range.has_low(), range.low(), into));
  return DecodeLiteral("high", range.has_high(), range.high(), into);
}

absl::Status Decoder::DecodeWeight(const v1::WeightComparison& weight, query::Expression& into) {
  Step step(*this, "weight");
  RETURN_IF_ERROR(DecodeName("tag", weight.tag(), into));
  RETURN_IF_ERROR(DecodeLiteral("value", weight.has_value(), weight.value(), into));
  if (weight.number().empty())
    return Wrong("number", "the number is missing: give the weight to compare with");
  RETURN_IF_ERROR(DecodeNumber("number", weight.number(), into.literals.emplace_back()));
  if (!weight.high().empty()) {
    into.op = Operator::kWeightBetween;
    return DecodeNumber("high", weight.high(), into.literals.emplace_back());
  }
  into.op = Operator::kWeight;
  const std::optional<query::Comparison> how = ComparisonOf(weight.operator_());
  if (!how.has_value()) return Wrong("operator", "the operator is missing: give one, or `high` for a range");
  into.comparison = *how;
  return absl::OkStatus();
}

absl::Status Decoder::DecodeAsOf(const v1::AsOf& as_of, int depth, query::Expression& into) {
  Step step(*this, "as_of");
  into.op = Operator::kAsOf;
  absl::Status status;
  query::Literal& when = into.literals.emplace_back();
  switch (as_of.when_case()) {
    case v1::AsOf::kDate:
      status = DecodeDate(as_of.date(), when);
      break;
    case v1::AsOf::kToday: {
      Step today(*this, "today");
      status = DecodeToday(as_of.today(), when);
      break;
    }
    case v1::AsOf::WHEN_NOT_SET:
      status = Wrong("when", "the date is missing: set `date` or `today`");
      break;
  }
  RETURN_IF_ERROR(status);
  if (!as_of.has_operand())
    return Wrong("operand", "the operand is missing: say what to evaluate at that date");
  Step operand_step(*this, "operand");
  ASSIGN_OR_RETURN(ExpressionPtr operand, Decode(as_of.operand(), depth + 1));
  into.operands.push_back(std::move(operand));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<query::ExpressionPtr> DecodeExpression(const v1::Expression& tree, std::string_view field,
                                                      const query::LanguageLimits& limits) {
  return Decoder(field, limits).Decode(tree, 1);
}

}  // namespace muster::server
