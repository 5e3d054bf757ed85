// One load, as it is sent to the server.
#ifndef MUSTER_CLIENTS_CPP_LOAD_STREAM_H_
#define MUSTER_CLIENTS_CPP_LOAD_STREAM_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "clients/cpp/fed_stream.h"
#include "muster/v1/list_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"

namespace muster::client {

// A load's stream. Client::BeginLoad has sent the spec; feed batches, then commit. Must not outlive its Client.
class LoadStream final : public FedStream<v1::LoadRecordsRequest, v1::LoadRecordsResponse> {
 public:
  LoadStream(v1::LoadService::Stub* stub, std::string address)
      : FedStream(std::move(address),
                  [stub](grpc::ClientContext* context, v1::LoadRecordsResponse* response) {
                    return stub->LoadRecords(context, response);
                  }) {}

  // Ends the stream with a commit of `records` (rejected ones included) and waits for the answer.
  // Errors: the server's; FailureOf has their details. Call it once.
  absl::StatusOr<v1::LoadRecordsResponse> Commit(uint64_t records) {
    v1::LoadRecordsRequest last;
    last.mutable_commit()->set_records(records);
    return CommitWith(last);
  }
};

// One of the streams that feed a load in parts: feed batches, then finish. What a stream that is destroyed before had
// sent may be stored or not; GetLoad says. Must not outlive its Client.
class FeedStream final : public FedStream<v1::FeedRecordsRequest, v1::FeedRecordsResponse> {
 public:
  FeedStream(v1::LoadService::Stub* stub, std::string address)
      : FedStream(std::move(address),
                  [stub](grpc::ClientContext* context, v1::FeedRecordsResponse* response) {
                    return stub->FeedRecords(context, response);
                  }) {}

  // Ends the stream and waits until what it sent is stored. Errors: the server's. Call it once.
  absl::StatusOr<v1::FeedRecordsResponse> Finish() { return End(); }
};

// An id list's stream: the same with Client::BeginList.
class ListStream final : public FedStream<v1::LoadListRequest, v1::LoadListResponse> {
 public:
  ListStream(v1::ListService::Stub* stub, std::string address)
      : FedStream(std::move(address), [stub](grpc::ClientContext* context, v1::LoadListResponse* response) {
          return stub->LoadList(context, response);
        }) {}

  // `ids`: how many were sent, empty ones included. Errors as LoadStream's.
  absl::StatusOr<v1::LoadListResponse> Commit(uint64_t ids) {
    v1::LoadListRequest last;
    last.mutable_commit()->set_ids(ids);
    return CommitWith(last);
  }
};

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_LOAD_STREAM_H_
