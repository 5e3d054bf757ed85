// The typed client of a Muster server.
#ifndef MUSTER_CLIENTS_CPP_CLIENT_H_
#define MUSTER_CLIENTS_CPP_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/load_stream.h"
#include "muster/v1/admin_service.grpc.pb.h"
#include "muster/v1/catalog_service.grpc.pb.h"
#include "muster/v1/list_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "muster/v1/segment_service.grpc.pb.h"

namespace muster::client {

// The tags of a population and how many members it had in the same snapshot.
struct TagList {
  std::vector<v1::Tag> tags;  // by name
  uint64_t population_member_count = 0;
};

// How long a call tries to reconnect: long enough for a server that is starting or is briefly at its limit of
// connections, and short enough to report a missing one soon.
inline constexpr std::chrono::milliseconds kConnectPatience{2'000};

// Calls one server over one channel. The status of every failed call keeps the server's details: see
// FailureOf. Thread-safe. Messages are at most 16 MiB in either direction. Proxies set in the environment are
// not used.
class Client {
 public:
  // A client of the server at `address` (HOST:PORT or unix:PATH). Connects on the first call. A call that
  // can't connect retries for `patience` and then fails with UNAVAILABLE; nothing has been sent in that case.
  // A call that was sent is never repeated, since the server may have executed it. Errors: INVALID_ARGUMENT
  // as CheckServerAddress says.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(
      const std::string& address, std::chrono::milliseconds patience = kConnectPatience);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  absl::StatusOr<v1::CountMembersResponse> Count(const v1::CountMembersRequest& request);
  // Counts many expressions on one snapshot. Errors of single expressions are in their results: see
  // StatusOfExpression.
  absl::StatusOr<v1::BatchCountMembersResponse> BatchCount(const v1::BatchCountMembersRequest& request);
  absl::StatusOr<v1::ExplainExpressionResponse> Explain(const v1::ExplainExpressionRequest& request);
  // Least, greatest and mean value and percentiles of a NUMBER, DATE or TIMESTAMP tag.
  absl::StatusOr<v1::SummarizeNumberResponse> SummarizeNumber(const v1::SummarizeNumberRequest& request);
  // Parses an expression: text to tree, and back.
  absl::StatusOr<v1::ParseExpressionResponse> Parse(const v1::ParseExpressionRequest& request);
  absl::StatusOr<v1::LookupMemberResponse> Lookup(const v1::LookupMemberRequest& request);

  // One page of members.
  absl::StatusOr<v1::ListMembersResponse> ListMembers(const v1::ListMembersRequest& request);
  // All members in one stream: calls `take` for each message, in order. The first has the count, the warnings
  // and the receipt, and no members. When `take` fails, the call is cancelled and that status returned.
  absl::Status StreamMembers(const v1::StreamMembersRequest& request,
                             const std::function<absl::Status(const v1::StreamMembersResponse&)>& take);

  // Creates an empty population; an empty time zone means UTC.
  absl::StatusOr<v1::Population> CreatePopulation(const std::string& name, const std::string& time_zone);
  absl::StatusOr<v1::Population> GetPopulation(const std::string& name);
  // All populations, by name.
  absl::StatusOr<std::vector<v1::Population>> ListPopulations();
  // Removes a population with all its content; returns it as it was before.
  absl::StatusOr<v1::Population> DeletePopulation(const std::string& name);
  absl::StatusOr<v1::Tag> CreateTag(const std::string& population, const v1::Tag& tag);
  // Changes the fields of `tag` named in `fields`: scale, description, owner, source. Returns the changed
  // tag.
  absl::StatusOr<v1::Tag> UpdateTag(const std::string& population, const v1::Tag& tag,
                                    const std::vector<std::string>& fields);
  absl::StatusOr<v1::Tag> GetTag(const std::string& population, const std::string& tag);
  // All tags, from one snapshot.
  absl::StatusOr<TagList> ListTags(const std::string& population);
  // The values of a FLAG, SINGLE or MULTI tag that contain `search`, ignoring case, most members first, at
  // most `limit`; 0 means all.
  absl::StatusOr<std::vector<v1::TagValue>> ListTagValues(const std::string& population,
                                                          const std::string& tag, const std::string& search,
                                                          uint64_t limit);
  // The versions of a tag, the latest first; at most `most`, or all if it is 0.
  absl::StatusOr<std::vector<v1::TagVersion>> ListTagVersions(const std::string& population,
                                                              const std::string& tag, size_t most = 0);
  absl::StatusOr<v1::CompareTagVersionsResponse> CompareTagVersions(
      const v1::CompareTagVersionsRequest& request);
  absl::StatusOr<v1::TagRollback> RollbackTag(const v1::RollbackTagRequest& request);
  absl::StatusOr<v1::RollbackLoadResponse> RollbackLoad(const v1::RollbackLoadRequest& request);

  // Saves the expression `text` as the segment `name`.
  absl::StatusOr<v1::CreateSegmentResponse> CreateSegment(const std::string& population,
                                                          const std::string& name, const std::string& text);
  // One segment, with its salts.
  absl::StatusOr<v1::Segment> GetSegment(const std::string& population, const std::string& name);
  // All segments, by name.
  absl::StatusOr<std::vector<v1::Segment>> ListSegments(const std::string& population);
  // Replaces the expression. `etag`: of the definition that may be replaced; empty: any.
  absl::StatusOr<v1::UpdateSegmentResponse> UpdateSegment(const std::string& population,
                                                          const std::string& name, const std::string& text,
                                                          const std::string& etag = "");
  // Removes a segment; returns it as it was. `etag`: as above.
  absl::StatusOr<v1::Segment> DeleteSegment(const std::string& population, const std::string& name,
                                            const std::string& etag = "");

  // Begins the load of an id list: opens the stream and sends the spec.
  std::unique_ptr<ListStream> BeginList(const v1::ListSpec& spec);
  absl::StatusOr<v1::IdList> GetList(const std::string& population, const std::string& name);
  // All id lists, by name.
  absl::StatusOr<std::vector<v1::IdList>> ListLists(const std::string& population);
  // Removes an id list; returns it as it was.
  absl::StatusOr<v1::IdList> DeleteList(const std::string& population, const std::string& name);

  // Verifies a population: calls `take` for each message, in order, as StreamMembers does.
  absl::Status VerifyPopulation(const std::string& population,
                                const std::function<absl::Status(const v1::VerifyPopulationResponse&)>& take);

  // One load of a population.
  absl::StatusOr<v1::Load> GetLoad(const std::string& population, const std::string& label);
  // Its loads: open ones, then the published ones, the latest first; at most `most`, or all if it is 0.
  absl::StatusOr<std::vector<v1::Load>> ListLoads(const std::string& population, size_t most = 0);

  // All rejected records of a recent load that kept them: calls `take` for each message, as StreamMembers does.
  absl::Status StreamRejected(const std::string& population, const std::string& label,
                              const std::function<absl::Status(const v1::StreamRejectedResponse&)>& take);

  // Starts a load: opens the stream and sends the spec.
  std::unique_ptr<LoadStream> BeginLoad(const v1::LoadSpec& spec);

  // Begins a load that is fed in parts, or goes on with it.
  absl::StatusOr<v1::BeginLoadResponse> BeginFedLoad(const v1::LoadSpec& spec);
  // Opens a stream that feeds it. Several may do so at once.
  std::unique_ptr<FeedStream> FeedLoad(const std::string& population, const std::string& label);
  // Publishes it. When the outcome is unknown, call it again: a load that was published is answered with its result.
  absl::StatusOr<v1::LoadRecordsResponse> CommitLoad(const v1::CommitLoadRequest& request);
  // Ends an open load of any kind.
  absl::Status AbortLoad(const std::string& population, const std::string& label);

 private:
  Client(const std::string& address, std::chrono::milliseconds patience);
  // Calls a unary method and returns its response, or the failure with its details.
  template <typename Response, typename Stub, typename Request>
  absl::StatusOr<Response> Call(Stub* stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request);
  // Waits for a connection, at most as long as the client's patience.
  void Reach();

  const std::string address_;
  const std::chrono::milliseconds patience_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<v1::CatalogService::Stub> catalog_;
  std::unique_ptr<v1::LoadService::Stub> loads_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
  std::unique_ptr<v1::SegmentService::Stub> segments_;
  std::unique_ptr<v1::ListService::Stub> lists_;
};

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_CLIENT_H_
