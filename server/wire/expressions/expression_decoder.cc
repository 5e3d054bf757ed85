#include "server/wire/expressions/expression_decoder.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/clause_messages.h"
#include "server/wire/expressions/field_path.h"
#include "server/wire/expressions/literal_messages.h"

namespace muster::server {
namespace {

using query::ExpressionPtr;
using query::Operator;

// Decodes one tree. Recursive: the limit on depth is reached before the stack's.
class Decoder {
 public:
  Decoder(std::string_view field, const query::LanguageLimits& limits) : path_(field), limits_(limits) {}

  absl::StatusOr<ExpressionPtr> Decode(const v1::Expression& node, int depth);

 private:
  absl::Status DecodeNode(const v1::Expression& node, int depth, query::Expression& into);
  absl::Status DecodeOperands(const google::protobuf::RepeatedPtrField<v1::Expression>& operands, int depth,
                              query::Expression& into);
  absl::Status DecodeAsOf(const v1::AsOf& as_of, int depth, query::Expression& into);

  FieldPath path_;
  const query::LanguageLimits& limits_;
  size_t nodes_ = 0;
};

absl::StatusOr<ExpressionPtr> Decoder::Decode(const v1::Expression& node, int depth) {
  if (depth > limits_.max_tree_depth) {
    return LimitError(path_.text(),
                      absl::StrCat("the tree is more than ", limits_.max_tree_depth,
                                   " levels deep: flatten all_of and any_of, or send the expression as text"),
                      static_cast<uint64_t>(limits_.max_tree_depth));
  }
  if (++nodes_ > limits_.max_nodes) {
    return LimitError(path_.text(),
                      absl::StrCat("the tree has more than ", limits_.max_nodes,
                                   " nodes: write many values of one tag as one membership"),
                      limits_.max_nodes);
  }
  const auto number = static_cast<int32_t>(nodes_ - 1);
  auto decoded = std::make_unique<query::Expression>();
  RETURN_IF_ERROR(DecodeNode(node, depth, *decoded));
  decoded->span.node = decoded->tag_span.node = number;
  for (query::Literal& literal : decoded->literals) literal.span.node = number;
  for (query::Term& term : decoded->terms)
    term.span.node = term.tag_span.node = term.literal.span.node = number;
  return decoded;
}

absl::Status Decoder::DecodeNode(const v1::Expression& node, int depth, query::Expression& into) {
  switch (node.node_case()) {
    case v1::Expression::kAllOf: {
      into.op = Operator::kAnd;
      const PathStep step(path_, "all_of");
      return DecodeOperands(node.all_of().operands(), depth, into);
    }
    case v1::Expression::kAnyOf: {
      into.op = Operator::kOr;
      const PathStep step(path_, "any_of");
      return DecodeOperands(node.any_of().operands(), depth, into);
    }
    case v1::Expression::kNegated: {
      into.op = Operator::kNot;
      const PathStep step(path_, "negated");
      ASSIGN_OR_RETURN(ExpressionPtr operand, Decode(node.negated(), depth + 1));
      into.operands.push_back(std::move(operand));
      return absl::OkStatus();
    }
    case v1::Expression::kAtLeast: {
      into.op = Operator::kAtLeast;
      into.count = node.at_least().count();
      const PathStep step(path_, "at_least");
      return DecodeOperands(node.at_least().operands(), depth, into);
    }
    case v1::Expression::kAsOf:
      return DecodeAsOf(node.as_of(), depth, into);
    default:
      return DecodeClause(node, path_, into);
  }
}

absl::Status Decoder::DecodeOperands(const google::protobuf::RepeatedPtrField<v1::Expression>& operands,
                                     int depth, query::Expression& into) {
  if (operands.empty()) return path_.Wrong("operands", "there is no operand: give at least one");
  into.operands.reserve(static_cast<size_t>(operands.size()));
  for (int i = 0; i < operands.size(); ++i) {
    const PathStep step(path_, "operands", i);
    ASSIGN_OR_RETURN(ExpressionPtr operand, Decode(operands[i], depth + 1));
    into.operands.push_back(std::move(operand));
  }
  return absl::OkStatus();
}

absl::Status Decoder::DecodeAsOf(const v1::AsOf& as_of, int depth, query::Expression& into) {
  const PathStep step(path_, "as_of");
  into.op = Operator::kAsOf;
  absl::Status status;
  query::Literal& when = into.literals.emplace_back();
  switch (as_of.when_case()) {
    case v1::AsOf::kDate:
      status = DecodeDate(as_of.date(), path_, when);
      break;
    case v1::AsOf::kToday: {
      const PathStep today(path_, "today");
      status = DecodeToday(as_of.today(), path_, when);
      break;
    }
    case v1::AsOf::WHEN_NOT_SET:
      status = path_.Wrong("when", "the date is missing: set `date` or `today`");
      break;
  }
  RETURN_IF_ERROR(status);
  if (!as_of.has_operand())
    return path_.Wrong("operand", "the operand is missing: say what to evaluate at that date");
  const PathStep operand_step(path_, "operand");
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
