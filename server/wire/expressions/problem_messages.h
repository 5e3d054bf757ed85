// Encodes problems of an expression and warnings about it, with their places.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "query/language/problem.h"

namespace muster::server {

// The error for the problems of the expression in `field` of the request: INVALID_ARGUMENT, or UNIMPLEMENTED
// if all problems are of that kind, with the first problem's reason and metadata. Each problem has a
// violation, at `FIELD.text:LINE:COLUMN` or at the path of the tree's node, and an ExpressionProblem.
// REQUIRES: !problems.empty().
absl::Status ProblemsError(std::string_view field, const v1::ExpressionSource& expression,
                           const std::vector<query::Problem>& problems);

// Encodes problems with their sentences and places; at most kMaxProblems.
void EncodeProblems(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& problems,
                    google::protobuf::RepeatedPtrField<v1::ParseProblem>& encoded);

// Encodes warnings; at most kMaxProblems.
void EncodeWarnings(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& warnings,
                    google::protobuf::RepeatedPtrField<v1::Warning>& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_
