#include "query/execution/node_analysis.h"

#include <chrono>

#include "query/execution/chunk_scan.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

// Nodes of a chunk between two questions to the stop token.
constexpr uint32_t kNodesBetweenChecks = 64;

void Measure(EvalContext& context, NodeIndex node, NodeMeasurement& measurement) {
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

}  // namespace

absl::StatusOr<std::vector<NodeMeasurement>> AnalyseNodes(const Program& program, index::RowSource& source,
                                                          uint32_t fragment_count,
                                                          const ScanOptions& options) {
  ChunkScan scan(program, source, options, nullptr);  // nodes have figures of their own
  std::vector<NodeMeasurement> measurements(program.nodes().size());
  absl::Status stopped;
  const auto visit = [&](EvalContext& context, index::Ordinal) {
    if (!context.HoldsAnybody()) return true;
    for (NodeIndex node = 0; node < measurements.size(); ++node) {
      const bool ask = options.stop != nullptr && node % kNodesBetweenChecks == kNodesBetweenChecks - 1;
      if (ask) stopped = options.stop->Check();
      if (!stopped.ok()) return false;
      Measure(context, node, measurements[node]);
    }
    return true;
  };
  absl::Status status = scan.Run(0, fragment_count, visit);
  if (status.ok()) status = stopped;
  if (!status.ok()) return status;
  return measurements;
}

}  // namespace muster::query
