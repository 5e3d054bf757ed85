#include <string>
#include <thread>
#include <vector>

#include "tests/matchers/status.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;

class LoadStreamTest : public FakeServerTest {
 protected:
  // Sends `messages` and ends the stream.
  grpc::Status Send(const std::vector<v1::LoadRecordsRequest>& messages,
                    v1::LoadRecordsResponse* response = nullptr) {
    grpc::ClientContext context;
    v1::LoadRecordsResponse ignored;
    auto writer = loads_->LoadRecords(&context, response != nullptr ? response : &ignored);
    for (const v1::LoadRecordsRequest& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
};

TEST_F(LoadStreamTest, SpecBatchesCommit) {
  StartServer();
  std::vector<std::string> fed;
  script_.feed = [&fed](const index::RecordBatchView& batch) {
    fed.emplace_back(batch.member_ids.text);
    return absl::OkStatus();
  };
  v1::LoadRecordsResponse response;
  const grpc::Status status = Send({Spec(), Batch(), Batch(), Commit(2)}, &response);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(response.label(), "fake");
  EXPECT_EQ(response.state(), v1::LOAD_STATE_PUBLISHED);
  EXPECT_EQ(response.records(), 2u);
  EXPECT_EQ(fed, std::vector<std::string>({"a", "a"}));
  EXPECT_EQ(script_.gone.load(), 1);
}

TEST_F(LoadStreamTest, AStreamWithoutACommitIsRefusedAndAbandoned) {
  StartServer();
  for (const std::vector<v1::LoadRecordsRequest>& messages :
       {std::vector<v1::LoadRecordsRequest>{}, {Spec()}, {Spec(), Batch()}}) {
    const grpc::Status status = Send(messages);
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
    EXPECT_THAT(status.error_message(), HasSubstr("without a commit"));
    EXPECT_EQ(DetailsOf(status).info.reason(), "BAD_REQUEST");
  }
  EXPECT_EQ(script_.begun.load(), 2);
  EXPECT_EQ(script_.gone.load(), 2);
  EXPECT_EQ(script_.committed.load(), 0);
  WaitUntil([this] { return server_->open_loads() == 0; });
}

TEST_F(LoadStreamTest, MessagesOutOfOrderAreRefused) {
  StartServer();
  const std::vector<std::pair<std::string, std::vector<v1::LoadRecordsRequest>>> cases = {
      {"first message", {Batch()}},
      {"first message", {Commit(0)}},
      {"first message", {v1::LoadRecordsRequest()}},
      {"a spec already", {Spec(), Spec()}},
      {"says nothing", {Spec(), v1::LoadRecordsRequest()}},
  };
  for (const auto& [sentence, messages] : cases) {
    const grpc::Status status = Send(messages);
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
    EXPECT_THAT(status.error_message(), HasSubstr(sentence));
  }
  EXPECT_EQ(script_.gone.load(), script_.begun.load());
}

TEST_F(LoadStreamTest, AnErrorOfTheIndexEndsTheStreamAtOnceAndFreesTheLoadFirst) {
  StartServer();
  script_.feed = [](const auto&) {
    return index::WithReason(absl::ResourceExhaustedError("the disk is full"), index::Reason::kStorageFull);
  };
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  writer->Write(Batch());
  const grpc::Status status = writer->Finish();  // without WritesDone: the server doesn't wait for the rest
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(status).info.reason(), "STORAGE_FULL");
  EXPECT_EQ(script_.gone.load(), 1);
}

TEST_F(LoadStreamTest, ABatchThatDoesNotFitIsNamedByField) {
  StartServer();
  v1::LoadRecordsRequest bad = Batch();
  bad.mutable_batch()->mutable_member_ids()->set_ends(0, 99);
  const grpc::Status status = Send({Spec(), bad, Commit(1)});
  EXPECT_EQ(DetailsOf(status).bad.field_violations(0).field(), "batch.member_ids.ends[0]");
  EXPECT_EQ(script_.fed.load(), 0);
}

TEST_F(LoadStreamTest, AConflictIsAborted) {
  StartServer();
  script_.refuse =
      index::WithReason(absl::AbortedError("`city` is being loaded"), index::Reason::kLoadConflict);
  const grpc::Status status = Send({Spec(), Commit(0)});
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::ABORTED));
  EXPECT_EQ(DetailsOf(status).info.reason(), "LOAD_CONFLICT");
}

TEST_F(LoadStreamTest, ARepeatedLabelAnswersBeforeTheBatches) {
  StartServer();
  index::LoadResult before;
  before.label = "day 1";
  before.published = true;
  before.already_published = true;
  before.business_date = absl::CivilDay(2024, 1, 1);
  script_.published_before = before;
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  writer->Write(Spec());
  const grpc::Status status = writer->Finish();
  ASSERT_THAT(status, IsOk());
  EXPECT_TRUE(response.already_published());
  EXPECT_EQ(response.label(), "day 1");
  EXPECT_EQ(script_.fed.load(), 0);
}

TEST_F(LoadStreamTest, TheNextMessageIsReadOnlyAfterTheLastWasFed) {
  StartServer();
  Gate gate;
  script_.feed = [&gate](const auto&) {
    gate.Pass();
    return absl::OkStatus();
  };
  // 16 messages of 1 MiB: far more than the transport's windows hold.
  v1::LoadRecordsRequest large;
  large.mutable_batch()->mutable_member_ids()->set_text(std::string(1 << 20, 'x'));
  large.mutable_batch()->mutable_member_ids()->add_ends(1 << 20);
  std::atomic<int> written{0};
  std::thread client([&] {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    auto writer = loads_->LoadRecords(&context, &response);
    ASSERT_TRUE(writer->Write(Spec()));
    for (int i = 0; i < 64; ++i) {
      ASSERT_TRUE(writer->Write(large));
      ++written;
    }
    writer->Write(Commit(64));
    EXPECT_THAT(writer->Finish(), IsOk());
  });
  gate.WaitForArrivals(1);
  EXPECT_EQ(script_.fed.load(), 1);
  EXPECT_LT(written.load(), 64);  // the client is held back while the first batch stands
  gate.Open();
  client.join();
  EXPECT_EQ(script_.fed.load(), 64);
}

TEST_F(LoadStreamTest, AMessageOverSixteenMebibytesIsRefused) {
  StartServer();
  v1::LoadRecordsRequest large = Batch();
  large.mutable_batch()->mutable_member_ids()->set_text(std::string(16 << 20, 'x'));
  const grpc::Status status = Send({Spec(), large, Commit(1)});
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(status).info.reason(), "LIMIT");
  EXPECT_THAT(status.error_message(), HasSubstr("at most 16777216"));
  EXPECT_EQ(script_.fed.load(), 0);
  EXPECT_EQ(script_.gone.load(), 1);
}

TEST_F(LoadStreamTest, ASilentClientLosesItsLoad) {
  ServingOptions options;
  options.load_lease = absl::Milliseconds(80);
  StartServer(options);
  // Before the spec, after it, and after a batch.
  for (const std::vector<v1::LoadRecordsRequest>& messages :
       {std::vector<v1::LoadRecordsRequest>{}, {Spec()}, {Spec(), Batch()}}) {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    auto writer = loads_->LoadRecords(&context, &response);
    for (const v1::LoadRecordsRequest& message : messages) ASSERT_TRUE(writer->Write(message));
    const grpc::Status status = writer->Finish();  // the stream stays open, and the server ends it
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::ABORTED));
    EXPECT_EQ(DetailsOf(status).info.reason(), "LOAD_CONFLICT");
    EXPECT_THAT(status.error_message(), HasSubstr("said nothing for 80ms"));
    EXPECT_EQ(script_.gone.load(), script_.begun.load());
  }
  EXPECT_EQ(script_.begun.load(), 2);
  EXPECT_EQ(script_.committed.load(), 0);
  WaitUntil([this] { return server_->open_loads() == 0; });
}

TEST_F(LoadStreamTest, ASlowClientThatFeedsKeepsItsLoad) {
  ServingOptions options;
  options.load_lease = absl::Milliseconds(400);
  StartServer(options);
  // What the server takes for a batch and for the commit doesn't count either.
  script_.feed = [this](const auto&) {
    if (script_.fed.load() == 1) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_TRUE(writer->Write(Batch()));
  }
  writer->Write(Commit(10));
  const grpc::Status status = writer->Finish();
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(script_.fed.load(), 10);
}

TEST_F(LoadStreamTest, CancellationAbandonsTheLoad) {
  StartServer();
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  WaitUntil([this] { return script_.begun.load() == 1; });
  context.TryCancel();
  EXPECT_THAT(writer->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  WaitUntil([this] { return script_.gone.load() == 1 && server_->open_loads() == 0; });
  EXPECT_EQ(script_.committed.load(), 0);
}

TEST_F(LoadStreamTest, CancellationReachesACommitThatIsRunning) {
  StartServer();
  script_.commit = [](uint64_t, const WorkBudget& budget) -> absl::StatusOr<index::LoadResult> {
    while (budget.Check().ok()) std::this_thread::yield();
    return budget.Check();
  };
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  writer->Write(Spec());
  writer->Write(Commit(0));
  WaitUntil([this] { return script_.committed.load() == 1; });
  context.TryCancel();
  EXPECT_THAT(writer->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  WaitUntil([this] { return script_.gone.load() == 1; });
}

TEST_F(LoadStreamTest, ADeadlineReachesACommitThatIsRunning) {
  StartServer();
  script_.commit = [](uint64_t, const WorkBudget& budget) -> absl::StatusOr<index::LoadResult> {
    while (budget.Check().ok()) std::this_thread::yield();
    return budget.Check();
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  writer->Write(Spec());
  writer->Write(Commit(0));
  EXPECT_THAT(writer->Finish(), StatusIs(grpc::StatusCode::DEADLINE_EXCEEDED));
  WaitUntil([this] { return script_.gone.load() == script_.begun.load() && server_->open_loads() == 0; });
}

TEST_F(LoadStreamTest, OneOverTheLimitOfOpenLoadsIsRefused) {
  StartServer({.max_open_loads = 1});
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  ASSERT_TRUE(writer->Write(Spec()));
  WaitUntil([this] { return script_.begun.load() == 1; });
  const grpc::Status refused = Send({Spec(), Commit(0)});
  EXPECT_THAT(refused, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(DetailsOf(refused).info.reason(), "OVERLOADED");
  writer->Write(Commit(0));
  EXPECT_THAT(writer->Finish(), IsOk());
  WaitUntil([this] { return server_->open_loads() == 0; });
  EXPECT_THAT(Send({Spec(), Commit(0)}), IsOk());
}

TEST_F(LoadStreamTest, QuestionsAreAnsweredWhileLoadsHoldTheirWorkers) {
  StartServer({.workers = {.threads = 3, .queue_length = 100}});
  Gate gate;
  script_.commit = [&gate](uint64_t, const auto&) -> absl::StatusOr<index::LoadResult> {
    gate.Pass();
    return absl::AbortedError("enough");
  };
  std::vector<std::thread> clients;
  for (int i = 0; i < 5; ++i)
    clients.emplace_back([this] { EXPECT_THAT(Send({Spec(), Commit(0)}), ::testing::Not(IsOk())); });
  gate.WaitForArrivals(1);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(ListPopulations(), IsOk());
  EXPECT_EQ(gate.arrivals(), 1);
  gate.Open();
  for (std::thread& client : clients) client.join();
}

}  // namespace
}  // namespace muster::server
