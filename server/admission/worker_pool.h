// The server's own bounded threads: where calls do their work, so that gRPC's threads never block. A small
// count may be answered by the thread that received it, while no call waits behind it (invariant 7).
//
// Invariants:
//   1. At most `queue_length` admitted tasks wait in each lane; one more is refused at once rather than
//   answered late.
//   2. Long questions and loads together never run on the last worker: a short question waits for other short
//   ones alone, however many of those there are.
//   3. Loads leave one worker more: a long question is never stuck behind loads.
//   4. While several lanes wait, workers take from them in turn; so do long questions and loads between
//   themselves, whatever short questions come in between.
//   5. A scan borrows a worker only while three are idle: one is left for a short question, and one for
//   the next call.
//   6. A call that was admitted is carried to its end: its later steps (Resume) are never refused before
//   Join.
//   7. A call is answered where it arrived, by no thread of the pool, only while no short question waits, and
//   while fewer than `at_once` others are: a thread of the transport is left, which reads what arrives and
//   queues it here, where it is counted.
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

// One less than gRPC 1.51 has threads for callbacks: half as many as there are processors, two at least and
// 16 at most. With other numbers nothing goes wrong, but calls may wait in gRPC's queue for some
// milliseconds.
int AtOnceBeside(int processors);
// Of this machine.
int DefaultAtOnce();

struct WorkerPoolOptions {
  int at_once = DefaultAtOnce();  // calls that are answered where they arrived at the same time, at least 1
  int threads = 3;                // at least 3: for short questions, for long ones, and for loads
  size_t queue_length =
      1'024;  // admitted tasks that wait, per lane; beyond, a client waits longer than it would for a retry
};

// What happened since the start, and what is so now. A call is admitted, overloaded or refused, once.
struct WorkerPoolCounters {
  uint64_t admitted = 0;    // taken by Submit or EnterAtOnce, and not sent away by Defer
  uint64_t overloaded = 0;  // refused because the queue was full
  uint64_t refused = 0;     // refused because the server shuts down
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
  // Admits a call that the calling thread answers itself, in a moment; LeaveAtOnce says when it has. False
  // when it is for Submit: others wait already or as many as may be are answered so, or admission has
  // stopped. Never blocks.
  bool EnterAtOnce();
  void LeaveAtOnce();
  // Queues a call that Submit or EnterAtOnce admitted anew, in another lane. RESOURCE_EXHAUSTED when that
  // lane's queue is full: the call then counts as refused, no longer as admitted. Never blocks. REQUIRES:
  // before Join returns.
  absl::Status Defer(Lane lane, Task task);
  // Queues a later step of a call that Submit admitted. Never refused and never blocks. REQUIRES: before Join
  // returns.
  void Resume(Lane lane, Task task);

  bool Borrow(Task work) override;
  bool IsWanted() const override;

  // From now on Submit refuses; what was admitted goes on.
  void StopAdmission();
  // Tells the calls that are still at work to end (CallStop); StopAdmission, and the time that they were
  // given, come before.
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
  // Waits for a task that may run now. False when the pool ends.
  bool Take(Taken& taken);
  size_t Queued() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the lane's queue has room; counts a refusal.
  absl::Status CheckRoom(Lane lane) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int Running(Lane lane) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return running_[static_cast<size_t>(lane)];
  }
  int Running() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The lanes in the order in which the next task is looked for.
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
