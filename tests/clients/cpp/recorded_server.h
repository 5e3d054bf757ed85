// A gRPC server without an index: it records its requests and returns the answers that a test sets.
#ifndef MUSTER_TESTS_CLIENTS_CPP_RECORDED_SERVER_H_
#define MUSTER_TESTS_CLIENTS_CPP_RECORDED_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "muster/v1/admin_service.grpc.pb.h"
#include "muster/v1/catalog_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "muster/v1/segment_service.grpc.pb.h"

namespace muster::client {

// A failure as a Muster server sends it: `violations` are pairs of field and description.
grpc::Status FailureWith(grpc::StatusCode code, const std::string& message, const std::string& reason,
                         const std::vector<std::pair<std::string, std::string>>& violations = {});

// A message of StreamMembers with these ids.
v1::StreamMembersResponse MessageOf(const std::vector<std::string>& ids);

// Serves on a free loopback port during its lifetime. One call at a time; set answers before the call.
class RecordedServer : public v1::AdminService::Service,
                       public v1::CatalogService::Service,
                       public v1::LoadService::Service,
                       public v1::QueryService::Service,
                       public v1::SegmentService::Service {
 public:
  RecordedServer();
  ~RecordedServer() override;

  const std::string& address() const { return address_; }

  // What the next calls answer.
  grpc::Status status;
  grpc::Status load_status;  // of loads, unless it is OK
  v1::CountMembersResponse count;
  v1::SummarizeNumberResponse summary;
  v1::LookupMemberResponse profile;
  std::vector<v1::StreamMembersResponse> members;
  std::vector<v1::ListTagsResponse> tag_pages;
  std::string aborted;                            // population/label of the last AbortLoad
  std::vector<v1::ListLoadsResponse> load_pages;  // the first load of the first page is GetLoad's
  std::vector<v1::ListTagValuesResponse> value_pages;
  v1::LoadRecordsResponse load;
  v1::Population population;
  v1::Segment segment;
  std::vector<v1::VerifyPopulationResponse> checks;
  // A batch of more expressions has too long an answer.
  int longest_batch = 10'000;
  // A load is answered after so many messages, read or not.
  size_t answer_load_after = SIZE_MAX;

  // What came.
  v1::CountMembersRequest counted;
  v1::SummarizeNumberRequest summarized;
  std::vector<v1::BatchCountMembersRequest> batches;
  v1::StreamMembersRequest listed;
  std::vector<v1::LoadRecordsRequest> load_messages;
  size_t members_sent = 0;
  std::atomic<int> loads_ended = 0;
  std::vector<int32_t> value_page_sizes;
  std::vector<std::string> dropped;

  grpc::Status CountMembers(grpc::ServerContext*, const v1::CountMembersRequest* request,
                            v1::CountMembersResponse* response) override;
  grpc::Status SummarizeNumber(grpc::ServerContext*, const v1::SummarizeNumberRequest* request,
                               v1::SummarizeNumberResponse* response) override;
  grpc::Status LookupMember(grpc::ServerContext*, const v1::LookupMemberRequest* request,
                            v1::LookupMemberResponse* response) override;
  // Counts the bytes of each expression; one that begins with `?` is refused at its second column, and one
  // that begins with `!` is warned about.
  grpc::Status BatchCountMembers(grpc::ServerContext*, const v1::BatchCountMembersRequest* request,
                                 v1::BatchCountMembersResponse* response) override;
  grpc::Status StreamMembers(grpc::ServerContext*, const v1::StreamMembersRequest* request,
                             grpc::ServerWriter<v1::StreamMembersResponse>* writer) override;
  grpc::Status GetLoad(grpc::ServerContext*, const v1::GetLoadRequest* request,
                       v1::GetLoadResponse* response) override;
  grpc::Status ListLoads(grpc::ServerContext*, const v1::ListLoadsRequest* request,
                         v1::ListLoadsResponse* response) override;
  grpc::Status AbortLoad(grpc::ServerContext*, const v1::AbortLoadRequest* request,
                         v1::AbortLoadResponse* response) override;
  grpc::Status ListTags(grpc::ServerContext*, const v1::ListTagsRequest* request,
                        v1::ListTagsResponse* response) override;
  // `population`, whatever name was asked for.
  grpc::Status GetPopulation(grpc::ServerContext*, const v1::GetPopulationRequest* request,
                             v1::GetPopulationResponse* response) override;
  grpc::Status ListPopulations(grpc::ServerContext*, const v1::ListPopulationsRequest* request,
                               v1::ListPopulationsResponse* response) override;
  grpc::Status DeletePopulation(grpc::ServerContext*, const v1::DeletePopulationRequest* request,
                                v1::DeletePopulationResponse* response) override;
  // The first tag of `tag_pages`.
  grpc::Status GetTag(grpc::ServerContext*, const v1::GetTagRequest* request,
                      v1::GetTagResponse* response) override;
  grpc::Status ListTagValues(grpc::ServerContext*, const v1::ListTagValuesRequest* request,
                             v1::ListTagValuesResponse* response) override;
  grpc::Status LoadRecords(grpc::ServerContext*, grpc::ServerReader<v1::LoadRecordsRequest>* reader,
                           v1::LoadRecordsResponse* response) override;

  // `segment`, whatever name was asked for.
  grpc::Status GetSegment(grpc::ServerContext*, const v1::GetSegmentRequest* request,
                          v1::GetSegmentResponse* response) override;
  grpc::Status VerifyPopulation(grpc::ServerContext*, const v1::VerifyPopulationRequest* request,
                                grpc::ServerWriter<v1::VerifyPopulationResponse>* writer) override;

  // Waits until no call is served any more.
  void Stop();

 private:
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster::client

#endif  // MUSTER_TESTS_CLIENTS_CPP_RECORDED_SERVER_H_
