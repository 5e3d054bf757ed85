// A question whose client cancels stops within its scan and frees its worker.
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

constexpr int kAllWindows = static_cast<int>(kEndlessFragments / index::kMaxWindowFragments);

class GivingUpTest : public FakeServerTest {
 protected:
  void SetUp() override { population_ = &endless_; }
  static v1::CountMembersRequest Question() {
    v1::CountMembersRequest request;
    request.set_population("endless");
    request.mutable_expression()->set_text("vip AND news");
    return request;
  }
  // The second window waits at `gate`; later ones are slow enough that a cancellation arrives long before the
  // end, which is hours away.
  void StandStillIn(Gate& gate) {
    watch_.on_window = [&gate](int window) {
      if (window == 2) gate.Pass();
      if (window > 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
  }
  void WaitUntilIdle() {
    WaitUntil([this] {
      const WorkerPoolCounters counters = server_->workers().counters();
      return counters.running == 0 && counters.waiting == 0;
    });
  }

  ScanWatch watch_;
  EndlessPopulation endless_{watch_};
};

TEST_F(GivingUpTest, AfterItsDeadlineACountScansNoFurtherWindow) {
  const auto patience = std::chrono::milliseconds(200);
  // The third window is held until the deadline has passed for certain: gRPC rounds it up by a few per cent.
  watch_.on_window = [patience](int window) {
    if (window == 3) std::this_thread::sleep_for(2 * patience);
  };
  StartServer();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + patience);
  v1::CountMembersResponse response;
  EXPECT_THAT(queries_->CountMembers(&context, Question(), &response),
              StatusIs(grpc::StatusCode::DEADLINE_EXCEEDED));
  WaitUntilIdle();
  EXPECT_LE(watch_.windows.load(), 3);
}

TEST_F(GivingUpTest, ACancelledCountFreesItsWorker) {
  Gate gate;
  StandStillIn(gate);
  StartServer();
  grpc::ClientContext context;
  std::future<grpc::Status> counting = std::async(std::launch::async, [&] {
    v1::CountMembersResponse response;
    return queries_->CountMembers(&context, Question(), &response);
  });
  gate.WaitForArrivals(1);
  context.TryCancel();
  EXPECT_THAT(counting.get(), StatusIs(grpc::StatusCode::CANCELLED));
  gate.Open();
  WaitUntilIdle();
  EXPECT_LT(watch_.windows.load(), kAllWindows / 2);
}

TEST_F(GivingUpTest, ACancelledBatchFreesItsWorker) {
  Gate gate;
  StandStillIn(gate);
  StartServer();
  grpc::ClientContext context;
  std::future<grpc::Status> counting = std::async(std::launch::async, [&] {
    v1::BatchCountMembersRequest request;
    request.set_population("endless");
    for (const char* text : {"vip AND news", "vip OR news"})
      request.add_expressions()->mutable_expression()->set_text(text);
    v1::BatchCountMembersResponse response;
    return queries_->BatchCountMembers(&context, request, &response);
  });
  gate.WaitForArrivals(1);
  context.TryCancel();
  EXPECT_THAT(counting.get(), StatusIs(grpc::StatusCode::CANCELLED));
  gate.Open();
  WaitUntilIdle();
  EXPECT_LT(watch_.windows.load(), kAllWindows / 2);
}

TEST_F(GivingUpTest, ACancelledStreamFreesItsWorkerAndItsPlace) {
  Gate gate;
  StandStillIn(gate);
  StartServer();
  v1::StreamMembersRequest request;
  request.set_population("endless");
  request.mutable_expression()->set_text("vip AND news");
  grpc::ClientContext context;
  auto reader = queries_->StreamMembers(&context, request);
  gate.WaitForArrivals(1);
  context.TryCancel();
  gate.Open();
  EXPECT_THAT(reader->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  WaitUntil([this] { return server_->open_streams() == 0; });
  WaitUntilIdle();
  EXPECT_LT(watch_.windows.load(), kAllWindows / 2);
}

TEST_F(GivingUpTest, APageStopsScanningWhenItIsFull) {
  StartServer();
  v1::ListMembersRequest request;
  request.set_population("endless");
  request.mutable_expression()->set_text("vip AND news");
  request.set_page_size(4);
  grpc::ClientContext context;
  // The first page counts all members, whose scan is endless here. The scan for the members of the page ends
  // in the first window.
  watch_.on_window = [&context](int window) {
    if (window == 2) context.TryCancel();
    if (window > 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  v1::ListMembersResponse response;
  EXPECT_THAT(queries_->ListMembers(&context, request, &response), StatusIs(grpc::StatusCode::CANCELLED));
  WaitUntilIdle();
  EXPECT_LT(watch_.windows.load(), kAllWindows / 2);
}

TEST_F(GivingUpTest, ShutdownCutsACountThatOutlivesTheDrain) {
  Gate gate;
  StandStillIn(gate);
  StartServer();
  std::future<grpc::Status> counting = std::async(std::launch::async, [&] {
    grpc::ClientContext context;
    v1::CountMembersResponse response;
    return queries_->CountMembers(&context, Question(), &response);
  });
  gate.WaitForArrivals(1);
  gate.Open();
  server_->Shutdown(std::chrono::milliseconds(20));
  EXPECT_THAT(counting.get(), ::testing::Not(IsOk()));
  EXPECT_TRUE(closed_.load());
  EXPECT_LT(watch_.windows.load(), kAllWindows / 2);
}

}  // namespace
}  // namespace muster::server
