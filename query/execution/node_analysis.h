// Measures the costs and counts of each node of a program, for EXPLAIN. Ordinary counts don't use this, so it
// costs them nothing.
#ifndef MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_
#define MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/execution/program/chunk_way.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"

namespace muster::query {

// The figures of one node with its whole subtree, evaluated alone and restricted to everyone. The figures of
// operands don't add up to their node's, where they may be cut short, looked up or fused into one pass.
struct NodeMeasurement {
  uint64_t members = 0;         // of everyone
  uint64_t chunks_scanned = 0;  // as in ScanStatistics
  uint64_t chunks_skipped = 0;
  uint64_t bytes_read = 0;
  uint64_t nanoseconds = 0;  // by a steady clock, one thread
  WayCounts ways{};          // of the node itself, not its operands; chunks without a member excluded
};

// One measurement for each node of the program, in order. Runs on the calling thread in one pass, chunk by
// chunk and node by node, so a node finds what earlier nodes read of the chunk in the processor's cache.
// Errors as in scan.h.
absl::StatusOr<std::vector<NodeMeasurement>> AnalyseNodes(const ScanJob& job);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_
