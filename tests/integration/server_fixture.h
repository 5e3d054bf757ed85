// A real server on a temporary data directory, in this process, and the calls that tests make.
#ifndef MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_
#define MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/catalog_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "server/lifecycle/running_server.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {

// One record: the member id, then a cell for each tag of the load.
using TestRecord = std::vector<std::string>;

// Starts a server for each test. Removes all its files in the end.
class ServerFixture : public ::testing::Test {
 protected:
  ServerFixture();
  ~ServerFixture() override;
  void SetUp() override { StartServer(); }

  // Serves the directory; also after StopServer, as a restart does.
  void StartServer(ServingOptions options = {});
  void StopServer();

  // A tag of a load.
  static v1::LoadTag Tag(const std::string& name, v1::TagKind kind);
  // A spec for the population `p`.
  static v1::LoadSpec Spec(std::vector<v1::LoadTag> tags, v1::LoadMode mode = v1::LOAD_MODE_MERGE);
  static v1::LoadRecordsRequest Message(const v1::LoadSpec& spec);
  static v1::LoadRecordsRequest Message(const std::vector<TestRecord>& records, size_t tags);
  static v1::LoadRecordsRequest Commit(uint64_t records);

  // A whole load.
  grpc::Status Load(const v1::LoadSpec& spec, const std::vector<TestRecord>& records,
                    v1::LoadRecordsResponse* response = nullptr);
  // The same, and it must succeed.
  v1::LoadRecordsResponse MustLoad(const v1::LoadSpec& spec, const std::vector<TestRecord>& records);
  // Loads the members m0 … m(n−1) of `p`: SINGLE city (three values by turns), NUMBER age (i mod 100), FLAG
  // vip (true for every tenth, unknown for the others).
  void LoadCustomers(int n);

  static v1::CountMembersRequest Question(const std::string& text);
  grpc::Status Ask(const v1::CountMembersRequest& request, v1::CountMembersResponse& response);
  // The count of a text that must be answered; −1 when it isn't.
  int64_t CountOf(const std::string& text);
  // The members of all pages.
  std::vector<std::string> MembersOf(v1::ListMembersRequest request);
  grpc::Status ListPage(const v1::ListMembersRequest& request, v1::ListMembersResponse& response);
  static v1::ListMembersRequest Listing(const std::string& text, int page_size);

  const std::string directory_;
  std::string token_key_ = NewTokenKey();  // of every server that is started
  std::unique_ptr<RunningServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::CatalogService::Stub> catalog_;
  std::unique_ptr<v1::LoadService::Stub> loads_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
};

// Expects a failure with this code and ErrorInfo.reason.
void ExpectRefused(const grpc::Status& status, grpc::StatusCode code, const std::string& reason);

}  // namespace muster::server

#endif  // MUSTER_TESTS_INTEGRATION_SERVER_FIXTURE_H_
