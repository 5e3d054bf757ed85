// The server's bounded set of threads. Calls do their work here, so that gRPC's threads never block. A small
// count may be answered by the thread that received it, while no call is queued behind it (invariant 7).
//
// Invariants:
//   1. Each lane queues at most `queue_length` admitted tasks; a further one is refused at once rather than
//   answered late.
//   2. Long questions and loads together never occupy the last worker: a short question waits only for other
//   short ones.
//   3. Loads leave one more worker free: a long question never waits for loads alone.
//   4. While several lanes have tasks queued, workers take from them in turn. Long questions and loads also
//   alternate between themselves, whatever short questions come in between.
//   5. A scan borrows a worker only while three are idle: one is left for a short question, and one for
//   the next call.
//   6. An admitted call is carried to its end: its later steps (Resume) are never refused before
//   Join.
//   7. A call is answered on the transport's thread only while no short question is queued and fewer than
//   `at_once` others are answered so: at least one transport thread stays free to read what arrives and queue
//   it here, where it is counted.
#ifndef MUSTER_SERVER_ADMISSION_WORKER_POOL_H_
#define MUSTER_SERVER_ADMISSION_WORKER_POOL_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "index/concurrency/mutex.h"
#include "query/execution/scan_helpers.h"

namespace muster::server {

// What a task is for.
enum class Lane : uint8_t {
  kQuestion = 0,      // questions and the catalogue: milliseconds
  kLongQuestion = 1,  // questions that may take longer
  kLoad = 2,          // feeding and committing loads: may take long
};
inline constexpr size_t kLanes = 3;

// The default of `at_once` for `processors` processors: one less than the threads that gRPC 1.51 has for
// callbacks, which are half as many as processors, at least 2 and at most 16. Another number is safe, but
// calls may wait in gRPC's queue for some milliseconds.
int AtOnceBeside(int processors);
// The same for this machine.
int DefaultAtOnce();

struct WorkerPoolOptions {
  int at_once = DefaultAtOnce();  // calls answered at once on transport threads at the same time, at least 1
  int threads = 3;                // at least 3: one each for short questions, long questions and loads
  size_t queue_length =
      1'024;  // admitted tasks queued per lane; beyond this, waiting would take a client longer than a retry
};

// Counts since the start, and the state now. Each call counts once, as admitted, overloaded or refused.
struct WorkerPoolCounters {
  uint64_t admitted = 0;    // taken by Submit or EnterAtOnce, and not refused by Defer
  uint64_t overloaded = 0;  // refused because the queue was full
  uint64_t refused = 0;     // refused because the server is shutting down
  uint64_t borrowed = 0;    // workers lent to scans
  uint64_t finished = 0;    // tasks that ran to their end, resumed and borrowed ones included
  uint64_t at_once = 0;     // calls taken by EnterAtOnce
  size_t waiting = 0;
  size_t running = 0;  // tasks, and calls between EnterAtOnce and LeaveAtOnce
};

// Thread-safe. Lifetime: outlives every call; the destructor joins.
class WorkerPool : public query::ScanHelpers {
 public:
  using Task = std::function<void()>;

  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues the first step of a call. RESOURCE_EXHAUSTED when the lane's queue is full, UNAVAILABLE after
  // StopAdmission; the task is then dropped unrun. Never blocks.
  absl::Status Submit(Lane lane, Task task);
  // Admits a call that the calling thread answers itself, within a moment; LeaveAtOnce ends it. False: use
  // Submit, since others are queued, `at_once` calls are being answered, or admission has stopped. Never
  // blocks.
  bool EnterAtOnce();
  void LeaveAtOnce();
  // Queues a call again, admitted by Submit or EnterAtOnce, in another lane. RESOURCE_EXHAUSTED when that
  // lane's queue is full: the call then counts as refused, no longer as admitted. Never blocks. REQUIRES:
  // before Join returns.
  absl::Status Defer(Lane lane, Task task);
  // Queues a later step of a call that Submit admitted. Never refused and never blocks. REQUIRES: before Join
  // returns.
  void Resume(Lane lane, Task task);

  bool Borrow(Task work) override;
  bool IsWanted() const override;

  // Makes Submit refuse from now on; admitted calls continue.
  void StopAdmission();
  // Makes calls that are still working end (CallStop). To be called after StopAdmission and the drain
  // time.
  void EndCalls() { ending_calls_.store(true, std::memory_order_relaxed); }
  const std::atomic<bool>& ending() const { return ending_calls_; }
  // StopAdmission, then runs what is queued (resumed steps included) and ends the threads. Idempotent, one
  // caller at a time.
  void Join();

  WorkerPoolCounters counters() const;
  int threads() const { return options_.threads; }

 private:
  struct Taken {
    Lane lane;
    Task task;
  };

  void Work();
  // Waits for a task that may run now. False: the pool is ending.
  bool Take(Taken& taken);
  size_t Queued() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the lane's queue has room; counts a refusal.
  absl::Status CheckRoom(Lane lane) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int Running(Lane lane) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return running_[static_cast<size_t>(lane)];
  }
  int Running() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The lanes, in the order in which the next task is sought.
  std::array<Lane, kLanes> Turns() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayRun(Lane lane) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::deque<Task>& QueueOf(Lane lane) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return queues_[static_cast<size_t>(lane)];
  }

  const WorkerPoolOptions options_;
  std::atomic<bool> ending_calls_{false};
  mutable Mutex mutex_;
  CondVar wake_;
  std::array<std::deque<Task>, kLanes> queues_ ABSL_GUARDED_BY(mutex_);
  std::array<int, kLanes> running_ ABSL_GUARDED_BY(mutex_) = {};
  int at_once_ ABSL_GUARDED_BY(mutex_) = 0;  // calls between EnterAtOnce and LeaveAtOnce
  bool last_was_short_ ABSL_GUARDED_BY(mutex_) = false;
  Lane last_long_ ABSL_GUARDED_BY(mutex_) = Lane::kLoad;
  bool admitting_ ABSL_GUARDED_BY(mutex_) = true;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  WorkerPoolCounters counters_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_WORKER_POOL_H_
