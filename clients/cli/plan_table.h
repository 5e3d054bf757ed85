// An explained expression, readable.
#ifndef MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
#define MUSTER_CLIENTS_CLI_PLAN_TABLE_H_

#include <string>

#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// How the expression was understood, its plan as a tree with expected and actual counts, and what the scan
// cost.
std::string PlanText(const v1::ExplainExpressionResponse& answer);

// The plan as CSV: depth, step, expected, members.
std::string PlanCsv(const v1::ExplainExpressionResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
