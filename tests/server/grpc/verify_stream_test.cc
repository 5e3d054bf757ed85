// Verification streams whose clients don't read.
#include <chrono>
#include <string>
#include <thread>

#include "muster/v1/admin_service.grpc.pb.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

// Its verification reports findings for as long as the client reads.
class TalkativePopulation final : public EndlessPopulation {
 public:
  explicit TalkativePopulation(ScanWatch& watch) : EndlessPopulation(watch) {}
  absl::StatusOr<uint64_t> Verify(index::Findings::Report report) const override {
    index::Check check;
    check.name = "talk";
    check.problems = 100;
    check.first_problems.assign(100, {.text = std::string(1'000, 'x')});
    while (report(check, true)) {
    }
    return check.problems;
  }
};

class VerifyStreamTest : public FakeServerTest {
 protected:
  VerifyStreamTest() { population_ = &talkative_; }

  ScanWatch watch_;
  TalkativePopulation talkative_{watch_};
};

// There is one place. A client that doesn't read would keep it until its connection ends.
TEST_F(VerifyStreamTest, OneThatIsNotReadMakesRoomForTheNext) {
  StartServer();
  const auto stub = v1::AdminService::NewStub(channel_);
  v1::VerifyPopulationRequest request;
  request.set_population("p");
  grpc::ClientContext silent;
  const auto unread = stub->VerifyPopulation(&silent, request);
  v1::VerifyPopulationResponse message;
  ASSERT_TRUE(unread->Read(&message)) << "it has the place";
  bool served = false;
  // The machine may be slow; the place is free after some seconds.
  for (int attempt = 0; attempt < 120 && !served; ++attempt) {
    grpc::ClientContext context;
    const auto stream = stub->VerifyPopulation(&context, request);
    served = stream->Read(&message);
    if (served) context.TryCancel();
    const grpc::Status ended = stream->Finish();
    if (served) break;
    EXPECT_THAT(ended, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_TRUE(served);
  while (unread->Read(&message)) {
  }
  EXPECT_THAT(unread->Finish(), StatusIs(grpc::StatusCode::ABORTED));
}

}  // namespace
}  // namespace muster::server
