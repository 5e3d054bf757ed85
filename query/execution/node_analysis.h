// What each node of a program costs and holds: EXPLAIN. Counts never come through here, so they pay nothing
// for it.
#ifndef MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_
#define MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/execution/program/chunk_way.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"

namespace muster::query {

// Of one node with all that is below it, evaluated alone and cut to everyone. The figures of operands don't
// add up to their node's: within it they may be cut short, looked up or fused into one pass.
struct NodeMeasurement {
  uint64_t members = 0;         // of everyone
  uint64_t chunks_scanned = 0;  // as in ScanStatistics
  uint64_t chunks_skipped = 0;
  uint64_t bytes_read = 0;
  uint64_t nanoseconds = 0;  // by a steady clock, one thread
  WayCounts ways{};          // its own, not its operands'; not of chunks without a member
};

// One for each node of the program, in order. In one pass of the calling thread, chunk by chunk and node
// after node: a node finds in the processor's cache what a node before it has read of the chunk. Errors as
// scan.h says.
absl::StatusOr<std::vector<NodeMeasurement>> AnalyseNodes(const ScanJob& job);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NODE_ANALYSIS_H_
