#include "clients/cli/saved_commands.h"

#include <utility>

#include "clients/cli/option_checks.h"

namespace muster::cli {
namespace {

void RequirePopulation(const std::string& population) {
  if (population.empty()) throw CLI::RequiredError("--population");
}

}  // namespace

CLI::App& AddSavedCommand(CLI::App& app, Invocation& run, std::string& population, Verb verb) {
  CLI::App& command = *app.add_subcommand(verb.name, verb.description);
  command.require_subcommand(0, 1);
  command.add_option("--population,-p", population, "The population")
      ->envname("MUSTER_POPULATION")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAME");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.callback([&command, &population, act = std::move(verb.act)] {
    if (!command.get_subcommands().empty()) return;
    RequirePopulation(population);
    act();
  });
  return command;
}

CLI::App& AddVerb(CLI::App& saved, Invocation& run, std::string& population, Verb verb) {
  CLI::App& command = *saved.add_subcommand(verb.name, verb.description);
  AddPopulationAndAnswerOptions(command, run, population);
  command.callback([&population, act = std::move(verb.act)] {
    RequirePopulation(population);
    act();
  });
  return command;
}

void AddAliases(CLI::App& command, std::initializer_list<const char*> names) {
  for (const char* const name : names) command.alias(name);
}

void AddNameArgument(CLI::App& command, std::string& name, const char* description) {
  command.add_option("NAME", name, description)
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
}

}  // namespace muster::cli
