// A running server: starts database, workers, services and gRPC in the right order, and stops them in
// reverse.
#ifndef MUSTER_SERVER_LIFECYCLE_RUNNING_SERVER_H_
#define MUSTER_SERVER_LIFECYCLE_RUNNING_SERVER_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "index/population/database.h"
#include "server/admission/call_limit.h"
#include "server/admission/load_memory.h"
#include "server/admission/request_memory.h"
#include "server/admission/worker_pool.h"
#include "server/answers/value_listings.h"
#include "server/grpc/admin_service.h"
#include "server/grpc/catalog_service.h"
#include "server/grpc/list_service.h"
#include "server/grpc/load_service.h"
#include "server/grpc/query_service.h"
#include "server/grpc/segment_service.h"
#include "server/grpc/service_context.h"
#include "server/log/event_log.h"
#include "server/transport/acceptor.h"
#include "server/transport/connections.h"
#include "server/transport/listening.h"
#include "server/wire/page_token.h"

namespace grpc {
class Server;
}

namespace muster::server {

struct ServingOptions {
  std::string listen = "127.0.0.1:0";  // or unix:PATH; port 0 takes a free one
  WorkerPoolOptions workers;
  int max_open_loads = 64;  // each holds a message of at most 16 MiB beside its share of load_memory_bytes
  int max_open_streams = 1'000;  // together these hold some 130 MiB of ordinals and messages
  absl::Duration load_lease = index::kLoadLease;
  uint64_t load_memory_bytes = uint64_t{1} << 30;  // shared by all open loads
  absl::Duration load_memory_patience = absl::Seconds(60);
  uint64_t request_memory_bytes = uint64_t{64} << 20;  // shared by the requests of all other calls
  EventLog::Sink log;                                  // null: nothing is written
  ConnectionLimits connections;
  Connections::Report report = [](const std::string&) {};  // receives lines for the log
  // Seals page tokens and receipts. A random key makes them invalid after a restart.
  std::string token_key = NewTokenKey();
};

// Thread-safe, except Shutdown, which one thread calls. Owns the database, which closes last.
class RunningServer {
 public:
  // Serves `database` with health and reflection. UNAVAILABLE, one sentence, when nothing can listen on the
  // address; the database is closed then.
  static absl::StatusOr<std::unique_ptr<RunningServer>> Start(std::unique_ptr<index::Database> database,
                                                              const ServingOptions& options);
  // The same on a port bound earlier (ListeningSockets::Bind); options.listen is ignored.
  static absl::StatusOr<std::unique_ptr<RunningServer>> Start(std::unique_ptr<index::Database> database,
                                                              const ServingOptions& options,
                                                              ListeningSockets bound);
  // Shuts down at once if Shutdown was not called.
  ~RunningServer();

  // As ListeningSockets::address.
  const std::string& address() const { return address_; }
  const WorkerPool& workers() const { return workers_; }
  index::Database& database() { return *database_; }
  int open_loads() const { return open_loads_.open(); }
  // Bytes of the load budget that open loads hold.
  uint64_t load_memory_held() const { return load_memory_.held_bytes(); }
  int open_streams() const { return open_streams_.open(); }
  ConnectionCounters connections() const { return connections_->counters(); }
  // Applies to connections and calls from now on. Thread-safe.
  void SetConnectionLimits(const ConnectionLimits& limits) { connections_->SetLimits(limits); }

  // Reports NOT_SERVING, refuses new calls with SHUTTING_DOWN, gives the others up to `drain` to end, cancels
  // the rest, and closes the database. Returns when all that is done. Idempotent.
  void Shutdown(std::chrono::milliseconds drain);

 private:
  RunningServer(std::unique_ptr<index::Database> database, const ServingOptions& options);
  // Starts gRPC, then accepts connections.
  absl::Status Listen(ListeningSockets bound);
  bool Idle() const;
  void EndCalls();

  std::unique_ptr<index::Database> database_;
  CallLimit open_loads_;
  CallLimit open_streams_;
  LoadMemory load_memory_;
  RequestMemory request_memory_;
  EventLog events_;
  const Tokens tokens_;
  ValueListings value_listings_;
  RejectedRecords rejected_records_;
  WorkerPool workers_;
  const ServiceContext context_;
  AdminService admin_;
  CatalogService catalog_;
  LoadService loads_;
  QueryService queries_;
  SegmentService segments_;
  ListService lists_;
  const std::shared_ptr<Connections> connections_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_RUNNING_SERVER_H_
