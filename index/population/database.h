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

// A population that is not served, and why, in one sentence with the mend: DATA_LOSS, kStorageCorrupt; or
// what else kept it from being opened, such as rights.
struct OfflinePopulation {
  std::string name;
  absl::Status why;
};

struct DatabaseOptions {
  std::string directory;  // made when it isn't there
  // The most bytes that each of a population's two LMDB environments may grow to.
  size_t map_size = size_t{64} << 30;
  // Of the directory. Each takes kFilesOfPopulation and three threads.
  size_t max_populations = 1'000;
  // How many files the process may have open, when that is what bounds max_populations; 0: it isn't.
  uint64_t open_files = 0;
  // Nothing is written: what can't be written is served all the same. Open sets it, when it finds the
  // directory so.
  bool read_only = false;
  bool settle = true;  // false: the settler stands still (tests step it)
  std::function<absl::Time()> clock = absl::Now;
  absl::Duration token_lifetime = absl::Minutes(10);
  absl::Duration load_lease = kLoadLease;
  // How fast what lies on the disk is read in the background after the start, to find damage before a
  // question meets it and to save questions the check; 0: not at all.
  size_t scrub_bytes_per_second = size_t{64} << 20;
  // Called with a sentence about what isn't as it should be and doesn't keep the directory from being served:
  // by Open, and by the call that finds it later. Thread-safe.
  std::function<void(const std::string& sentence)> warn = [](const std::string&) {};
};

// Open files of each population.
inline constexpr size_t kFilesOfPopulation = 6;

// OK when this process has room for an environment of so many bytes; RESOURCE_EXHAUSTED, one sentence.
absl::Status CheckMapSize(size_t bytes);

// Thread-safe. Destroy it last: after every snapshot, load and row source. A population that is dropped lives
// as long as somebody holds it.
class Database {
 public:
  virtual ~Database() = default;
  // Locks the directory (one server each), checks its format version, opens its populations, and sweeps what
  // unfinished loads left. FAILED_PRECONDITION: locked by another server, or of a format that this build
  // doesn't know. What lies among the populations and is none is left alone, with a warning. A population
  // that is damaged, has the mark of a crash (index/storage/files/crash_mark.h) or can't be opened is offline; one
  // that was not closed the last time is read in the background, and goes offline when a record of it is
  // damaged. RESOURCE_EXHAUSTED when this process has no room for all of them, UNAVAILABLE when
  // another has the files of one open. A directory that can't be written (mounted for reading alone, or no
  // right to) is served for reading: whatever would change it is FAILED_PRECONDITION, kReadOnly, and what
  // unfinished loads left stays.
  static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseOptions options);

  // Whether it is served for reading alone.
  virtual bool read_only() const { return false; }
  // NOT_FOUND, kUnknownPopulation, with the nearest names. A population is visible from its creation or first
  // published load.
  virtual absl::StatusOr<std::shared_ptr<Population>> FindPopulation(std::string_view name) = 0;
  // By name; without those that are offline.
  virtual std::vector<std::shared_ptr<Population>> ListPopulations() = 0;
  // By name. Every other call that names one of them, but for DropPopulation, answers its `why`.
  virtual std::vector<OfflinePopulation> ListOffline() { return {}; }
  // `time_zone`: IANA name; empty: UTC. ALREADY_EXISTS, INVALID_ARGUMENT; RESOURCE_EXHAUSTED, kLimit, when
  // the directory has all the populations that it may have; FAILED_PRECONDITION when something else lies
  // where its folder would.
  virtual absl::StatusOr<std::shared_ptr<Population>> CreatePopulation(std::string_view name,
                                                                       std::string_view time_zone) = 0;
  // Removes a population with all that it holds: nobody finds it from here on, and a process that ends during
  // the call leaves it whole or gone. Answers under way end on what they hold. NOT_FOUND; ABORTED,
  // kLoadConflict, while one of its loads is open.
  virtual absl::Status DropPopulation(std::string_view name) = 0;
  // Begins a load; the population comes into being when it is published: refused as CreatePopulation is.
  // ABORTED, kLoadConflict, when another open load holds one of its tags; ALREADY_EXISTS when its label was
  // published with other content; FAILED_PRECONDITION, kSimilarPopulation, when there is no such population
  // but one of nearly that name, or a load that makes one, unless the spec says create_population.
  virtual absl::StatusOr<std::unique_ptr<Load>> BeginLoad(const LoadSpec& spec) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_DATABASE_H_
