#include "index/loading/staging/stage_together.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "index/concurrency/mutex.h"

namespace muster::index {
namespace {

// The most numbers of stores and edges that a thread takes in one turn.
constexpr size_t kNumbersAtOnceMax = 256;

}  // namespace

absl::Status StageTogether(WriterQueue& writer, LoadId load, size_t count, size_t threads,
                           const std::function<absl::Status(size_t, StagedBatch&)>& stage) {
  const size_t processors = std::max(1u, std::thread::hardware_concurrency());
  threads = std::min({count, threads, processors});
  if (threads == 0) return absl::OkStatus();
  const auto numbers_at_once = static_cast<uint32_t>(std::min(count / threads + 1, kNumbersAtOnceMax));
  std::atomic<size_t> next{0};
  Mutex mutex;
  absl::Status first_error;
  const auto run = [&] {
    StagedBatch batch(writer, load, numbers_at_once);
    absl::Status done;
    for (size_t i = next++; i < count && done.ok(); i = next++) done = stage(i, batch);
    if (done.ok()) done = batch.Flush();
    if (done.ok()) return;
    next = count;
    MutexLock lock(mutex);
    if (first_error.ok()) first_error = done;
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
  return first_error;
}

}  // namespace muster::index
