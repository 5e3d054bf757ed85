// One load, as it is sent to the server.
#ifndef MUSTER_CLIENTS_CPP_LOAD_STREAM_H_
#define MUSTER_CLIENTS_CPP_LOAD_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/v1/load_service.grpc.pb.h"

namespace muster::client {

// A load's stream. Client::BeginLoad has sent the spec; feed batches, then commit. A server may answer before
// it has read everything (a label that was already published, a refusal): then Feed returns false, and Commit
// returns that answer. Destroying a stream without Commit cancels the load, which leaves nothing behind. Not
// thread-safe. Must not outlive its Client.
class LoadStream {
 public:
  LoadStream(v1::LoadService::Stub* stub, std::string address);
  // Abandons a load that was not committed. Waits some seconds for the server to release its tags, so that
  // another load of them can start at once.
  ~LoadStream();
  LoadStream(const LoadStream&) = delete;
  LoadStream& operator=(const LoadStream&) = delete;

  // Sends one message of at most 16 MiB; blocks while the server is behind. False when the server has already
  // answered and reads no more: call Commit for its answer.
  bool Feed(const v1::LoadRecordsRequest& request);

  // Ends the stream with a commit of `records` records (rejected ones included) and waits for the answer.
  // Errors: the server's; FailureOf has their details. Call once.
  absl::StatusOr<v1::LoadRecordsResponse> Commit(uint64_t records);

 private:
  const std::string address_;
  grpc::ClientContext context_;
  v1::LoadRecordsResponse response_;
  std::unique_ptr<grpc::ClientWriter<v1::LoadRecordsRequest>> writer_;
  bool answered_ = false;  // the server reads no more
  bool finished_ = false;
};

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_LOAD_STREAM_H_
