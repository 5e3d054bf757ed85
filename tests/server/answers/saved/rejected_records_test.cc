#include "server/answers/saved/rejected_records.h"

#include "absl/strings/str_cat.h"
#include "server/answers/load_answer.h"
#include "server/answers/saved/load_listings.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<index::KeptRejections> KeptOf(int records) {
  auto kept = std::make_shared<index::KeptRejections>(::testing::TempDir());
  for (int i = 1; i <= records; ++i)
    kept->Add({static_cast<uint64_t>(i), index::Rejection::kBadCell, std::string(1'000, 'x')});
  return kept;
}

TEST(RejectedRecords, KeepsThoseOfAnOpenLoadAndTenMinutesLonger) {
  absl::Time now = absl::UnixEpoch();
  RejectedRecords rejected([&now] { return now; });
  const auto kept = KeptOf(1);
  rejected.Begin({"p", "a"}, kept);
  now += absl::Hours(5);
  EXPECT_EQ(rejected.Find({"p", "a"}), kept) << "it is open";
  EXPECT_EQ(rejected.Find({"q", "a"}), nullptr);
  rejected.End({"p", "a"}, kept);
  now += absl::Minutes(10);
  EXPECT_EQ(rejected.Find({"p", "a"}), kept);
  now += absl::Seconds(1);
  EXPECT_EQ(rejected.Find({"p", "a"}), nullptr);
  EXPECT_EQ(rejected.size(), 0u);
}

TEST(RejectedRecords, TheLatestLoadOfALabelCounts) {
  absl::Time now = absl::UnixEpoch();
  RejectedRecords rejected([&now] { return now; });
  const auto first = KeptOf(1), second = KeptOf(2);
  rejected.Begin({"p", "a"}, first);
  rejected.Begin({"p", "a"}, second);
  rejected.End({"p", "a"}, first);
  now += absl::Hours(1);
  EXPECT_EQ(rejected.Find({"p", "a"}), second) << "the end of the other one is none of its business";
}

TEST(RejectedRecords, TheOldestGoWhenTheyTakeTooMuchOfTheDisk) {
  absl::Time now = absl::UnixEpoch();
  const auto large = KeptOf(2'000);
  const uint64_t bytes = large->disk_bytes();
  ASSERT_GT(bytes, 0u);
  RejectedRecords rejected([&now] { return now; }, 2 * bytes);
  rejected.Begin({"p", "open"}, KeptOf(2'000));
  for (const char* const label : {"a", "b", "c"}) {
    const auto kept = KeptOf(2'000);
    rejected.Begin({"p", label}, kept);
    now += absl::Seconds(1);
    rejected.End({"p", label}, kept);
  }
  EXPECT_EQ(rejected.Find({"p", "a"}), nullptr);
  EXPECT_EQ(rejected.Find({"p", "b"}), nullptr);
  EXPECT_NE(rejected.Find({"p", "c"}), nullptr);
  EXPECT_NE(rejected.Find({"p", "open"}), nullptr) << "an open load keeps its own";
}

class StreamRejectedTest : public AnswersFixture {
 protected:
  static v1::LoadRecordsRequest Spec(const std::string& label) {
    v1::LoadRecordsRequest request;
    v1::LoadSpec& spec = *request.mutable_spec();
    spec.set_population("p");
    spec.set_label(label);
    spec.set_keep_rejected(true);
    v1::LoadTag& tag = *spec.add_tags();
    tag.set_name("age");
    tag.set_kind(v1::TAG_KIND_NUMBER);
    return request;
  }
  // `count` records that are no numbers, of two files.
  static v1::LoadRecordsRequest Records(int count) {
    v1::LoadRecordsRequest request;
    v1::RecordBatch& batch = *request.mutable_batch();
    v1::CellColumn& ids = *batch.mutable_member_ids();
    v1::CellColumn& cells = *batch.add_cells();
    for (int i = 1; i <= count; ++i) {
      ids.mutable_text()->append(absl::StrCat("a", i));
      ids.add_ends(static_cast<uint32_t>(ids.text().size()));
      cells.mutable_text()->append("old");
      cells.add_ends(static_cast<uint32_t>(cells.text().size()));
      batch.add_lines(static_cast<uint64_t>(i + 1));
    }
    for (const auto& [name, before] : {std::pair("one.csv", 0), std::pair("two.csv", 3)}) {
      v1::InputFile& file = *batch.add_files();
      file.set_name(name);
      file.set_lines_before(static_cast<uint64_t>(before));
    }
    return request;
  }
  absl::Status Ask(const std::string& label) {
    v1::StreamRejectedRequest request;
    request.set_population("p");
    request.set_label(label);
    records_.clear();
    messages_ = 0;
    return StreamRejected(context_, request, Call(), [this](const v1::StreamRejectedResponse& message) {
      records_.insert(records_.end(), message.records().begin(), message.records().end());
      EXPECT_LT(message.ByteSizeLong(), size_t{2} << 20);
      ++messages_;
      missing_ = message.missing();
      return true;
    });
  }

  LoadMemoryForTests memory_;
  std::vector<v1::RejectedRecord> records_;
  int messages_ = 0;
  uint64_t missing_ = 0;
};

TEST_F(StreamRejectedTest, GivesAllOfAnOpenAndOfARefusedLoad) {
  constexpr int kRecords = 40'000;
  LoadAnswer answer(context_, caller_, memory_);
  ASSERT_THAT(answer.Take(Spec("day 1"), 100, Call()), IsOk());
  ASSERT_THAT(answer.Take(Records(kRecords), 100, Call()), IsOk());
  for (const bool ended : {false, true}) {
    ASSERT_THAT(Ask("day 1"), IsOk());
    ASSERT_EQ(records_.size(), static_cast<size_t>(kRecords));
    EXPECT_GT(messages_, 3);
    EXPECT_EQ(missing_, 0u);
    EXPECT_EQ(records_[0].file(), "one.csv");
    EXPECT_EQ(records_[0].line_in_file(), 2u);
    EXPECT_EQ(records_.back().file(), "two.csv");
    EXPECT_EQ(records_.back().line(), kRecords + 1u);
    EXPECT_EQ(records_.back().line_in_file(), kRecords - 2u);
    EXPECT_THAT(records_.back().message(), HasSubstr("'old' is not a number"));
    if (ended) break;
    v1::LoadRecordsRequest commit;
    commit.mutable_commit()->set_records(kRecords);
    const absl::Status refused = answer.Take(commit, 100, Call()).status();
    EXPECT_EQ(ReasonOf(refused), "TOO_MANY_REJECTED");
    answer.End(refused);
  }
  EXPECT_THAT(database_->FindPopulation("p"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StreamRejectedTest, SaysThatNoneAreKept) {
  const absl::Status none = Ask("day 1");
  EXPECT_THAT(none, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(ReasonOf(none), "UNKNOWN_LOAD");
  EXPECT_THAT(std::string(none.message()), HasSubstr("keep_rejected"));
  EXPECT_EQ(FieldOf(Ask("")), "label");
  LoadAnswer unlabelled(context_, caller_, memory_);
  EXPECT_EQ(FieldOf(unlabelled.Take(Spec(""), 100, Call()).status()), "spec.label");
}

TEST_F(StreamRejectedTest, ADryRunIsAnsweredInTheSameForm) {
  LoadAnswer answer(context_, caller_, memory_);
  v1::LoadRecordsRequest spec = Spec("day 1");
  spec.mutable_spec()->set_dry_run(true);
  spec.mutable_spec()->set_max_rejected(1);
  ASSERT_THAT(answer.Take(spec, 100, Call()), IsOk());
  v1::LoadRecordsRequest records = Records(2);
  records.mutable_batch()->mutable_cells(0)->set_text("30old");
  records.mutable_batch()->mutable_cells(0)->set_ends(0, 2);
  records.mutable_batch()->mutable_cells(0)->set_ends(1, 5);
  ASSERT_THAT(answer.Take(records, 100, Call()), IsOk());
  v1::LoadRecordsRequest commit;
  commit.mutable_commit()->set_records(2);
  ASSERT_THAT(answer.Take(commit, 100, Call()), IsOkAndHolds(LoadAnswer::Next::kAnswered));
  answer.End(absl::OkStatus());
  const v1::LoadRecordsResponse& response = answer.response();
  EXPECT_EQ(response.state(), v1::LOAD_STATE_DRY_RUN);
  EXPECT_EQ(response.new_members(), 1u);
  EXPECT_EQ(response.tags(0).member_count(), 1u);
  EXPECT_EQ(response.tags(0).version(), 0u);
  EXPECT_EQ(response.tags(0).coverage(), 1);
  EXPECT_EQ(response.first_rejected(0).file(), "one.csv");
  EXPECT_THAT(log_, ElementsAre(HasSubstr("load dry run")));
  EXPECT_THAT(Ask("day 1"), IsOk());
  EXPECT_EQ(records_.size(), 1u);
}

}  // namespace
}  // namespace muster::server
