// Shows why a member is in the sets of expressions, as text or CSV.
#ifndef MUSTER_CLIENTS_CLI_WHY_TABLE_H_
#define MUSTER_CLIENTS_CLI_WHY_TABLE_H_

#include <cstddef>
#include <string>

#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// The response to a lookup with expressions: for each, a line that says whether the member is in its set, and
// its clauses as a tree, each with the member's values. `room`: terminal columns.
std::string WhyText(const v1::LookupMemberResponse& answer, size_t room);
// One line per node; the first column numbers the expressions from 1.
std::string WhyCsv(const v1::LookupMemberResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_WHY_TABLE_H_
