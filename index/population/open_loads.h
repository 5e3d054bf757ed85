// The open loads of a population and their claims: at most one open load for each label, and at most one large
// one for each tag, under a lease that feeding renews. A load takes over its own label (docs/semantics.md, rules
// 22 and 23).
#ifndef MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
#define MUSTER_INDEX_POPULATION_OPEN_LOADS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// How a claim holds its tags.
enum class TagHold : uint8_t {
  kShared,     // beside others that share, and beside one that has them: a load that isn't large so far
  kExclusive,  // no other has them: a large load, and a REPLACE
  kSole,       // nobody else holds them in any way: a change of the tag itself
};

// Kept in memory only: after a restart those loads claim again that have a folder (index/feeds). Thread-safe;
// outlives its claims.
class OpenLoads {
 public:
  // Returns whether a load with the label was published.
  using PublishedCheck = std::function<absl::StatusOr<bool>()>;

  OpenLoads(std::function<absl::Time()> clock, absl::Duration lease)
      : clock_(std::move(clock)), lease_(lease) {}

  // The label under which the load of an id list is claimed. No load of records can have it.
  static std::string KeyOfList(const std::string& name);
  // The same for a dry run: it holds neither its label nor its tags, and only keeps its population from being
  // dropped.
  static std::string KeyOfDryRun(const std::string& label);

  // A claim of a label and tags. It ends when it is destroyed or aborted, when another load takes over the label, or
  // when another load claims one of its tags after the lease ran out. Thread-safe.
  class Claim {
   public:
    ~Claim();
    // Renews the lease. ABORTED, kLoadConflict, when the claim has ended: the load must not go
    // on.
    absl::Status Check() const;
    // As Check. From then on the label can't be taken over and the lease can't run out, since the load is
    // about to be published.
    absl::Status BeginCommit();
    // The commit was refused, and the load stays open: undoes BeginCommit, and renews the lease.
    void EndCommit();
    // Ends the claim: the load was published.
    void End();
    // Ends the claim if its lease ran out. Returns whether it holds.
    bool HoldsStill();
    // Holds the tags exclusively from now on: the load has become a large one. ABORTED, kLoadConflict, naming
    // another load that does. Cheap when they are held so already.
    absl::Status HoldTags();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    friend class OpenLoads;
    Claim(OpenLoads& loads, std::string label, std::vector<std::string> tags, TagHold hold)
        : loads_(loads), label_(std::move(label)), tags_(std::move(tags)), hold_(hold) {}
    OpenLoads& loads_;
    const std::string label_;
    const std::vector<std::string> tags_;
    // Guarded by loads_.mutex_.
    TagHold hold_;
    bool lapsed_ = false, aborted_ = false, committed_ = false;
  };

  // Takes over an open load of the same label, with its tags. Null when `published` returns true. It is
  // called under the same lock, so that a load that published the label before is seen in one of two places:
  // by `published`, or still holding the label. ABORTED, kLoadConflict, naming the holder: another label
  // holds one of the tags in a way that doesn't go with `hold`, or the label is being committed, or Close was
  // called. All open loads of a
  // population that isn't visible yet have one zone: FAILED_PRECONDITION, kBadRequest, when `time_zone` is
  // another.
  absl::StatusOr<std::unique_ptr<Claim>> Take(const std::string& label, const std::vector<std::string>& tags,
                                              const std::string& time_zone,
                                              const PublishedCheck& published = nullptr,
                                              TagHold hold = TagHold::kExclusive) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the claim of an open load of records: its tags and its label are free. NOT_FOUND, kUnknownLoad: no load of
  // that label is open. ABORTED, kLoadConflict: it is being committed.
  absl::Status Abort(const std::string& label) ABSL_LOCKS_EXCLUDED(mutex_);
  // Refuses loads from then on. ABORTED, kLoadConflict, naming a load that is open.
  absl::Status Close() ABSL_LOCKS_EXCLUDED(mutex_);
  void Reopen() ABSL_LOCKS_EXCLUDED(mutex_);
  // An open load of records, and no dry run.
  struct OpenLoad {
    std::string label;
    std::vector<std::string> tags;
    bool committing = false;
  };
  // Those whose lease hasn't run out, by label.
  std::vector<OpenLoad> List() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether there is a load whose lease hasn't run out.
  bool HasOpen() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct LabelledLoad {
    Claim* claim;  // the one that holds the label now
    absl::Time lease_end;
    bool committing = false;  // it can't be taken over any more
  };

  absl::Status Check(const Claim& claim, bool begin_commit) ABSL_LOCKS_EXCLUDED(mutex_);
  void EndCommit(const Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  bool HoldsStill(Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void End(Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  void Release(const Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Holds(const Claim& claim) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Loads whose lease ran out lose their claims when another load asks, and not before: a load that was
  // itself delayed by the server goes on. `but`: the one that asks.
  void ForgetLapsed(const Claim* but = nullptr) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(const Claim& claim) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether `label` may hold the tags so, beside the other labels.
  absl::Status CheckTags(const std::string& label, const std::vector<std::string>& tags, TagHold hold) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status HoldTags(Claim& claim) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::function<absl::Time()> clock_;
  const absl::Duration lease_;
  Mutex mutex_;
  std::map<std::string, LabelledLoad> labels_ ABSL_GUARDED_BY(mutex_);
  // By tag. At most one of a tag's claims is exclusive; a sole one is alone.
  std::map<std::string, std::set<const Claim*>> holders_ ABSL_GUARDED_BY(mutex_);
  std::string time_zone_ ABSL_GUARDED_BY(mutex_);  // of all open loads
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_OPEN_LOADS_H_
