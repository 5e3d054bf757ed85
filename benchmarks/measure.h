// How long something takes, for people who compare.
#ifndef MUSTER_BENCHMARKS_MEASURE_H_
#define MUSTER_BENCHMARKS_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace muster::benchmarks {

// The medians of several pieces of work, in milliseconds of wall clock, after a turn that isn't counted. They
// are done in turns, so that all of them meet the same machine: its caches hold what the others left there,
// and who else disturbs it disturbs all. Turns are repeated until each took `enough_ms` or they took eight
// times that together: at least 3 times, but once where one turn takes that long.
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
