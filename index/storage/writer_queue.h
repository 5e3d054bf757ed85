// The one writer of an environment, and the order in which it takes work.
#ifndef MUSTER_INDEX_STORAGE_WRITER_QUEUE_H_
#define MUSTER_INDEX_STORAGE_WRITER_QUEUE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/storage/environment.h"

namespace muster::index {

// Earlier classes run first; within a class, tasks run in order of arrival.
enum class WriteClass : uint8_t { kPublish, kMicroBatch, kStaging, kSettle, kSweep };
inline constexpr size_t kWriteClassCount = 5;

// Numbered invariants:
//  1. One thread writes; each turn is one transaction of at most kMaxTouchedPages.
//  2. A turn takes the first task of the first class that has one. Waiting micro-batches share a turn.
//  3. When a shared turn fails, it is undone whole and each of its tasks gets a turn of its own, so that no
//     task fails because of another.
//  4. A caller gets OK only after the commit is durable; after any other status nothing of its task was
//     written.
//
// Every `reader_check` its thread also frees reader slots of processes that died: the pages that they were
// reading could not be reused otherwise.
//
// Thread-safe. Lifetime: the environment outlives it, and it outlives its callers.
class WriterQueue {
 public:
  // Validates, then writes; an error undoes the turn and is returned to the caller. May run more than once
  // (shared turns, a map that was full): whatever it leaves outside the transaction must be that of the last
  // run alone. Runs on the writer's thread, where Run is not allowed.
  using Task = std::function<absl::Status(WriteTransaction&)>;

  explicit WriterQueue(Environment& environment, absl::Duration reader_check = absl::Minutes(1));
  ~WriterQueue();

  // Waits until the task is committed or failed. CANCELLED after Stop.
  absl::Status Run(WriteClass write_class, Task task);
  // Doesn't wait: `done` is called on the writer's thread (or here, after Stop) and must not block.
  void Submit(WriteClass write_class, Task task, std::function<void(const absl::Status&)> done);

  // The same, at the next check of the readers. For work that failed because the disk is full.
  void SubmitLater(WriteClass write_class, Task task, std::function<void(const absl::Status&)> done);

  // Finishes the turn under way and cancels the queued tasks. Afterwards every Run is CANCELLED.
  // Idempotent.
  void Stop();

  Environment& environment() { return environment_; }

 private:
  struct Waiting {
    Task task;
    std::function<void(const absl::Status&)> done;
  };
  void Loop();
  // Waits for the next turn. An empty turn: it is time to check the readers; nullopt: the queue stops.
  std::optional<std::vector<Waiting>> TakeTurn() ABSL_LOCKS_EXCLUDED(mutex_);
  void TakeTurns();
  // Also queues the tasks of SubmitLater.
  void CheckReadersInTime();
  // One transaction for the tasks; repeated once after growing, when the map was full.
  absl::Status WriteTogether(std::vector<Waiting>& tasks);
  absl::Status WriteOnce(std::vector<Waiting>& tasks, bool& map_full);
  // Grows the map while readers run. RESOURCE_EXHAUSTED at its greatest size, or after half a minute.
  absl::Status MustGrow();

  Environment& environment_;
  const std::chrono::steady_clock::duration reader_check_;
  std::chrono::steady_clock::time_point next_reader_check_;  // of the writer's thread alone
  Mutex mutex_;
  CondVar work_;
  std::array<std::deque<Waiting>, kWriteClassCount> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<WriteClass, Waiting>> later_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Mutex stop_mutex_;  // one Stop at a time joins
  std::thread thread_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_WRITER_QUEUE_H_
