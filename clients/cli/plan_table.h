// An explained expression, readable.
#ifndef MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
#define MUSTER_CLIENTS_CLI_PLAN_TABLE_H_

#include <cstddef>
#include <string>

#include "clients/cli/terminal.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// How the expression was understood, what the count cost, and its plan as a tree: expected and actual counts
// of each step, what it costs alone, and how it was evaluated. Lines fit `room` columns as far as they can.
std::string PlanText(const v1::ExplainExpressionResponse& answer, size_t room = kUnboundedColumns);

// The plan as CSV, a line a step.
std::string PlanCsv(const v1::ExplainExpressionResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
