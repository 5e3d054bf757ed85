// `muster tags set`, a part of `muster tags`.
#ifndef MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_
#define MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_

#include <string>

#include "clients/cli/invocation.h"

namespace muster::cli {

// Adds the subcommand of `tags`, whose --population is read into `population`. Lifetime: `population`
// outlives the run.
void AddTagsSetCommand(CLI::App& tags, Invocation& run, std::string& population);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TAGS_SET_COMMAND_H_
