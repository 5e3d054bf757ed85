// Long questions leave a worker for short ones.
#include <atomic>
#include <deque>
#include <future>
#include <string>
#include <vector>

#include "server/grpc/unary_call.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

class FairnessTest : public FakeServerTest {
 protected:
  void SetUp() override { population_ = &endless_; }
  static v1::CountMembersRequest Question(const std::string& text) {
    v1::CountMembersRequest request;
    request.set_population("endless");
    request.mutable_expression()->set_text(text);
    return request;
  }

  ScanWatch watch_;
  EndlessPopulation endless_{watch_};
};

TEST_F(FairnessTest, AShortCountIsAnsweredWhileMoreLongOnesThanWorkersStandStill) {
  Gate gate;
  std::atomic<bool> hold{true};
  watch_.on_window = [&](int) {
    if (hold) gate.Pass();
  };
  ServingOptions options;
  options.workers.threads = 3;
  StartServer(options);
  std::deque<grpc::ClientContext> contexts(options.workers.threads + 2);
  std::vector<std::future<grpc::Status>> long_counts;
  for (grpc::ClientContext& context : contexts) {
    long_counts.push_back(std::async(std::launch::async, [this, &context] {
      v1::CountMembersResponse response;
      return queries_->CountMembers(&context, Question("vip AND news"), &response);
    }));
  }
  gate.WaitForArrivals(2);
  // All were prepared in a short turn, and the others wait for a long one.
  WaitUntil([this] {
    const WorkerPoolCounters counters = server_->workers().counters();
    return counters.finished == 5 && counters.waiting == 3;
  });

  hold = false;
  watch_.fragments = 1;
  for (int i = 0; i < 5; ++i) {
    grpc::ClientContext context;
    v1::CountMembersResponse response;
    ASSERT_THAT(queries_->CountMembers(&context, Question("vip"), &response), IsOk());
    EXPECT_EQ(response.count(), 3u);
  }
  EXPECT_EQ(gate.arrivals(), 2);
  EXPECT_EQ(server_->workers().counters().waiting, 3u);

  for (grpc::ClientContext& context : contexts) context.TryCancel();
  for (std::future<grpc::Status>& count : long_counts)
    EXPECT_THAT(count.get(), StatusIs(grpc::StatusCode::CANCELLED));
  gate.Open();
  // The server hears of the cancellations later than the clients, and its scans use the gate until then.
  WaitUntil([this] {
    const WorkerPoolCounters counters = server_->workers().counters();
    return counters.running == 0 && counters.waiting == 0;
  });
}

TEST_F(FairnessTest, AVeryLongTextIsNotEvenUnderstoodByAWorkerForShortQuestions) {
  Gate gate;
  watch_.on_window = [&gate](int) { gate.Pass(); };
  watch_.fragments = 1;
  StartServer();
  const std::string text = std::string(kMaxShortRequestBytes, ' ') + "vip";
  std::vector<std::future<uint64_t>> counts;
  for (int i = 0; i < 3; ++i) {
    counts.push_back(std::async(std::launch::async, [this, &text] {
      grpc::ClientContext context;
      v1::CountMembersResponse response;
      EXPECT_THAT(queries_->CountMembers(&context, Question(text), &response), IsOk());
      return response.count();
    }));
  }
  gate.WaitForArrivals(2);
  WaitUntil([this] { return server_->workers().counters().waiting == 1; });
  EXPECT_EQ(server_->workers().counters().running, 2u) << "the third worker is for short questions";
  gate.Open();
  for (std::future<uint64_t>& count : counts) EXPECT_EQ(count.get(), 3u);
}

}  // namespace
}  // namespace muster::server
