// What became of a load, for people.
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

// Writes warnings and the rejected records to standard error; `input` is the file that their lines are of.
void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer,
                       absl::string_view input);

// Writes why a load of `input` was refused, with the records that were rejected. Gives the exit code.
ExitCode ReportLoadFailure(const Terminal& terminal, const absl::Status& status, absl::string_view input);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
