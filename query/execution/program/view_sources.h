// The row sources of one thread: one for each view that a program reads.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_VIEW_SOURCES_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_VIEW_SOURCES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "index/bitmap/row_source.h"
#include "query/execution/program/program.h"
#include "query/tree/set_ref.h"

namespace muster::query {

// Makes a row source of a view for one thread; called by several threads at once. `first`: the thread's
// source of view 0, whose windows enclose those of the others; null when view 0 itself is requested.
using RowSourceMaker =
    std::function<std::unique_ptr<index::RowSource>(ViewIndex view, index::RowSource* first)>;

// The sources of all views of a program, whose windows advance together. Not thread-safe; the data that the
// sources read outlives it.
class ViewSources {
 public:
  ViewSources(const Program& program, const RowSourceMaker& make);

  // RowSource::BeginWindow on all sources; after an error none has a window.
  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count);
  void EndWindow() { EndWindows(order_.size()); }

  // REQUIRES: the program reads the view.
  index::RowSource& Of(ViewIndex view) const { return *by_view_[view]; }

 private:
  // Ends the windows of the first `count` sources.
  void EndWindows(size_t count);

  std::vector<std::unique_ptr<index::RowSource>> by_view_;  // null: the program doesn't read the view
  std::vector<index::RowSource*> order_;                    // view 0 first
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_VIEW_SOURCES_H_
