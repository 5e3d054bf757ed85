// Converts clauses (expressions without operands) to and from their messages. Both directions of an operator
// are in one file.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_CLAUSE_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_CLAUSE_MESSAGES_H_

#include "absl/status/status.h"
#include "muster/v1/expression.pb.h"
#include "query/language/expression.h"
#include "server/wire/expressions/field_path.h"

namespace muster::server {

// Fails with a FieldError. REQUIRES: no field for operands is set in the node.
absl::Status DecodeClause(const v1::Expression& node, FieldPath& path, query::Expression& into);
// REQUIRES: the operator has no operands, and the node passes CheckTree.
void EncodeClause(const query::Expression& clause, v1::Expression& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_CLAUSE_MESSAGES_H_
