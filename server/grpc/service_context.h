// What the gRPC services share.
#ifndef MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_
#define MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_

#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "server/admission/call_limit.h"
#include "server/admission/load_memory.h"
#include "server/admission/request_memory.h"
#include "server/admission/worker_pool.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// References to the parts of the server, each thread-safe. Lifetime: all outlive the services.
struct ServiceContext {
  AnswerContext answers;
  WorkerPool& workers;
  CallLimit& open_loads;                // streams of LoadRecords and LoadList
  CallLimit& open_streams;              // streams of StreamMembers
  absl::Duration load_lease;            // how long an open load's client may stay silent
  LoadMemory& load_memory;              // shared by all open loads
  absl::Duration load_memory_patience;  // how long a load may wait for its share
  RequestMemory& request_memory;        // for the requests of all other calls
};

// The caller of a gRPC call. A plain value.
struct Caller {
  explicit Caller(const grpc::CallbackServerContext& call) : principal{call.peer()} {}

  // The context of one turn of the call. Lifetime: this Caller outlives it.
  CallContext With(WorkBudget& budget, query::ScanHelpers* helpers = nullptr) const {
    return {.principal = principal, .budget = budget, .helpers = helpers};
  }

  Principal principal;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_SERVICE_CONTEXT_H_
