// Caches the sets of nodes that several others use: each is evaluated once per chunk.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_SHARED_RESULTS_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_SHARED_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/program.h"

namespace muster::query {

struct SharedResult {
  uint64_t stamp = 0;
  index::ChunkView set;
  uint32_t occupied = kAllParts;  // parts that may be non-empty
};

// Not thread-safe. After the first chunks nothing is allocated.
class SharedResults {
 public:
  explicit SharedResults(const Program& program) {
    if (program.has_shared_nodes()) results_.resize(program.nodes().size());
  }

  // REQUIRES: the program shares the node.
  SharedResult& Of(NodeIndex node) { return results_[node]; }
  bool IsKnown(const SharedResult& result) const { return result.stamp == stamp_; }
  void MakeKnown(SharedResult& result) const { result.stamp = stamp_; }
  // A register that stays taken until the results are forgotten.
  ChunkRegister& Take() {
    if (taken_ == registers_.size()) registers_.push_back(std::make_unique<ChunkRegister>());
    return *registers_[taken_++];
  }
  // Discards the results; they are evaluated again when needed. REQUIRES: none of their sets is in use.
  void Forget() {
    taken_ = 0;
    ++stamp_;
  }
  // Call between two roots: discards the results if they take more than 32 MiB.
  void ForgetSome() {
    if (taken_ > kMaxRegisters) Forget();
  }

 private:
  static constexpr size_t kMaxRegisters = 4096;

  std::vector<SharedResult> results_;  // by node; empty where no node is shared
  std::vector<std::unique_ptr<ChunkRegister>> registers_;
  size_t taken_ = 0;  // of those
  uint64_t stamp_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_SHARED_RESULTS_H_
