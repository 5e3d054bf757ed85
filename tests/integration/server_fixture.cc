#include "tests/integration/server_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/member_ids.h"
#include "index/population/database.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

std::string MakeDirectory() {
  std::string name = ::testing::TempDir() + "/muster_server_XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

void Append(const std::string& cell, v1::CellColumn& column) {
  column.mutable_text()->append(cell);
  column.add_ends(static_cast<uint32_t>(column.text().size()));
}

}  // namespace

ServerFixture::ServerFixture() : directory_(MakeDirectory()) {}

ServerFixture::~ServerFixture() {
  server_.reset();
  std::filesystem::remove_all(directory_);
}

void ServerFixture::StartServer(ServingOptions options) {
  index::DatabaseOptions data;
  data.directory = directory_;
  data.map_size = size_t{1} << 30;
  absl::StatusOr<std::unique_ptr<index::Database>> database = index::Database::Open(std::move(data));
  ASSERT_THAT(database, IsOk());
  options.token_key = token_key_;  // as one data directory has
  absl::StatusOr<std::unique_ptr<RunningServer>> server = RunningServer::Start(*std::move(database), options);
  ASSERT_THAT(server, IsOk());
  server_ = *std::move(server);
  channel_ = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  catalog_ = v1::CatalogService::NewStub(channel_);
  loads_ = v1::LoadService::NewStub(channel_);
  queries_ = v1::QueryService::NewStub(channel_);
}

void ServerFixture::StopServer() { server_.reset(); }

v1::LoadTag ServerFixture::Tag(const std::string& name, v1::TagKind kind) {
  v1::LoadTag tag;
  tag.set_name(name);
  tag.set_kind(kind);
  return tag;
}

v1::LoadSpec ServerFixture::Spec(std::vector<v1::LoadTag> tags, v1::LoadMode mode) {
  v1::LoadSpec spec;
  spec.set_population("p");
  spec.set_mode(mode);
  for (v1::LoadTag& tag : tags) *spec.add_tags() = std::move(tag);
  return spec;
}

v1::LoadRecordsRequest ServerFixture::Message(const v1::LoadSpec& spec) {
  v1::LoadRecordsRequest message;
  *message.mutable_spec() = spec;
  return message;
}

v1::LoadRecordsRequest ServerFixture::Message(const std::vector<TestRecord>& records, size_t tags) {
  v1::LoadRecordsRequest message;
  v1::RecordBatch& batch = *message.mutable_batch();
  for (size_t i = 0; i < tags; ++i) batch.add_cells();
  for (const TestRecord& record : records) {
    Append(record.at(0), *batch.mutable_member_ids());
    for (size_t i = 0; i < tags; ++i) Append(record.at(i + 1), *batch.mutable_cells(static_cast<int>(i)));
  }
  return message;
}

v1::LoadRecordsRequest ServerFixture::Commit(uint64_t records) {
  v1::LoadRecordsRequest message;
  message.mutable_commit()->set_records(records);
  return message;
}

grpc::Status ServerFixture::Load(const v1::LoadSpec& spec, const std::vector<TestRecord>& records,
                                 v1::LoadRecordsResponse* response) {
  grpc::ClientContext context;
  v1::LoadRecordsResponse ignored;
  auto writer = loads_->LoadRecords(&context, response != nullptr ? response : &ignored);
  if (writer->Write(Message(spec)) &&
      writer->Write(Message(records, static_cast<size_t>(spec.tags_size())))) {
    writer->Write(Commit(records.size()));
  }
  writer->WritesDone();
  return writer->Finish();
}

v1::LoadRecordsResponse ServerFixture::MustLoad(const v1::LoadSpec& spec,
                                                const std::vector<TestRecord>& records) {
  v1::LoadRecordsResponse response;
  const grpc::Status status = Load(spec, records, &response);
  EXPECT_THAT(status, IsOk());
  return response;
}

void ServerFixture::LoadCustomers(int n) {
  const char* cities[] = {"上海", "Berlin", "Oslo"};
  std::vector<TestRecord> records;
  for (int i = 0; i < n; ++i) {
    records.push_back(
        {absl::StrCat("m", i), cities[i % 3], absl::StrCat(i % 100), i % 10 == 0 ? "true" : ""});
  }
  MustLoad(Spec({Tag("city", v1::TAG_KIND_SINGLE), Tag("age", v1::TAG_KIND_NUMBER),
                 Tag("vip", v1::TAG_KIND_FLAG)}),
           records);
}

v1::CountMembersRequest ServerFixture::Question(const std::string& text) {
  v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(text);
  return request;
}

grpc::Status ServerFixture::Ask(const v1::CountMembersRequest& request, v1::CountMembersResponse& response) {
  grpc::ClientContext context;
  return queries_->CountMembers(&context, request, &response);
}

int64_t ServerFixture::CountOf(const std::string& text) {
  v1::CountMembersResponse response;
  const grpc::Status status = Ask(Question(text), response);
  EXPECT_THAT(status, IsOk()) << text << ": " << status.error_message();
  return status.ok() ? static_cast<int64_t>(response.count()) : -1;
}

grpc::Status ServerFixture::ListPage(const v1::ListMembersRequest& request,
                                     v1::ListMembersResponse& response) {
  grpc::ClientContext context;
  return queries_->ListMembers(&context, request, &response);
}

v1::ListMembersRequest ServerFixture::Listing(const std::string& text, int page_size) {
  v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(text);
  request.set_page_size(page_size);
  return request;
}

std::vector<std::string> ServerFixture::MembersOf(v1::ListMembersRequest request) {
  std::vector<std::string> members;
  do {
    v1::ListMembersResponse page;
    const grpc::Status status = ListPage(request, page);
    EXPECT_THAT(status, IsOk());
    for (const std::string_view id : client::IdsOf(page.ids())) members.emplace_back(id);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return members;
}

void ExpectRefused(const grpc::Status& status, grpc::StatusCode code, const std::string& reason) {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  if (!status.ok()) {
    EXPECT_EQ(::muster::testing::DetailsOf(status).info.reason(), reason) << status.error_message();
  }
}

}  // namespace muster::server
