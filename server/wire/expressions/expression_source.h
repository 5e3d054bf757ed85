// Decodes the expression of a request, text or tree, for query/.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "muster/v1/query_service.pb.h"
#include "query/language/expression.h"
#include "query/questions/understanding.h"

namespace muster::server {

// References the text of the message. Movable.
struct DecodedExpression {
  query::ExpressionPtr tree;  // null for a text
  query::Wording wording;
};

// The expression in `field`. INVALID_ARGUMENT when it is missing, or when its tree is invalid.
absl::StatusOr<DecodedExpression> DecodeSource(const v1::ExpressionSource& expression,
                                               std::string_view field);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_SOURCE_H_
