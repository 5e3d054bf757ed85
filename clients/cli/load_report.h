// Reports the outcome of a load to people.
#ifndef MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
#define MUSTER_CLIENTS_CLI_LOAD_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "muster/v1/load_service.pb.h"

namespace muster::cli {

// The result as text: label, counts, and a table of the tags, in lines of at most `room` columns.
std::string LoadText(const v1::LoadRecordsResponse& answer, size_t room = kUnboundedColumns);
// `12 changed, 3 unchanged, 0 dropped`.
std::string CellsText(const v1::CellCounts& cells);
// The tags as CSV.
std::string LoadCsv(const v1::LoadRecordsResponse& answer);

// Why records were rejected, for people: `wrong number of cells`.
std::string ReasonText(v1::RejectionReason reason);

// Names a line of a load's input: `customers.csv:7`.
using LineNames = std::function<std::string(uint64_t line)>;
// Those of a single file.
LineNames LinesOf(std::string input);

// Writes warnings and rejected records to standard error.
void ReportLoadRemarks(const Terminal& terminal, const v1::LoadRecordsResponse& answer,
                       const LineNames& lines);

// Writes why a load was refused, and the rejected records. Returns the exit code.
ExitCode ReportLoadFailure(const Terminal& terminal, const absl::Status& status, const LineNames& lines);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_LOAD_REPORT_H_
