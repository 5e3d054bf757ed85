#include "query/execution/scan.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "query/execution/kernels/chunk_ordinals.h"
#include "query/execution/parallel_scan.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

// Counts by root.
class CountSink {
 public:
  static constexpr bool kOneThread = false;

  explicit CountSink(size_t roots) : totals_(roots) {}

  bool Add(EvalContext& context, index::Ordinal) {
    totals_[0] += CountRoot(context, 0);
    for (uint32_t root = 1; root < totals_.size(); ++root) {
      if (context.Stopped()) return false;
      totals_[root] += CountRoot(context, root);
    }
    return true;
  }
  void Merge(CountSink&& other) {
    for (size_t root = 0; root < totals_.size(); ++root) totals_[root] += other.totals_[root];
  }

  std::vector<uint64_t> Take() && { return std::move(totals_); }

 private:
  std::vector<uint64_t> totals_;
};

// Lists the members of the first root, from an ordinal on.
class OrderedMembers {
 public:
  static constexpr bool kOneThread = true;  // keeps the order

  OrderedMembers(index::Ordinal from, const MemberSink& sink)
      : from_(from), sink_(sink), batch_(index::kChunkOrdinals) {}

  bool Add(EvalContext& context, index::Ordinal first) {
    if (first + index::kChunkOrdinals <= from_) return true;
    RegisterScope scope(context.registers());
    const index::ChunkView selected = SelectRoot(context, 0, scope);
    if (!context.status().ok()) return false;
    const uint32_t count = WriteOrdinals(selected, first, batch_.data());
    absl::Span<const index::Ordinal> members(batch_.data(), count);
    if (first < from_) {
      const auto* begin = std::lower_bound(members.begin(), members.end(), from_);
      members = members.subspan(static_cast<size_t>(begin - members.begin()));
    }
    return members.empty() || sink_(members);
  }

 private:
  const index::Ordinal from_;
  const MemberSink& sink_;
  std::vector<index::Ordinal> batch_;
};

}  // namespace

absl::StatusOr<std::vector<uint64_t>> ScanCounts(const ScanJob& job, ScanStatistics* statistics) {
  CountSink sink(job.program.roots().size());
  RETURN_IF_ERROR(ParallelScan(job, sink, statistics));
  return std::move(sink).Take();
}

absl::StatusOr<uint64_t> ScanCount(const ScanJob& job, ScanStatistics* statistics) {
  ASSIGN_OR_RETURN(std::vector<uint64_t> counts, ScanCounts(job, statistics));
  return counts.front();
}

absl::Status ScanMembers(const ScanJob& job, index::Ordinal from, const MemberSink& sink,
                         ScanStatistics* statistics) {
  if (from >= index::FirstOrdinalOf(job.fragments.end)) {
    if (statistics != nullptr) *statistics = {};
    return absl::OkStatus();
  }
  ScanJob rest = job;
  rest.fragments.first = std::max(job.fragments.first, index::FragmentOf(from));
  OrderedMembers members(from, sink);
  return ParallelScan(rest, members, statistics);
}

}  // namespace muster::query
