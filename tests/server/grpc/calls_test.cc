// How calls of all kinds are admitted, refused and ended.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "server/grpc/message_bytes.h"
#include "tests/matchers/status.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;

class CallsTest : public FakeServerTest {
 protected:
  // Sends bytes that need not be a message; the answer's bytes are `answer`.
  grpc::Status SendBytes(const std::string& method, const std::string& bytes, std::string* answer = nullptr) {
    grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel_);
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, {}, &request, &response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    grpc::Status status = done.get_future().get();
    grpc::Slice whole;
    if (answer != nullptr && status.ok() && response.DumpToSingleSlice(&whole).ok()) {
      answer->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
    return status;
  }

  // What grpc.health.v1 says of the whole server: 1 is SERVING, 2 is NOT_SERVING.
  int Health() {
    std::string answer;
    EXPECT_THAT(SendBytes("/grpc.health.v1.Health/Check", "", &answer), IsOk());
    return answer.size() == 2 && answer[0] == 0x08 ? answer[1] : -1;  // field 1, a varint
  }

  // Why listing populations fails; empty when it doesn't.
  std::string ReasonOfListing() {
    const grpc::Status status = ListPopulations();
    return status.ok() ? "" : DetailsOf(status).info.reason();
  }
};

grpc::ByteBuffer EmptyMessage() {
  const grpc::Slice nothing("", 0);
  return grpc::ByteBuffer(&nothing, 1);
}

TEST_F(CallsTest, BytesThatAreNoRequestAreRefusedWithASentence) {
  StartServer();
  const std::string not_utf8 = "\x0a\x03gb\xc9";  // field 1, `gb?`: text in another encoding
  const std::string cut_off = "\x0a\x7f";
  for (const std::string& bytes : {not_utf8, cut_off}) {
    for (const char* method :
         {"/muster.v1.QueryService/CountMembers", "/muster.v1.QueryService/BatchCountMembers",
          "/muster.v1.QueryService/ListMembers", "/muster.v1.QueryService/ExplainExpression",
          "/muster.v1.QueryService/LookupMember", "/muster.v1.CatalogService/GetPopulation",
          "/muster.v1.CatalogService/ListTags"}) {
      const grpc::Status status = SendBytes(method, bytes);
      EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT)) << method;
      EXPECT_THAT(status.error_message(), HasSubstr("UTF-8"));
      EXPECT_EQ(DetailsOf(status).info.reason(), "BAD_REQUEST");
    }
  }
  // A tree that is nested deeper than protobuf reads.
  v1::CountMembersRequest request;
  v1::Expression* node = request.mutable_expression()->mutable_tree();
  for (int i = 0; i < 150; ++i) node = node->mutable_negated();
  const grpc::Status deep = SendBytes("/muster.v1.QueryService/CountMembers", request.SerializeAsString());
  EXPECT_THAT(deep, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(deep.error_message(), HasSubstr("as text"));
}

TEST_F(CallsTest, MissingFieldsAreNamed) {
  StartServer();
  grpc::ClientContext count_context;
  v1::CountMembersResponse count;
  const grpc::Status counted = queries_->CountMembers(&count_context, {}, &count);
  EXPECT_EQ(DetailsOf(counted).bad.field_violations(0).field(), "population");
  grpc::ClientContext stream_context;
  auto reader = queries_->StreamMembers(&stream_context, {});
  v1::StreamMembersResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(DetailsOf(reader->Finish()).bad.field_violations(0).field(), "population");
  grpc::ClientContext page_context;
  v1::ListPopulationsRequest negative;
  negative.set_page_size(-1);
  v1::ListPopulationsResponse populations;
  const grpc::Status listed = catalog_->ListPopulations(&page_context, negative, &populations);
  EXPECT_EQ(DetailsOf(listed).bad.field_violations(0).field(), "page_size");
  grpc::ClientContext create_context;
  v1::CreatePopulationResponse created;
  const grpc::Status refused = catalog_->CreatePopulation(&create_context, {}, &created);
  EXPECT_EQ(DetailsOf(refused).bad.field_violations(0).field(), "population.name");
}

TEST_F(CallsTest, AForeignPageTokenIsRefused) {
  StartServer();
  grpc::ClientContext context;
  v1::ListPopulationsRequest request;
  request.set_page_token("bm90IG91cnM");
  v1::ListPopulationsResponse response;
  const grpc::Status status = catalog_->ListPopulations(&context, request, &response);
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_EQ(DetailsOf(status).info.reason(), "BAD_PAGE_TOKEN");
}

TEST_F(CallsTest, ARequestOverSixteenMebibytesIsRefused) {
  StartServer();
  v1::LookupMemberRequest request;
  for (const size_t bytes : {kMaxMessageBytes + 1, 3 * kMaxMessageBytes, 5 * kMaxMessageBytes}) {
    request.set_member_id(std::string(bytes, 'x'));
    grpc::ClientContext context;
    v1::LookupMemberResponse response;
    const grpc::Status status = queries_->LookupMember(&context, request, &response);
    if (bytes > kMaxReceivedBytes) {  // gRPC's own refusal, or the connection is cut off before it is whole
      EXPECT_THAT(status, ::testing::Not(IsOk()));
      continue;
    }
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
    EXPECT_EQ(DetailsOf(status).info.reason(), "LIMIT");
    EXPECT_THAT(status.error_message(), HasSubstr("at most 16777216"));
  }
}

TEST_F(CallsTest, RequestsThatAreTooLargeTogetherAreRefusedAtOnce) {
  Gate gate;
  on_list_ = [&gate] { gate.Pass(); };
  StartServer({.workers = {.threads = 3}, .request_memory_bytes = 1 << 20});
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::async(std::launch::async, [this] { return ListPopulations(); }));
    gate.WaitForArrivals(i + 1);
  }
  // All workers are busy, so this one waits.
  const auto batch = [this](size_t bytes) {
    grpc::ClientContext context;
    v1::BatchCountMembersRequest request;
    request.add_expressions()->mutable_expression()->set_text(std::string(bytes, 'x'));
    v1::BatchCountMembersResponse response;
    return queries_->BatchCountMembers(&context, request, &response);
  };
  calls.push_back(std::async(std::launch::async, batch, 600 << 10));
  WaitUntil([this] { return server_->workers().counters().waiting == 1; });
  const grpc::Status refused = batch(600 << 10);
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "OVERLOADED");
  EXPECT_THAT(refused.error_message(), HasSubstr("1 MiB together"));
  grpc::ClientContext context;
  v1::StreamMembersRequest request;
  request.mutable_expression()->set_text(std::string(600 << 10, 'x'));
  v1::StreamMembersResponse message;
  const auto reader = queries_->StreamMembers(&context, request);
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(reader->Finish(), StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  // Small ones are bounded by the queue's length.
  calls.push_back(std::async(std::launch::async, batch, 100));
  WaitUntil([this] { return server_->workers().counters().waiting == 2; });
  gate.Open();
  for (std::future<grpc::Status>& call : calls)
    EXPECT_NE(call.get().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(batch(600 << 10).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << "its share came back";
}

TEST_F(CallsTest, TooManyWaitingCallsAreRefusedAtOnce) {
  Gate gate;
  on_list_ = [&gate] { gate.Pass(); };
  StartServer({.workers = {.threads = 3, .queue_length = 2}});
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::async(std::launch::async, [this] { return ListPopulations(); }));
    gate.WaitForArrivals(i + 1);  // three at once might find the queue full
  }
  for (int i = 0; i < 2; ++i)
    calls.push_back(std::async(std::launch::async, [this] { return ListPopulations(); }));
  WaitUntil([this] { return server_->workers().counters().waiting == 2; });
  const grpc::Status refused = ListPopulations();
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "OVERLOADED");
  // Questions that may be long wait in a queue of their own, as long as that of the short ones.
  std::vector<std::future<grpc::Status>> batches;
  for (int i = 0; i < 2; ++i) {
    batches.push_back(std::async(std::launch::async, [this] {
      grpc::ClientContext context;
      v1::BatchCountMembersResponse response;
      return queries_->BatchCountMembers(&context, {}, &response);
    }));
  }
  WaitUntil([this] { return server_->workers().counters().waiting == 4; });
  grpc::ClientContext context;
  auto reader = queries_->StreamMembers(&context, {});
  v1::StreamMembersResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(DetailsOf(reader->Finish()).info.reason(), "OVERLOADED");
  gate.Open();
  for (std::future<grpc::Status>& call : calls) EXPECT_THAT(call.get(), IsOk());
  for (std::future<grpc::Status>& batch : batches)
    EXPECT_THAT(batch.get(), StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(CallsTest, ACallWhoseDeadlinePassedWhileItWaitedIsNotWorkedOn) {
  Gate gate;
  on_list_ = [&gate] { gate.Pass(); };
  StartServer({.workers = {.threads = 3, .queue_length = 10}});
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::async(std::launch::async, [this] { return ListPopulations(); }));
  }
  gate.WaitForArrivals(3);
  const auto patience = std::chrono::milliseconds(200);
  std::future<grpc::Status> waiting = std::async(std::launch::async, [&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    v1::ListPopulationsResponse response;
    return catalog_->ListPopulations(&context, {}, &response);
  });
  WaitUntil([this] { return server_->workers().counters().waiting == 1; });
  const auto queued = std::chrono::system_clock::now();
  EXPECT_THAT(waiting.get(), StatusIs(grpc::StatusCode::DEADLINE_EXCEEDED));
  // The server's deadline is at most the patience after it queued the call; gRPC rounds it up by a few per
  // cent.
  std::this_thread::sleep_until(queued + 2 * patience);
  gate.Open();
  for (std::future<grpc::Status>& call : calls) EXPECT_THAT(call.get(), IsOk());
  WaitUntil([this] { return server_->workers().counters().finished == 4; });
  EXPECT_EQ(gate.arrivals(), 3);
}

TEST_F(CallsTest, ShutdownRefusesNewCallsLetsRunningOnesEndAndClosesTheDatabaseLast) {
  Gate gate;
  on_list_ = [&gate] { gate.Pass(); };
  StartServer();
  std::future<grpc::Status> running = std::async(std::launch::async, [this] { return ListPopulations(); });
  gate.WaitForArrivals(1);
  EXPECT_EQ(Health(), 1);
  std::thread stopping([this] { server_->Shutdown(std::chrono::hours(1)); });
  grpc::Status refused;
  WaitUntil([&] {
    v1::GetPopulationRequest request;
    request.set_population("p");
    grpc::ClientContext context;
    v1::GetPopulationResponse response;
    refused = catalog_->GetPopulation(&context, request, &response);
    return refused.error_code() == grpc::StatusCode::UNAVAILABLE;
  });
  EXPECT_EQ(DetailsOf(refused).info.reason(), "SHUTTING_DOWN");
  WaitUntil([this] { return Health() == 2; });
  EXPECT_FALSE(closed_.load());
  gate.Open();
  EXPECT_THAT(running.get(), IsOk());
  stopping.join();
  EXPECT_TRUE(closed_.load());
}

TEST_F(CallsTest, ShutdownCancelsALoadThatStaysOpenBeyondTheDrain) {
  StartServer();
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  WaitUntil([this] { return script_.begun.load() == 1; });
  server_->Shutdown(std::chrono::milliseconds(20));
  const grpc::Status status = writer->Finish();
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::UNAVAILABLE));
  EXPECT_EQ(::muster::testing::DetailsOf(status).info.reason(), "SHUTTING_DOWN");
  EXPECT_EQ(script_.gone.load(), 1);
  EXPECT_EQ(script_.committed.load(), 0);
  EXPECT_TRUE(closed_.load());
}

TEST_F(CallsTest, AClientThatWatchesHealthDoesNotHoldTheShutdown) {
  StartServer();
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto watch = stub.PrepareCall(&context, "/grpc.health.v1.Health/Watch", &queue);
  void* tag = nullptr;
  bool ok = false;
  watch->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  watch->WriteLast(EmptyMessage(), grpc::WriteOptions(), nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  grpc::ByteBuffer first;
  watch->Read(&first, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  server_->Shutdown(std::chrono::hours(24));  // returns, because nobody works
  EXPECT_TRUE(closed_.load());
  do {  // what it still had to say: NOT_SERVING
    watch->Read(&first, nullptr);
  } while (queue.Next(&tag, &ok) && ok);
  grpc::Status status;
  watch->Finish(&status, nullptr);
  EXPECT_TRUE(queue.Next(&tag, &ok));
  EXPECT_THAT(status, ::testing::Not(IsOk()));
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

TEST_F(CallsTest, ALoadThatIsOpenAtShutdownMayStillCommit) {
  StartServer();
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  WaitUntil([this] { return script_.begun.load() == 1; });
  std::thread stopping([this] { server_->Shutdown(std::chrono::hours(1)); });
  WaitUntil([this] { return ReasonOfListing() == "SHUTTING_DOWN"; });
  writer->Write(Batch());
  writer->Write(Commit(1));
  EXPECT_THAT(writer->Finish(), IsOk());
  stopping.join();
  EXPECT_EQ(script_.committed.load(), 1);
}

TEST_F(CallsTest, AMethodThatNobodyImplementsIsRefusedAndTheServerGoesOn) {
  StartServer();
  for (const char* method : {"/muster.v1.QueryService/NoSuchMethod", "/muster.v1.NoSuchService/CountMembers",
                             "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"}) {
    EXPECT_THAT(SendBytes(method, ""), StatusIs(grpc::StatusCode::UNIMPLEMENTED)) << method;
    EXPECT_THAT(ListPopulations(), IsOk()) << method;
  }
}

}  // namespace
}  // namespace muster::server
