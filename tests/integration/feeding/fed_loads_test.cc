// Loads that are fed in parts, through gRPC on a real database: streams side by side, cut off, repeated, and over a
// restart.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class FedLoadsTest : public ServerFixture {
 protected:
  struct Stream {
    grpc::ClientContext context;
    v1::FeedRecordsResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::FeedRecordsRequest>> writer;
  };
  static v1::LoadSpec Vip(const std::string& label) {
    v1::LoadSpec spec = Spec({Tag("vip", v1::TAG_KIND_FLAG)});
    spec.set_label(label);
    return spec;
  }
  grpc::Status Begin(const v1::LoadSpec& spec, v1::BeginLoadResponse* response = nullptr) {
    grpc::ClientContext context;
    v1::BeginLoadRequest request;
    v1::BeginLoadResponse ignored;
    *request.mutable_spec() = spec;
    return loads_->BeginLoad(&context, request, response != nullptr ? response : &ignored);
  }
  std::unique_ptr<Stream> Open(const std::string& label) {
    auto stream = std::make_unique<Stream>();
    stream->writer = loads_->FeedRecords(&stream->context, &stream->response);
    v1::FeedRecordsRequest start;
    start.mutable_start()->set_population("p");
    start.mutable_start()->set_label(label);
    stream->writer->Write(start);
    return stream;
  }
  static v1::FeedRecordsRequest Batch(const std::string& part, uint64_t number,
                                      const std::vector<TestRecord>& records, uint32_t attempt = 0) {
    v1::FeedRecordsRequest request;
    request.mutable_batch()->set_part(part);
    request.mutable_batch()->set_attempt(attempt);
    request.mutable_batch()->set_number(number);
    *request.mutable_batch()->mutable_records() = Message(records, 1).batch();
    return request;
  }
  static grpc::Status Finish(Stream& stream) {
    stream.writer->WritesDone();
    return stream.writer->Finish();
  }
  grpc::Status Commit(const std::string& label, const std::vector<std::pair<std::string, uint64_t>>& parts,
                      v1::LoadRecordsResponse* result = nullptr) {
    grpc::ClientContext context;
    v1::CommitLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    for (const auto& [name, batches] : parts) {
      v1::CommittedPart& part = *request.add_parts();
      part.set_name(name);
      part.set_batches(batches);
    }
    v1::CommitLoadResponse response;
    const grpc::Status status = loads_->CommitLoad(&context, request, &response);
    if (result != nullptr) *result = response.result();
    return status;
  }
  grpc::Status Get(const std::string& label, v1::Load& load) {
    grpc::ClientContext context;
    v1::GetLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    v1::GetLoadResponse response;
    const grpc::Status status = loads_->GetLoad(&context, request, &response);
    load = response.load();
    return status;
  }
  grpc::Status Abort(const std::string& label) {
    grpc::ClientContext context;
    v1::AbortLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    v1::AbortLoadResponse response;
    return loads_->AbortLoad(&context, request, &response);
  }
};

TEST_F(FedLoadsTest, TwoStreamsSideBySideAndACommitThatIsRepeated) {
  ASSERT_THAT(Begin(Vip("day 1")), IsOk());
  const auto one = Open("day 1"), two = Open("day 1");
  for (uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(one->writer->Write(Batch("one", i, {{absl::StrCat("a", i), "yes"}})));
    ASSERT_TRUE(two->writer->Write(Batch("two", i, {{absl::StrCat("b", i), "no"}})));
  }
  ASSERT_THAT(Finish(*one), IsOk());
  ASSERT_THAT(Finish(*two), IsOk());
  ASSERT_THAT(one->response.parts(), SizeIs(1));
  EXPECT_EQ(one->response.parts(0).next_batch(), 10u);
  v1::LoadRecordsResponse result;
  ASSERT_THAT(Commit("day 1", {{"two", 10}, {"one", 10}}, &result), IsOk());
  EXPECT_EQ(result.records(), 20u);
  EXPECT_EQ(result.state(), v1::LOAD_STATE_PUBLISHED);
  ASSERT_THAT(Commit("day 1", {{"two", 10}, {"one", 10}}, &result), IsOk());
  EXPECT_TRUE(result.already_published());
  EXPECT_EQ(CountOf("vip"), 10);
  EXPECT_EQ(CountOf("EVERYONE"), 20);
}

TEST_F(FedLoadsTest, AStreamThatIsCutOffGoesOnAfterARestart) {
  ASSERT_THAT(Begin(Vip("day 1")), IsOk());
  const auto stream = Open("day 1");
  ASSERT_TRUE(stream->writer->Write(Batch("a", 0, {{"m0", "yes"}})));
  ASSERT_TRUE(stream->writer->Write(Batch("a", 1, {{"m1", "yes"}})));
  v1::Load load;
  stream->context.TryCancel();
  EXPECT_THAT(stream->writer->Finish(), ::testing::Not(IsOk()));
  while (server_->open_loads() != 0) std::this_thread::yield();
  ASSERT_THAT(Get("day 1", load), IsOk());
  const uint64_t stored = load.parts().empty() ? 0 : load.parts(0).next_batch();
  EXPECT_LE(stored, 2u);
  StopServer();
  StartServer();
  v1::BeginLoadResponse begun;
  ASSERT_THAT(Begin(Vip("day 1"), &begun), IsOk());
  EXPECT_EQ(begun.parts().empty() ? 0 : begun.parts(0).next_batch(), stored);
  const auto again = Open("day 1");
  for (uint64_t i = 0; i < 3; ++i)
    ASSERT_TRUE(again->writer->Write(Batch("a", i, {{absl::StrCat("m", i), "yes"}})));
  ASSERT_THAT(Finish(*again), IsOk());
  EXPECT_EQ(again->response.parts(0).next_batch(), 3u);
  EXPECT_EQ(again->response.parts(0).records(), 3u);
  ASSERT_THAT(Commit("day 1", {{"a", 3}}), IsOk());
  EXPECT_EQ(CountOf("vip"), 3);
}

TEST_F(FedLoadsTest, ABatchOutOfOrderSaysWhichOneIsExpected) {
  ASSERT_THAT(Begin(Vip("day 1")), IsOk());
  const auto stream = Open("day 1");
  stream->writer->Write(Batch("a", 0, {{"m0", "yes"}}));
  stream->writer->Write(Batch("a", 2, {{"m2", "yes"}}));
  const grpc::Status refused = Finish(*stream);
  ExpectRefused(refused, grpc::StatusCode::FAILED_PRECONDITION, "BATCH_OUT_OF_ORDER");
  EXPECT_EQ(muster::testing::DetailsOf(refused).info.metadata().at("expected"), "1");
  ExpectRefused(Commit("day 1", {{"a", 2}}), grpc::StatusCode::FAILED_PRECONDITION, "PART_INCOMPLETE");
  EXPECT_THAT(Commit("day 1", {{"a", 1}}), IsOk());
}

TEST_F(FedLoadsTest, ALabelWithOtherContentIsRefused) {
  v1::LoadSpec spec = Vip("day 1");
  spec.set_input_sha256(std::string(32, 'x'));
  ASSERT_THAT(Begin(spec), IsOk());
  ASSERT_THAT(Commit("day 1", {}), ::testing::Not(IsOk())) << "it has no record";
  const auto stream = Open("day 1");
  stream->writer->Write(Batch("a", 0, {{"m0", "yes"}}));
  ASSERT_THAT(Finish(*stream), IsOk());
  ASSERT_THAT(Commit("day 1", {{"a", 1}}), IsOk());
  v1::LoadSpec other = spec;
  other.set_mode(v1::LOAD_MODE_REPLACE);
  ExpectRefused(Begin(other), grpc::StatusCode::ALREADY_EXISTS, "ALREADY_EXISTS");
  v1::BeginLoadResponse begun;
  ASSERT_THAT(Begin(spec, &begun), IsOk());
  EXPECT_TRUE(begun.published().already_published());
}

TEST_F(FedLoadsTest, AbortingFreesTheTagsAndEndsStreams) {
  ASSERT_THAT(Begin(Vip("day 1")), IsOk());
  ExpectRefused(Begin(Vip("day 2")), grpc::StatusCode::ABORTED, "LOAD_CONFLICT");
  const auto stream = Open("day 1");
  ASSERT_TRUE(stream->writer->Write(Batch("a", 0, {{"m0", "yes"}})));
  ASSERT_THAT(Abort("day 1"), IsOk());
  stream->writer->Write(Batch("a", 1, {{"m1", "yes"}}));
  const grpc::Status ended = Finish(*stream);
  EXPECT_TRUE(ended.error_code() == grpc::StatusCode::ABORTED ||
              ended.error_code() == grpc::StatusCode::NOT_FOUND)
      << ended.error_message();
  ExpectRefused(Abort("day 1"), grpc::StatusCode::NOT_FOUND, "UNKNOWN_POPULATION");
  EXPECT_THAT(Begin(Vip("day 2")), IsOk());
}

TEST_F(FedLoadsTest, LimitsAreSaid) {
  for (int i = 0; i < 64; ++i) {
    v1::LoadSpec spec = Spec({});
    spec.set_label(absl::StrCat("load ", i));
    ASSERT_THAT(Begin(spec), IsOk());
  }
  v1::LoadSpec spec = Spec({});
  spec.set_label("one more");
  const grpc::Status loads = Begin(spec);
  ExpectRefused(loads, grpc::StatusCode::RESOURCE_EXHAUSTED, "LIMIT");
  EXPECT_EQ(muster::testing::DetailsOf(loads).info.metadata().at("limit"), "64");
  std::vector<std::pair<std::string, uint64_t>> named;
  for (int i = 0; i <= 10'000; ++i) named.emplace_back(absl::StrCat(i), 1);
  const grpc::Status parts = Commit("load 0", named);
  ExpectRefused(parts, grpc::StatusCode::INVALID_ARGUMENT, "LIMIT");
  EXPECT_EQ(muster::testing::DetailsOf(parts).info.metadata().at("limit"), "10000");
}

// Clients whose deadlines pass at any moment, again and again.
TEST_F(FedLoadsTest, HowOftenAClientGivesUpTheLoadIsThereOnce) {
  LoadCustomers(10);
  for (int day = 0; day < 8; ++day) {
    const std::string label = absl::StrCat("day ", day);
    ASSERT_THAT(Begin(Vip(label)), IsOk());
    bool committed = false;
    for (int attempt = 1; !committed && attempt < 500; ++attempt) {
      const auto deadline = std::chrono::system_clock::now() + std::chrono::microseconds(300 * attempt);
      const auto stream = std::make_unique<Stream>();
      stream->context.set_deadline(deadline);
      stream->writer = loads_->FeedRecords(&stream->context, &stream->response);
      v1::FeedRecordsRequest start;
      start.mutable_start()->set_population("p");
      start.mutable_start()->set_label(label);
      stream->writer->Write(start);
      for (uint64_t i = 0; i < 5; ++i)
        stream->writer->Write(Batch("a", i, {{absl::StrCat("d", day, "-", i), "yes"}}));
      const grpc::Status fed = Finish(*stream);
      ASSERT_TRUE(fed.ok() || fed.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
                  fed.error_code() == grpc::StatusCode::CANCELLED ||
                  fed.error_code() == grpc::StatusCode::ABORTED ||
                  fed.error_code() == grpc::StatusCode::NOT_FOUND)
          << fed.error_message();
      grpc::ClientContext context;
      context.set_deadline(deadline);
      v1::CommitLoadRequest request;
      request.set_population("p");
      request.set_label(label);
      request.add_parts()->set_name("a");
      request.mutable_parts(0)->set_batches(5);
      v1::CommitLoadResponse response;
      committed = loads_->CommitLoad(&context, request, &response).ok();
      if (committed) {
        EXPECT_EQ(response.result().records(), 5u);
      }
    }
    ASSERT_TRUE(committed);
    EXPECT_EQ(CountOf("EVERYONE"), 10 + 5 * (day + 1));
    v1::Load load;
    ASSERT_THAT(Get(label, load), IsOk());
    EXPECT_EQ(load.state(), v1::LOAD_STATE_PUBLISHED);
  }
}

}  // namespace
}  // namespace muster::server
