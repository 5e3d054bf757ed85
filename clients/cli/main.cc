// The `muster` program.
#include <unistd.h>

#include <iostream>

#include "clients/cli/invocation.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  muster::cli::Invocation run = {
      .terminal = {.out = std::cout, .err = std::cerr, .err_is_terminal = isatty(STDERR_FILENO) != 0},
      .in = std::cin};
  return muster::cli::Run(argc, argv, run);
}
