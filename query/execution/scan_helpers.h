// Threads that a scan may borrow.
#ifndef MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_
#define MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_

#include <functional>

namespace muster::query {

// Thread-safe.
class ScanHelpers {
 public:
  virtual ~ScanHelpers() = default;
  // Calls `work` on a spare thread, now or soon; false when there is none to spare. Never blocks.
  virtual bool Borrow(std::function<void()> work) = 0;
  // Whether a thread is wanted elsewhere: a borrowed one then goes back after its window.
  virtual bool IsWanted() const = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SCAN_HELPERS_H_
