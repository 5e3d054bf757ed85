// What the services share.
#ifndef MUSTER_SERVER_SERVICES_SERVICE_CONTEXT_H_
#define MUSTER_SERVER_SERVICES_SERVICE_CONTEXT_H_

#include "absl/time/time.h"
#include "index/population/database.h"
#include "server/admission/call_limit.h"
#include "server/admission/load_memory.h"
#include "server/admission/request_memory.h"
#include "server/admission/worker_pool.h"
#include "server/services/event_log.h"
#include "server/services/value_listings.h"
#include "server/wire/page_token.h"

namespace muster::server {

// Borrowed parts, each thread-safe. Lifetime: all outlive the services.
struct ServiceContext {
  index::Database& database;
  WorkerPool& workers;
  const Tokens& tokens;
  ValueListings& value_listings;
  CallLimit& open_loads;                // streams of LoadRecords
  CallLimit& open_streams;              // streams of StreamMembers
  absl::Duration load_lease;            // how long the client of an open load may be silent
  LoadMemory& load_memory;              // of all open loads
  absl::Duration load_memory_patience;  // how long a load waits for its share
  RequestMemory& request_memory;        // of all other calls' requests
  EventLog& events;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_SERVICE_CONTEXT_H_
