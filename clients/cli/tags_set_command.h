// `muster tags set`, a part of `muster tags`.
#ifndef MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_
#define MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_

#include <string>

#include "clients/cli/invocation.h"

namespace muster::cli {

// --population, --format and --server of a command below `muster tags`, which has them too: they may stand
// before its name and behind it. Lifetime: `population` outlives the run.
void AddPopulationAndAnswerOptions(CLI::App& command, Invocation& run, std::string& population);

// Adds the command below `tags`, whose --population is read into `population`. Lifetime: as above.
void AddTagsSetCommand(CLI::App& tags, Invocation& run, std::string& population);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_
