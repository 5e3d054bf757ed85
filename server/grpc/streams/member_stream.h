// StreamMembers: a listing, sent as messages of one stream.
#ifndef MUSTER_SERVER_GRPC_MEMBER_STREAM_H_
#define MUSTER_SERVER_GRPC_MEMBER_STREAM_H_

#include <deque>
#include <memory>
#include <vector>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/members/member_listing.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/pending_write.h"

namespace muster::server {

// The reactor of one stream. Workers make messages while earlier ones are written. Deletes itself when gRPC is
// done with it.
//
// Invariants:
//   1. One write is in flight at most, and few messages are made ahead of it: that is the backpressure, and a
//   slow reader holds no worker.
//   2. Steps never overlap, so what makes messages needs no lock. A step may borrow workers, which it waits for.
//   3. The call is finished when no step runs or is queued, nothing is in flight and nothing is left to write.
//   gRPC may then delete the stream. So a change of the state and the decision what follows from it are one
//   critical section: only the last change finds the call finished, and a thread that has to do nothing touches
//   the stream no more. Starting a write comes last, because its end may finish the call.
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

  // Makes the first or the next messages on the current worker.
  void Step(bool first);
  absl::Status MakeFirst(grpc::ByteBuffer& message);
  // What is to be done after the state has changed.
  struct Next {
    bool make = false;   // another step
    bool write = false;  // out_
    bool finish = false;
    absl::Status status;  // of a finished call
  };
  // Decides it, in the critical section that changed the state, and enters it into the state.
  Next Decide() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Does it, after that section: see invariant 3.
  void Do(const Next& next);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  const grpc::ByteBuffer request_;
  RequestMemory::Share request_memory_;  // gRPC keeps the request until the call ends
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  MemberListing listing_;  // of the step that runs

  Mutex mutex_;
  std::deque<grpc::ByteBuffer> made_ ABSL_GUARDED_BY(mutex_);  // to be written, in order
  grpc::ByteBuffer out_;  // the message in flight; set by Decide, then gRPC's until OnWriteDone
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool making_ ABSL_GUARDED_BY(mutex_) = true;  // a step runs or is queued
  size_t ahead_ ABSL_GUARDED_BY(mutex_) = 1;    // a step begins when fewer messages than this are in made_
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;  // no more messages will be made
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_MEMBER_STREAM_H_
