#include "query/execution/scan.h"

#include <algorithm>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/chunk_ordinals.h"
#include "query/execution/kernels.h"
#include "query/execution/program.h"
#include "query/execution/window_rows.h"

namespace muster::query {
namespace {

// Fragments of rows that are resolved at once, at most: about 16 MiB a scan. A list of 65,536 values still
// gets windows of 8 fragments.
constexpr size_t kMaxResolvedFragments = size_t{1} << 19;

// A chunk whose roots or nodes are counted one by one may take long.
constexpr uint32_t kCountsBetweenChecks = 64;

uint32_t WindowFragments(const Program& program, const ScanOptions& options) {
  const size_t affordable = kMaxResolvedFragments / program.rows().size();
  const size_t wanted = std::clamp<size_t>(options.window_fragments, 1, index::kMaxWindowFragments);
  return static_cast<uint32_t>(std::clamp<size_t>(affordable, 1, wanted));
}

// A window that ends with its scope.
class Window {
 public:
  explicit Window(index::RowSource& source) : source_(source) {}
  ~Window() { source_.EndWindow(); }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

 private:
  index::RowSource& source_;
};

// One scan's scratch and its walk over the chunks.
class ChunkScan {
 public:
  ChunkScan(const Program& program, index::RowSource& source, const ScanOptions& options,
            ScanStatistics& statistics)
      : program_(program),
        source_(source),
        options_(options),
        statistics_(statistics),
        rows_(program),
        evaluator_(program, options.kernels != nullptr ? *options.kernels : BestKernels(), rows_, options.stop) {}

  // Calls `visit(evaluator, first ordinal)` for each chunk of fragments [first, end) until it answers
  // false.
  template <typename Visit>
  absl::Status Run(uint32_t first, uint32_t end, Visit visit) {
    const uint32_t window_fragments = WindowFragments(program_, options_);
    bool wanted = true;
    while (wanted && first < end) {
      const uint32_t count = std::min(window_fragments, end - first);
      absl::Status status = source_.BeginWindow(first, count);
      if (!status.ok()) return status;
      const Window window(source_);
      status = rows_.Resolve(source_, first, count, options_.stop);
      for (uint32_t i = 0; i < count && wanted && status.ok(); ++i)
        status = RunFragment(first, i, visit, wanted);
      if (!status.ok()) return status;
      first += count;
    }
    return absl::OkStatus();
  }

 private:
  template <typename Visit>
  absl::Status RunFragment(uint32_t window_first, uint32_t fragment_of_window, Visit& visit, bool& wanted) {
    rows_.EnterFragment(fragment_of_window);
    const index::Ordinal first_ordinal = index::FirstOrdinalOf(window_first + fragment_of_window);
    for (uint32_t chunk = 0; chunk < index::kChunksPerFragment && wanted; ++chunk) {
      if (options_.stop != nullptr) {
        absl::Status status = options_.stop->Check();
        if (!status.ok()) return status;
      }
      const uint64_t bytes_before = evaluator_.bytes_read();
      evaluator_.Enter(chunk);
      wanted = visit(evaluator_, first_ordinal + index::Ordinal{chunk} * index::kChunkOrdinals);
      if (!evaluator_.status().ok()) return evaluator_.status();
      if (!rows_.status().ok()) return rows_.status();
      const uint64_t bytes = evaluator_.bytes_read() - bytes_before;
      statistics_.bytes_read += bytes;
      ++(bytes > 0 ? statistics_.chunks_scanned : statistics_.chunks_skipped);
    }
    return absl::OkStatus();
  }

  const Program& program_;
  index::RowSource& source_;
  const ScanOptions& options_;
  ScanStatistics& statistics_;
  WindowRows rows_;
  ChunkEvaluator evaluator_;
};

}  // namespace

absl::StatusOr<std::vector<uint64_t>> ScanCounts(const Program& program, index::RowSource& source,
                                                 FragmentRange fragments, const ScanOptions& options,
                                                 ScanStatistics* statistics) {
  ScanStatistics unasked;
  ScanStatistics& filled = statistics != nullptr ? *statistics : unasked;
  filled = ScanStatistics{};
  if (options.count_nodes) filled.node_counts.resize(program.nodes().size());
  std::vector<uint64_t> totals(program.roots().size());
  absl::Status stopped;
  ChunkScan scan(program, source, options, filled);
  const auto visit = [&](ChunkEvaluator& evaluator, index::Ordinal) {
    for (uint32_t root = 0; root < totals.size() && stopped.ok(); ++root) {
      totals[root] += evaluator.Count(root);
      const bool ask = options.stop != nullptr && root % kCountsBetweenChecks == kCountsBetweenChecks - 1;
      if (ask) stopped = options.stop->Check();
    }
    for (NodeIndex node = 0; node < filled.node_counts.size() && stopped.ok(); ++node) {
      filled.node_counts[node] += evaluator.CountNode(node);
      const bool ask = options.stop != nullptr && node % kCountsBetweenChecks == kCountsBetweenChecks - 1;
      if (ask) stopped = options.stop->Check();
    }
    return stopped.ok();
  };
  absl::Status status = scan.Run(fragments.first, fragments.end, visit);
  if (status.ok()) status = stopped;
  if (!status.ok()) return status;
  return totals;
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
  ScanStatistics unasked;
  ScanStatistics& filled = statistics != nullptr ? *statistics : unasked;
  filled = ScanStatistics{};
  NumberSum sum;
  ChunkScan scan(program, source, options, filled);
  const auto visit = [&](ChunkEvaluator& evaluator, index::Ordinal) {
    evaluator.AddSum(program.node(number), sum);
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
  ScanStatistics unasked;
  ScanStatistics& filled = statistics != nullptr ? *statistics : unasked;
  filled = ScanStatistics{};
  if (from >= index::FirstOrdinalOf(fragment_count)) return absl::OkStatus();
  std::vector<index::Ordinal> batch(index::kChunkOrdinals);
  ChunkScan scan(program, source, options, filled);
  const auto visit = [&](ChunkEvaluator& evaluator, index::Ordinal first) {
    if (first + index::kChunkOrdinals <= from) return true;
    const uint32_t count = WriteOrdinals(evaluator.Select(0), first, batch.data());
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
