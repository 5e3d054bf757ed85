// The expression of a request, text or tree, as query/ takes it.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "muster/v1/query_service.pb.h"
#include "query/language/expression.h"
#include "query/questions/understanding.h"

namespace muster::server {

// Borrows the text of the message. Movable.
struct DecodedExpression {
  query::ExpressionPtr tree;  // null for a text
  query::Wording wording;
};

// The expression of `field`. INVALID_ARGUMENT when there is none, or when its tree is no expression.
absl::StatusOr<DecodedExpression> DecodeSource(const v1::ExpressionSource& expression,
                                               std::string_view field);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_
