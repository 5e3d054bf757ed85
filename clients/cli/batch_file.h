// Reads a file with one expression per line.
#ifndef MUSTER_CLIENTS_CLI_BATCH_FILE_H_
#define MUSTER_CLIENTS_CLI_BATCH_FILE_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace muster::cli {

// An expression and its line in the file, from 1.
struct BatchLine {
  int line = 0;
  std::string expression;
};

// The expressions of the file at `path`, or of `input` for `-`, in order. Skips blank lines, lines with
// only a comment (`#` and what follows), a byte-order mark, and the carriage returns of Windows. Errors:
// those of reading; INVALID_ARGUMENT, naming the line, if it is not UTF-8 or longer than an expression may
// be.
absl::StatusOr<std::vector<BatchLine>> ReadBatch(const std::string& path, std::istream& input);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_BATCH_FILE_H_
