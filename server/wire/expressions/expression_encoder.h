// Converts the parser's trees to proto trees.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_

#include "muster/v1/expression.pb.h"
#include "query/language/expression.h"

namespace muster::server {

// The number of levels of the tree; 1 for a node without operands.
int DepthOf(const query::Expression& tree);

// The message that DecodeExpression decodes to the same tree. REQUIRES: the tree came from Parse, or
// CheckTree finds no problem with it. Recursive. Clients' protobuf accepts trees of at most
// LanguageLimits::max_tree_depth levels, so callers check DepthOf first.
v1::Expression EncodeExpression(const query::Expression& tree);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_
