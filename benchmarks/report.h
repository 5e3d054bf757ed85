// The results of a benchmark run, for people and for programs.
#ifndef MUSTER_BENCHMARKS_REPORT_H_
#define MUSTER_BENCHMARKS_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::benchmarks {

// One workload at one size. Times are medians in milliseconds; absent if not measured.
struct Figure {
  std::string name;
  uint64_t members = 0;
  uint32_t threads = 1;
  std::optional<double> muster_ms, croaring_ms, flat_ms, muster_each_ms;
  uint64_t answer = 0;  // the count or the sum
  uint64_t chunks_touched = 0;
  uint64_t chunks = 0;
  uint64_t bytes_read = 0;
  uint64_t bytes_allocated = 0;  // the peak, in the very first evaluation
};

// A table on stdout; each figure is printed as it is added.
class Report {
 public:
  void Add(Figure figure);
  // Merges the figures into the file of other benchmarks; see bench_json.h.
  absl::Status WriteJson(const std::string& path) const;

 private:
  void PrintHead() const;

  std::vector<Figure> figures_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_REPORT_H_
