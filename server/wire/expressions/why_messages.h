// Encodes why a member is in a set.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_WHY_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_WHY_MESSAGES_H_

#include <string_view>

#include "muster/v1/query_service.pb.h"
#include "query/questions/why.h"

namespace muster::server {

// Encodes the answer to the expression in `field` of the request, one of `all`. REQUIRES: it has no problems.
void EncodeWhy(std::string_view field, const v1::ExpressionSource& expression, const query::WhyAnswer& answer,
               const query::WhyAnswers& all, v1::WhyAnswer& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_WHY_MESSAGES_H_
