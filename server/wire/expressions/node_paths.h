// Finds the field paths of an expression's nodes in its message.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_NODE_PATHS_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_NODE_PATHS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "muster/v1/expression.pb.h"

namespace muster::server {

// The paths below `field` of the nodes with these numbers, as DecodeExpression numbers them (see
// query::SourceSpan): for example `FIELD.all_of.operands[1].comparison`. Numbers that the tree doesn't have
// are left out. REQUIRES: DecodeExpression accepts the tree, which bounds its depth.
std::map<int32_t, std::string> PathsOfNodes(const v1::Expression& tree, std::string_view field,
                                            const std::set<int32_t>& nodes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_NODE_PATHS_H_
