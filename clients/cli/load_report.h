// Reports the outcome of a load to people.
#ifndef MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
#define MUSTER_CLIENTS_CLI_LOAD_REPORT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "muster/v1/load_service.pb.h"

namespace muster::cli {

// The result as text: label, counts, and a table of the tags, in lines of at most `room` columns.
std::string LoadText(const v1::LoadRecordsResponse& answer, size_t room = kUnboundedColumns);
// The tags as CSV.
std::string LoadCsv(const v1::LoadRecordsResponse& answer);

// Writes warnings and rejected records to standard error; their line numbers refer to the file `input`.
void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer,
                       absl::string_view input);

// Writes why a load of `input` was refused, and the rejected records. Returns the exit code.
ExitCode ReportLoadFailure(const Terminal& terminal, const absl::Status& status, absl::string_view input);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
