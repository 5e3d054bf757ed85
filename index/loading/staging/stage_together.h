// Stages the pieces of a load on several threads.
#ifndef MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_
#define MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "index/versions/publishing/staged_batch.h"

namespace muster::index {

// Calls `stage(i, batch)` for i of 0 … count − 1 on up to `threads` threads, and no more than processors. Each thread has a batch of
// its own, which is flushed at its end: what was staged is durable when this returns OK. The first error ends
// it.
absl::Status StageTogether(WriterQueue& writer, LoadId load, size_t count, size_t threads,
                           const std::function<absl::Status(size_t, StagedBatch&)>& stage);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_STAGE_TOGETHER_H_
