// Formats an explained expression for people.
#ifndef MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
#define MUSTER_CLIENTS_CLI_PLAN_TABLE_H_

#include <cstddef>
#include <string>

#include "clients/cli/terminal.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// How the expression was understood, what the count cost, and its plan as a tree: each step with its expected
// and actual counts, its own cost, and how it was evaluated. Lines fit `room` columns as far as possible.
std::string PlanText(const v1::ExplainExpressionResponse& answer, size_t room = kUnboundedColumns);

// The plan as CSV, one line per step.
std::string PlanCsv(const v1::ExplainExpressionResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PLAN_TABLE_H_
