// Which loads of a population are open, and what they hold: one open load a tag, and one a label (SEMANTICS
// rule 23).
#ifndef MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
#define MUSTER_INDEX_POPULATION_OPEN_LOADS_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// In memory: no load is open after a restart. Thread-safe; outlives its claims.
class OpenLoads {
 public:
  // A label and tags, until it is destroyed.
  class Claim {
   public:
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    friend class OpenLoads;
    Claim(OpenLoads& loads, std::string label, std::vector<std::string> tags)
        : loads_(loads), label_(std::move(label)), tags_(std::move(tags)) {}
    OpenLoads& loads_;
    const std::string label_;
    const std::vector<std::string> tags_;
  };

  // ABORTED, kLoadConflict, naming the holder: the label or one of the tags is taken. A population that isn't
  // visible yet has the zone of its open loads: FAILED_PRECONDITION, kBadRequest, when `time_zone` is
  // another.
  absl::StatusOr<std::unique_ptr<Claim>> Take(const std::string& label, const std::vector<std::string>& tags,
                                              const std::string& time_zone) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Release(const Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);

  Mutex mutex_;
  std::set<std::string> labels_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> holders_ ABSL_GUARDED_BY(mutex_);  // tag → label
  std::string time_zone_ ABSL_GUARDED_BY(mutex_);                       // of all open loads
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
