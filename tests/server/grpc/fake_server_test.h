// A real gRPC server over a FakeDatabase, and stubs that call it.
#ifndef MUSTER_TESTS_SERVER_GRPC_FAKE_SERVER_TEST_H_
#define MUSTER_TESTS_SERVER_GRPC_FAKE_SERVER_TEST_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/catalog_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "server/lifecycle/running_server.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/fake_database.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {

class FakeServerTest : public ::testing::Test {
 protected:
  // Before what a test borrows to it goes.
  void TearDown() override { server_.reset(); }

  void StartServer(ServingOptions options = {}) {
    absl::StatusOr<std::unique_ptr<RunningServer>> server =
        RunningServer::Start(std::make_unique<FakeDatabase>(
                                 script_, [this] { on_list_(); }, population_, closed_),
                             options);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
    catalog_ = v1::CatalogService::NewStub(channel_);
    loads_ = v1::LoadService::NewStub(channel_);
    queries_ = v1::QueryService::NewStub(channel_);
  }

  grpc::Status ListPopulations() {
    grpc::ClientContext context;
    v1::ListPopulationsResponse response;
    return catalog_->ListPopulations(&context, {}, &response);
  }

  static v1::LoadRecordsRequest Spec() {
    v1::LoadRecordsRequest request;
    request.mutable_spec()->set_population("p");
    return request;
  }
  static v1::LoadRecordsRequest Batch() {
    v1::LoadRecordsRequest request;
    request.mutable_batch()->mutable_member_ids()->set_text("a");
    request.mutable_batch()->mutable_member_ids()->add_ends(1);
    return request;
  }
  static v1::LoadRecordsRequest Commit(uint64_t records) {
    v1::LoadRecordsRequest request;
    request.mutable_commit()->set_records(records);
    return request;
  }

  static void WaitUntil(const std::function<bool()>& condition) {
    while (!condition()) std::this_thread::yield();
  }

  // Outlive the server.
  LoadScript script_;
  std::function<void()> on_list_ = [] {};
  index::Population* population_ = nullptr;
  std::atomic<bool> closed_{false};
  std::unique_ptr<RunningServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::CatalogService::Stub> catalog_;
  std::unique_ptr<v1::LoadService::Stub> loads_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
};

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_GRPC_FAKE_SERVER_TEST_H_
