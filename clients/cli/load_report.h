// What became of a load, for people.
#ifndef MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
#define MUSTER_CLIENTS_CLI_LOAD_REPORT_H_

#include <string>

#include "clients/cli/terminal.h"
#include "muster/v1/load_service.pb.h"

namespace muster::cli {

// The result as text: label, counts, and a table of the tags.
std::string LoadText(const v1::LoadRecordsResponse& answer);
// The tags as CSV.
std::string LoadCsv(const v1::LoadRecordsResponse& answer);

// Writes warnings and the rejected records to standard error.
void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
