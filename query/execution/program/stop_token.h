// When a scan is to end early.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_STOP_TOKEN_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_STOP_TOKEN_H_

#include "absl/status/status.h"

namespace muster::query {

// When to stop: asked between chunks; cheap.
class StopToken {
 public:
  virtual ~StopToken() = default;
  // OK to go on, else CANCELLED or DEADLINE_EXCEEDED.
  virtual absl::Status Check() const = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_STOP_TOKEN_H_
