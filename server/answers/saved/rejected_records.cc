#include "server/answers/saved/rejected_records.h"

#include <algorithm>
#include <chrono>

namespace muster::server {
namespace {

constexpr std::chrono::seconds kBetweenSweeps(15);

}  // namespace

RejectedRecords::RejectedRecords(std::function<absl::Time()> clock, uint64_t disk_bytes_max)
    : clock_(std::move(clock)), disk_bytes_max_(disk_bytes_max), sweeper_([this] { Run(); }) {}

RejectedRecords::~RejectedRecords() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  wake_.NotifyAll();
  sweeper_.join();
}

// What was taken out is destroyed without the lock: it frees files.
void RejectedRecords::Begin(const Key& key, Kept kept) {
  Loads old;
  Kept former;
  MutexLock lock(mutex_);
  Load& load = loads_[key];
  former = std::exchange(load.kept, std::move(kept));
  load.ended = absl::InfiniteFuture();
  old = TakeOld();
}

void RejectedRecords::End(const Key& key, const Kept& kept) {
  Loads old;
  MutexLock lock(mutex_);
  const auto found = loads_.find(key);
  if (found != loads_.end() && found->second.kept == kept) found->second.ended = clock_();
  old = TakeOld();
}

RejectedRecords::Kept RejectedRecords::Find(const Key& key) {
  Loads old;
  MutexLock lock(mutex_);
  old = TakeOld();
  const auto found = loads_.find(key);
  return found == loads_.end() ? nullptr : found->second.kept;
}

size_t RejectedRecords::size() const {
  MutexLock lock(mutex_);
  return loads_.size();
}

RejectedRecords::Loads::iterator RejectedRecords::Oldest() {
  return std::min_element(loads_.begin(), loads_.end(),
                          [](const auto& a, const auto& b) { return a.second.ended < b.second.ended; });
}

RejectedRecords::Loads RejectedRecords::TakeOld() {
  const absl::Time now = clock_();
  uint64_t bytes = 0;
  for (const auto& [key, load] : loads_) bytes += load.kept->disk_bytes();
  Loads old;
  while (!loads_.empty()) {
    const auto oldest = Oldest();
    const bool open = oldest->second.ended == absl::InfiniteFuture();
    const bool lasts = now - oldest->second.ended <= kKept;
    if (open || (lasts && bytes <= disk_bytes_max_ && loads_.size() <= kLoadsMax)) break;
    bytes -= std::min(bytes, oldest->second.kept->disk_bytes());
    old.insert(loads_.extract(oldest));
  }
  return old;
}

void RejectedRecords::Run() {
  while (true) {
    Loads old;
    MutexLock lock(mutex_);
    const auto next = std::chrono::steady_clock::now() + kBetweenSweeps;
    while (!ending_ && wake_.WaitUntil(mutex_, next)) {
    }
    if (ending_) return;
    old = TakeOld();
  }
}

}  // namespace muster::server
