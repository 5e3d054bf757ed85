// Commands about what a population has saved under names: segments and id lists.
#ifndef MUSTER_CLIENTS_CLI_SAVED_COMMANDS_H_
#define MUSTER_CLIENTS_CLI_SAVED_COMMANDS_H_

#include <functional>
#include <initializer_list>
#include <string>

#include "clients/cli/invocation.h"

namespace muster::cli {

// A command, and what it does once the command line has been parsed.
struct Verb {
  const char* name;
  const char* description;
  std::function<void()> act;
};

// Adds the command that contains the others. Without one of them it does what `verb` does. Lifetime:
// `population`, which --population sets, outlives the run.
CLI::App& AddSavedCommand(CLI::App& app, Invocation& run, std::string& population, Verb verb);
// Adds a command to it. --population may stand before or after its name.
CLI::App& AddVerb(CLI::App& saved, Invocation& run, std::string& population, Verb verb);
// Adds other names of a command, which help doesn't list.
void AddAliases(CLI::App& command, std::initializer_list<const char*> names);
// Adds the argument NAME. Lifetime: `name` outlives the run.
void AddNameArgument(CLI::App& command, std::string& name, const char* description);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_SAVED_COMMANDS_H_
