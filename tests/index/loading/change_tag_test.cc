// UpdateTag: the changes that it makes and refuses.
#include "index/loading/change_tag.h"

#include <map>

#include "gmock/gmock.h"
#include "index/status/status_reason.h"
#include "index/versions/records/published_versions.h"
#include "tests/index/loading/target_under_test.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

using Numbers = std::map<Ordinal, int64_t>;

class ChangeTagTest : public testing::Test {
 protected:
  ChangeTagTest() { EXPECT_THAT(shop_.Load(NumberSpec(1), {{"a", "0.5"}, {"b", "-12"}}), IsOk()); }
  absl::StatusOr<Tag> Change(const TagChange& change, const WorkBudget& budget = WorkBudget::Unlimited()) {
    return ChangeTag(shop_.target(), *shop_.FindTag("amount"), change, budget);
  }
  Version CurrentOf(const std::string& tag) { return shop_.Current()->versions().at(shop_.FindTag(tag)->id); }

  TargetUnderTest shop_;
};

TEST_F(ChangeTagTest, NotesAreTheCataloguesAlone) {
  const absl::StatusOr<Tag> changed = Change({.description = "in euros", .owner = "sales"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->description, "in euros");
  EXPECT_EQ(shop_.FindTag("amount")->owner, "sales");
  EXPECT_FALSE(shop_.FindTag("amount")->rescaled);
  EXPECT_EQ(CurrentOf("amount"), 1u);
}

TEST_F(ChangeTagTest, AFinerScaleIsANewVersionOfTheSameDate) {
  const std::shared_ptr<const Snapshot> before = shop_.Current();
  ASSERT_THAT(Change({.scale = 3}), IsOk());
  const Tag tag = *shop_.FindTag("amount");
  EXPECT_EQ(tag.scale, 3);
  EXPECT_TRUE(tag.rescaled);
  EXPECT_EQ(shop_.NumbersOf("amount"), (Numbers{{0, 500}, {1, -12'000}}));
  EXPECT_EQ(*shop_.Current()->Scale(tag.id), 3);
  EXPECT_EQ(*before->Scale(tag.id), 1);
  EXPECT_EQ(ReadNumbers(*before, tag.id, kOwnValue), (Numbers{{0, 5}, {1, -120}}));
  const auto versions = VersionsOf(*shop_.writer().environment().BeginRead(), tag.id);
  ASSERT_THAT(versions, IsOk());
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ((*versions)[0].record.business_day, (*versions)[1].record.business_day);
  EXPECT_EQ((*versions)[1].record.load, 0u) << "no load made it";
}

TEST_F(ChangeTagTest, ACoarserScaleAndOneOfAnotherKindAreRefused) {
  const absl::Status coarser = Change({.scale = 0}).status();
  EXPECT_THAT(coarser, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("can't become 0")));
  EXPECT_EQ(ReasonOf(coarser), Reason::kBadRequest);
  Tag flag{.id = 77, .name = "vip", .kind = TagKind::kFlag};
  EXPECT_THAT(ChangeTag(shop_.target(), flag, {.scale = 1}, WorkBudget::Unlimited()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("only a NUMBER has a scale")));
}

TEST_F(ChangeTagTest, ANumberThatWouldLeaveTheRangeIsNamedWithItsMember) {
  ASSERT_THAT(shop_.Load(NumberSpec(1), {{"rich", "92233720368547758.0"}}), IsOk());
  EXPECT_THAT(Change({.scale = 3}), StatusIs(absl::StatusCode::kFailedPrecondition,
                                             HasSubstr("the number 92233720368547758.0 of member 'rich'")));
  EXPECT_EQ(shop_.FindTag("amount")->scale, 1);
  EXPECT_EQ(CurrentOf("amount"), 2u);
  EXPECT_THAT(Change({.scale = 2}), IsOk()) << "what the message says is possible";
}

TEST_F(ChangeTagTest, WhatIsCutShortChangesNoNumber) {
  const WorkBudget ended([] { return absl::CancelledError("enough"); });
  EXPECT_THAT(Change({.scale = 2}, ended), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(shop_.FindTag("amount")->scale, 1);
  EXPECT_EQ(CurrentOf("amount"), 1u);
  EXPECT_EQ(shop_.NumbersOf("amount"), (Numbers{{0, 5}, {1, -120}}));
}

}  // namespace
}  // namespace muster::index
