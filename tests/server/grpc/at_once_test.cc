// Small counts are answered on the thread that receives them, without a worker.
#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "server/grpc/unary_call.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

using testing::DetailsOf;

class AtOnceTest : public FakeServerTest {
 protected:
  void SetUp() override {
    population_ = &endless_;
    watch_.fragments = 1;
  }
  uint64_t MustCount(const std::string& text) {
    v1::CountMembersRequest request;
    request.set_population("endless");
    request.mutable_expression()->set_text(text);
    grpc::ClientContext context;
    v1::CountMembersResponse response;
    const grpc::Status status = queries_->CountMembers(&context, request, &response);
    EXPECT_THAT(status, IsOk());
    return response.count();
  }

  ScanWatch watch_;
  EndlessPopulation endless_{watch_};
};

TEST_F(AtOnceTest, ASmallCountNeedsNoWorker) {
  StartServer();
  // A machine that is busy elsewhere may take so long that a worker answers; some other time it doesn't.
  WaitUntil([this] {
    const uint64_t finished = server_->workers().counters().finished;
    EXPECT_EQ(MustCount("vip AND news"), 3u);
    return server_->workers().counters().finished == finished;
  });
  EXPECT_GE(server_->workers().counters().at_once, 1u);
  WaitUntil([this] { return server_->workers().counters().running == 0; });
}

TEST_F(AtOnceTest, ABigCountIsHandedToAWorkerBeforeItScans) {
  watch_.fragments = 10'000;
  StartServer();
  EXPECT_EQ(MustCount("vip"), 30'000u);
  EXPECT_EQ(server_->workers().counters().at_once, 1u);
  WaitUntil([this] { return server_->workers().counters().finished >= 1; });
}

TEST_F(AtOnceTest, ALongTextBeginsOnAWorker) {
  StartServer();
  EXPECT_EQ(MustCount(std::string(kMaxAtOnceRequestBytes, ' ') + "vip"), 3u);
  EXPECT_EQ(server_->workers().counters().at_once, 0u);
  WaitUntil([this] { return server_->workers().counters().finished == 1; });
}

TEST_F(AtOnceTest, WhileTooManyWaitASmallCountIsRefusedToo) {
  Gate gate;
  on_list_ = [&gate] { gate.Pass(); };
  StartServer({.workers = {.threads = 3, .queue_length = 1}});
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 4; ++i) {
    calls.push_back(std::async(std::launch::async, [this] { return ListPopulations(); }));
    if (i < 3) gate.WaitForArrivals(i + 1);
  }
  WaitUntil([this] { return server_->workers().counters().waiting == 1; });
  v1::CountMembersRequest request;
  request.set_population("endless");
  request.mutable_expression()->set_text("vip");
  grpc::ClientContext context;
  v1::CountMembersResponse response;
  const grpc::Status refused = queries_->CountMembers(&context, request, &response);
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "OVERLOADED");
  gate.Open();
  for (std::future<grpc::Status>& call : calls) EXPECT_THAT(call.get(), IsOk());
}

TEST_F(AtOnceTest, WhileAsManyAsMayBeAreAnsweredSoTheNextGoesToAWorker) {
  Gate gate;
  std::atomic<bool> hold{true};
  watch_.on_window = [&](int window) {
    if (hold && window == 1) gate.Pass();
  };
  StartServer({.workers = {.at_once = 1}});
  std::future<uint64_t> first = std::async(std::launch::async, [this] { return MustCount("vip"); });
  gate.WaitForArrivals(1);
  ASSERT_EQ(server_->workers().counters().at_once, 1u);
  hold = false;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(MustCount("vip AND news"), 3u);
  EXPECT_EQ(server_->workers().counters().at_once, 1u);
  EXPECT_GE(server_->workers().counters().finished, 9u);
  gate.Open();
  EXPECT_EQ(first.get(), 3u);
}

}  // namespace
}  // namespace muster::server
