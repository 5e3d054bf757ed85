#include "server/admission/worker_pool.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::server {
namespace {

WorkerPoolOptions Checked(WorkerPoolOptions options) {
  options.threads = std::max(options.threads, 3);
  options.queue_length = std::max<size_t>(options.queue_length, 1);
  options.at_once = std::max(options.at_once, 1);
  return options;
}

}  // namespace

int AtOnceBeside(int processors) {
  constexpr int kLeastTransportThreads = 2;
  constexpr int kMostTransportThreads = 16;
  return std::clamp(processors / 2, kLeastTransportThreads, kMostTransportThreads) - 1;
}

int DefaultAtOnce() { return AtOnceBeside(static_cast<int>(std::thread::hardware_concurrency())); }

WorkerPool::WorkerPool(WorkerPoolOptions options) : options_(Checked(options)) {
  threads_.reserve(static_cast<size_t>(options_.threads));
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() { Join(); }

absl::Status WorkerPool::Submit(Lane lane, Task task) {
  {
    MutexLock lock(mutex_);
    if (!admitting_) {
      ++counters_.refused;
      return absl::UnavailableError(
          "The server is shutting down: try again when it is back, or ask another one.");
    }
    RETURN_IF_ERROR(CheckRoom(lane));
    ++counters_.admitted;
    QueueOf(lane).push_back(std::move(task));
  }
  wake_.NotifyOne();  // without the lock, which the woken thread takes first; the pool outlives gRPC's calls
  return absl::OkStatus();
}

bool WorkerPool::EnterAtOnce() {
  MutexLock lock(mutex_);
  if (!admitting_ || at_once_ >= options_.at_once || !QueueOf(Lane::kQuestion).empty()) return false;
  ++counters_.admitted;
  ++counters_.at_once;
  ++at_once_;
  return true;
}

void WorkerPool::LeaveAtOnce() {
  MutexLock lock(mutex_);
  --at_once_;
}

absl::Status WorkerPool::Defer(Lane lane, Task task) {
  MutexLock lock(mutex_);
  if (absl::Status status = CheckRoom(lane); !status.ok()) {
    --counters_.admitted;  // it now counts as refused
    return status;
  }
  QueueOf(lane).push_back(std::move(task));
  wake_.NotifyOne();
  return absl::OkStatus();
}

absl::Status WorkerPool::CheckRoom(Lane lane) {
  if (QueueOf(lane).size() < options_.queue_length) return absl::OkStatus();
  ++counters_.overloaded;
  return absl::ResourceExhaustedError(absl::StrCat("The server is overloaded: ", options_.queue_length,
                                                   " requests are waiting already; try again in a moment."));
}

void WorkerPool::Resume(Lane lane, Task task) {
  MutexLock lock(mutex_);
  QueueOf(lane).push_back(std::move(task));
  wake_.NotifyOne();
}

bool WorkerPool::Borrow(Task work) {
  MutexLock lock(mutex_);
  const size_t taken = static_cast<size_t>(Running()) + Queued();
  if (ending_ || taken + 3 > static_cast<size_t>(options_.threads)) return false;
  ++counters_.borrowed;
  QueueOf(Lane::kLongQuestion).push_back(std::move(work));
  wake_.NotifyOne();
  return true;
}

bool WorkerPool::IsWanted() const {
  MutexLock lock(mutex_);
  return Queued() > 0;
}

size_t WorkerPool::Queued() const {
  size_t queued = 0;
  for (const std::deque<Task>& queue : queues_) queued += queue.size();
  return queued;
}

int WorkerPool::Running() const { return std::accumulate(running_.begin(), running_.end(), 0); }

void WorkerPool::StopAdmission() {
  MutexLock lock(mutex_);
  admitting_ = false;
}

void WorkerPool::Join() {
  {
    MutexLock lock(mutex_);
    admitting_ = false;
    ending_ = true;
    wake_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

WorkerPoolCounters WorkerPool::counters() const {
  MutexLock lock(mutex_);
  WorkerPoolCounters counters = counters_;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    counters.waiting += queues_[lane].size();
    counters.running += static_cast<size_t>(running_[lane]);
  }
  counters.running += static_cast<size_t>(at_once_);
  return counters;
}

bool WorkerPool::MayRun(Lane lane) const {
  if (queues_[static_cast<size_t>(lane)].empty()) return false;
  if (lane == Lane::kQuestion) return true;
  if (lane == Lane::kLoad && Running(Lane::kLoad) >= options_.threads - 2) return false;
  return Running(Lane::kLongQuestion) + Running(Lane::kLoad) < options_.threads - 1;
}

// Long questions and loads alternate separately: with a single turn for all three lanes, short questions that
// arrive between every two long tasks would give the second turn to the same lane each time.
std::array<Lane, kLanes> WorkerPool::Turns() const {
  const bool load_first = last_long_ == Lane::kLongQuestion;
  const Lane first = load_first ? Lane::kLoad : Lane::kLongQuestion;
  const Lane second = load_first ? Lane::kLongQuestion : Lane::kLoad;
  if (last_was_short_) return {first, second, Lane::kQuestion};
  return {Lane::kQuestion, first, second};
}

bool WorkerPool::Take(Taken& taken) {
  MutexLock lock(mutex_);
  for (;;) {
    for (const Lane lane : Turns()) {
      if (!MayRun(lane)) continue;
      taken = {lane, std::move(QueueOf(lane).front())};
      QueueOf(lane).pop_front();
      ++running_[static_cast<size_t>(lane)];
      last_was_short_ = lane == Lane::kQuestion;
      if (!last_was_short_) last_long_ = lane;
      return true;
    }
    // While loads are queued, their threads wait here. The pool ends only when nothing is queued or running,
    // because running tasks may still be resumed.
    if (ending_ && Running() == 0 && Queued() == 0) {
      wake_.NotifyAll();
      return false;
    }
    wake_.Wait(mutex_);
  }
}

void WorkerPool::Work() {
  Taken taken;
  while (Take(taken)) {
    taken.task();
    taken.task = nullptr;  // releases what it holds before the task counts as finished
    MutexLock lock(mutex_);
    --running_[static_cast<size_t>(taken.lane)];
    ++counters_.finished;
    // The end of a long task may allow another one to run on a sleeping thread; the end of the last task ends
    // the pool.
    if ((taken.lane != Lane::kQuestion && Queued() > 0) || ending_) wake_.NotifyAll();
  }
}

}  // namespace muster::server
