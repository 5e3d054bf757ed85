// LoadRecords: one load, fed by one stream.
#ifndef MUSTER_SERVER_SERVICES_LOAD_STREAM_H_
#define MUSTER_SERVER_SERVICES_LOAD_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "index/population/load.h"
#include "muster/v1/load_service.pb.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/admission/load_memory.h"
#include "server/services/event_log.h"
#include "server/services/service_context.h"
#include "server/services/silence_alarm.h"

namespace muster::server {

// The reactor of one load. One message is read, handed to a worker and fed, and only then the next one is
// read: what a client sends faster waits in the transport's window, not in our memory. Steps never overlap,
// so the state needs no lock; only CallStop is touched from gRPC's threads meanwhile. Whatever ends the
// stream but a commit abandons the load, before the client hears of it, so that its tags are free by then. So
// does a client that is silent for as long as a load's lease (docs/semantics.md, rule 23). A message that
// needs more memory than the budget of all loads has waits, without a worker, and is taken when the memory is
// there. Deletes itself when gRPC is done with it.
class LoadStream final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  // For the service method to return. Finishes at once when the server is overloaded or shuts down.
  static LoadStream* Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                           grpc::ByteBuffer* response);

  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // What a step leads to.
  enum class Next { kRead, kAnswered, kWait };

  LoadStream(const ServiceContext& context, const grpc::CallbackServerContext& call,
             grpc::ByteBuffer* response);
  ~LoadStream() override = default;

  void Read();
  // `why` it ends; OK: its client was silent for as long as the lease.
  void OnSilence(const absl::Status& why);
  // Takes the message that was read, on a worker; then reads on or finishes.
  void TakeMessage();
  absl::StatusOr<Next> Take(const v1::LoadRecordsRequest& message);
  // Asks for memory in all; without it the stream waits, and no longer belongs to this step: kWait is
  // returned at once. TakeMessage follows when the memory is there, else the end.
  absl::StatusOr<Next> Reserve(uint64_t bytes);
  void OnMemoryLate();
  absl::StatusOr<Next> Begin(const v1::LoadSpec& spec);
  absl::StatusOr<Next> Feed(const v1::RecordBatch& batch);
  absl::StatusOr<Next> Commit(const v1::LoadCommit& commit);
  absl::Status Answer(const index::LoadResult& result);
  // Abandons what was not committed, and answers.
  void End(const absl::Status& status);
  // What the log says of the load so far.
  LoadEvent Event() const;

  const ServiceContext& context_;
  CallStop stop_;
  const WorkBudget budget_;
  grpc::ByteBuffer* const response_;
  CallLimit::Ticket ticket_;
  SilenceAlarm silence_;
  LoadMemory::Share memory_;
  SilenceAlarm memory_late_;  // armed while the load waits for memory
  grpc::ByteBuffer in_;       // the message being read or taken
  bool admitted_ = false;
  std::unique_ptr<index::Load> load_;  // from the spec to the end
  size_t tags_ = 0;                    // of the spec
  const absl::Time began_;
  LoadEvent event_;    // what the spec says
  std::string state_;  // of a load that ended well
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_LOAD_STREAM_H_
