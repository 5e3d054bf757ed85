// Reads an expression given on the command line.
#ifndef MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_
#define MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"

namespace muster::cli {

// docs/semantics.md, rule 29.
inline constexpr size_t kMaxExpressionBytes = 8 << 20;

// Some programs write this mark before UTF-8; it is not part of the text.
inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// The text of `argument`: itself, the content of FILE for @FILE, or all of `input` for `-`, without
// line ends at its end. Errors: those of reading; INVALID_ARGUMENT for more than 8 MiB and for invalid
// UTF-8.
absl::StatusOr<std::string> ReadExpression(const std::string& argument, std::istream& input);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_
