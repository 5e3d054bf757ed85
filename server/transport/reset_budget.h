// A token bucket for reset calls.
#ifndef MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_
#define MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_

#include <algorithm>
#include <chrono>

namespace muster::server {

// Allows `at_once` resets in a burst, replenished at `a_second` per second. Not thread-safe. A plain value.
class ResetBudget {
 public:
  using Clock = std::chrono::steady_clock;

  ResetBudget(double at_once, double a_second) : at_once_(at_once), a_second_(a_second), left_(at_once) {}

  // Takes `resets` tokens. False: the budget is exhausted.
  bool Take(int resets) {
    const Clock::time_point now = Clock::now();
    if (last_ != Clock::time_point{})
      left_ = std::min(at_once_, left_ + std::chrono::duration<double>(now - last_).count() * a_second_);
    last_ = now;
    left_ -= resets;
    return left_ >= 0;
  }
  // The tokens in use: how many resets were recent.
  double taken() const { return at_once_ - left_; }

 private:
  double at_once_;
  double a_second_;
  double left_;
  Clock::time_point last_ = {};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_RESET_BUDGET_H_
