#include "query/execution/program/view_sources.h"

namespace muster::query {

ViewSources::ViewSources(const Program& program, const RowSourceMaker& make) {
  by_view_.resize(program.views().back() + 1);
  for (const ViewIndex view : program.views()) {
    by_view_[view] = make(view, order_.empty() ? nullptr : order_.front());
    order_.push_back(by_view_[view].get());
  }
}

absl::Status ViewSources::BeginWindow(uint32_t first_fragment, uint32_t count) {
  for (size_t i = 0; i < order_.size(); ++i) {
    absl::Status begun = order_[i]->BeginWindow(first_fragment, count);
    if (!begun.ok()) {
      EndWindows(i);
      return begun;
    }
  }
  return absl::OkStatus();
}

void ViewSources::EndWindows(size_t count) {
  while (count > 0) order_[--count]->EndWindow();
}

}  // namespace muster::query
