// Converts proto trees of expressions to the tree that the parser makes of text.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_DECODER_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_DECODER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "muster/v1/expression.pb.h"
#include "query/language/expression.h"
#include "query/language/limits.h"

namespace muster::server {

// Converts `tree`. Spans give the node's number and no text; names and literals are copied unchanged.
// INVALID_ARGUMENT names the field that is missing, unspecified or impossible, by its path below `field`
// (reason BAD_REQUEST), or the limit on depth or nodes that is exceeded (LIMIT). The binder checks the
// meaning and the length of names and literals.
absl::StatusOr<query::ExpressionPtr> DecodeExpression(const v1::Expression& tree, std::string_view field,
                                                      const query::LanguageLimits& limits = {});

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_DECODER_H_
