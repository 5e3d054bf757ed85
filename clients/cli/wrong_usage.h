// Explains an invalid command line.
#ifndef MUSTER_CLIENTS_CLI_WRONG_USAGE_H_
#define MUSTER_CLIENTS_CLI_WRONG_USAGE_H_

#include <CLI/CLI.hpp>

#include "clients/cli/terminal.h"

namespace muster::cli {

// Writes what is wrong with the command line, which `app` refused with `error`, and where to find help.
void ReportWrongUsage(const Terminal& terminal, const CLI::App& app, const CLI::ParseError& error);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_WRONG_USAGE_H_
