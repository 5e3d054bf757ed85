// One run of `muster`: what all commands share.
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

// The command line fills it, and the command that it names reads it and sets the exit code.
struct Invocation {
  Terminal terminal;
  std::istream& in;
  bool in_is_terminal = false;  // a person can be asked
  std::string server = "127.0.0.1:7070";
  Format format = Format::kTable;
  int exit_code = kDone;
};

// --server after the command's name; Run takes it, and MUSTER_SERVER, before it.
void AddServerOption(CLI::App& command, Invocation& run);
// --format table|json|csv.
void AddFormatOption(CLI::App& command, Invocation& run);
// What MUSTER_POPULATION says; empty when it is not set.
std::string PopulationOfEnvironment();
// --population, which must be given there or in MUSTER_POPULATION.
void AddPopulationOption(CLI::App& command, std::string& population);
// --population, --format and --server of a command below one that has them too: they may stand before its
// name and behind it. Lifetime: `population` outlives the run.
void AddPopulationAndAnswerOptions(CLI::App& command, Invocation& run, std::string& population);

// A client of the server that was named, or null with the exit code set and the error reported.
std::unique_ptr<client::Client> Connect(Invocation& run);
// The expression's text; nothing, with the exit code set and the error reported, when it can't be had.
std::optional<std::string> TakeExpression(Invocation& run, const std::string& argument);

// What `muster populations` and `muster tags` without a population print.
void ShowPopulations(Invocation& run);

// Each adds one command, which runs when the command line has been read.
void AddLoadCommand(CLI::App& app, Invocation& run);
void AddCountCommand(CLI::App& app, Invocation& run);
void AddMembersCommand(CLI::App& app, Invocation& run);
void AddLookupCommand(CLI::App& app, Invocation& run);
void AddTagsCommand(CLI::App& app, Invocation& run);
void AddSegmentsCommand(CLI::App& app, Invocation& run);
void AddPopulationsCommand(CLI::App& app, Invocation& run);
void AddVerifyCommand(CLI::App& app, Invocation& run);
void AddGenerateCommand(CLI::App& app, Invocation& run);

// Reads a command line and runs it. Gives the exit code.
int Run(int argc, const char* const* argv, Invocation& run);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_INVOCATION_H_
