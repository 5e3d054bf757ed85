// Serve runs after every change, and grants each waiting request that fits, oldest first. If a load then
// holds memory without waiting, it will end or change its share, which runs Serve again. Otherwise no load
// can ever proceed by itself, and refusing the newest one is the only way to free memory.
#include "server/admission/load_memory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace muster::server {

LoadMemory::Share::Share(LoadMemory& memory)
    : memory_(memory), number_([&memory] {
        MutexLock lock(memory.mutex_);
        return ++memory.last_number_;
      }()) {}

LoadMemory::Share::~Share() {
  MutexLock lock(memory_.mutex_);
  const auto mine = memory_.holders_.find(number_);
  if (mine == memory_.holders_.end()) return;
  memory_.held_ -= mine->second.bytes;
  memory_.holders_.erase(mine);
  memory_.Serve();
}

bool LoadMemory::Share::TryTake(uint64_t bytes) {
  MutexLock lock(memory_.mutex_);
  return memory_.TryTake(number_, bytes);
}

bool LoadMemory::Share::TryTakeFair(uint64_t bytes) {
  MutexLock lock(memory_.mutex_);
  const size_t sharing = memory_.holders_.size() + (memory_.Find(number_) == nullptr ? 1 : 0);
  return bytes <= memory_.budget_ / (sharing + 1) && memory_.TryTake(number_, bytes);
}

absl::Status LoadMemory::Share::Ask(uint64_t bytes, Told told) {
  if (bytes > memory_.budget_) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the load needs ", (bytes >> 20) + 1, " MiB of memory at once, and all loads together have ",
        memory_.budget_ >> 20, " MiB: start the server with a larger --load-memory"));
  }
  MutexLock lock(memory_.mutex_);
  if (withdrawn_) return absl::CancelledError("the load was withdrawn before it asked for memory");
  Holder& mine = memory_.holders_[number_];
  mine.asked = bytes;
  mine.told = std::move(told);
  memory_.Serve();
  return absl::OkStatus();
}

void LoadMemory::Share::Settle(uint64_t bytes) {
  MutexLock lock(memory_.mutex_);
  if (bytes == 0 && memory_.Find(number_) == nullptr) return;
  memory_.SetBytes(memory_.holders_[number_], bytes);
  memory_.Serve();
}

bool LoadMemory::Share::Withdraw() {
  MutexLock lock(memory_.mutex_);
  withdrawn_ = true;
  Holder* const mine = memory_.Find(number_);
  return mine != nullptr && std::exchange(mine->told, nullptr) != nullptr;
}

uint64_t LoadMemory::held_bytes() const {
  MutexLock lock(mutex_);
  return held_;
}

size_t LoadMemory::sharing() const {
  MutexLock lock(mutex_);
  return holders_.size();
}

bool LoadMemory::TryTake(uint64_t number, uint64_t bytes) {
  if (const Holder* const held = Find(number); bytes <= (held == nullptr ? 0 : held->bytes)) return true;
  Holder& mine = holders_[number];
  if (!Fits(mine, bytes)) return false;
  SetBytes(mine, bytes);
  return true;
}

LoadMemory::Holder* LoadMemory::Find(uint64_t number) {
  const auto found = holders_.find(number);
  return found == holders_.end() ? nullptr : &found->second;
}

bool LoadMemory::Fits(const Holder& holder, uint64_t bytes) const {
  return held_ - holder.bytes + bytes <= budget_;
}

void LoadMemory::SetBytes(Holder& holder, uint64_t bytes) {
  held_ = held_ - holder.bytes + bytes;
  holder.bytes = bytes;
}

void LoadMemory::Serve() {
  Holder* newest = nullptr;
  bool some_proceed = false;  // a load that holds memory works, and will give it back
  for (auto& [number, holder] : holders_) {
    if (holder.told == nullptr) {
      some_proceed |= holder.bytes > 0;
      continue;
    }
    if (Fits(holder, holder.asked)) {
      SetBytes(holder, holder.asked);
      std::exchange(holder.told, nullptr)(absl::OkStatus());
      some_proceed = true;
    } else {
      newest = &holder;
    }
  }
  if (some_proceed || newest == nullptr) return;
  // The refused load's share is given back when it ends, and Serve runs again.
  std::exchange(newest->told, nullptr)(absl::ResourceExhaustedError(absl::StrCat(
      "all open loads wait for memory, of which they have ", budget_ >> 20,
      " MiB together, and this one is the newest: load it again when others have ended, or start "
      "the server with a larger --load-memory")));
}

}  // namespace muster::server
