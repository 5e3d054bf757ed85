#include "server/admission/call_limit.h"

#include <vector>

#include "absl/strings/str_cat.h"

namespace muster::server {

absl::StatusOr<CallLimit::Ticket> CallLimit::Enter(std::shared_ptr<HeldCall> call) {
  MutexLock lock(mutex_);
  if (static_cast<int>(places_.size()) - given_up_ >= limit_ && !MakeRoom()) {
    return absl::ResourceExhaustedError(absl::StrCat("The server is overloaded: ", limit_, " ", what_,
                                                     " are open already; try again when one has ended."));
  }
  places_.emplace(++last_, Place{.call = std::move(call)});
  return Ticket(this, last_);
}

bool CallLimit::MakeRoom() {
  // A call may resume work before End reaches it; then the next candidate is tried.
  for (size_t tried = 0; tried < places_.size(); ++tried) {
    Place* longest = nullptr;
    absl::Duration waited = kIdleBeforeEnd;
    for (auto& [number, place] : places_) {
      if (place.given_up || place.call == nullptr || place.call->blocked_for() < waited) continue;
      waited = place.call->blocked_for();
      longest = &place;
    }
    if (longest == nullptr) return false;
    const absl::Status why = absl::AbortedError(
        absl::StrCat("The call was given up, because its client kept it waiting for ",
                     absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1))),
                     " while others waited for one of the server's ", limit_, " places for ", what_,
                     ": nothing was changed; do it again without pauses."));
    if (longest->call->End(why)) {
      longest->given_up = true;
      ++given_up_;
      return true;
    }
  }
  return false;
}

void CallLimit::EndWaiting(const absl::Status& why) {
  std::vector<std::shared_ptr<HeldCall>> calls;
  {
    MutexLock lock(mutex_);
    for (const auto& [number, place] : places_) {
      if (place.call != nullptr) calls.push_back(place.call);
    }
  }
  for (const std::shared_ptr<HeldCall>& call : calls) call->End(why);
}

int CallLimit::open() const {
  MutexLock lock(mutex_);
  return static_cast<int>(places_.size());
}

void CallLimit::Leave(uint64_t number) {
  MutexLock lock(mutex_);
  const auto place = places_.find(number);
  if (place == places_.end()) return;
  if (place->second.given_up) --given_up_;
  places_.erase(place);
}

}  // namespace muster::server
