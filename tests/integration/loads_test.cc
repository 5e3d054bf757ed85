// LoadRecords on a real database: the answers to clients, and the state afterwards.
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

class LoadsTest : public ServerFixture {
 protected:
  // A stream whose spec and first batch the server has taken.
  struct OpenLoad {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::LoadRecordsRequest>> writer;
  };
  std::unique_ptr<OpenLoad> Open(const v1::LoadSpec& spec, const std::vector<TestRecord>& records) {
    auto open = std::make_unique<OpenLoad>();
    while (server_->workers().counters().running != 0) std::this_thread::yield();  // calls before this one
    const uint64_t finished = server_->workers().counters().finished;
    open->writer = loads_->LoadRecords(&open->context, &open->response);
    EXPECT_TRUE(open->writer->Write(Message(spec)));
    EXPECT_TRUE(open->writer->Write(Message(records, static_cast<size_t>(spec.tags_size()))));
    while (server_->workers().counters().finished < finished + 2) std::this_thread::yield();
    return open;
  }
  static v1::LoadSpec Vip(v1::LoadMode mode = v1::LOAD_MODE_MERGE) {
    return Spec({Tag("vip", v1::TAG_KIND_FLAG)}, mode);
  }
};

TEST_F(LoadsTest, ALoadSaysWhatItDid) {
  v1::LoadSpec spec = Spec({Tag("vip", v1::TAG_KIND_FLAG), Tag("city", v1::TAG_KIND_SINGLE)});
  spec.set_label("day 1");
  spec.set_business_date("2024-01-31");
  const v1::LoadRecordsResponse first = MustLoad(spec, {{"a", "yes", "Oslo"}, {"b", "", "Rome"}});
  EXPECT_EQ(first.label(), "day 1");
  EXPECT_EQ(first.state(), v1::LOAD_STATE_PUBLISHED);
  EXPECT_EQ(first.records(), 2u);
  EXPECT_EQ(first.new_members(), 2u);
  EXPECT_EQ(first.member_count(), 2u);
  EXPECT_EQ(first.business_date(), "2024-01-31");
  ASSERT_EQ(first.tags_size(), 2);
  EXPECT_EQ(first.tags(0).name(), "vip");
  EXPECT_EQ(first.tags(0).version(), 1u);
  EXPECT_EQ(first.tags(0).coverage(), 0.5);
  const v1::LoadRecordsResponse second = MustLoad(Vip(v1::LOAD_MODE_REPLACE), {{"c", "no"}});
  EXPECT_EQ(second.tags(0).version(), 2u);
  EXPECT_EQ(second.new_members(), 1u);
  EXPECT_NE(second.label(), "");
  EXPECT_EQ(CountOf("HAS vip"), 1);
  EXPECT_EQ(CountOf("HAS city"), 2);
  EXPECT_EQ(CountOf("EVERYONE"), 3);
}

TEST_F(LoadsTest, ALabelIsLoadedOnce) {
  v1::LoadSpec spec = Vip();
  spec.set_label("day 1");
  spec.set_input_sha256(std::string(32, 'x'));
  MustLoad(spec, {{"a", "yes"}});
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  auto writer = loads_->LoadRecords(&context, &response);
  writer->Write(Message(spec));
  const grpc::Status again = writer->Finish();  // answers though the client never ends its stream
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(response.already_published());
  EXPECT_EQ(response.records(), 1u);
  spec.set_mode(v1::LOAD_MODE_REPLACE);
  const grpc::Status other = Load(spec, {{"a", "no"}});
  ExpectRefused(other, grpc::StatusCode::ALREADY_EXISTS, "ALREADY_EXISTS");
  EXPECT_THAT(other.error_message(), HasSubstr("day 1"));
  spec.clear_input_sha256();  // an input that can't be read twice: the label alone decides
  EXPECT_TRUE(MustLoad(spec, {{"a", "no"}}).already_published());
  EXPECT_EQ(CountOf("vip"), 1);
}

TEST_F(LoadsTest, TwoOpenLoadsOfOneTagConflictAndTheSecondMayTryAgain) {
  v1::LoadSpec replace = Vip();
  replace.set_mode(v1::LOAD_MODE_REPLACE);
  auto open = Open(replace, {{"a", "yes"}});
  const std::vector<TestRecord> records = {{"b", "yes"}};
  // A load of another tag goes on beside it.
  EXPECT_THAT(Load(Spec({Tag("city", v1::TAG_KIND_SINGLE)}), {{"b", "Oslo"}}), IsOk());
  const grpc::Status second = Load(replace, records);
  ExpectRefused(second, grpc::StatusCode::ABORTED, "LOAD_CONFLICT");
  open->writer->Write(Commit(1));
  ASSERT_THAT(open->writer->Finish(), IsOk());
  EXPECT_THAT(Load(Vip(), records), IsOk());
  EXPECT_EQ(CountOf("vip"), 2);
}

TEST_F(LoadsTest, WhatIsAbandonedLeavesNothingAndFreesItsTags) {
  auto open = Open(Vip(), {{"a", "yes"}});
  open->context.TryCancel();
  EXPECT_THAT(open->writer->Finish(), ::testing::Not(IsOk()));
  while (server_->open_loads() != 0) std::this_thread::yield();
  v1::CountMembersResponse response;
  ExpectRefused(Ask(Question("EVERYONE"), response), grpc::StatusCode::NOT_FOUND, "UNKNOWN_POPULATION");
  MustLoad(Vip(), {{"b", "yes"}});
  EXPECT_EQ(CountOf("EVERYONE"), 1);
}

TEST_F(LoadsTest, RefusalsHaveTheirReasonsAndChangeNothing) {
  LoadCustomers(10);
  const auto failed = grpc::StatusCode::FAILED_PRECONDITION;
  const auto bad = grpc::StatusCode::INVALID_ARGUMENT;
  ExpectRefused(Load(Spec({Tag("age", v1::TAG_KIND_NUMBER)}), {{"m0", "old"}, {"m1", "1"}}), failed,
                "TOO_MANY_REJECTED");
  ExpectRefused(Load(Vip(v1::LOAD_MODE_REPLACE), {}), failed, "NO_RECORDS");
  ExpectRefused(Load(Spec({Tag("age", v1::TAG_KIND_DATE)}), {{"m0", "2024-01-01"}}), failed,
                "TAG_CONTRADICTS");
  ExpectRefused(Load(Spec({Tag("height", v1::TAG_KIND_UNSPECIFIED)}), {{"m0", "1"}}), bad, "UNKNOWN_TAG");
  v1::LoadSpec elsewhere = Vip();
  elsewhere.set_population("Not A Name");
  ExpectRefused(Load(elsewhere, {{"m0", "yes"}}), bad, "BAD_NAME");
  v1::LoadSpec no_day = Vip();
  no_day.set_business_date("2023-02-30");
  ExpectRefused(Load(no_day, {{"m0", "yes"}}), bad, "BAD_REQUEST");
  v1::LoadSpec long_label = Vip();
  long_label.set_label(std::string(201, 'x'));
  ExpectRefused(Load(long_label, {{"m0", "yes"}}), bad, "BAD_NAME");
  EXPECT_EQ(CountOf("EVERYONE"), 10);
  EXPECT_EQ(CountOf("HAS age"), 10);
  EXPECT_EQ(CountOf("vip"), 1);
}

TEST_F(LoadsTest, RejectedRecordsAreCountedAndShown) {
  v1::LoadSpec spec = Spec({Tag("age", v1::TAG_KIND_NUMBER)});
  spec.set_max_rejected(0.5);
  const v1::LoadRecordsResponse response =
      MustLoad(spec, {{"a", "1"}, {"b", "old"}, {"c", "3"}, {"", "4"}, {"d", "5"}});
  EXPECT_EQ(response.records(), 5u);
  EXPECT_EQ(response.rejected_records(), 2u);
  EXPECT_EQ(response.rejections_size(), 2);
  ASSERT_EQ(response.first_rejected_size(), 2);
  EXPECT_EQ(response.first_rejected(0).line(), 2u);
  EXPECT_EQ(response.first_rejected(0).reason(), v1::REJECTION_REASON_BAD_CELL);
  EXPECT_EQ(response.first_rejected(1).reason(), v1::REJECTION_REASON_BAD_MEMBER_ID);
  EXPECT_EQ(CountOf("EVERYONE"), 3);
}

TEST_F(LoadsTest, CellsThatAreNoUtf8AreRejectedRecordsAndReportedAsText) {
  v1::LoadSpec spec = Spec({Tag("city", v1::TAG_KIND_SINGLE)});
  spec.set_max_rejected(1);
  const v1::LoadRecordsResponse response =
      MustLoad(spec, {{"a", "gb\xc9"}, {"b", "Oslo"}, {"c\xff", "Oslo"}});
  EXPECT_EQ(response.rejected_records(), 2u);
  EXPECT_EQ(CountOf("EVERYONE"), 1);
}

TEST_F(LoadsTest, AMergeWithoutRecordsSucceedsWithAWarningWhereThatIsAllowed) {
  LoadCustomers(3);
  ExpectRefused(Load(Vip(), {}), grpc::StatusCode::FAILED_PRECONDITION, "NO_RECORDS");
  v1::LoadSpec spec = Vip();
  spec.set_allow_empty(true);
  const v1::LoadRecordsResponse response = MustLoad(spec, {});
  EXPECT_EQ(response.state(), v1::LOAD_STATE_EMPTY);
  EXPECT_EQ(response.warnings_size(), 1);
}

TEST_F(LoadsTest, ACommitThatCountsOtherwiseIsRefused) {
  auto open = Open(Vip(), {{"a", "yes"}});
  open->writer->Write(Commit(2));
  const grpc::Status status = open->writer->Finish();
  ExpectRefused(status, grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST");
}

TEST_F(LoadsTest, ShutdownWithAnOpenLoadLeavesNothing) {
  MustLoad(Vip(), {{"a", "yes"}});
  auto open = Open(Vip(), {{"b", "yes"}});
  server_->Shutdown(std::chrono::milliseconds(10));
  EXPECT_THAT(open->writer->Finish(), ::testing::Not(IsOk()));
  StartServer();
  EXPECT_EQ(CountOf("EVERYONE"), 1);
  MustLoad(Vip(), {{"c", "yes"}});
  EXPECT_EQ(CountOf("vip"), 2);
}

}  // namespace
}  // namespace muster::server
