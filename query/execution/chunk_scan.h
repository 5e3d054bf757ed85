// The walk over windows, fragments and chunks that every scan does, and its scratch.
#ifndef MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_
#define MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_source.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"
#include "query/execution/program/window_rows.h"
#include "query/execution/scan.h"

namespace muster::query {

// Fragments of rows that are resolved at once, at most: about 28 MiB a scan. A list of 65,536 values still
// gets windows of 8 fragments.
inline constexpr size_t kMaxResolvedFragments = size_t{1} << 19;

inline uint32_t WindowFragments(const Program& program, const ScanOptions& options) {
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

// One scan's scratch and its walk over the chunks. Not thread-safe; what it was given outlives it.
class ChunkScan {
 public:
  // `statistics` (may be null) is emptied, and filled by Run.
  ChunkScan(const Program& program, index::RowSource& source, const ScanOptions& options,
            ScanStatistics* statistics)
      : program_(program),
        source_(source),
        options_(options),
        statistics_(statistics != nullptr ? *statistics : unasked_),
        rows_(program),
        context_(program, kernels(), rows_, options.stop) {
    statistics_ = ScanStatistics{};
  }
  const Kernels& kernels() const { return options_.kernels != nullptr ? *options_.kernels : BestKernels(); }

  // Calls `visit(context, first ordinal)` for each chunk of fragments [first, end) until it answers
  // false. A visit that hands anything on looks at the context's status before.
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
      const uint64_t bytes_before = context_.bytes_read();
      context_.Enter(chunk);
      wanted = visit(context_, first_ordinal + index::Ordinal{chunk} * index::kChunkOrdinals);
      if (!context_.status().ok()) return context_.status();
      const uint64_t bytes = context_.bytes_read() - bytes_before;
      statistics_.bytes_read += bytes;
      if (bytes > 0) {
        ++statistics_.chunks_scanned;
      } else if (context_.HoldsAnybody()) {
        ++statistics_.chunks_skipped;
      }
    }
    return absl::OkStatus();
  }

  const Program& program_;
  index::RowSource& source_;
  const ScanOptions& options_;
  ScanStatistics unasked_;
  ScanStatistics& statistics_;
  WindowRows rows_;
  EvalContext context_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_
