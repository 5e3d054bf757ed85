// A data directory: its lock, its format version and its populations.
#ifndef MUSTER_INDEX_POPULATION_DATABASE_H_
#define MUSTER_INDEX_POPULATION_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "index/loading/intake/record_spool.h"
#include "index/population/feeds/fed_load.h"
#include "index/population/load.h"
#include "index/population/population.h"

namespace muster::index {

// A population that is not served, and the reason, in one sentence with the mend: DATA_LOSS, kStorageCorrupt;
// or another reason why it can't be opened, such as file permissions.
struct OfflinePopulation {
  std::string name;
  absl::Status why;
};

// A load that is fed through several calls, as its beginning found it.
struct BegunFedLoad {
  std::string label;
  absl::Duration lease;                 // how long it stays open without being fed
  std::shared_ptr<FedLoad> load;        // null: the label was published before
  std::optional<LoadResult> published;  // and this is the result
};

struct DatabaseOptions {
  std::string directory;  // made when it isn't there
  // The most bytes that each of a population's two LMDB environments may grow to.
  size_t map_size = size_t{64} << 30;
  // The most populations. Each takes kFilesOfPopulation open files and three threads,
  // and one more once saved segments have named a salt.
  size_t max_populations = 1'000;
  // The process's limit of open files, when it bounds max_populations; 0: it doesn't.
  uint64_t open_files = 0;
  // Serves for reading only: nothing is written. Open sets it when it finds that the directory can't be
  // written.
  bool read_only = false;
  bool settle = true;  // false: settler and salt builder stand still (tests step them)
  std::function<absl::Time()> clock = absl::Now;
  absl::Duration token_lifetime = absl::Minutes(10);
  absl::Duration load_lease = kLoadLease;
  SpoolOptions spool;  // of loads; the folder is each population's own
  // How fast stored bytes are read in the background after the start, to find damage before a question does,
  // and to spare questions the check; 0: not at all.
  size_t scrub_bytes_per_second = size_t{64} << 20;
  // Called with one sentence about each problem that doesn't prevent serving the directory, by Open and by
  // any later call that finds one. Must be thread-safe.
  std::function<void(const std::string& sentence)> warn = [](const std::string&) {};
};

// Open files of each population.
inline constexpr size_t kFilesOfPopulation = 6;

// OK when this process has address space for a map of so many bytes; RESOURCE_EXHAUSTED, one sentence.
absl::Status CheckMapSize(size_t bytes);

// Thread-safe. Destroy it last: after every snapshot, load and row source. A dropped population lives until
// its last user releases it.
class Database {
 public:
  virtual ~Database() = default;
  // Locks the directory (one server each), checks its format version, opens its populations, and sweeps what
  // unfinished loads left. FAILED_PRECONDITION: locked by another server, or of a format that this build
  // doesn't know. Entries that are not populations are left alone, with a warning. A population that is
  // damaged, has the mark of a crash (index/storage/files/crash_mark.h) or can't be opened is offline. One
  // that was not closed the last time is read in the background, and goes offline when a record of it is
  // damaged. RESOURCE_EXHAUSTED when this process has no room for all of them, UNAVAILABLE when another
  // process has the files of one open. A directory that can't be written (mounted read-only, or without
  // permission) is served for reading only: every change is FAILED_PRECONDITION, kReadOnly, and what
  // unfinished loads left stays.
  static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseOptions options);

  // Whether it is served for reading only.
  virtual bool read_only() const { return false; }
  // NOT_FOUND, kUnknownPopulation, with the nearest names. A population is visible from its creation or first
  // published load.
  virtual absl::StatusOr<std::shared_ptr<Population>> FindPopulation(std::string_view name) = 0;
  // By name; without those that are offline.
  virtual std::vector<std::shared_ptr<Population>> ListPopulations() = 0;
  // By name. Every other call that names one of them returns its `why`, except DropPopulation.
  virtual std::vector<OfflinePopulation> ListOffline() { return {}; }
  // `time_zone`: IANA name; empty: UTC. ALREADY_EXISTS, INVALID_ARGUMENT; RESOURCE_EXHAUSTED, kLimit, when
  // the directory has max_populations; FAILED_PRECONDITION when something else occupies the path of its
  // folder.
  virtual absl::StatusOr<std::shared_ptr<Population>> CreatePopulation(std::string_view name,
                                                                       std::string_view time_zone) = 0;
  // Removes a population with its files. It can't be found from then on, and a crash during the call leaves
  // it whole or gone. Answers under way finish on the state that they hold. NOT_FOUND; ABORTED,
  // kLoadConflict, while one of its loads is open.
  virtual absl::Status DropPopulation(std::string_view name) = 0;
  // Begins a load. A missing population is created when the load is published, with the errors of
  // CreatePopulation. ABORTED, kLoadConflict, when another open load holds one of its tags and it is a REPLACE; ALREADY_EXISTS
  // when its label was published with other content; FAILED_PRECONDITION, kSimilarPopulation, when only a
  // similar name is in use, by a population or an open load, unless the spec sets create_population. A load that
  // makes no members (REMOVE, update_only) has the errors of FindPopulation instead. A dry run has the same errors
  // but the first, and leaves nothing that can be seen.
  virtual absl::StatusOr<std::unique_ptr<Load>> BeginLoad(const LoadSpec& spec) = 0;
  // The same for a load that is fed through several calls, and is durable. `encoded`: the spec as it is to be returned
  // by FedLoad::spec. A load of that label and the same encoded spec that is open goes on; one of another spec is
  // dropped. RESOURCE_EXHAUSTED, kLimit: the population has kFedLoadsMax of them.
  virtual absl::StatusOr<BegunFedLoad> BeginFedLoad(const LoadSpec& spec, std::string encoded);
  // The open load with that label, of a population that may not be visible yet. It keeps the population alive.
  // NOT_FOUND: kUnknownPopulation, kUnknownLoad.
  virtual absl::StatusOr<std::shared_ptr<FedLoad>> FindFedLoad(std::string_view population,
                                                               const std::string& label);
  // Ends an open load of any kind, of a population that may not be visible yet: its tags and its label are free.
  // NOT_FOUND: kUnknownPopulation, kUnknownLoad. ABORTED, kLoadConflict: it is being committed.
  virtual absl::Status AbortLoad(std::string_view population, const std::string& label);
  // Removes the loads that are fed through several calls and whose leases ran out. Called in the background, too.
  virtual void SweepFedLoads() {}
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_DATABASE_H_
