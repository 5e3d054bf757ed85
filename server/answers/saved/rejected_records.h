// The rejected records of recent loads, for StreamRejected.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_REJECTED_RECORDS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_REJECTED_RECORDS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/loading/rejections/kept_rejections.h"

namespace muster::server {

// By population and label, since a load that is refused leaves nothing else to find it by. Those of an ended load
// are forgotten after kKept, and earlier, the oldest first, when all together take more of the disk than
// kDiskBytesMax. Its thread frees what is forgotten. In memory only. Thread-safe.
class RejectedRecords {
 public:
  static constexpr absl::Duration kKept = absl::Minutes(10);
  static constexpr uint64_t kDiskBytesMax = uint64_t{1} << 30;
  // However few rejected records they have: each may hold an open file and a block in memory.
  static constexpr size_t kLoadsMax = 100;
  using Kept = std::shared_ptr<const index::KeptRejections>;
  using Key = std::pair<std::string, std::string>;  // population, label

  explicit RejectedRecords(std::function<absl::Time()> clock = absl::Now,
                           uint64_t disk_bytes_max = kDiskBytesMax);
  ~RejectedRecords();
  RejectedRecords(const RejectedRecords&) = delete;
  RejectedRecords& operator=(const RejectedRecords&) = delete;

  // A load begins; it takes the place of an earlier one of its label.
  void Begin(const Key& key, Kept kept) ABSL_LOCKS_EXCLUDED(mutex_);
  // It has ended. Nothing when another one took its place.
  void End(const Key& key, const Kept& kept) ABSL_LOCKS_EXCLUDED(mutex_);
  // Null: none are kept.
  Kept Find(const Key& key) ABSL_LOCKS_EXCLUDED(mutex_);
  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Load {
    Kept kept;
    absl::Time ended = absl::InfiniteFuture();  // it is open
  };
  using Loads = std::map<Key, Load>;

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes out what is to be forgotten.
  Loads TakeOld() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Loads::iterator Oldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<absl::Time()> clock_;
  const uint64_t disk_bytes_max_;
  mutable Mutex mutex_;
  CondVar wake_;
  Loads loads_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread sweeper_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_REJECTED_RECORDS_H_
