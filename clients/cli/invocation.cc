#include "clients/cli/invocation.h"

#include <sys/stat.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "clients/cli/expression_argument.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/wrong_usage.h"
#include "command_line/help_layout.h"
#include "command_line/option_checks.h"

namespace muster::cli {

void AddServerOption(CLI::App& command, Invocation& run) {
  command
      .add_option("--server", run.server, "The server's address, HOST:PORT or unix:PATH; or MUSTER_SERVER")
      ->type_name("HOST:PORT")
      ->capture_default_str();
}

CLI::Option* AddFormatOption(CLI::App& command, Invocation& run) {
  static const std::map<std::string, Format> kFormats = {
      {"table", Format::kTable}, {"json", Format::kJson}, {"csv", Format::kCsv}};
  return command
      .add_option_function<std::string>(
          "--format", [&run](const std::string& name) { run.format = kFormats.at(name); },
          "Format of the answer")
      ->check(command_line::OneOf({"table", "json", "csv"}))
      ->type_name("table|json|csv")
      ->default_str("table");
}

std::string PopulationOfEnvironment() {
  const char* const population = std::getenv("MUSTER_POPULATION");
  return population == nullptr ? "" : population;
}

void AddPopulationOption(CLI::App& command, std::string& population) {
  command.add_option("--population,-p", population, "The population to ask")
      ->required()
      ->envname("MUSTER_POPULATION")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAME");
}

void AddPopulationAndAnswerOptions(CLI::App& command, Invocation& run, std::string& population) {
  command.add_option("--population,-p", population, "The population; or MUSTER_POPULATION")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAME");
  AddFormatOption(command, run);
  AddServerOption(command, run);
}

std::unique_ptr<client::Client> Connect(Invocation& run) {
  auto client = client::Client::Connect(run.server);
  if (client.ok()) return std::move(*client);
  ReportFailure(run.terminal, client.status());
  run.exit_code = kWrongUsage;
  return nullptr;
}

std::optional<std::string> TakeExpression(Invocation& run, const std::string& argument) {
  auto text = ReadExpression(argument, run.in);
  if (text.ok()) return *text;
  run.exit_code = ReportFailure(run.terminal, text.status());
  return std::nullopt;
}

int Run(int argc, const char* const* argv, Invocation& run) {
  CLI::App app("The command line of a Muster server: load tags, count and list audiences.", "muster");
  app.formatter(std::make_shared<command_line::HelpLayout>());  // commands inherit it
  app.require_subcommand(1);
  app.set_version_flag("--version", "muster " MUSTER_VERSION, "Print the version and exit");
  // Also before the command: `muster --server HOST:PORT count …`. The environment is only read here, so that
  // the option overrides it in both places.
  app.add_option("--server", run.server, "The server's address, HOST:PORT or unix:PATH")
      ->envname("MUSTER_SERVER")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  // Files written by this run contain members' ids, so only their owner may read them.
  app.add_option_function<std::string>(
         "--umask", [](const std::string& text) { umask(command_line::UmaskOf(text)); },
         "Rights that files written here do not get, in octal")
      ->check(command_line::CheckUmask)
      ->type_name("MASK")
      ->default_str("077");
  AddLoadCommand(app, run);
  AddCountCommand(app, run);
  AddMembersCommand(app, run);
  AddLookupCommand(app, run);
  AddTagsCommand(app, run);
  AddSegmentsCommand(app, run);
  AddListCommand(app, run);
  AddLoadsCommand(app, run);
  AddWaitCommand(app, run);
  AddVersionsCommand(app, run);
  AddRollbackCommand(app, run);
  AddPopulationsCommand(app, run);
  AddVerifyCommand(app, run);
  AddGenerateCommand(app, run);
  // After the commands, which would inherit the footer.
  app.footer(
      "Start a server with `musterd --data DIR`, load a file with `muster load`, then\n"
      "ask. Each command has examples: `muster count --help`.\n\n"
      "A server that can't be reached is tried again for 2 s; a call that it may have\n"
      "got is never sent twice.\n"
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 4 try again.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help, run.terminal.out, run.terminal.err);
    return kDone;
  } catch (const CLI::ParseError& error) {
    ReportWrongUsage(run.terminal, app, error);
    return kWrongUsage;
  }
  run.terminal.out.flush();
  if (!run.terminal.out && run.exit_code == kDone) {
    WriteError(run.terminal, "standard output can't be written; the answer is not complete");
    return kFailed;
  }
  return run.exit_code;
}

}  // namespace muster::cli
