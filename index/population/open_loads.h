// Which loads of a population are open, and what they hold: one open load a tag, and one a label, which the
// same label takes over; under a lease that feeding renews (docs/semantics.md, rules 22 and 23).
#ifndef MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
#define MUSTER_INDEX_POPULATION_OPEN_LOADS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// In memory: no load is open after a restart. Thread-safe; outlives its claims.
class OpenLoads {
 public:
  // Asked whether a load with the label was published.
  using PublishedCheck = std::function<absl::StatusOr<bool>()>;

  OpenLoads(std::function<absl::Time()> clock, absl::Duration lease)
      : clock_(std::move(clock)), lease_(lease) {}

  // A label and tags, until it is destroyed, another load takes the label over, or another load asks after
  // the lease ran out. Thread-safe.
  class Claim {
   public:
    ~Claim();
    // Renews the lease. ABORTED, kLoadConflict, when the load gave way or the label was taken over: this load
    // must not go on.
    absl::Status Check() const;
    // As Check; and from now on nobody takes the label over and no lease runs out, since what it stands for
    // is about to be published.
    absl::Status BeginCommit();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    friend class OpenLoads;
    Claim(OpenLoads& loads, std::string label, std::vector<std::string> tags)
        : loads_(loads), label_(std::move(label)), tags_(std::move(tags)) {}
    OpenLoads& loads_;
    const std::string label_;
    const std::vector<std::string> tags_;
    bool lapsed_ = false;  // guarded by loads_.mutex_
  };

  // Takes over an open load of the same label, with its tags. Null when `published` says yes: it is asked in
  // one step with the claim, so that a load which published the label before is found in one of the two: in
  // the answer, or still holding the label. ABORTED, kLoadConflict, naming the holder: another label holds
  // one of the tags, or the label is being committed, or there are no loads any more. A population that isn't
  // visible yet has the zone of its open loads: FAILED_PRECONDITION, kBadRequest, when `time_zone` is
  // another.
  absl::StatusOr<std::unique_ptr<Claim>> Take(const std::string& label, const std::vector<std::string>& tags,
                                              const std::string& time_zone,
                                              const PublishedCheck& published = nullptr)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Refuses loads from here on. ABORTED, kLoadConflict, naming a load that is open.
  absl::Status Close() ABSL_LOCKS_EXCLUDED(mutex_);
  void Reopen() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether there is a load whose lease hasn't run out.
  bool HasOpen() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct LabelledLoad {
    Claim* claim;  // the one that holds the label now
    absl::Time lease_end;
    bool committing = false;  // it can't be taken over any more
  };

  absl::Status Check(const Claim& claim, bool begin_commit) ABSL_LOCKS_EXCLUDED(mutex_);
  void Release(const Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Holds(const Claim& claim) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Loads whose lease ran out give way when another load asks, and not before: one that waited for the
  // server itself goes on.
  void ForgetLapsed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(const Claim& claim) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<absl::Time()> clock_;
  const absl::Duration lease_;
  Mutex mutex_;
  std::map<std::string, LabelledLoad> labels_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> holders_ ABSL_GUARDED_BY(mutex_);  // tag → label
  std::string time_zone_ ABSL_GUARDED_BY(mutex_);                       // of all open loads
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
