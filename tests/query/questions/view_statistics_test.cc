// The cost of the planner's statistics for the views.
#include "query/questions/view_statistics.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/index/views/counting_statistics.h"
#include "tests/matchers/status.h"
#include "tests/query/questions/fact_table.h"

namespace muster::query {
namespace {

class ViewStatisticsTest : public testing::Test {
 protected:
  ViewStatisticsTest()
      : view_(*database_.Load(MakeFacts(5, 500)).CurrentView()),
        counting_(view_->statistics()),
        city_((*view_->tags().Find("city"))->id) {}
  ViewStatistics StatisticsWith(const WorkBudget& budget) {
    return {view_->members().everyone_count(), {&counting_}, budget};
  }

  FactDatabase database_;
  const ViewPtr view_;
  const index::CountingStatistics counting_;
  const index::TagId city_;
};

TEST_F(ViewStatisticsTest, AskForARowAloneOnce) {
  const ViewStatistics statistics = StatisticsWith(WorkBudget::Unlimited());
  EXPECT_EQ(statistics.MemberCount(), 500u);
  const SetRef known = index::RowRef{city_, index::kKnownRow};
  const absl::StatusOr<uint64_t> first = statistics.RowCardinality(known);
  ASSERT_THAT(first, IsOk());
  EXPECT_GT(*first, 0u);
  EXPECT_THAT(statistics.RowCardinality(known), IsOkAndHolds(*first));
  EXPECT_EQ(counting_.asked, 1);
}

TEST_F(ViewStatisticsTest, AskForManyRowsTogether) {
  const ViewStatistics statistics = StatisticsWith(WorkBudget::Unlimited());
  const std::vector<index::RowId> rows = {index::kKnownRow, index::MakeRow(1, index::kMembershipSlot)};
  const absl::StatusOr<std::vector<uint64_t>> together = statistics.RowCardinalities(city_, rows);
  ASSERT_THAT(together, IsOk());
  EXPECT_EQ(counting_.asked, 1);
  ASSERT_EQ(together->size(), 2u);
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_THAT(statistics.RowCardinality({city_, rows[i]}), IsOkAndHolds((*together)[i]));
}

TEST_F(ViewStatisticsTest, VisitNoMoreValuesThanAreWanted) {
  const ViewStatistics statistics = StatisticsWith(WorkBudget::Unlimited());
  int visited = 0;
  EXPECT_THAT(statistics.VisitValues(city_, [&](index::RowId, uint64_t) { return ++visited < 2; }), IsOk());
  EXPECT_EQ(visited, 2);
  EXPECT_EQ(counting_.asked, 1) << "a stretch";
}

TEST_F(ViewStatisticsTest, EndWithTheirBudget) {
  const WorkBudget ended([] { return absl::CancelledError("enough"); });
  const ViewStatistics statistics = StatisticsWith(ended);
  const auto all = [](index::RowId, uint64_t) { return true; };
  EXPECT_THAT(statistics.RowCardinality(index::RowRef{city_, index::kKnownRow}),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(statistics.RowCardinalities(city_, {}), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(statistics.VisitValues(city_, all), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(counting_.asked, 0);
}

}  // namespace
}  // namespace muster::query
