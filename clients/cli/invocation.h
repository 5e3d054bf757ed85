// One run of `muster`: the state that all commands share.
#ifndef MUSTER_CLIENTS_CLI_INVOCATION_H_
#define MUSTER_CLIENTS_CLI_INVOCATION_H_

#include <CLI/CLI.hpp>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "clients/cli/json_text.h"
#include "clients/cli/terminal.h"
#include "clients/cpp/client.h"

namespace muster::cli {

// Filled from the command line, then read by the selected command, which sets the exit code.
struct Invocation {
  Terminal terminal;
  std::istream& in;
  bool in_is_terminal = false;  // a person can be prompted
  std::string server = "127.0.0.1:7070";
  Format format = Format::kTable;
  int exit_code = kDone;
};

// Adds --server after the command's name; Run reads it before the name, and from MUSTER_SERVER.
void AddServerOption(CLI::App& command, Invocation& run);
// Adds --format table|json|csv; returns it.
CLI::Option* AddFormatOption(CLI::App& command, Invocation& run);
// The value of MUSTER_POPULATION; empty if it is not set.
std::string PopulationOfEnvironment();
// Adds --population, required unless MUSTER_POPULATION is set.
void AddPopulationOption(CLI::App& command, std::string& population);
// Adds --population, --format and --server to a subcommand whose parent has them too, so that they may stand
// before or after its name. Lifetime: `population` outlives the run.
void AddPopulationAndAnswerOptions(CLI::App& command, Invocation& run, std::string& population);

// A client of the selected server; on failure null, with the error reported and the exit code set.
std::unique_ptr<client::Client> Connect(Invocation& run);
// The expression's text; on failure empty, with the error reported and the exit code set.
std::optional<std::string> TakeExpression(Invocation& run, const std::string& argument);

// Prints what `muster populations`, and `muster tags` without a population, show.
void ShowPopulations(Invocation& run);

// Each adds one command, which runs after the command line has been parsed.
void AddLoadCommand(CLI::App& app, Invocation& run);
void AddLoadsCommand(CLI::App& app, Invocation& run);
void AddWaitCommand(CLI::App& app, Invocation& run);
void AddVersionsCommand(CLI::App& app, Invocation& run);
void AddRollbackCommand(CLI::App& app, Invocation& run);
void AddCountCommand(CLI::App& app, Invocation& run);
void AddMembersCommand(CLI::App& app, Invocation& run);
void AddLookupCommand(CLI::App& app, Invocation& run);
void AddTagsCommand(CLI::App& app, Invocation& run);
void AddSegmentsCommand(CLI::App& app, Invocation& run);
void AddListCommand(CLI::App& app, Invocation& run);
void AddPopulationsCommand(CLI::App& app, Invocation& run);
void AddVerifyCommand(CLI::App& app, Invocation& run);
void AddGenerateCommand(CLI::App& app, Invocation& run);

// Parses a command line and runs it. Returns the exit code.
int Run(int argc, const char* const* argv, Invocation& run);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_INVOCATION_H_
