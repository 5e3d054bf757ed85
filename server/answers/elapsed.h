// Measures how long a step took, for answers that report it.
#ifndef MUSTER_SERVER_ANSWERS_ELAPSED_H_
#define MUSTER_SERVER_ANSWERS_ELAPSED_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace muster::server {

// Never negative, even if the clock was set back.
inline uint64_t MicrosSince(absl::Time start) {
  return static_cast<uint64_t>(std::max<int64_t>(absl::ToInt64Microseconds(absl::Now() - start), 0));
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_ELAPSED_H_
