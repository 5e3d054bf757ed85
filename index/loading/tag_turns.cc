#include "index/loading/tag_turns.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// How often a waiting load asks its budget.
constexpr std::chrono::milliseconds kBetweenChecks(20);

// REQUIRES: both ascend.
bool Meet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (auto one = a.begin(), other = b.begin(); one != a.end() && other != b.end();) {
    const int order = one->compare(*other);
    if (order == 0) return true;
    order < 0 ? ++one : ++other;
  }
  return false;
}

}  // namespace

TagTurns::Turn::~Turn() {
  MutexLock lock(turns_.mutex_);
  turns_.loads_.erase(place_);
  turns_.ended_.NotifyAll();
}

bool TagTurns::MustWait(Turn::Place place) const {
  return std::any_of(loads_.begin(), place,
                     [place](const std::vector<std::string>& earlier) { return Meet(earlier, *place); });
}

absl::StatusOr<std::unique_ptr<TagTurns::Turn>> TagTurns::Take(std::vector<std::string> tags,
                                                               const WorkBudget& budget) {
  std::sort(tags.begin(), tags.end());
  std::unique_ptr<Turn> turn;  // destroyed after the lock
  MutexLock lock(mutex_);
  loads_.push_back(std::move(tags));
  turn.reset(new Turn(*this, std::prev(loads_.cend())));
  absl::Status wanted;
  while (wanted.ok() && MustWait(turn->place_)) {
    ended_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kBetweenChecks);
    wanted = budget.Check();
  }
  if (wanted.ok()) return turn;
  return wanted;
}

}  // namespace muster::index
