#include "index/storage/writer_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"

namespace muster::index {
namespace {

// Micro-batches in one turn.
constexpr size_t kMaxShared = 32;
// How long one attempt to grow the map waits for readers.
constexpr absl::Duration kGrowPatience = absl::Milliseconds(300);
// Attempts when the map must grow; readers pass in between for as long.
constexpr int kGrowAttempts = 50;

// The queue whose thread this is.
thread_local const WriterQueue* queue_of_this_thread = nullptr;

absl::Status Stopped() {
  return absl::CancelledError("the server is shutting down; try again when it is back");
}

}  // namespace

WriterQueue::WriterQueue(Environment& environment, absl::Duration reader_check)
    : environment_(environment),
      reader_check_(absl::ToChronoNanoseconds(reader_check)),
      next_reader_check_(std::chrono::steady_clock::now() + reader_check_),
      thread_([this] { Loop(); }) {}

WriterQueue::~WriterQueue() { Stop(); }

void WriterQueue::Submit(WriteClass write_class, Task task, std::function<void(const absl::Status&)> done) {
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      waiting_[static_cast<size_t>(write_class)].push_back({std::move(task), std::move(done)});
      work_.NotifyOne();
      return;
    }
  }
  done(Stopped());
}

void WriterQueue::SubmitLater(WriteClass write_class, Task task,
                              std::function<void(const absl::Status&)> done) {
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      later_.emplace_back(write_class, Waiting{std::move(task), std::move(done)});
      return;
    }
  }
  done(Stopped());
}

absl::Status WriterQueue::Run(WriteClass write_class, Task task) {
  if (queue_of_this_thread == this) {
    return absl::InternalError("a write task must not wait for another one");
  }
  Mutex mutex;
  CondVar ended;
  bool has_ended = false;
  absl::Status result;
  Submit(write_class, std::move(task), [&](const absl::Status& status) {
    MutexLock lock(mutex);
    result = status;
    has_ended = true;
    ended.NotifyOne();
  });
  MutexLock lock(mutex);
  while (!has_ended) ended.Wait(mutex);
  return result;
}

void WriterQueue::Stop() {
  MutexLock one_at_a_time(stop_mutex_);
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    work_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

std::optional<std::vector<WriterQueue::Waiting>> WriterQueue::TakeTurn() {
  std::vector<Waiting> turn;
  MutexLock lock(mutex_);
  while (!stopping_) {
    for (size_t i = 0; i < kWriteClassCount && turn.empty(); ++i) {
      const size_t at_most = i == static_cast<size_t>(WriteClass::kMicroBatch) ? kMaxShared : 1;
      while (!waiting_[i].empty() && turn.size() < at_most) {
        turn.push_back(std::move(waiting_[i].front()));
        waiting_[i].pop_front();
      }
    }
    if (!turn.empty() || !work_.WaitUntil(mutex_, next_reader_check_)) return turn;
  }
  return std::nullopt;
}

void WriterQueue::CheckReadersInTime() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_reader_check_) return;
  environment_.CheckReaders();
  next_reader_check_ = now + reader_check_;
  MutexLock lock(mutex_);
  for (auto& [write_class, waiting] : later_) {
    waiting_[static_cast<size_t>(write_class)].push_back(std::move(waiting));
  }
  later_.clear();
}

void WriterQueue::TakeTurns() {
  while (std::optional<std::vector<Waiting>> turn = TakeTurn()) {
    CheckReadersInTime();
    if (turn->empty()) continue;
    const absl::Status together = WriteTogether(*turn);
    if (together.ok() || turn->size() == 1) {
      for (Waiting& waiting : *turn) waiting.done(together);
      continue;
    }
    for (Waiting& waiting : *turn) {
      std::vector<Waiting> alone;
      alone.push_back(std::move(waiting));
      const absl::Status status = WriteTogether(alone);
      alone.front().done(status);
    }
  }
}

void WriterQueue::Loop() {
  queue_of_this_thread = this;
  TakeTurns();
  std::vector<Waiting> left;
  {
    MutexLock lock(mutex_);
    for (std::deque<Waiting>& waiting : waiting_) {
      for (Waiting& one : waiting) left.push_back(std::move(one));
      waiting.clear();
    }
    for (auto& [write_class, one] : later_) left.push_back(std::move(one));
    later_.clear();
  }
  for (Waiting& waiting : left) waiting.done(Stopped());
}

absl::Status WriterQueue::WriteTogether(std::vector<Waiting>& tasks) {
  // Growing early saves a failed attempt. Its failure is ignored: the write itself reports what is wrong.
  (void)environment_.Grow(false, kGrowPatience);
  bool map_full = false;
  absl::Status first = WriteOnce(tasks, map_full);
  if (first.ok() || !map_full) return first;
  RETURN_IF_ERROR(MustGrow());
  return WriteOnce(tasks, map_full);
}

absl::Status WriterQueue::MustGrow() {
  for (int attempt = 0; attempt < kGrowAttempts; ++attempt) {
    if (attempt > 0) absl::SleepFor(kGrowPatience);
    ASSIGN_OR_RETURN(const bool grown, environment_.Grow(true, kGrowPatience));
    if (grown) return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("the map of ", environment_.directory(),
                   " could not grow, because it was read all the time; try again"));
}

absl::Status WriterQueue::WriteOnce(std::vector<Waiting>& tasks, bool& map_full) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, environment_.BeginWrite());
  FaultPoint("storage/turn_begins");
  absl::Status status;
  for (Waiting& waiting : tasks) {
    status = waiting.task(transaction);
    if (!status.ok()) break;
  }
  if (status.ok()) status = transaction.Commit();
  map_full = transaction.map_full_;
  return status;
}

}  // namespace muster::index
