#include "query/execution/scan.h"

#include <algorithm>

#include "query/execution/chunk_scan.h"
#include "query/execution/kernels/chunk_ordinals.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/conjunction.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

// A chunk whose roots are counted one by one may take long.
constexpr uint32_t kCountsBetweenChecks = 64;

void AddSumOfRoot(EvalContext& context, const ProgramNode& number, NumberSum& sum) {
  RegisterScope scope(context.registers());
  Conjunction conjunction(context, scope.Take());
  if (!conjunction.TakeUp(context.program().conjunction_of(0), Asked::kSet)) return;
  FusedOperands::Room room;
  if (const FusedOperands* const waiting = conjunction.waiting()) {
    return AddSum(context, number, waiting->Waiting(room), sum);
  }
  const index::ChunkView selected = conjunction.Finish(Asked::kSet).set;
  if (selected.form == index::ChunkForm::kEmpty) return;
  if (selected.form == index::ChunkForm::kArray) return AddSumOfList(context, number, selected, sum);
  RegisterScope widened(context.registers());
  const uint8_t* const bitset = AsBitset(context, selected, widened);
  AddSum(context, number, {&bitset, 1, 0}, sum);
}

}  // namespace

struct CountScan::State {
  State(const Program& program, index::RowSource& source, const ScanOptions& options_in)
      : options(options_in), totals(program.roots().size()), scan(program, source, options, &statistics) {}
  // Counts one chunk; false when the stop token said so.
  bool AddChunk(EvalContext& context) {
    for (uint32_t root = 0; root < totals.size(); ++root) {
      totals[root] += CountRoot(context, root);
      const bool ask = options.stop != nullptr && root % kCountsBetweenChecks == kCountsBetweenChecks - 1;
      if (ask) stopped = options.stop->Check();
      if (!stopped.ok()) return false;
    }
    return true;
  }

  const ScanOptions options;
  std::vector<uint64_t> totals;
  ScanStatistics statistics;
  absl::Status stopped;
  ChunkScan scan;
};

CountScan::CountScan(const Program& program, index::RowSource& source, const ScanOptions& options)
    : state_(std::make_unique<State>(program, source, options)) {}
CountScan::~CountScan() = default;

absl::Status CountScan::Add(FragmentRange fragments) {
  const auto visit = [this](EvalContext& context, index::Ordinal) { return state_->AddChunk(context); };
  absl::Status status = state_->scan.Run(fragments.first, fragments.end, visit);
  return status.ok() ? state_->stopped : status;
}

const std::vector<uint64_t>& CountScan::totals() const { return state_->totals; }
const ScanStatistics& CountScan::statistics() const { return state_->statistics; }

absl::StatusOr<std::vector<uint64_t>> ScanCounts(const Program& program, index::RowSource& source,
                                                 FragmentRange fragments, const ScanOptions& options,
                                                 ScanStatistics* statistics) {
  CountScan scan(program, source, options);
  absl::Status status = scan.Add(fragments);
  if (statistics != nullptr) *statistics = scan.statistics();  // of what was done until then
  if (!status.ok()) return status;
  return scan.totals();
}

absl::StatusOr<uint64_t> ScanCount(const Program& program, index::RowSource& source, uint32_t fragment_count,
                                   const ScanOptions& options, ScanStatistics* statistics) {
  absl::StatusOr<std::vector<uint64_t>> counts =
      ScanCounts(program, source, {0, fragment_count}, options, statistics);
  if (!counts.ok()) return counts.status();
  return counts->front();
}

absl::StatusOr<NumberSum> ScanSum(const Program& program, NodeIndex number, index::RowSource& source,
                                  uint32_t fragment_count, const ScanOptions& options,
                                  ScanStatistics* statistics) {
  NumberSum sum;
  ChunkScan scan(program, source, options, statistics);
  const auto visit = [&](EvalContext& context, index::Ordinal) {
    AddSumOfRoot(context, program.node(number), sum);
    return true;
  };
  absl::Status status = scan.Run(0, fragment_count, visit);
  if (!status.ok()) return status;
  return sum;
}

absl::Status ScanMembers(const Program& program, index::RowSource& source, uint32_t fragment_count,
                         index::Ordinal from, const ScanOptions& options,
                         const std::function<bool(absl::Span<const index::Ordinal>)>& sink,
                         ScanStatistics* statistics) {
  ChunkScan scan(program, source, options, statistics);
  if (from >= index::FirstOrdinalOf(fragment_count)) return absl::OkStatus();
  std::vector<index::Ordinal> batch(index::kChunkOrdinals);
  const auto visit = [&](EvalContext& context, index::Ordinal first) {
    if (first + index::kChunkOrdinals <= from) return true;
    RegisterScope scope(context.registers());
    const index::ChunkView selected = SelectRoot(context, 0, scope);
    if (!context.status().ok()) return false;
    const uint32_t count = WriteOrdinals(selected, first, batch.data());
    absl::Span<const index::Ordinal> members(batch.data(), count);
    if (first < from) {
      const auto* begin = std::lower_bound(members.begin(), members.end(), from);
      members = members.subspan(static_cast<size_t>(begin - members.begin()));
    }
    return members.empty() || sink(members);
  };
  return scan.Run(index::FragmentOf(from), fragment_count, visit);
}

}  // namespace muster::query
