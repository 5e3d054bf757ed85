// Runs parts of one answer on several threads.
#ifndef MUSTER_SERVER_ANSWERS_SHARED_WORK_H_
#define MUSTER_SERVER_ANSWERS_SHARED_WORK_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "query/execution/scan_helpers.h"

namespace muster::server {

// Calls `work(i)` once for each i below `count`, on the calling thread and on those that `helpers` (null: none)
// lends. Returns when all calls have returned, whether or not every lent thread has started. Parts begin in
// ascending order.
void ShareWork(size_t count, query::ScanHelpers* helpers, absl::FunctionRef<void(size_t)> work);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SHARED_WORK_H_
