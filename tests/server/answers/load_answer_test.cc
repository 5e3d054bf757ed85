#include "server/answers/load_answer.h"

#include "absl/strings/str_cat.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Next = LoadAnswer::Next;

constexpr uint64_t kMessageBytes = 100;

class LoadAnswerTest : public AnswersFixture {
 protected:
  static v1::LoadRecordsRequest Spec(const std::string& label = "") {
    v1::LoadRecordsRequest request;
    v1::LoadSpec& spec = *request.mutable_spec();
    spec.set_population("p");
    spec.set_mode(v1::LOAD_MODE_MERGE);
    spec.set_label(label);
    v1::LoadTag& tag = *spec.add_tags();
    tag.set_name("city");
    tag.set_kind(v1::TAG_KIND_SINGLE);
    return request;
  }
  static v1::LoadRecordsRequest Record(const std::string& id, const std::string& city) {
    v1::LoadRecordsRequest request;
    v1::RecordBatch& batch = *request.mutable_batch();
    batch.mutable_member_ids()->set_text(id);
    batch.mutable_member_ids()->add_ends(static_cast<uint32_t>(id.size()));
    v1::CellColumn& cells = *batch.add_cells();
    cells.set_text(city);
    cells.add_ends(static_cast<uint32_t>(city.size()));
    return request;
  }
  static v1::LoadRecordsRequest Commit(uint64_t records) {
    v1::LoadRecordsRequest request;
    request.mutable_commit()->set_records(records);
    return request;
  }
  absl::StatusOr<Next> Take(LoadAnswer& answer, const v1::LoadRecordsRequest& message) {
    return answer.Take(message, kMessageBytes, Call());
  }
  LoadAnswer NewAnswer() { return LoadAnswer(context_, caller_, memory_); }

  LoadMemoryForTests memory_;
};

TEST_F(LoadAnswerTest, LoadRecordsTakesSpecBatchesAndCommit) {
  LoadAnswer answer = NewAnswer();
  EXPECT_THAT(Take(answer, Spec("day 1")), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Take(answer, Record("a", "x")), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Take(answer, Record("b", "y")), IsOkAndHolds(Next::kRead));
  EXPECT_GT(answer.HeldBytes(), 0u);
  EXPECT_THAT(Take(answer, Commit(2)), IsOkAndHolds(Next::kAnswered));
  answer.End(absl::OkStatus());
  EXPECT_EQ(answer.HeldBytes(), 0u);
  EXPECT_EQ(answer.response().label(), "day 1");
  EXPECT_EQ(answer.response().state(), v1::LOAD_STATE_PUBLISHED);
  EXPECT_EQ(answer.response().new_members(), 2u);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("load published: population=\"p\" label=\"day 1\"")));
  EXPECT_THAT(log_.front(), HasSubstr("records=2 rejected=0"));
  EXPECT_THAT(log_.front(), HasSubstr("peer=\"ipv4:127.0.0.1:4711\""));
}

TEST_F(LoadAnswerTest, LoadRecordsAnswersARepeatedLabelAtOnce) {
  for (const bool again : {false, true}) {
    LoadAnswer answer = NewAnswer();
    EXPECT_THAT(Take(answer, Spec("day 1")), IsOkAndHolds(again ? Next::kAnswered : Next::kRead));
    if (!again) {
      EXPECT_THAT(Take(answer, Record("a", "x")), IsOkAndHolds(Next::kRead));
      EXPECT_THAT(Take(answer, Commit(1)), IsOkAndHolds(Next::kAnswered));
    }
    answer.End(absl::OkStatus());
    EXPECT_EQ(answer.response().already_published(), again);
  }
}

TEST_F(LoadAnswerTest, LoadRecordsWaitsWhereTheMemoryIsNotThere) {
  LoadAnswer answer = NewAnswer();
  EXPECT_THAT(Take(answer, Spec()), IsOkAndHolds(Next::kRead));
  memory_.is_there = false;
  EXPECT_THAT(Take(answer, Record("a", "x")), IsOkAndHolds(Next::kWait));
  ASSERT_EQ(memory_.reserved.size(), 1u);
  EXPECT_GT(memory_.reserved[0], kMessageBytes);
  memory_.is_there = true;
  EXPECT_THAT(Take(answer, Record("a", "x")), IsOkAndHolds(Next::kRead));
  memory_.is_there = false;
  EXPECT_THAT(Take(answer, Commit(1)), IsOkAndHolds(Next::kWait));
  memory_.is_there = absl::ResourceExhaustedError("never");
  EXPECT_THAT(Take(answer, Commit(1)), StatusIs(absl::StatusCode::kResourceExhausted));
  memory_.is_there = true;
  EXPECT_THAT(Take(answer, Commit(1)), IsOkAndHolds(Next::kAnswered));
  EXPECT_EQ(answer.response().records(), 1u) << "the record was fed once";
}

// Many records, "a1" to "aN", of the city "x".
v1::LoadRecordsRequest ManyRecords(int count) {
  v1::LoadRecordsRequest request;
  v1::RecordBatch& batch = *request.mutable_batch();
  v1::CellColumn& ids = *batch.mutable_member_ids();
  v1::CellColumn& cells = *batch.add_cells();
  for (int i = 1; i <= count; ++i) {
    ids.mutable_text()->append(absl::StrCat("a", i));
    ids.add_ends(static_cast<uint32_t>(ids.text().size()));
    cells.mutable_text()->append("x");
    cells.add_ends(static_cast<uint32_t>(cells.text().size()));
  }
  return request;
}

TEST_F(LoadAnswerTest, LoadRecordsWritesToTheDiskRatherThanWait) {
  constexpr int kRecords = 60'000;
  LoadAnswer answer = NewAnswer();
  EXPECT_THAT(Take(answer, Spec()), IsOkAndHolds(Next::kRead));
  memory_.at_once = uint64_t{1} << 40;
  EXPECT_THAT(Take(answer, ManyRecords(kRecords)), IsOkAndHolds(Next::kRead));
  const uint64_t held = answer.HeldBytes();
  EXPECT_THAT(memory_.settled, IsEmpty()) << "all memory is there";
  memory_.at_once = 0;
  EXPECT_THAT(Take(answer, Record("a1", "x")), IsOkAndHolds(Next::kRead));
  ASSERT_EQ(memory_.settled.size(), 1u);
  EXPECT_LT(memory_.settled[0] + kRecords * 20, held) << "ordinal, line and value of each record went";
  EXPECT_THAT(Take(answer, Commit(kRecords + 1)), IsOkAndHolds(Next::kAnswered));
  EXPECT_EQ(answer.response().new_members(), static_cast<uint64_t>(kRecords));
}

TEST_F(LoadAnswerTest, ASpilledLoadCommitsWithTheLeastMemoryThereIs) {
  LoadAnswer answer = NewAnswer();
  EXPECT_THAT(Take(answer, Spec()), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Take(answer, ManyRecords(60'000)), IsOkAndHolds(Next::kRead));
  memory_.reserved.clear();
  memory_.is_there = false;
  EXPECT_THAT(Take(answer, Commit(60'000)), IsOkAndHolds(Next::kWait));
  ASSERT_EQ(memory_.reserved.size(), 1u);
  EXPECT_LT(memory_.reserved[0], uint64_t{64} << 20);
  memory_.is_there = true;
  EXPECT_THAT(Take(answer, Commit(60'000)), IsOkAndHolds(Next::kAnswered));
  EXPECT_EQ(answer.response().records(), 60'000u);
}

// Else two loads that wait would take turns at getting the memory and giving it back.
TEST_F(LoadAnswerTest, ALoadThatGotTheMemoryForItsCommitKeepsIt) {
  LoadAnswer answer = NewAnswer();
  EXPECT_THAT(Take(answer, Spec()), IsOkAndHolds(Next::kRead));
  EXPECT_THAT(Take(answer, ManyRecords(60'000)), IsOkAndHolds(Next::kRead));
  memory_.is_there = false;
  EXPECT_THAT(Take(answer, Commit(60'000)), IsOkAndHolds(Next::kWait));
  const size_t settled = memory_.settled.size();
  EXPECT_THAT(Take(answer, Commit(60'000)), IsOkAndHolds(Next::kWait));
  EXPECT_EQ(memory_.settled.size(), settled) << "it gave back what it had got";
  ASSERT_GE(memory_.reserved.size(), 2u);
  EXPECT_EQ(memory_.reserved.back(), memory_.reserved[memory_.reserved.size() - 2]);
}

TEST_F(LoadAnswerTest, LoadRecordsRefusesMessagesOutOfOrder) {
  LoadAnswer early = NewAnswer();
  EXPECT_EQ(FieldOf(Take(early, Record("a", "x")).status()), "spec");
  EXPECT_EQ(FieldOf(Take(early, Commit(0)).status()), "spec");
  EXPECT_THAT(Take(early, Spec()), IsOk());
  EXPECT_EQ(FieldOf(Take(early, Spec()).status()), "spec");
  EXPECT_EQ(FieldOf(Take(early, v1::LoadRecordsRequest()).status()), "message");
}

TEST_F(LoadAnswerTest, WhatIsNotCommittedIsGoneAndFreesItsTags) {
  LoadAnswer answer = NewAnswer();
  ASSERT_THAT(Take(answer, Spec("lost")), IsOk());
  ASSERT_THAT(Take(answer, Record("a", "x")), IsOk());
  answer.End(EndedWithoutCommit());
  EXPECT_THAT(log_, ElementsAre(HasSubstr("load refused: population=\"p\" label=\"lost\"")));
  EXPECT_THAT(log_.front(), HasSubstr("reason=BAD_REQUEST"));
  EXPECT_THAT(database_->FindPopulation("p"), StatusIs(absl::StatusCode::kNotFound));
  LoadAnswer next = NewAnswer();
  EXPECT_THAT(Take(next, Spec("lost")), IsOkAndHolds(Next::kRead));
}

TEST_F(LoadAnswerTest, CoverageOfALateLoadIsTheShareOfThoseWhoHadJoined) {
  const auto load = [this](const std::string& label, const std::string& date,
                           const std::vector<std::string>& members) {
    LoadAnswer answer = NewAnswer();
    v1::LoadRecordsRequest spec = Spec(label);
    spec.mutable_spec()->set_business_date(date);
    EXPECT_THAT(Take(answer, spec), IsOkAndHolds(Next::kRead));
    for (const std::string& member : members)
      EXPECT_THAT(Take(answer, Record(member, "x")), IsOkAndHolds(Next::kRead));
    EXPECT_THAT(Take(answer, Commit(members.size())), IsOkAndHolds(Next::kAnswered));
    answer.End(absl::OkStatus());
    return answer.response();
  };
  const v1::LoadRecordsResponse now = load("now", "2026-11-10", {"a", "b", "c", "d"});
  EXPECT_EQ(now.tags(0).coverage(), 1);
  const v1::LoadRecordsResponse late = load("late", "2026-11-01", {"a", "b"});
  EXPECT_EQ(late.member_count(), 4u);
  EXPECT_EQ(late.tags(0).member_count(), 2u);
  EXPECT_EQ(late.tags(0).coverage(), 1) << "only they had joined by then";
}

TEST_F(LoadAnswerTest, LoadsThatAreGivenUpSayWhy) {
  EXPECT_EQ(ReasonOf(EndedWithoutCommit()), "BAD_REQUEST");
  const absl::Status silent = SilentForItsLease(absl::Minutes(10));
  EXPECT_THAT(silent, StatusIs(absl::StatusCode::kAborted, HasSubstr("10m")));
  EXPECT_EQ(ReasonOf(silent), "LOAD_CONFLICT");
  const absl::Status late = WaitedTooLongForMemory(absl::Seconds(60), uint64_t{64} << 20);
  EXPECT_THAT(late, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("64 MiB")));
  EXPECT_EQ(ReasonOf(late), "LOAD_MEMORY");
}

}  // namespace
}  // namespace muster::server
