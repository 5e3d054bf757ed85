// StreamMembers: an answer's members in one stream.
#ifndef MUSTER_SERVER_SERVICES_MEMBER_STREAM_H_
#define MUSTER_SERVER_SERVICES_MEMBER_STREAM_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/services/asking.h"
#include "server/services/pending_write.h"
#include "server/services/service_context.h"

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
               const grpc::ByteBuffer& request)
      : context_(context),
        stop_(call.deadline(), nullptr, &context.workers.ending()),
        budget_(stop_.Budget()),
        request_(request),
        write_(std::make_shared<PendingWrite>(call.c_call())) {}
  ~MemberStream() override = default;

  // Runs `make` on the worker at hand, and writes the message that it made, or finishes.
  void Step(absl::Status (MemberStream::*make)(v1::StreamMembersResponse&));
  // The first message: count, warnings, receipt.
  absl::Status Begin(v1::StreamMembersResponse& message);
  // The next members; none when all were sent.
  absl::Status Continue(v1::StreamMembersResponse& message);
  // Scans on until some ordinals wait to be sent, or none is left.
  absl::Status Scan();

  const ServiceContext& context_;
  CallStop stop_;
  WorkBudget budget_;
  const grpc::ByteBuffer request_;
  RequestMemory::Share request_memory_;  // gRPC keeps the request until the call ends
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  Asked asked_;
  uint64_t remaining_ = 0;   // members that may still be sent
  index::Ordinal from_ = 0;  // where the next scan begins
  bool scanned_all_ = false;
  std::vector<index::Ordinal> ordinals_;  // scanned and not yet sent, from sent_ on
  size_t sent_ = 0;
  grpc::ByteBuffer out_;  // the message being written
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_MEMBER_STREAM_H_
