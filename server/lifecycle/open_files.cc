#include "server/lifecycle/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace muster::server {

uint64_t RaiseOpenFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

int ConnectionsWithin(int asked, uint64_t open_files) {
  constexpr uint64_t kReserve = 32;  // logs, sockets that listen, those that are just being refused
  constexpr uint64_t kFewest = 4;
  const uint64_t quarters = open_files / 4 * 3;
  const uint64_t room = quarters > kReserve + kFewest ? quarters - kReserve : kFewest;
  return static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(asked), room));
}

}  // namespace muster::server
