// Runs a command line that must end before any server is called.
#ifndef MUSTER_TESTS_CLIENTS_CLI_EXIT_OF_H_
#define MUSTER_TESTS_CLIENTS_CLI_EXIT_OF_H_

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/invocation.h"

namespace muster::cli {

// The exit code of `muster ARGUMENTS...`; `err` is what it wrote to standard error. No server answers.
inline int ExitOf(std::vector<const char*> arguments, std::string& err) {
  arguments.insert(arguments.begin(), "muster");
  std::ostringstream out, errors;
  std::istringstream in;
  Invocation run = {.terminal = {out, errors}, .in = in, .server = "127.0.0.1:1"};
  const int code = Run(static_cast<int>(arguments.size()), arguments.data(), run);
  err = errors.str();
  return code;
}

}  // namespace muster::cli

#endif  // MUSTER_TESTS_CLIENTS_CLI_EXIT_OF_H_
