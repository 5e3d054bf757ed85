// Stages the pieces of a load on several threads.
#ifndef MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_
#define MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "index/versions/publishing/staged_batch.h"

namespace muster::index {

// Where a load stages. Borrowed.
struct StagingTarget {
  WriterQueue& writer;
  LoadId load;
  NumberPool* numbers = nullptr;  // null: each batch takes its numbers from the counters
  // Takes what is left in the batches at their end, to be written with the publication; null: it is written at
  // once. For small loads.
  std::vector<StagedItem>* held = nullptr;
};

// Calls `stage(i, batch)` for i of 0 … count − 1 on up to `threads` threads, no more than processors, and on one
// if the target holds items. Each thread has a batch of its own, which is flushed at its end: what was staged
// is durable, or held, when this returns OK. The first error ends it.
absl::Status StageTogether(const StagingTarget& target, size_t count, size_t threads,
                           const std::function<absl::Status(size_t, StagedBatch&)>& stage);

// Flushes the batch, or moves its items to those that the target holds.
absl::Status EndBatch(const StagingTarget& target, StagedBatch& batch);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_
