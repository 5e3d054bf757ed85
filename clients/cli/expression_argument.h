// An expression as the command line gives it.
#ifndef MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_
#define MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"

namespace muster::cli {

// docs/semantics.md, rule 29.
inline constexpr size_t kMaxExpressionBytes = 8 << 20;

// What some programs write before UTF-8: no part of the text.
inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// The text of `argument`: itself, the content of FILE for @FILE, or all of `input` for `-`; line ends at its
// end are taken away. Errors: those of reading; INVALID_ARGUMENT for more than 8 MiB or for what is not
// UTF-8.
absl::StatusOr<std::string> ReadExpression(const std::string& argument, std::istream& input);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_EXPRESSION_ARGUMENT_H_
