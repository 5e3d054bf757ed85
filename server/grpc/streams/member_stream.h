// StreamMembers: a listing, sent as messages of one stream.
#ifndef MUSTER_SERVER_GRPC_MEMBER_STREAM_H_
#define MUSTER_SERVER_GRPC_MEMBER_STREAM_H_

#include <memory>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/members/member_listing.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/pending_write.h"

namespace muster::server {

// The reactor of one stream. A worker makes each message, and makes the next one only after that is written:
// the one write in flight provides the backpressure, and a slow reader holds no worker. Steps never overlap,
// so the state needs no lock; gRPC's threads only touch CallStop meanwhile. Deletes itself when gRPC is done
// with it.
class MemberStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // Called by the service method, which returns the reactor. Finishes at once under overload or at shutdown.
  static MemberStream* Start(const ServiceContext& context, grpc::CallbackServerContext& call,
                             const grpc::ByteBuffer& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override { stop_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  MemberStream(const ServiceContext& context, grpc::CallbackServerContext& call,
               const grpc::ByteBuffer& request);
  ~MemberStream() override = default;

  // Makes the first or the next message on the current worker and writes it, or finishes.
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
