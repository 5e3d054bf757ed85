// The uses of the pages of one state of an environment.
#ifndef MUSTER_INDEX_STORAGE_PAGES_PAGE_USES_H_
#define MUSTER_INDEX_STORAGE_PAGES_PAGE_USES_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "index/storage/pages/page_bits.h"

namespace muster::index {

// A page belongs to one tree, to one large value, or to the list of free pages. A page with two uses is
// damage that no checksum shows: LMDB would write new data over a page that is in use. Filled by
// TreeGuard::CountPageUses. Not thread-safe.
struct PageUses {
  // `problem` is called for each page with a second use, and for each that can't be read. `go_on` is called
  // now and then; false ends the count.
  PageUses(size_t file_bytes_max, std::function<void(const absl::Status&)> problem_found,
           std::function<bool()> may_go_on)
      : used(file_bytes_max),
        free(file_bytes_max),
        problem(std::move(problem_found)),
        go_on(std::move(may_go_on)) {}

  PageBits used, free;
  uint64_t pages = 0;  // with a use, or free
  std::function<void(const absl::Status&)> problem;
  std::function<bool()> go_on;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_PAGE_USES_H_
