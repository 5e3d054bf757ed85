#include "server/lifecycle/open_files.h"

#include <sys/resource.h>

#include <algorithm>

#include "index/population/database.h"

namespace muster::server {

uint64_t RaiseOpenFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

namespace {

// The server's other files: log, locks, listening sockets, gRPC's polling, sockets being refused
// (acceptor.cc), and files that are open briefly while a population is made.
uint64_t OwnFiles(uint64_t open_files) { return std::min<uint64_t>(72, open_files / 2); }

}  // namespace

size_t PopulationsWithin(size_t asked, uint64_t open_files) {
  const uint64_t share = (open_files - OwnFiles(open_files)) / 2 / index::kFilesOfPopulation;
  return static_cast<size_t>(std::clamp<uint64_t>(share, 1, std::max<size_t>(asked, 1)));
}

int ConnectionsWithin(int asked, size_t populations, uint64_t open_files) {
  constexpr uint64_t kFewest = 4;
  const uint64_t taken = OwnFiles(open_files) + populations * index::kFilesOfPopulation;
  const uint64_t room = open_files > taken + kFewest ? open_files - taken : kFewest;
  return static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(asked), room));
}

}  // namespace muster::server
