#include "server/answers/batch_count.h"

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::SizeIs;

class BatchCountAnswerTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::BatchCountMembersRequest Batch(const std::vector<std::string>& texts) {
    v1::BatchCountMembersRequest request;
    request.set_population("p");
    for (const std::string& text : texts) {
      v1::BatchExpression& added = *request.add_expressions();
      added.mutable_expression()->set_text(text);
      added.set_key("key of " + text);
    }
    return request;
  }
};

TEST_F(BatchCountAnswerTest, BatchCountMembersAnswersEachInItsPlace) {
  const auto answer = Answer(&BatchCountMembers, Batch({"vip", "cty = 'x'", "age > 30", "EVERYONE"}));
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(answer->results(), SizeIs(4));
  EXPECT_EQ(answer->results(0).counted().count(), 2u);
  EXPECT_EQ(answer->results(0).key(), "key of vip");
  EXPECT_EQ(answer->results(0).counted().unknown(0).member_count(), 1u);
  EXPECT_EQ(answer->results(1).error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(answer->results(2).counted().count(), 3u);
  EXPECT_EQ(answer->results(3).counted().count(), 4u);
  EXPECT_EQ(answer->today(), "2026-11-22");
  EXPECT_EQ(answer->population_member_count(), 4u);
}

TEST_F(BatchCountAnswerTest, BatchCountMembersOfItsSnapshotCountsTheSameState) {
  const auto first = Answer(&BatchCountMembers, Batch({"vip"}));
  ASSERT_THAT(first, IsOk());
  Load({{"e", "x", "20", "1"}});
  v1::BatchCountMembersRequest again = Batch({"vip", "age < 35"});
  again.set_snapshot(first->snapshot());
  const auto second = Answer(&BatchCountMembers, again);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->results(0).counted().count(), 2u);
  EXPECT_EQ(second->results(1).counted().count(), 1u);
}

TEST_F(BatchCountAnswerTest, BatchCountMembersRefusesAsAWholeWhatConcernsAll) {
  EXPECT_EQ(FieldOf(Answer(&BatchCountMembers, Batch({})).status()), "expressions");
  v1::BatchCountMembersRequest long_key = Batch({"vip", "vip"});
  long_key.mutable_expressions(1)->set_key(std::string(257, 'k'));
  const absl::Status refused = Answer(&BatchCountMembers, long_key).status();
  EXPECT_EQ(ReasonOf(refused), "LIMIT");
  EXPECT_EQ(FieldOf(refused), "expressions[1].key");
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(Answer(&BatchCountMembers, Batch({"vip"}), unwanted), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::server
