// A data directory: its lock, its format version and its populations.
#ifndef MUSTER_INDEX_POPULATION_DATABASE_H_
#define MUSTER_INDEX_POPULATION_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "index/population/load.h"
#include "index/population/population.h"

namespace muster::index {

struct DatabaseOptions {
  std::string directory;               // made when it isn't there
  size_t map_size = size_t{64} << 30;  // bytes of address space for each LMDB environment
  bool settle = true;                  // false: the settler stands still (tests step it)
  std::function<absl::Time()> clock = absl::Now;
  absl::Duration token_lifetime = absl::Minutes(10);
  absl::Duration load_lease = kLoadLease;
  // Called when a directory of an older build's format has become one of this build's: older builds refuse it
  // from there on.
  std::function<void(uint32_t from, uint32_t to)> format_raised = {};
};

// Thread-safe. Close or destroy it last: after every snapshot, load and row source.
class Database {
 public:
  virtual ~Database() = default;
  // Locks the directory (one server each), checks its format version, opens its populations, and sweeps what
  // unfinished loads left. FAILED_PRECONDITION: locked by another server, or of a format that this build
  // doesn't know.
  static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseOptions options);

  // NOT_FOUND, kUnknownPopulation, with the nearest names. A population is visible from its creation or first
  // published load.
  virtual absl::StatusOr<Population*> FindPopulation(std::string_view name) = 0;
  // By name.
  virtual std::vector<Population*> ListPopulations() = 0;
  // `time_zone`: IANA name; empty: UTC. ALREADY_EXISTS, INVALID_ARGUMENT.
  virtual absl::StatusOr<Population*> CreatePopulation(std::string_view name, std::string_view time_zone) = 0;
  // Begins a load; the population comes into being when it is published. ABORTED, kLoadConflict, when another
  // open load holds one of its tags; ALREADY_EXISTS when its label was published with other content;
  // FAILED_PRECONDITION, kSimilarPopulation, when there is no such population but one of nearly that name,
  // unless the spec says create_population.
  virtual absl::StatusOr<std::unique_ptr<Load>> BeginLoad(const LoadSpec& spec) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_DATABASE_H_
