// Timing of several pieces of work for comparison.
#ifndef MUSTER_BENCHMARKS_MEASURE_H_
#define MUSTER_BENCHMARKS_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace muster::benchmarks {

// The medians of several pieces of work, in milliseconds of wall clock, after one uncounted round. Rounds run
// every piece once, so that all of them see the same conditions: caches filled by the others, and the same
// disturbances. Rounds are repeated until each piece took `enough_ms` or all took eight times that together:
// at least 3 times, but only once if one round takes that long.
inline std::vector<double> MediansInTurns(const std::vector<std::function<void()>>& works, double enough_ms) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::vector<double>> taken(works.size());
  double all = 0, least = 0;
  const auto take_turn = [&] {
    all = 0;
    least = enough_ms;
    for (size_t i = 0; i < works.size(); ++i) {
      const Clock::time_point start = Clock::now();
      works[i]();
      taken[i].push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      double sum = 0;
      for (const double each : taken[i]) sum += each;
      all += sum;
      least = std::min(least, sum);
    }
  };
  take_turn();
  const size_t turns = all > 8 * enough_ms ? 1 : 3;
  for (std::vector<double>& each : taken) each.clear();
  do {
    take_turn();
  } while (taken.front().size() < turns ||
           (least < enough_ms && all < 8 * enough_ms && taken.front().size() < 1000));
  std::vector<double> medians;
  for (std::vector<double>& each : taken) {
    std::nth_element(each.begin(), each.begin() + static_cast<ptrdiff_t>(each.size() / 2), each.end());
    medians.push_back(each[each.size() / 2]);
  }
  return medians;
}

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_MEASURE_H_
