#include "server/lifecycle/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace muster::server {

void OpenStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    // The lowest free number is the one that is missing. Without /dev/null there is no going on safely.
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) != stream) std::abort();
  }
}

}  // namespace muster::server
