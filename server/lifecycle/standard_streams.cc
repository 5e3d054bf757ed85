#include "server/lifecycle/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace muster::server {

void OpenStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    // open returns the lowest free number: the missing one. Without /dev/null it isn't safe to go
    // on.
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) != stream) std::abort();
  }
}

}  // namespace muster::server
