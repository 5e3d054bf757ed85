#include "clients/cpp/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "clients/cpp/failure.h"
#include "clients/cpp/server_address.h"

namespace muster::client {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
constexpr int kPageSize = 1000;

// The time before the second attempt, with gRPC's jitter; it grows from attempt to attempt.
constexpr int kFirstBackoffMs = 100;

}  // namespace

template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Client::Call(Stub* stub,
                                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                                   Response*),
                                      const Request& request) {
  Reach();
  grpc::ClientContext context;
  Response response;
  absl::Status status = StatusOfCall((stub->*method)(&context, request, &response), address_);
  if (!status.ok()) return status;
  return response;
}

namespace {

// Passes every message of a stream to `take` and returns the stream's status. A failing `take` ends it.
template <typename Response>
absl::Status TakeAll(grpc::ClientContext& context, grpc::ClientReader<Response>& reader,
                     const std::function<absl::Status(const Response&)>& take, const std::string& address) {
  Response message;
  absl::Status taken;
  while (taken.ok() && reader.Read(&message)) taken = take(message);
  if (!taken.ok()) context.TryCancel();
  absl::Status status = StatusOfCall(reader.Finish(), address);
  return taken.ok() ? status : taken;
}

}  // namespace

Client::Client(const std::string& address, std::chrono::milliseconds patience)
    : address_(address), patience_(patience) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  // Proxies in the environment are for the web; a server's address is meant literally.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  channel_ = grpc::CreateCustomChannel(TargetOf(address), grpc::InsecureChannelCredentials(), arguments);
  admin_ = v1::AdminService::NewStub(channel_);
  catalog_ = v1::CatalogService::NewStub(channel_);
  loads_ = v1::LoadService::NewStub(channel_);
  queries_ = v1::QueryService::NewStub(channel_);
  segments_ = v1::SegmentService::NewStub(channel_);
  lists_ = v1::ListService::NewStub(channel_);
}

Client::~Client() = default;

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const std::string& address,
                                                        std::chrono::milliseconds patience) {
  if (absl::Status named = CheckServerAddress(address); !named.ok()) return named;
  return std::unique_ptr<Client>(new Client(address, patience));
}

void Client::Reach() {
  const auto deadline = std::chrono::system_clock::now() + patience_;
  grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
  while (state != GRPC_CHANNEL_READY && channel_->WaitForStateChange(state, deadline))
    state = channel_->GetState(/*try_to_connect=*/true);
}

absl::StatusOr<v1::CountMembersResponse> Client::Count(const v1::CountMembersRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::CountMembers, request);
}

absl::StatusOr<v1::BatchCountMembersResponse> Client::BatchCount(
    const v1::BatchCountMembersRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::BatchCountMembers, request);
}

absl::StatusOr<v1::ExplainExpressionResponse> Client::Explain(const v1::ExplainExpressionRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::ExplainExpression, request);
}

absl::StatusOr<v1::SummarizeNumberResponse> Client::SummarizeNumber(
    const v1::SummarizeNumberRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::SummarizeNumber, request);
}

absl::StatusOr<v1::ParseExpressionResponse> Client::Parse(const v1::ParseExpressionRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::ParseExpression, request);
}

absl::StatusOr<v1::LookupMemberResponse> Client::Lookup(const v1::LookupMemberRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::LookupMember, request);
}

absl::StatusOr<v1::ListMembersResponse> Client::ListMembers(const v1::ListMembersRequest& request) {
  return Call(queries_.get(), &v1::QueryService::Stub::ListMembers, request);
}

absl::Status Client::StreamMembers(
    const v1::StreamMembersRequest& request,
    const std::function<absl::Status(const v1::StreamMembersResponse&)>& take) {
  Reach();
  grpc::ClientContext context;
  return TakeAll<v1::StreamMembersResponse>(context, *queries_->StreamMembers(&context, request), take,
                                            address_);
}

absl::Status Client::VerifyPopulation(
    const std::string& population,
    const std::function<absl::Status(const v1::VerifyPopulationResponse&)>& take) {
  v1::VerifyPopulationRequest request;
  request.set_population(population);
  Reach();
  grpc::ClientContext context;
  return TakeAll<v1::VerifyPopulationResponse>(context, *admin_->VerifyPopulation(&context, request), take,
                                               address_);
}

absl::Status Client::StreamRejected(
    const std::string& population, const std::string& label,
    const std::function<absl::Status(const v1::StreamRejectedResponse&)>& take) {
  v1::StreamRejectedRequest request;
  request.set_population(population);
  request.set_label(label);
  Reach();
  grpc::ClientContext context;
  return TakeAll<v1::StreamRejectedResponse>(context, *loads_->StreamRejected(&context, request), take,
                                             address_);
}

absl::StatusOr<v1::Population> Client::CreatePopulation(const std::string& name,
                                                        const std::string& time_zone) {
  v1::CreatePopulationRequest request;
  request.mutable_population()->set_name(name);
  request.mutable_population()->set_time_zone(time_zone);
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::CreatePopulation, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_population());
}

absl::StatusOr<v1::Population> Client::GetPopulation(const std::string& name) {
  v1::GetPopulationRequest request;
  request.set_population(name);
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::GetPopulation, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_population());
}

absl::StatusOr<std::vector<v1::Population>> Client::ListPopulations() {
  std::vector<v1::Population> populations;
  v1::ListPopulationsRequest request;
  request.set_page_size(kPageSize);
  do {
    auto page = Call(catalog_.get(), &v1::CatalogService::Stub::ListPopulations, request);
    if (!page.ok()) return page.status();
    populations.insert(populations.end(), page->populations().begin(), page->populations().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return populations;
}

absl::StatusOr<v1::Population> Client::DeletePopulation(const std::string& name) {
  v1::DeletePopulationRequest request;
  request.set_population(name);
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::DeletePopulation, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_population());
}

absl::StatusOr<v1::Tag> Client::CreateTag(const std::string& population, const v1::Tag& tag) {
  v1::CreateTagRequest request;
  request.set_population(population);
  *request.mutable_tag() = tag;
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::CreateTag, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_tag());
}

absl::StatusOr<v1::Tag> Client::UpdateTag(const std::string& population, const v1::Tag& tag,
                                          const std::vector<std::string>& fields) {
  v1::UpdateTagRequest request;
  request.set_population(population);
  *request.mutable_tag() = tag;
  for (const std::string& field : fields) request.mutable_update_mask()->add_paths(field);
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::UpdateTag, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_tag());
}

absl::StatusOr<v1::Tag> Client::GetTag(const std::string& population, const std::string& tag) {
  v1::GetTagRequest request;
  request.set_population(population);
  request.set_tag(tag);
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::GetTag, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_tag());
}

absl::StatusOr<TagList> Client::ListTags(const std::string& population) {
  TagList list;
  v1::ListTagsRequest request;
  request.set_population(population);
  request.set_page_size(kPageSize);
  do {
    auto page = Call(catalog_.get(), &v1::CatalogService::Stub::ListTags, request);
    if (!page.ok()) return page.status();
    list.tags.insert(list.tags.end(), page->tags().begin(), page->tags().end());
    list.population_member_count = page->population_member_count();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return list;
}

absl::StatusOr<std::vector<v1::TagValue>> Client::ListTagValues(const std::string& population,
                                                                const std::string& tag,
                                                                const std::string& search, uint64_t limit) {
  std::vector<v1::TagValue> values;
  v1::ListTagValuesRequest request;
  request.set_population(population);
  request.set_tag(tag);
  request.set_search(search);
  do {
    const uint64_t wanted = limit == 0 ? kPageSize : std::min<uint64_t>(kPageSize, limit - values.size());
    request.set_page_size(static_cast<int>(wanted));
    auto page = Call(catalog_.get(), &v1::CatalogService::Stub::ListTagValues, request);
    if (!page.ok()) return page.status();
    values.insert(values.end(), page->values().begin(), page->values().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || values.size() < limit));
  return values;
}

absl::StatusOr<std::vector<v1::TagVersion>> Client::ListTagVersions(const std::string& population,
                                                                    const std::string& tag, size_t most) {
  std::vector<v1::TagVersion> versions;
  v1::ListTagVersionsRequest request;
  request.set_population(population);
  request.set_tag(tag);
  do {
    const size_t left = most == 0 ? kPageSize : most - versions.size();
    request.set_page_size(static_cast<int>(std::min<size_t>(left, kPageSize)));
    auto page = Call(catalog_.get(), &v1::CatalogService::Stub::ListTagVersions, request);
    if (!page.ok()) return page.status();
    versions.insert(versions.end(), page->versions().begin(), page->versions().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (most == 0 || versions.size() < most));
  return versions;
}

absl::StatusOr<v1::CompareTagVersionsResponse> Client::CompareTagVersions(
    const v1::CompareTagVersionsRequest& request) {
  return Call(catalog_.get(), &v1::CatalogService::Stub::CompareTagVersions, request);
}

absl::StatusOr<v1::TagRollback> Client::RollbackTag(const v1::RollbackTagRequest& request) {
  auto response = Call(catalog_.get(), &v1::CatalogService::Stub::RollbackTag, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_rollback());
}

absl::StatusOr<v1::RollbackLoadResponse> Client::RollbackLoad(const v1::RollbackLoadRequest& request) {
  return Call(loads_.get(), &v1::LoadService::Stub::RollbackLoad, request);
}

absl::StatusOr<v1::CreateSegmentResponse> Client::CreateSegment(const std::string& population,
                                                                const std::string& name,
                                                                const std::string& text) {
  v1::CreateSegmentRequest request;
  request.set_population(population);
  request.set_name(name);
  request.mutable_expression()->set_text(text);
  return Call(segments_.get(), &v1::SegmentService::Stub::CreateSegment, request);
}

absl::StatusOr<v1::Segment> Client::GetSegment(const std::string& population, const std::string& name) {
  v1::GetSegmentRequest request;
  request.set_population(population);
  request.set_name(name);
  auto response = Call(segments_.get(), &v1::SegmentService::Stub::GetSegment, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_segment());
}

absl::StatusOr<std::vector<v1::Segment>> Client::ListSegments(const std::string& population) {
  std::vector<v1::Segment> segments;
  v1::ListSegmentsRequest request;
  request.set_population(population);
  request.set_page_size(kPageSize);
  do {
    auto page = Call(segments_.get(), &v1::SegmentService::Stub::ListSegments, request);
    if (!page.ok()) return page.status();
    segments.insert(segments.end(), page->segments().begin(), page->segments().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return segments;
}

absl::StatusOr<v1::UpdateSegmentResponse> Client::UpdateSegment(const std::string& population,
                                                                const std::string& name,
                                                                const std::string& text,
                                                                const std::string& etag) {
  v1::UpdateSegmentRequest request;
  request.set_population(population);
  request.set_name(name);
  request.mutable_expression()->set_text(text);
  request.set_etag(etag);
  return Call(segments_.get(), &v1::SegmentService::Stub::UpdateSegment, request);
}

absl::StatusOr<v1::Segment> Client::DeleteSegment(const std::string& population, const std::string& name,
                                                  const std::string& etag) {
  v1::DeleteSegmentRequest request;
  request.set_population(population);
  request.set_name(name);
  request.set_etag(etag);
  auto response = Call(segments_.get(), &v1::SegmentService::Stub::DeleteSegment, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_segment());
}

std::unique_ptr<ListStream> Client::BeginList(const v1::ListSpec& spec) {
  Reach();
  auto stream = std::make_unique<ListStream>(lists_.get(), address_);
  v1::LoadListRequest first;
  *first.mutable_spec() = spec;
  stream->Feed(first);  // an answer that comes this early is Commit's to give
  return stream;
}

absl::StatusOr<v1::IdList> Client::GetList(const std::string& population, const std::string& name) {
  v1::GetListRequest request;
  request.set_population(population);
  request.set_name(name);
  auto response = Call(lists_.get(), &v1::ListService::Stub::GetList, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_list());
}

absl::StatusOr<std::vector<v1::IdList>> Client::ListLists(const std::string& population) {
  std::vector<v1::IdList> lists;
  v1::ListListsRequest request;
  request.set_population(population);
  request.set_page_size(kPageSize);
  do {
    auto page = Call(lists_.get(), &v1::ListService::Stub::ListLists, request);
    if (!page.ok()) return page.status();
    lists.insert(lists.end(), page->lists().begin(), page->lists().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return lists;
}

absl::StatusOr<v1::IdList> Client::DeleteList(const std::string& population, const std::string& name) {
  v1::DeleteListRequest request;
  request.set_population(population);
  request.set_name(name);
  auto response = Call(lists_.get(), &v1::ListService::Stub::DeleteList, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_list());
}

absl::StatusOr<v1::Load> Client::GetLoad(const std::string& population, const std::string& label) {
  v1::GetLoadRequest request;
  request.set_population(population);
  request.set_label(label);
  auto response = Call(loads_.get(), &v1::LoadService::Stub::GetLoad, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_load());
}

absl::StatusOr<std::vector<v1::Load>> Client::ListLoads(const std::string& population, size_t most) {
  std::vector<v1::Load> loads;
  v1::ListLoadsRequest request;
  request.set_population(population);
  do {
    const size_t left = most == 0 ? kPageSize : most - loads.size();
    request.set_page_size(static_cast<int>(std::min<size_t>(left, kPageSize)));
    auto page = Call(loads_.get(), &v1::LoadService::Stub::ListLoads, request);
    if (!page.ok()) return page.status();
    loads.insert(loads.end(), page->loads().begin(), page->loads().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (most == 0 || loads.size() < most));
  if (most != 0 && loads.size() > most) loads.resize(most);
  return loads;
}

std::unique_ptr<LoadStream> Client::BeginLoad(const v1::LoadSpec& spec) {
  Reach();
  auto stream = std::make_unique<LoadStream>(loads_.get(), address_);
  v1::LoadRecordsRequest first;
  *first.mutable_spec() = spec;
  stream->Feed(first);  // an answer that comes this early is returned by Commit
  return stream;
}

absl::StatusOr<v1::BeginLoadResponse> Client::BeginFedLoad(const v1::LoadSpec& spec) {
  v1::BeginLoadRequest request;
  *request.mutable_spec() = spec;
  return Call(loads_.get(), &v1::LoadService::Stub::BeginLoad, request);
}

std::unique_ptr<FeedStream> Client::FeedLoad(const std::string& population, const std::string& label) {
  Reach();
  auto stream = std::make_unique<FeedStream>(loads_.get(), address_);
  v1::FeedRecordsRequest first;
  first.mutable_start()->set_population(population);
  first.mutable_start()->set_label(label);
  stream->Feed(first);  // an answer that comes this early is returned by Finish
  return stream;
}

absl::StatusOr<v1::LoadRecordsResponse> Client::CommitLoad(const v1::CommitLoadRequest& request) {
  auto response = Call(loads_.get(), &v1::LoadService::Stub::CommitLoad, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_result());
}

absl::Status Client::AbortLoad(const std::string& population, const std::string& label) {
  v1::AbortLoadRequest request;
  request.set_population(population);
  request.set_label(label);
  return Call(loads_.get(), &v1::LoadService::Stub::AbortLoad, request).status();
}

}  // namespace muster::client
