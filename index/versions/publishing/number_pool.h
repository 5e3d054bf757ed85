// Numbers of loads, stores and edges, taken from the counters many at a time.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_NUMBER_POOL_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_NUMBER_POOL_H_

#include <cstdint>
#include <map>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Hands out the numbers of a population's counters without a transaction for each: a small load would spend
// most of its time on them. Numbers that are left when it is destroyed are never used. Thread-safe. Lifetime:
// the WriterQueue outlives it. Not for use on the writer's thread.
class NumberPool {
 public:
  explicit NumberPool(WriterQueue& writer) : writer_(writer) {}

  // The next number. Errors of NextNumber.
  absl::StatusOr<uint64_t> Take(std::string_view counter) ABSL_LOCKS_EXCLUDED(mutex_);
  // The first of `count` contiguous ids of 32 bits. Errors of NextIds.
  absl::StatusOr<uint32_t> TakeIds(std::string_view counter, uint32_t count) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Left {
    uint64_t next = 0, end = 0;
  };

  WriterQueue& writer_;
  Mutex mutex_;  // held while numbers are taken, so that others wait for the same transaction
  // By counter, whose names are constants.
  std::map<std::string_view, Left> left_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_NUMBER_POOL_H_
