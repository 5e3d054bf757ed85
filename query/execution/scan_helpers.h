// Spare threads for scans.
#ifndef MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_
#define MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_

#include <functional>

namespace muster::query {

// Thread-safe.
class ScanHelpers {
 public:
  virtual ~ScanHelpers() = default;
  // Runs `work` on a spare thread, now or soon; false if there is none. Never blocks.
  virtual bool Borrow(std::function<void()> work) = 0;
  // Whether other work needs a thread: a borrowed one then returns after its window.
  virtual bool IsWanted() const = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_
