// What the services share.
#ifndef MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_
#define MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_

#include <chrono>

#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "server/admission/call_limit.h"
#include "server/admission/load_memory.h"
#include "server/admission/request_memory.h"
#include "server/admission/worker_pool.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Borrowed parts, each thread-safe. Lifetime: all outlive the services.
struct ServiceContext {
  AnswerContext answers;
  WorkerPool& workers;
  CallLimit& open_loads;                // streams of LoadRecords
  CallLimit& open_streams;              // streams of StreamMembers
  absl::Duration load_lease;            // how long the client of an open load may be silent
  LoadMemory& load_memory;              // of all open loads
  absl::Duration load_memory_patience;  // how long a load waits for its share
  RequestMemory& request_memory;        // of all other calls' requests
};

// Who makes a gRPC call, and until when the answer is waited for. A plain value.
struct Caller {
  explicit Caller(const grpc::CallbackServerContext& call)
      : principal{call.peer()},
        deadline(call.deadline() == std::chrono::system_clock::time_point::max()
                     ? absl::InfiniteFuture()
                     : absl::FromChrono(call.deadline())) {}

  // The call in one turn, which the caller outlives.
  CallContext With(WorkBudget& budget, query::ScanHelpers* helpers = nullptr) const {
    return {.principal = principal, .budget = budget, .deadline = deadline, .helpers = helpers};
  }

  Principal principal;
  absl::Time deadline;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_
