// A token bucket for reset calls.
#ifndef MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_
#define MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_

#include <algorithm>
#include <chrono>

namespace muster::server {

// Holds up to `burst` tokens, one for each reset that is allowed at once, and regains `per_second` of them
// each second. Not thread-safe. A plain value.
class ResetBudget {
 public:
  using Clock = std::chrono::steady_clock;

  ResetBudget(double burst, double per_second) : burst_(burst), per_second_(per_second), tokens_(burst) {}

  // Takes `resets` tokens. False: the budget is exhausted.
  bool Take(int resets) {
    const Clock::time_point now = Clock::now();
    if (last_ != Clock::time_point{})
      tokens_ = std::min(burst_, tokens_ + std::chrono::duration<double>(now - last_).count() * per_second_);
    last_ = now;
    tokens_ -= resets;
    return tokens_ >= 0;
  }
  // The tokens that were taken and are not regained yet: a measure of recent resets. As of the last Take.
  double taken() const { return burst_ - tokens_; }

 private:
  double burst_;
  double per_second_;
  double tokens_;  // below 0: more resets came than were allowed
  Clock::time_point last_ = {};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_
