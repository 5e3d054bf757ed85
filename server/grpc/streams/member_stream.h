// StreamMembers: a listing's messages in one stream.
#ifndef MUSTER_SERVER_GRPC_MEMBER_STREAM_H_
#define MUSTER_SERVER_GRPC_MEMBER_STREAM_H_

#include <memory>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/member_listing.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/pending_write.h"

namespace muster::server {

// The reactor of one stream. Each message is made on a worker and written before the next one is made: one
// write in flight is the backpressure, and a slow reader holds no worker. Steps never overlap, so the state
// needs no lock; only CallStop is touched from gRPC's threads meanwhile. Deletes itself when gRPC is
// done with it.
class MemberStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // For the service method to return. Finishes at once when the server is overloaded or shuts down.
  static MemberStream* Start(const ServiceContext& context, grpc::CallbackServerContext& call,
                             const grpc::ByteBuffer& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override { stop_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  MemberStream(const ServiceContext& context, grpc::CallbackServerContext& call,
               const grpc::ByteBuffer& request);
  ~MemberStream() override = default;

  // Makes a message on the worker at hand, the first or the next one, and writes it, or finishes.
  void Step(bool first);
  absl::Status MakeFirst(v1::StreamMembersResponse& message);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  const grpc::ByteBuffer request_;
  RequestMemory::Share request_memory_;  // gRPC keeps the request until the call ends
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  MemberListing listing_;
  grpc::ByteBuffer out_;  // the message being written
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_MEMBER_STREAM_H_
