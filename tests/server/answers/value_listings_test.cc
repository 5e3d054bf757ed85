#include "server/answers/value_listings.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"

namespace muster::server {
namespace {

// Counts how often values are listed.
class ListedValues final : public FlagValues {
 public:
  absl::StatusOr<std::vector<index::ValueCount>> List(const index::Tag& tag, std::string_view prefix,
                                                      WorkBudget&) const override {
    ++listed;
    if (tag.name == "broken") return absl::DataLossError("broken");
    return std::vector<index::ValueCount>(
        10, {.value = std::string(prefix) + tag.name, .id = 1, .member_count = 1});
  }
  mutable int listed = 0;
};

class ValueListingsTest : public ::testing::Test {
 protected:
  ScanWatch watch_;
  const FlagTags tags_{};
  const ListedValues values_{};
  const EndlessView view_{nullptr, watch_, tags_, values_};
  const index::Tag vip_ = {.id = 1, .name = "vip"};
  const index::Tag news_ = {.id = 2, .name = "news"};
};

TEST_F(ValueListingsTest, AListingIsMadeOnceForAllItsPages) {
  ValueListings listings;
  for (int page = 0; page < 5; ++page) {
    const absl::StatusOr<ValueListings::Listing> listing =
        listings.List(view_, vip_, "", WorkBudget::Unlimited());
    ASSERT_THAT(listing, IsOk());
    EXPECT_EQ((*listing)->size(), 10u);
    EXPECT_EQ((*listing)->front().value, "vip");
  }
  EXPECT_EQ(values_.listed, 1);
}

TEST_F(ValueListingsTest, TagAndPrefixTellListingsApart) {
  ValueListings listings;
  EXPECT_EQ((*listings.List(view_, vip_, "", WorkBudget::Unlimited()))->front().value, "vip");
  EXPECT_EQ((*listings.List(view_, vip_, "a", WorkBudget::Unlimited()))->front().value, "avip");
  EXPECT_EQ((*listings.List(view_, news_, "", WorkBudget::Unlimited()))->front().value, "news");
  EXPECT_EQ(values_.listed, 3);
  EXPECT_EQ(listings.size(), 3u);
}

TEST_F(ValueListingsTest, OnlyWhatFitsIsKeptAndTheLatestAlways) {
  ValueListings listings(1);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(listings.List(view_, vip_, "", WorkBudget::Unlimited()), IsOk());
    EXPECT_THAT(listings.List(view_, vip_, "", WorkBudget::Unlimited()), IsOk());
    EXPECT_THAT(listings.List(view_, news_, "", WorkBudget::Unlimited()), IsOk());
    EXPECT_EQ(listings.size(), 1u);
  }
  EXPECT_EQ(values_.listed, 4);
}

TEST_F(ValueListingsTest, AFailureIsNotKept) {
  ValueListings listings;
  const index::Tag broken = {.id = 3, .name = "broken"};
  EXPECT_THAT(listings.List(view_, broken, "", WorkBudget::Unlimited()),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(listings.size(), 0u);
}

}  // namespace
}  // namespace muster::server
