// Loads that are queued for their share of the memory for loads.
#include <string>
#include <vector>

#include "tests/matchers/status.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;

constexpr uint64_t kMiB = uint64_t{1} << 20;

class LoadMemoryWaitTest : public FakeServerTest {
 protected:
  struct Stream {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::LoadRecordsRequest>> writer;
    grpc::Status Finish() { return writer->Finish(); }
  };
  std::unique_ptr<Stream> Begin() {
    auto stream = std::make_unique<Stream>();
    stream->writer = loads_->LoadRecords(&stream->context, &stream->response);
    EXPECT_TRUE(stream->writer->Write(Spec()));
    return stream;
  }
  // A stream that holds `script_.held_bytes`.
  std::unique_ptr<Stream> BeginAndFeed() {
    const int fed = script_.fed;
    auto stream = Begin();
    EXPECT_TRUE(stream->writer->Write(Batch()));
    WaitUntil([&] { return script_.fed > fed; });
    return stream;
  }
  static ServingOptions WithMemory(uint64_t bytes, absl::Duration patience = absl::Seconds(60)) {
    ServingOptions options;
    options.load_memory_bytes = bytes;
    options.load_memory_patience = patience;
    return options;
  }
};

TEST_F(LoadMemoryWaitTest, ALoadWaitsWithoutAWorkerUntilAnotherEnds) {
  script_.held_bytes = 60 * kMiB;
  script_.bytes_to_feed = kMiB;
  StartServer(WithMemory(100 * kMiB));
  auto first = BeginAndFeed();
  WaitUntil([this] { return server_->load_memory_held() == 60 * kMiB; });
  script_.bytes_to_feed = 70 * kMiB;
  std::vector<std::unique_ptr<Stream>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(Begin());
    ASSERT_TRUE(waiting.back()->writer->Write(Batch()));
  }
  WaitUntil([this] { return script_.begun == 6 && server_->workers().counters().running == 0; });
  EXPECT_EQ(script_.fed, 1);
  // Every worker is free for questions: no load holds one.
  for (int i = 0; i < 10; ++i) EXPECT_THAT(ListPopulations(), IsOk());
  script_.held_bytes = kMiB;
  script_.bytes_to_feed = 0;
  first->context.TryCancel();
  first->Finish();
  for (auto& stream : waiting) {
    ASSERT_TRUE(stream->writer->Write(Commit(1)));
    EXPECT_THAT(stream->Finish(), IsOk());
  }
  WaitUntil([this] { return server_->load_memory_held() == 0; });
}

TEST_F(LoadMemoryWaitTest, WhenAllWaitTheNewestIsToldToTryAgain) {
  script_.held_bytes = 40 * kMiB;
  StartServer(WithMemory(100 * kMiB));
  auto old = BeginAndFeed();
  auto young = BeginAndFeed();
  script_.bytes_to_feed = 40 * kMiB;
  ASSERT_TRUE(old->writer->Write(Batch()));
  ASSERT_TRUE(young->writer->Write(Batch()));
  const grpc::Status refused = young->Finish();
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "LOAD_MEMORY");
  EXPECT_THAT(refused.error_message(), HasSubstr("--load-memory"));
  ASSERT_TRUE(old->writer->Write(Commit(2)));
  EXPECT_THAT(old->Finish(), IsOk()) << "what the newest held served it";
  WaitUntil([this] { return server_->load_memory_held() == 0; });
}

TEST_F(LoadMemoryWaitTest, WhoWaitedTooLongIsToldToTryAgain) {
  script_.held_bytes = 60 * kMiB;
  StartServer(WithMemory(100 * kMiB, absl::Milliseconds(50)));
  auto idle = BeginAndFeed();  // its client says nothing more
  script_.bytes_to_feed = 60 * kMiB;
  auto late = Begin();
  ASSERT_TRUE(late->writer->Write(Batch()));
  const grpc::Status refused = late->Finish();
  EXPECT_EQ(DetailsOf(refused).info.reason(), "LOAD_MEMORY");
  EXPECT_THAT(refused.error_message(), HasSubstr("waited 50ms"));
  idle->context.TryCancel();
  idle->Finish();
}

TEST_F(LoadMemoryWaitTest, ALoadThatCanNeverFitIsRefusedForGood) {
  script_.bytes_to_commit = 101 * kMiB;
  StartServer(WithMemory(100 * kMiB));
  auto large = BeginAndFeed();
  ASSERT_TRUE(large->writer->Write(Commit(1)));
  const grpc::Status refused = large->Finish();
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "LIMIT");
  EXPECT_EQ(script_.committed, 0);
}

TEST_F(LoadMemoryWaitTest, AClientThatGivesUpWaitsNoLonger) {
  script_.held_bytes = 60 * kMiB;
  StartServer(WithMemory(100 * kMiB));
  auto holder = BeginAndFeed();
  script_.bytes_to_feed = 60 * kMiB;
  auto gone = Begin();
  ASSERT_TRUE(gone->writer->Write(Batch()));
  WaitUntil([this] { return script_.begun == 2 && server_->workers().counters().running == 0; });
  gone->context.TryCancel();
  gone->Finish();
  WaitUntil([this] { return server_->open_loads() == 1; });
  ASSERT_TRUE(holder->writer->Write(Commit(1)));
  EXPECT_THAT(holder->Finish(), IsOk());
}

}  // namespace
}  // namespace muster::server
