// The loop over windows, fragments and chunks that every scan runs, with one thread's scratch memory.
#ifndef MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_
#define MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_source.h"
#include "index/status/status_macros.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"
#include "query/execution/program/view_sources.h"
#include "query/execution/program/window_rows.h"
#include "query/execution/scan.h"

namespace muster::query {

// The most fragments of rows resolved at once: about 28 MiB per scan. A list of 65,536 values still gets
// windows of 8 fragments.
inline constexpr size_t kMaxResolvedFragments = size_t{1} << 19;

inline uint32_t WindowFragments(const Program& program, const ScanOptions& options) {
  const size_t affordable = kMaxResolvedFragments / program.rows().size();
  const size_t wanted = std::clamp<size_t>(options.window_fragments, 1, index::kMaxWindowFragments);
  return static_cast<uint32_t>(std::clamp<size_t>(affordable, 1, wanted));
}

inline const Kernels& KernelsOf(const ScanOptions& options) {
  return options.kernels != nullptr ? *options.kernels : BestKernels();
}

// A window of the row sources that ends with its scope.
class Window {
 public:
  explicit Window(ViewSources& sources) : sources_(sources) {}
  ~Window() { sources_.EndWindow(); }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

 private:
  ViewSources& sources_;
};

// Not thread-safe; the constructor's arguments outlive it.
//
// A sink (see parallel_scan.h) receives each chunk by `bool Add(EvalContext& context, Ordinal first)`: the
// context has entered the chunk, and `first` is the chunk's first ordinal. A sink that passes results on must
// check the context's status first.
class ChunkScan {
 public:
  ChunkScan(const Program& program, ViewSources& sources, const ScanOptions& options)
      : program_(program),
        sources_(sources),
        options_(options),
        rows_(program),
        context_(program, KernelsOf(options), rows_, options.budget, options.ids) {}

  // Passes the chunks of the fragments to the sink, ascending, until it returns false.
  template <typename Sink>
  absl::Status Run(FragmentRange fragments, Sink& sink) {
    const uint32_t window_fragments = WindowFragments(program_, options_);
    uint32_t first = fragments.first;
    while (!ended_ && first < fragments.end) {
      const uint32_t count = std::min(window_fragments, fragments.end - first);
      absl::Status status = sources_.BeginWindow(first, count);
      RETURN_IF_ERROR(status);
      const Window window(sources_);
      status = rows_.Resolve(sources_, first, count, options_.budget);
      for (uint32_t i = 0; i < count && !ended_ && status.ok(); ++i) status = RunFragment(first, i, sink);
      RETURN_IF_ERROR(status);
      first += count;
    }
    return absl::OkStatus();
  }

  // Whether the sink returned false.
  bool ended() const { return ended_; }
  // The statistics so far.
  const ScanStatistics& statistics() const { return statistics_; }

 private:
  template <typename Sink>
  absl::Status RunFragment(uint32_t window_first, uint32_t fragment_of_window, Sink& sink) {
    rows_.EnterFragment(fragment_of_window);
    const index::Ordinal first_ordinal = index::FirstOrdinalOf(window_first + fragment_of_window);
    for (uint32_t chunk = 0; chunk < index::kChunksPerFragment && !ended_; ++chunk) {
      if (options_.budget != nullptr) {
        RETURN_IF_ERROR(options_.budget->Check());
      }
      const uint64_t bytes_before = context_.bytes_read();
      const index::Ordinal first = first_ordinal + index::Ordinal{chunk} * index::kChunkOrdinals;
      context_.Enter(chunk, first);
      ended_ = !sink.Add(context_, first);
      RETURN_IF_ERROR(context_.status());
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
  ViewSources& sources_;
  const ScanOptions options_;
  ScanStatistics statistics_;
  WindowRows rows_;
  EvalContext context_;
  bool ended_ = false;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_CHUNK_SCAN_H_
