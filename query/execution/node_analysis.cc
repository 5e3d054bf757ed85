#include "query/execution/node_analysis.h"

#include <chrono>
#include <utility>

#include "index/status/status_macros.h"
#include "query/execution/parallel_scan.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

class AnalysisSink {
 public:
  static constexpr bool kOneThread = true;  // the thread whose time is measured

  explicit AnalysisSink(size_t nodes) : measurements_(nodes) {}

  bool Add(EvalContext& context, index::Ordinal) {
    if (!context.HoldsAnybody()) return true;
    for (NodeIndex node = 0; node < measurements_.size(); ++node) {
      if (context.Stopped()) return false;
      Measure(context, node, measurements_[node]);
    }
    return true;
  }

  std::vector<NodeMeasurement> Take() && { return std::move(measurements_); }

 private:
  static void Measure(EvalContext& context, NodeIndex node, NodeMeasurement& measurement) {
    using Clock = std::chrono::steady_clock;
    const uint64_t bytes_before = context.bytes_read();
    const Clock::time_point start = Clock::now();
    measurement.members += CountNode(context, node, measurement.ways);
    const std::chrono::nanoseconds elapsed = Clock::now() - start;
    measurement.nanoseconds += static_cast<uint64_t>(elapsed.count());
    const uint64_t bytes = context.bytes_read() - bytes_before;
    measurement.bytes_read += bytes;
    ++(bytes > 0 ? measurement.chunks_scanned : measurement.chunks_skipped);
  }

  std::vector<NodeMeasurement> measurements_;
};

}  // namespace

absl::StatusOr<std::vector<NodeMeasurement>> AnalyseNodes(const ScanJob& job) {
  AnalysisSink sink(job.program.nodes().size());
  absl::Status status = ParallelScan(job, sink, nullptr);  // each node has its own statistics
  RETURN_IF_ERROR(status);
  return std::move(sink).Take();
}

}  // namespace muster::query
