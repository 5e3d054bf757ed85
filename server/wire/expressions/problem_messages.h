// How problems of an expression and warnings about it reach clients, with their places.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "query/language/problem.h"

namespace muster::server {

// What is wrong with the expression in `field` of the request: INVALID_ARGUMENT (UNIMPLEMENTED when nothing
// else is wrong), with the first problem's reason and metadata. Each problem has a violation, at
// `FIELD.text:LINE:COLUMN` or at the path of the tree's node, and an ExpressionProblem. REQUIRES:
// !problems.empty().
absl::Status ProblemsError(std::string_view field, const v1::ExpressionSource& expression,
                           const std::vector<query::Problem>& problems);

// Problems as messages, with their sentences and places; at most kMaxProblems.
void EncodeProblems(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& problems,
                    google::protobuf::RepeatedPtrField<v1::ParseProblem>& encoded);

// Warnings as messages; at most kMaxProblems.
void EncodeWarnings(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& warnings,
                    google::protobuf::RepeatedPtrField<v1::Warning>& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_PROBLEM_MESSAGES_H_
