// How long something takes, for people who compare.
#ifndef MUSTER_BENCHMARKS_MEASURE_H_
#define MUSTER_BENCHMARKS_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <vector>

namespace muster::benchmarks {

// The median of a few runs, in milliseconds of wall clock, after one that isn't counted. Runs are repeated
// until they took `enough_ms` together: at least 3 times; a run longer than `enough_ms` is taken once more
// only.
template <typename Run>
double MedianMilliseconds(const Run& run, double enough_ms = 600) {
  using Clock = std::chrono::steady_clock;
  const auto timed = [&] {
    const Clock::time_point start = Clock::now();
    run();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  };
  const size_t least = timed() > enough_ms ? 1 : 3;
  std::vector<double> taken;
  double sum = 0;
  while (taken.size() < least || (sum < enough_ms && taken.size() < 1000)) {
    taken.push_back(timed());
    sum += taken.back();
  }
  std::nth_element(taken.begin(), taken.begin() + taken.size() / 2, taken.end());
  return taken[taken.size() / 2];
}

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_MEASURE_H_
