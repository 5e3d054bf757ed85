// The output streams of a command, for its answer and its remarks.
#ifndef MUSTER_CLIENTS_CLI_TERMINAL_H_
#define MUSTER_CLIENTS_CLI_TERMINAL_H_

#include <cstddef>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {

// docs/semantics.md, rule 30.
enum ExitCode { kDone = 0, kFailed = 1, kWrongUsage = 2, kTryAgain = 4 };

// Exceeds any line: the width of a file or a pipe.
inline constexpr size_t kUnboundedColumns = std::numeric_limits<size_t>::max();

// The streams of one run. The answer goes to `out`, everything else to `err`. On a terminal both escape
// control sequences (EscapingBuffer); when `out` is read by a program, it gets every byte unchanged.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;            // progress is only shown on a terminal
  size_t columns = 80;                     // of the terminal behind `err`
  size_t out_columns = kUnboundedColumns;  // of the terminal behind `out`
};

// Each writes one remark to standard error: "error: " in its colour, `text`, and a line feed. On a terminal
// the text is wrapped between words.
void WriteError(const Terminal& terminal, absl::string_view text);
void WriteWarning(const Terminal& terminal, absl::string_view text);
void WriteNote(const Terminal& terminal, absl::string_view text);
// Writes an indented line that belongs to the previous remark.
void WriteDetail(const Terminal& terminal, absl::string_view text);

// The format of an answer.
enum class Format { kTable, kJson, kCsv };

// Writes why a call failed, with a caret below each faulty place of `expression`. `file_line`: the line of a
// file that the expression is from, which every remark then names; 0: none. Returns the exit code.
ExitCode ReportFailure(const Terminal& terminal, const absl::Status& status,
                       absl::string_view expression = "", int file_line = 0);

// Writes warnings about `expression`, each with a caret.
void ReportWarnings(const Terminal& terminal, const google::protobuf::RepeatedPtrField<v1::Warning>& warnings,
                    absl::string_view expression, int file_line = 0);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TERMINAL_H_
