#include "tests/clients/cpp/recorded_server.h"

namespace muster::client {
namespace {

// Page tokens are the numbers of pages.
template <typename Page>
grpc::Status GivePage(const std::vector<Page>& pages, const std::string& token, Page* response) {
  const size_t number = token.empty() ? 0 : std::stoul(token);
  if (number >= pages.size()) return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such page");
  *response = pages[number];
  if (number + 1 < pages.size()) response->set_next_page_token(std::to_string(number + 1));
  return grpc::Status::OK;
}

}  // namespace

grpc::Status FailureWith(grpc::StatusCode code, const std::string& message, const std::string& reason,
                         const std::vector<std::pair<std::string, std::string>>& violations) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("muster");
  (*info.mutable_metadata())["about"] = "a test";
  details.add_details()->PackFrom(info);
  google::rpc::BadRequest bad;
  for (const auto& [field, description] : violations) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
  if (!violations.empty()) details.add_details()->PackFrom(bad);
  return grpc::Status(code, message, details.SerializeAsString());
}

RecordedServer::RecordedServer() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(static_cast<v1::AdminService::Service*>(this));
  builder.RegisterService(static_cast<v1::CatalogService::Service*>(this));
  builder.RegisterService(static_cast<v1::LoadService::Service*>(this));
  builder.RegisterService(static_cast<v1::QueryService::Service*>(this));
  builder.RegisterService(static_cast<v1::SegmentService::Service*>(this));
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

RecordedServer::~RecordedServer() { Stop(); }

void RecordedServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown();
  server_->Wait();
  server_.reset();
}

grpc::Status RecordedServer::CountMembers(grpc::ServerContext*, const v1::CountMembersRequest* request,
                                          v1::CountMembersResponse* response) {
  counted = *request;
  *response = count;
  return status;
}

grpc::Status RecordedServer::SummarizeNumber(grpc::ServerContext*, const v1::SummarizeNumberRequest* request,
                                             v1::SummarizeNumberResponse* response) {
  summarized = *request;
  *response = summary;
  return status;
}

grpc::Status RecordedServer::LookupMember(grpc::ServerContext*, const v1::LookupMemberRequest*,
                                          v1::LookupMemberResponse* response) {
  *response = profile;
  return status;
}

grpc::Status RecordedServer::BatchCountMembers(grpc::ServerContext*,
                                               const v1::BatchCountMembersRequest* request,
                                               v1::BatchCountMembersResponse* response) {
  batches.push_back(*request);
  if (!status.ok()) return status;
  if (request->expressions_size() > longest_batch) {
    return FailureWith(grpc::StatusCode::OUT_OF_RANGE, "the answer is too long", "LIMIT");
  }
  for (int i = 0; i < request->expressions_size(); ++i) {
    const std::string& text = request->expressions(i).expression().text();
    v1::BatchCountMembersResult& result = *response->add_results();
    if (text[0] == '?') {
      const std::string field = "expressions[" + std::to_string(i) + "].expression.text:1:2";
      result.mutable_error()->ParseFromString(
          FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "no, never", "SYNTAX", {{field, "no"}})
              .error_details());
      continue;
    }
    result.mutable_counted()->set_count(text.size());
    if (text[0] != '!') continue;
    v1::Warning& warning = *result.mutable_counted()->add_warnings();
    warning.set_message("careful");
    warning.set_line(1);
    warning.set_column(1);
  }
  response->set_snapshot(request->snapshot().empty() ? "current" : request->snapshot());
  response->set_today("2026-01-31");
  response->set_evaluation_us(7);
  return grpc::Status::OK;
}

v1::StreamMembersResponse MessageOf(const std::vector<std::string>& ids) {
  v1::StreamMembersResponse message;
  if (ids.empty()) return message;
  message.mutable_ids()->set_count(static_cast<uint32_t>(ids.size()));
  for (const std::string& id : ids) message.mutable_ids()->mutable_lines()->append(id + "\n");
  return message;
}

grpc::Status RecordedServer::StreamMembers(grpc::ServerContext*, const v1::StreamMembersRequest* request,
                                           grpc::ServerWriter<v1::StreamMembersResponse>* writer) {
  listed = *request;
  for (const auto& message : members) {
    if (!writer->Write(message)) return grpc::Status(grpc::StatusCode::CANCELLED, "the client is gone");
    ++members_sent;
  }
  return status;
}

grpc::Status RecordedServer::ListTags(grpc::ServerContext*, const v1::ListTagsRequest* request,
                                      v1::ListTagsResponse* response) {
  return status.ok() ? GivePage(tag_pages, request->page_token(), response) : status;
}

grpc::Status RecordedServer::GetLoad(grpc::ServerContext*, const v1::GetLoadRequest*,
                                     v1::GetLoadResponse* response) {
  if (status.ok()) *response->mutable_load() = load_pages.at(0).loads(0);
  return status;
}

grpc::Status RecordedServer::ListLoads(grpc::ServerContext*, const v1::ListLoadsRequest* request,
                                       v1::ListLoadsResponse* response) {
  return status.ok() ? GivePage(load_pages, request->page_token(), response) : status;
}

grpc::Status RecordedServer::AbortLoad(grpc::ServerContext*, const v1::AbortLoadRequest* request,
                                       v1::AbortLoadResponse*) {
  aborted = request->population() + "/" + request->label();
  return status;
}

grpc::Status RecordedServer::GetPopulation(grpc::ServerContext*, const v1::GetPopulationRequest*,
                                           v1::GetPopulationResponse* response) {
  *response->mutable_population() = population;
  return status;
}

grpc::Status RecordedServer::ListPopulations(grpc::ServerContext*, const v1::ListPopulationsRequest*,
                                             v1::ListPopulationsResponse* response) {
  *response->add_populations() = population;
  return status;
}

grpc::Status RecordedServer::DeletePopulation(grpc::ServerContext*,
                                              const v1::DeletePopulationRequest* request,
                                              v1::DeletePopulationResponse* response) {
  dropped.push_back(request->population());
  *response->mutable_population() = population;
  return status;
}

grpc::Status RecordedServer::GetTag(grpc::ServerContext*, const v1::GetTagRequest*,
                                    v1::GetTagResponse* response) {
  *response->mutable_tag() = tag_pages.at(0).tags(0);
  return status;
}

grpc::Status RecordedServer::ListTagValues(grpc::ServerContext*, const v1::ListTagValuesRequest* request,
                                           v1::ListTagValuesResponse* response) {
  value_page_sizes.push_back(request->page_size());
  return GivePage(value_pages, request->page_token(), response);
}

grpc::Status RecordedServer::LoadRecords(grpc::ServerContext*,
                                         grpc::ServerReader<v1::LoadRecordsRequest>* reader,
                                         v1::LoadRecordsResponse* response) {
  v1::LoadRecordsRequest message;
  while (load_messages.size() < answer_load_after && reader->Read(&message)) load_messages.push_back(message);
  *response = load;
  ++loads_ended;
  return load_status.ok() ? status : load_status;
}

grpc::Status RecordedServer::GetSegment(grpc::ServerContext*, const v1::GetSegmentRequest*,
                                        v1::GetSegmentResponse* response) {
  *response->mutable_segment() = segment;
  return status;
}

grpc::Status RecordedServer::VerifyPopulation(grpc::ServerContext*, const v1::VerifyPopulationRequest*,
                                              grpc::ServerWriter<v1::VerifyPopulationResponse>* writer) {
  for (const v1::VerifyPopulationResponse& check : checks) writer->Write(check);
  return status;
}

}  // namespace muster::client
