// The open loads of a population that are fed through several calls.
#ifndef MUSTER_INDEX_POPULATION_FEEDS_FED_LOADS_H_
#define MUSTER_INDEX_POPULATION_FEEDS_FED_LOADS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/catalog/records.pb.h"
#include "index/concurrency/mutex.h"
#include "index/population/feeds/fed_load.h"
#include "index/population/load.h"
#include "index/population/open_loads.h"

namespace muster::index {

// The most loads of a population that are fed through several calls and are open at once.
inline constexpr size_t kFedLoadsMax = 64;

// What they need of their population, which outlives them.
struct FedLoadsContext {
  std::string folder;  // the population's; they are in `loads` below it
  OpenLoads& open_loads;
  // Makes the session that commits a load, under its claim. The population is kept alive by it.
  std::function<absl::StatusOr<std::unique_ptr<Load>>(LoadSpec, std::shared_ptr<OpenLoads::Claim>,
                                                      absl::CivilDay)>
      make_session;
  // Called with one sentence about a folder that can't be read or removed.
  std::function<void(const std::string& sentence)> warn;
};

// Loads by label. Thread-safe.
class FedLoads {
 public:
  explicit FedLoads(FedLoadsContext context) : context_(std::move(context)) {}

  // Opens what the last server left, with a new lease each. `published`: whether a load of that label was published,
  // so that its folder is only to be removed. Called once, before everything else. What can't be opened is left alone,
  // with a warning.
  void Open(const std::function<absl::StatusOr<bool>(const std::string& label)>& published)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // RESOURCE_EXHAUSTED, kLimit: there are kFedLoadsMax, and none has this label.
  absl::Status CheckRoom(const std::string& label) ABSL_LOCKS_EXCLUDED(mutex_);
  // Stores a new load. RESOURCE_EXHAUSTED, kDiskFull.
  absl::StatusOr<std::shared_ptr<FedLoad>> Make(records::OpenLoadRecord record,
                                                std::shared_ptr<OpenLoads::Claim> claim)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Null when none is open, or its lease has run out.
  std::shared_ptr<FedLoad> Find(const std::string& label) ABSL_LOCKS_EXCLUDED(mutex_);
  // Removes the loads whose claims have ended: aborted ones, those that were taken over, and those whose leases ran out.
  void Sweep() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class FedLoad;
  absl::StatusOr<std::unique_ptr<Load>> MakeSession(LoadSpec spec, std::shared_ptr<OpenLoads::Claim> claim,
                                                    absl::CivilDay day) {
    return context_.make_session(std::move(spec), std::move(claim), day);
  }
  std::string Folder() const { return context_.folder + "/loads"; }
  absl::Status OpenOne(const std::string& name,
                       const std::function<absl::StatusOr<bool>(const std::string& label)>& published);
  void Forget(FedLoad& load) ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(FedLoad& load);

  const FedLoadsContext context_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<FedLoad>> loads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FEEDS_FED_LOADS_H_
