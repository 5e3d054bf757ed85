#include "server/lifecycle/running_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "server/admission/call_stop.h"
#include "server/grpc/message_bytes.h"
#include "server/transport/listening.h"
#include "server/transport/socket_calls.h"

namespace muster::server {
namespace {

using Clock = std::chrono::system_clock;

// The most memory for the transports of all connections; beyond it gRPC ends calls. It is enough for 64 loads
// that send messages of 16 MiB.
constexpr size_t kTransportBytes = size_t{1} << 30;
// A client that vanished is noticed after at most KEEPALIVE_TIME + KEEPALIVE_TIMEOUT; its loads are released
// then.
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// A connection whose HTTP/2 handshake takes longer than this is closed.
constexpr int kHandshakeTimeoutMs = 20'000;
// Clients that ping more often than this are treated as hostile.
constexpr int kMinPingIntervalMs = 10'000;
// The time for answers that were finished just before the drain ended to leave the transport.
constexpr std::chrono::milliseconds kFlushTime(250);
constexpr std::chrono::milliseconds kDrainStep(5);
// The time that calls have to end once the drain is over; one that takes longer (a commit to its disk) is
// cancelled.
constexpr std::chrono::milliseconds kEndTime(1'000);

// Plugins are global to the process and must be installed before the first builder exists.
void InstallPlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetTransport(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(kMaxReceivedBytes));
  builder.SetMaxSendMessageSize(static_cast<int>(kMaxMessageBytes));
  builder.SetResourceQuota(grpc::ResourceQuota("transport").Resize(kTransportBytes));
  // Two megabytes of gzip inflate to two gigabytes before any limit is looked at.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kCallsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);  // it traces every call, and nothing reads that
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunningServer>> RunningServer::Start(std::unique_ptr<index::Database> database,
                                                                    const ServingOptions& options) {
  ASSIGN_OR_RETURN(ListeningSockets bound, ListeningSockets::Bind(WithKnownLoopback(options.listen)));
  return Start(std::move(database), options, std::move(bound));
}

absl::StatusOr<std::unique_ptr<RunningServer>> RunningServer::Start(std::unique_ptr<index::Database> database,
                                                                    const ServingOptions& options,
                                                                    ListeningSockets bound) {
  std::unique_ptr<RunningServer> server(new RunningServer(std::move(database), options));
  RETURN_IF_ERROR(server->Listen(std::move(bound)));
  return server;
}

RunningServer::RunningServer(std::unique_ptr<index::Database> database, const ServingOptions& options)
    : database_(std::move(database)),
      open_loads_(options.max_open_loads, "loads"),
      open_streams_(options.max_open_streams, "member streams"),
      load_memory_(options.load_memory_bytes),
      request_memory_(options.request_memory_bytes),
      events_(options.log),
      tokens_(options.token_key),
      workers_(options.workers),
      context_{{*database_, tokens_, value_listings_, events_, rejected_records_},
               workers_,
               open_loads_,
               open_streams_,
               options.load_lease,
               load_memory_,
               options.load_memory_patience,
               request_memory_},
      admin_(context_),
      catalog_(context_),
      loads_(context_),
      queries_(context_),
      segments_(context_),
      lists_(context_),
      connections_(std::make_shared<Connections>(options.connections, options.report)) {}

RunningServer::~RunningServer() { Shutdown(std::chrono::milliseconds(0)); }

absl::Status RunningServer::Listen(ListeningSockets listening) {
  if (!SocketCallsArePassed()) {
    return absl::InternalError(
        "this program was linked so that its own recvmsg, sendmsg and close aren't called");
  }
  RETURN_IF_ERROR(listening.Listen());
  address_ = listening.address();
  InstallPlugins();
  grpc::ServerBuilder builder;
  std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> handing_over =
      builder.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
          grpc::InsecureServerCredentials());
  builder.RegisterService(&admin_);
  builder.RegisterService(&catalog_);
  builder.RegisterService(&loads_);
  builder.RegisterService(&queries_);
  builder.RegisterService(&segments_);
  builder.RegisterService(&lists_);
  SetTransport(builder);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::InternalError("gRPC didn't start");
  acceptor_ = std::make_unique<Acceptor>(
      std::move(listening), connections_, [handing_over = std::move(handing_over)](int listener, int socket) {
        grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
        connection.listener_fd = listener;
        connection.fd = socket;
        handing_over->HandleNewConnection(&connection);
      });
  return absl::OkStatus();
}

bool RunningServer::Idle() const {
  const WorkerPoolCounters counters = workers_.counters();
  return counters.waiting == 0 && counters.running == 0 && open_loads_.open() == 0 &&
         open_streams_.open() == 0;
}

// Ends each call with a status that gives the reason; gRPC would only cancel them.
void RunningServer::EndCalls() {
  workers_.EndCalls();
  const Clock::time_point deadline = Clock::now() + kEndTime;
  while (!Idle() && Clock::now() < deadline) {
    open_loads_.EndWaiting(EndsWithTheServer());
    open_streams_.EndWaiting(EndsWithTheServer());
    std::this_thread::sleep_for(kDrainStep);
  }
}

void RunningServer::Shutdown(std::chrono::milliseconds drain) {
  if (database_ == nullptr) return;
  workers_.StopAdmission();
  if (server_ != nullptr) {
    if (grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService(); health != nullptr) {
      health->SetServingStatus(false);
    }
    // Drains here rather than in gRPC, which would also wait for streams of other services (a load balancer
    // that watches the health service).
    const Clock::time_point deadline = Clock::now() + drain;
    while (!Idle() && Clock::now() < deadline) std::this_thread::sleep_for(kDrainStep);
    EndCalls();
    if (acceptor_ != nullptr) acceptor_->Stop();
    server_->Shutdown(Clock::now() + kFlushTime);
    server_->Wait();
  }
  workers_.Join();
  server_.reset();
  database_.reset();
}

}  // namespace muster::server
