// Rollbacks of single tags: of numbers of another scale, of other kinds, beside open loads, and what is
// refused.
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "index/history/tag_history.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::CivilDay kMonday(2026, 11, 16);

class TagRollbackTest : public ::testing::Test {
 protected:
  StoredPopulation& Shop() { return static_cast<StoredPopulation&>(**database_->FindPopulation("shop")); }
  TagHistory& History() { return Shop().history(); }
  LoadSpec Spec(const LoadTagSpec& tag, int day, LoadMode mode = LoadMode::kMerge) {
    LoadSpec spec;
    spec.population = "shop";
    spec.mode = mode;
    spec.business_date = kMonday + day;
    spec.tags = {tag};
    return spec;
  }
  std::string Now(const std::string& member, const std::string& tag) {
    return ValuesOf(**Shop().CurrentView(), member, tag);
  }
  absl::StatusOr<TagRollback> To(const std::string& tag, Version version) {
    return History().RollBack(tag, {.version = version}, WorkBudget::Unlimited());
  }
  VersionComparison Compare(const std::string& tag, Version from, Version to) {
    return *History().Compare(tag, {from, to}, 10, WorkBudget::Unlimited());
  }

  TestDatabase database_;
};

TEST_F(TagRollbackTest, BringsBackNumbersInTheirOldScale) {
  LoadTagSpec amount = TagSpec("amount", TagKind::kNumber);
  amount.scale = 1;
  ASSERT_THAT(LoadText(*database_, Spec(amount, 0), {{"a", "1.5"}, {"b", "-2"}, {"c", "3"}}), IsOk());
  TagChange wider;
  wider.scale = 3;
  ASSERT_THAT(Shop().UpdateTag("amount", wider, WorkBudget::Unlimited()), IsOk());
  amount.scale = 3;
  ASSERT_THAT(LoadText(*database_, Spec(amount, 1), {{"a", "1.501"}, {"d", "4"}}), IsOk());
  // Versions 1 and 3 lie in two stores: b and c have the same numbers in both.
  const VersionComparison compared = Compare("amount", 1, 3);
  EXPECT_EQ(compared.entered, 1u);
  EXPECT_EQ(compared.left, 0u);
  EXPECT_EQ(compared.changed, 1u);
  EXPECT_EQ(Compare("amount", 1, 2).changed, 0u);

  ASSERT_THAT(To("amount", 1), IsOk());
  EXPECT_EQ(Now("a", "amount"), "1.5");
  EXPECT_EQ(Now("d", "amount"), "");
  // A load builds on it in the catalogue's scale, and the scale can be set again.
  ASSERT_THAT(LoadText(*database_, Spec(amount, 2), {{"b", "0.125"}}), IsOk());
  EXPECT_EQ(Now("a", "amount"), "1.500");
  EXPECT_EQ(Now("b", "amount"), "0.125");
  ASSERT_THAT(To("amount", 1), IsOk());
  EXPECT_EQ(Now("b", "amount"), "-2.0");
  ASSERT_THAT(Shop().UpdateTag("amount", wider, WorkBudget::Unlimited()), IsOk());
  EXPECT_EQ(Now("b", "amount"), "-2.000");
  EXPECT_THAT(ProblemsOf(Shop()), IsEmpty());
}

TEST_F(TagRollbackTest, ComparesFlagsAndListsOfWeightedValues) {
  ASSERT_THAT(
      LoadText(*database_, Spec(TagSpec("vip", TagKind::kFlag), 0), {{"a", "yes"}, {"b", "no"}, {"c", "no"}}),
      IsOk());
  ASSERT_THAT(LoadText(*database_, Spec(TagSpec("vip", TagKind::kFlag), 1), {{"b", "yes"}, {"d", "no"}}),
              IsOk());
  const VersionComparison flags = Compare("vip", 1, 2);
  EXPECT_EQ(flags.entered, 1u);
  EXPECT_EQ(flags.changed, 1u);
  ASSERT_EQ(flags.values.size(), 1u);  // two members have false in both
  EXPECT_EQ(flags.values[0].value, "true");
  EXPECT_EQ(flags.values[0].before, 1u);
  EXPECT_EQ(flags.values[0].after, 2u);

  LoadTagSpec sports = TagSpec("sports", TagKind::kMulti);
  sports.separator = "|";
  sports.weight_separator = ":";
  sports.weight_scale = 1;
  ASSERT_THAT(LoadText(*database_, Spec(sports, 0), {{"a", "run:0.5|swim:1"}, {"b", "run:1"}}), IsOk());
  // Only the weight of a's value changes.
  ASSERT_THAT(LoadText(*database_, Spec(sports, 1, LoadMode::kReplace), {{"a", "run:0.6|swim:1"}}), IsOk());
  const VersionComparison lists = Compare("sports", 1, 2);
  EXPECT_EQ(lists.left, 1u);
  EXPECT_EQ(lists.changed, 1u);
  ASSERT_EQ(lists.values.size(), 1u);
  EXPECT_EQ(lists.values[0].value, "run");
  EXPECT_EQ(Compare("sports", 2, 2).changed, 0u);
}

TEST_F(TagRollbackTest, LeavesAnOpenLoadToBuildOnWhatItFinds) {
  const LoadTagSpec city = TagSpec("city", TagKind::kSingle);
  ASSERT_THAT(LoadText(*database_, Spec(city, 0), {{"a", "X"}, {"b", "X"}}), IsOk());
  ASSERT_THAT(LoadText(*database_, Spec(city, 1), {{"b", "Y"}}), IsOk());
  absl::StatusOr<std::unique_ptr<Load>> open = database_->BeginLoad(Spec(city, 2));
  ASSERT_THAT(open, IsOk());
  ASSERT_THAT(FeedText(**open, {{"c", "Z"}}, 1), IsOk());
  ASSERT_THAT(To("city", 1), IsOk());
  ASSERT_THAT((*open)->Commit(1, WorkBudget::Unlimited()), IsOk());
  EXPECT_EQ(Now("b", "city"), "X");
  EXPECT_EQ(Now("c", "city"), "Z");
}

TEST_F(TagRollbackTest, KeepsReceiptsOfWhatItRollsBack) {
  const LoadTagSpec city = TagSpec("city", TagKind::kSingle);
  ASSERT_THAT(LoadText(*database_, Spec(city, 0), {{"a", "X"}}), IsOk());
  ASSERT_THAT(LoadText(*database_, Spec(city, 1), {{"a", "Y"}}), IsOk());
  const PinnedView pin = *(*Shop().CurrentView())->PinWhole({});
  ASSERT_THAT(To("city", 1), IsOk());
  EXPECT_EQ(Now("a", "city"), "X");
  EXPECT_EQ(ValuesOf(**Shop().OpenView(pin), "a", "city"), "Y");
  // The pinned view reads dates as they were, too.
  EXPECT_EQ(ValuesOf(**(*Shop().OpenView(pin))->AsOf(kMonday + 1), "a", "city"), "Y");
  const PinnedView after = *(*Shop().CurrentView())->PinWhole({});
  EXPECT_EQ(ValuesOf(**(*Shop().OpenView(after))->AsOf(kMonday + 1), "a", "city"), "X");
}

TEST_F(TagRollbackTest, SaysWhatIsWrong) {
  const LoadTagSpec city = TagSpec("city", TagKind::kSingle);
  ASSERT_THAT(LoadText(*database_, Spec(city, 0), {{"a", "X"}}), IsOk());
  const absl::StatusOr<TagRollback> unknown = To("city", 9);
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound, HasSubstr("has no version 9")));
  EXPECT_EQ(ReasonOf(unknown.status()), Reason::kUnknownVersion);
  const absl::StatusOr<TagRollback> early =
      History().RollBack("city", {.date = kMonday - 1}, WorkBudget::Unlimited());
  EXPECT_THAT(early,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("its first one is of 2026-11-16")));
  EXPECT_EQ(ReasonOf(early.status()), Reason::kBeforeFirstVersion);
  EXPECT_EQ(ReasonOf(To("town", 1).status()), Reason::kUnknownTag);
  Tag declared;
  declared.name = "empty";
  declared.kind = TagKind::kFlag;
  ASSERT_THAT(Shop().CreateTag(declared), IsOk());
  EXPECT_EQ(ReasonOf(To("empty", 1).status()), Reason::kUnknownVersion);
  EXPECT_EQ(ReasonOf(History().Compare("city", {1, 2}, 1, WorkBudget::Unlimited()).status()),
            Reason::kUnknownVersion);
  // What is current already stays, without a new version.
  const absl::StatusOr<TagRollback> same = To("city", 1);
  ASSERT_THAT(same, IsOk());
  EXPECT_FALSE(same->published);
  EXPECT_EQ(same->after.version, 1u);
}

}  // namespace
}  // namespace muster::index
