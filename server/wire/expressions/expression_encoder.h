// The parser's trees → proto trees.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_

#include "muster/v1/expression.pb.h"
#include "query/language/expression.h"

namespace muster::server {

// The most levels of nodes that lie above one another; 1 for a node without operands.
int DepthOf(const query::Expression& tree);

// The message that DecodeExpression makes the same tree of. REQUIRES: the tree came from Parse, or CheckTree
// finds no problem with it. Recursive: clients' protobuf takes a tree of LanguageLimits::max_tree_depth
// levels, and a caller asks DepthOf first.
v1::Expression EncodeExpression(const query::Expression& tree);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_EXPRESSION_ENCODER_H_
