#include "index/loading/staging/stage_together.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>
#include <vector>

#include "index/concurrency/mutex.h"

namespace muster::index {
namespace {

// The most numbers of stores and edges that a thread takes in one turn.
constexpr size_t kNumbersAtOnceMax = 256;

}  // namespace

absl::Status EndBatch(const StagingTarget& target, StagedBatch& batch) {
  if (target.held == nullptr) return batch.Flush();
  std::vector<StagedItem> items = batch.TakeItems();
  target.held->insert(target.held->end(), std::make_move_iterator(items.begin()),
                      std::make_move_iterator(items.end()));
  return absl::OkStatus();
}

absl::Status StageTogether(const StagingTarget& target, size_t count, size_t threads,
                           const std::function<absl::Status(size_t, StagedBatch&)>& stage) {
  const size_t processors = std::max<size_t>(1, std::thread::hardware_concurrency());
  threads = std::min({count, threads, target.held == nullptr ? processors : 1});
  if (threads == 0) return absl::OkStatus();
  const auto numbers_at_once = static_cast<uint32_t>(std::min(count / threads + 1, kNumbersAtOnceMax));
  std::atomic<size_t> next{0};
  Mutex mutex;
  absl::Status first_error;
  const auto run = [&] {
    StagedBatch batch(target.writer, target.load, numbers_at_once, target.numbers);
    absl::Status done;
    for (size_t i = next++; i < count && done.ok(); i = next++) done = stage(i, batch);
    if (done.ok()) done = EndBatch(target, batch);
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
