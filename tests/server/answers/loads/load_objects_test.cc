// Loads that are fed in parts, as their calls answer: BeginLoad, FeedRecords, CommitLoad, AbortLoad, GetLoad.
#include "server/answers/loads/load_objects.h"

#include "server/answers/load_answer.h"
#include "server/answers/loads/commit_answer.h"
#include "server/answers/loads/feed_answer.h"
#include "server/answers/saved/load_listings.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Next = FedAnswer::Next;

constexpr uint64_t kMessageBytes = 100;

class LoadObjectsTest : public AnswersFixture {
 protected:
  static v1::BeginLoadRequest Spec(const std::string& label) {
    v1::BeginLoadRequest request;
    request.mutable_spec()->set_population("p");
    request.mutable_spec()->set_label(label);
    v1::LoadTag& tag = *request.mutable_spec()->add_tags();
    tag.set_name("city");
    tag.set_kind(v1::TAG_KIND_SINGLE);
    return request;
  }
  static v1::FeedRecordsRequest Start(const std::string& label) {
    v1::FeedRecordsRequest request;
    request.mutable_start()->set_population("p");
    request.mutable_start()->set_label(label);
    return request;
  }
  static v1::FeedRecordsRequest Record(const std::string& part, uint64_t number, const std::string& id) {
    v1::FeedRecordsRequest request;
    v1::FeedBatch& batch = *request.mutable_batch();
    batch.set_part(part);
    batch.set_number(number);
    v1::RecordBatch& records = *batch.mutable_records();
    records.mutable_member_ids()->set_text(id);
    records.mutable_member_ids()->add_ends(static_cast<uint32_t>(id.size()));
    records.add_cells()->set_text("x");
    records.mutable_cells(0)->add_ends(1);
    return request;
  }
  static v1::CommitLoadRequest Commit(const std::string& label, uint64_t batches) {
    v1::CommitLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    v1::CommittedPart& part = *request.add_parts();
    part.set_name("a");
    part.set_batches(batches);
    return request;
  }
  absl::StatusOr<v1::FeedRecordsResponse> Feed(const std::vector<v1::FeedRecordsRequest>& messages) {
    FeedAnswer answer(context_, memory_);
    absl::Status status;
    for (size_t i = 0; i < messages.size() && status.ok(); ++i)
      status = answer.Take(messages[i], kMessageBytes).status();
    if (status.ok()) status = answer.TakeEnd(Call());
    answer.End(status);
    if (!status.ok()) return status;
    return answer.response();
  }
  absl::StatusOr<v1::LoadRecordsResponse> CommitLoad(const v1::CommitLoadRequest& request) {
    CommitAnswer answer(context_, caller_, memory_);
    absl::StatusOr<Next> next = Next::kGoOn;
    while (next.ok() && *next == Next::kGoOn) next = answer.Take(request, Call());
    answer.End(next.status());
    RETURN_IF_ERROR(next.status());
    EXPECT_EQ(*next, Next::kAnswered);
    return answer.response().result();
  }
  absl::StatusOr<v1::Load> Get(const std::string& label) {
    v1::GetLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    ASSIGN_OR_RETURN(v1::GetLoadResponse response, Answer(&GetLoad, request));
    return response.load();
  }
  absl::Status Abort(const std::string& label) {
    v1::AbortLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    return Answer(&AbortLoad, request).status();
  }

  LoadMemoryForTests memory_;
};

TEST_F(LoadObjectsTest, BeginFeedRecordsAndCommitLoadPublishOnce) {
  const auto begun = Answer(&BeginLoad, Spec("day 1"));
  ASSERT_THAT(begun, IsOk());
  EXPECT_EQ(begun->label(), "day 1");
  EXPECT_EQ(begun->lease_seconds(), 600u);
  const auto fed = Feed({Start("day 1"), Record("a", 0, "m"), Record("a", 1, "n"), Record("b", 0, "o")});
  ASSERT_THAT(fed, IsOk());
  ASSERT_THAT(fed->parts(), SizeIs(2));
  EXPECT_EQ(fed->parts(0).name(), "a");
  EXPECT_EQ(fed->parts(0).next_batch(), 2u);
  EXPECT_EQ(fed->parts(0).records(), 2u);
  const auto open = Get("day 1");
  ASSERT_THAT(open, IsOk()) << "though the population isn't visible yet";
  EXPECT_EQ(open->state(), v1::LOAD_STATE_OPEN);
  EXPECT_THAT(open->parts(), SizeIs(2));
  for (const bool again : {false, true}) {
    const auto result = CommitLoad(Commit("day 1", 2));
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->already_published(), again);
    EXPECT_EQ(result->records(), 2u);
    EXPECT_EQ(result->new_members(), 2u);
    EXPECT_EQ(result->tags(0).coverage(), 1.0);
  }
  EXPECT_THAT(log_, ::testing::ElementsAre(HasSubstr("load published: population=\"p\" label=\"day 1\""),
                                           HasSubstr("load published before")));
  const auto repeated = Answer(&BeginLoad, Spec("day 1"));
  ASSERT_THAT(repeated, IsOk());
  EXPECT_TRUE(repeated->published().already_published());
  EXPECT_EQ(Get("day 1")->state(), v1::LOAD_STATE_PUBLISHED);
}

TEST_F(LoadObjectsTest, BeginLoadSaysWhatIsStored) {
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  EXPECT_THAT(Feed({Start("day 1"), Record("a", 0, "m"), Record("a", 0, "m")}), IsOk());
  const auto begun = Answer(&BeginLoad, Spec("day 1"));
  ASSERT_THAT(begun, IsOk());
  ASSERT_THAT(begun->parts(), SizeIs(1));
  EXPECT_EQ(begun->parts(0).next_batch(), 1u);
  v1::BeginLoadRequest other = Spec("day 1");
  other.mutable_spec()->set_mode(v1::LOAD_MODE_REPLACE);
  EXPECT_THAT(Answer(&BeginLoad, other)->parts(), IsEmpty()) << "another load takes the label over";
  EXPECT_EQ(ReasonOf(Answer(&BeginLoad, v1::BeginLoadRequest()).status()), "BAD_REQUEST");
}

TEST_F(LoadObjectsTest, FeedRecordsChecksEachBatch) {
  EXPECT_EQ(ReasonOf(Feed({Start("day 1")}).status()), "UNKNOWN_POPULATION");
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  EXPECT_EQ(ReasonOf(Feed({Start("day 2")}).status()), "UNKNOWN_LOAD");
  EXPECT_EQ(FieldOf(Feed({Record("a", 0, "m")}).status()), "start");
  EXPECT_EQ(FieldOf(Feed({Start("day 1"), Start("day 1")}).status()), "start");
  EXPECT_EQ(FieldOf(Feed({v1::FeedRecordsRequest()}).status()), "message");
  EXPECT_EQ(FieldOf(Feed({}).status()), "start");
  EXPECT_EQ(FieldOf(Feed({Start("day 1"), Record("", 0, "m")}).status()), "batch.part");
  EXPECT_EQ(FieldOf(Feed({Start("day 1"), Record("a\nb", 0, "m")}).status()), "batch.part");
  v1::FeedRecordsRequest wrong = Record("a", 0, "m");
  wrong.mutable_batch()->mutable_records()->add_cells();
  EXPECT_EQ(FieldOf(Feed({Start("day 1"), wrong}).status()), "batch.cells");
  wrong = Record("a", 0, "m");
  wrong.mutable_batch()->mutable_records()->add_lines(uint64_t{1} << 60);
  EXPECT_EQ(FieldOf(Feed({Start("day 1"), wrong}).status()), "batch.records.lines[0]");
  const absl::Status gap = Feed({Start("day 1"), Record("a", 0, "m"), Record("a", 2, "n")}).status();
  EXPECT_THAT(gap, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(gap), "BATCH_OUT_OF_ORDER");
  EXPECT_EQ(testing::DetailsOf(ToRpcStatus(gap)).info.metadata().at("expected"), "1");
  EXPECT_EQ(Get("day 1")->parts(0).next_batch(), 1u) << "what came before is stored";
}

TEST_F(LoadObjectsTest, FeedRecordsWaitsForMemory) {
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  FeedAnswer answer(context_, memory_);
  EXPECT_THAT(answer.Take(Start("day 1"), kMessageBytes), IsOkAndHolds(Next::kRead));
  memory_.is_there = false;
  EXPECT_THAT(answer.Take(Record("a", 0, "m"), kMessageBytes), IsOkAndHolds(Next::kWait));
  memory_.is_there = true;
  EXPECT_THAT(answer.Take(Record("a", 0, "m"), kMessageBytes), IsOkAndHolds(Next::kRead));
  answer.End(absl::CancelledError("the client went away"));
  EXPECT_EQ(Get("day 1")->parts(0).next_batch(), 1u) << "a stream that is cut off has stored what it sent";
}

TEST_F(LoadObjectsTest, CommitLoadWaitsForMemoryAndFeedsOnce) {
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  EXPECT_THAT(Feed({Start("day 1"), Record("a", 0, "m"), Record("a", 1, "n")}), IsOk());
  CommitAnswer answer(context_, caller_, memory_);
  EXPECT_THAT(answer.Take(Commit("day 1", 2), Call()), IsOkAndHolds(Next::kGoOn));
  memory_.is_there = false;
  EXPECT_THAT(answer.Take(Commit("day 1", 2), Call()), IsOkAndHolds(Next::kWait));
  memory_.is_there = true;
  EXPECT_THAT(answer.Take(Commit("day 1", 2), Call()), IsOkAndHolds(Next::kGoOn));
  EXPECT_GT(answer.HeldBytes(), 0u);
  memory_.is_there = false;
  EXPECT_THAT(answer.Take(Commit("day 1", 2), Call()), IsOkAndHolds(Next::kWait));
  memory_.is_there = true;
  EXPECT_THAT(answer.Take(Commit("day 1", 2), Call()), IsOkAndHolds(Next::kAnswered));
  EXPECT_EQ(answer.response().result().records(), 2u);
}

TEST_F(LoadObjectsTest, CommitLoadChecksWhatItNames) {
  EXPECT_EQ(ReasonOf(CommitLoad(Commit("day 1", 1)).status()), "UNKNOWN_POPULATION");
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  EXPECT_THAT(Feed({Start("day 1"), Record("a", 0, "m")}), IsOk());
  EXPECT_EQ(ReasonOf(CommitLoad(Commit("day 1", 2)).status()), "PART_INCOMPLETE");
  v1::CommitLoadRequest request = Commit("day 1", 1);
  request.set_records(5);
  EXPECT_EQ(FieldOf(CommitLoad(request).status()), "records");
  request.set_records(1);
  *request.add_parts() = request.parts(0);
  EXPECT_EQ(FieldOf(CommitLoad(request).status()), "parts[1].name");
  request = Commit("", 1);
  EXPECT_EQ(FieldOf(CommitLoad(request).status()), "label");
  EXPECT_THAT(CommitLoad(Commit("day 1", 1)), IsOk()) << "it stayed open";
  EXPECT_EQ(ReasonOf(CommitLoad(Commit("day 2", 1)).status()), "UNKNOWN_LOAD");
}

TEST_F(LoadObjectsTest, AbortLoadEndsLoadsOfEitherKind) {
  Answer(&BeginLoad, Spec("day 1")).IgnoreError();
  FeedAnswer feeding(context_, memory_);
  EXPECT_THAT(feeding.Take(Start("day 1"), kMessageBytes), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Abort("day 1"), IsOk());
  EXPECT_THAT(feeding.Take(Record("a", 0, "m"), kMessageBytes), StatusIs(absl::StatusCode::kAborted));
  feeding.End(absl::OkStatus());
  LoadAnswer stream(context_, caller_, memory_);
  v1::LoadRecordsRequest spec;
  *spec.mutable_spec() = Spec("day 1").spec();
  EXPECT_THAT(stream.Take(spec, kMessageBytes, Call()), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Abort("day 1"), IsOk());
  v1::LoadRecordsRequest commit;
  commit.mutable_commit();
  EXPECT_THAT(stream.Take(commit, kMessageBytes, Call()), StatusIs(absl::StatusCode::kAborted));
  stream.End(absl::OkStatus());
  EXPECT_EQ(ReasonOf(Abort("day 1")), "UNKNOWN_POPULATION");
  LoadFour();
  EXPECT_EQ(ReasonOf(Abort("day 1")), "UNKNOWN_LOAD");
  EXPECT_EQ(FieldOf(Abort("")), "label");
}

}  // namespace
}  // namespace muster::server
