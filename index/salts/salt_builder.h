// Computes the buckets of stored salts in the background.
#ifndef MUSTER_INDEX_SALTS_SALT_BUILDER_H_
#define MUSTER_INDEX_SALTS_SALT_BUILDER_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/member_ids.h"
#include "index/concurrency/mutex.h"
#include "index/salts/bucket_rows.h"
#include "index/salts/salt.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Stores the buckets of the ids that published loads and id lists have stored, fragment by fragment. Numbered
// invariants, after every commit; because of them a server that is killed goes on where it was:
//  1. A salt's slices hold the buckets of exactly the ordinals below Salt::covered. Slices and `covered`
//     change in the same transaction.
//  2. `covered` is at most the end of the ids that the index needs (dictionary/stored_ids.h), so no id behind
//     a stored bucket can get lost or become another.
//  3. A salt keeps its source and store as long as it has a record, and none of them is used again. So what
//     was computed for a salt that was dropped meanwhile is not written.
//
// Extending a salt rewrites its last fragment, some 0.5 MB. So it is extended only when kWorthwhileIds ids
// are new; until then questions compute the buckets of those few.
//
// Has one thread, from the first salt on. Thread-safe. Lifetime: its arguments outlive it.
class SaltBuilder {
 public:
  static constexpr Ordinal kWorthwhileIds = 1'024;

  // Whether the salt lacks so many of the ids below `end` that it is extended now.
  static bool IsBehind(const Salt& salt, Ordinal end);

  // `failed` is called with each error that ended a round, on the thread that met it.
  SaltBuilder(WriterQueue& writer, const MemberIds& ids, std::function<void(const absl::Status&)> failed);
  ~SaltBuilder();

  // Allows it to work in the background, and begins if there are salts.
  absl::Status Start();
  // Starts the thread if need be. Call it when a salt got a place.
  void Notify();
  // Wakes the thread if there is one: without one there are no salts. Call it after a publication, which may
  // have brought ids.
  void NotifyIfRunning();
  // Finishes the turn under way. Idempotent.
  void Stop();

  // One transaction: extends some salts in one fragment. False when there was nothing to do. For tests, with
  // the background off.
  absl::StatusOr<bool> Step();
  // Steps until all is done.
  absl::Status BuildAll();

 private:
  // Salts that are covered equally far, to be extended to `end` in the fragment in which they end.
  struct Work {
    std::vector<Salt> salts;
    Ordinal end = 0;
  };

  absl::StatusOr<Work> FindWork() const;
  absl::Status Write(const Work& work, const std::vector<BucketRows>& buckets);
  void Loop();
  bool WaitForWork();
  bool Stopping() const;

  WriterQueue& writer_;
  const MemberIds& ids_;
  const std::function<void(const absl::Status&)> failed_;
  mutable Mutex mutex_;
  CondVar wake_;
  bool allowed_ ABSL_GUARDED_BY(mutex_) = false;
  bool notified_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_SALT_BUILDER_H_
