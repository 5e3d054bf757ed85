// Rollbacks of whole loads, their members included, and forward again.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "index/history/tag_history.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::CivilDay kMonday(2026, 11, 16);

class LoadRollbackTest : public ::testing::Test {
 protected:
  StoredPopulation& Shop() { return static_cast<StoredPopulation&>(**database_->FindPopulation("shop")); }
  LoadSpec Spec(const std::string& label, int day, bool both = true) {
    LoadSpec spec;
    spec.population = "shop";
    spec.label = label;
    spec.business_date = kMonday + day;
    spec.tags = {TagSpec("city", TagKind::kSingle)};
    if (both) spec.tags.push_back(TagSpec("vip", TagKind::kFlag));
    return spec;
  }
  void Must(const LoadSpec& spec, const TextRecords& records) {
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  absl::StatusOr<LoadRollback> Back(const std::string& label) {
    return Shop().history().RollBackLoad(label, LoadDirection::kBack, WorkBudget::Unlimited());
  }
  absl::StatusOr<LoadRollback> Forward(const std::string& label) {
    return Shop().history().RollBackLoad(label, LoadDirection::kForward, WorkBudget::Unlimited());
  }
  std::string Now(const std::string& member, const std::string& tag) {
    return ValuesOf(**Shop().CurrentView(), member, tag);
  }
  uint64_t Everyone() { return (*Shop().CurrentView())->members().everyone_count(); }
  void ExpectRefused(const absl::Status& status, const std::string& why) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(why)));
    EXPECT_EQ(ReasonOf(status), Reason::kRollbackRefused);
  }

  TestDatabase database_;
};

TEST_F(LoadRollbackTest, TakesTagsAndMembersBackAndBringsThemForward) {
  Must(Spec("one", 0), {{"a", "X", "yes"}, {"b", "X", "no"}});
  Must(Spec("two", 1), {{"b", "Y", ""}, {"c", "Y", "yes"}});
  const PinnedView pin = *(*Shop().CurrentView())->PinWhole({});
  const absl::StatusOr<LoadRollback> back = Back("two");
  ASSERT_THAT(back, IsOk());
  EXPECT_TRUE(back->published);
  ASSERT_EQ(back->tags.size(), 2u);
  EXPECT_EQ(back->tags[0].tag, "city");
  EXPECT_EQ(back->tags[0].after.version, 3u);
  EXPECT_EQ(back->tags[0].before.member_count, 3u);
  EXPECT_EQ(back->tags[0].after.member_count, 2u);
  EXPECT_EQ(back->members_before, 3u);
  EXPECT_EQ(back->members_after, 2u);
  EXPECT_EQ(Everyone(), 2u);
  EXPECT_EQ(Now("b", "city"), "X");
  EXPECT_EQ(ValuesOf(**Shop().OpenView(pin), "c", "city"), "Y");
  EXPECT_EQ((*Shop().OpenView(pin))->members().everyone_count(), 3u);
  EXPECT_THAT(Shop().GetLoad("two")->rolled_back, ElementsAre("city", "vip"));
  EXPECT_THAT(Shop().GetLoad("one")->rolled_back, IsEmpty());
  // The version has a member who is none now.
  ExpectRefused(Shop().history().RollBack("city", {.version = 2}, WorkBudget::Unlimited()).status(),
                "members who were taken back");
  // The label answers with a warning, and once more changes nothing.
  const absl::StatusOr<LoadResult> again = LoadText(*database_, Spec("two", 1), {});
  ASSERT_THAT(again, IsOk());
  ASSERT_FALSE(again->warnings.empty());
  EXPECT_THAT(again->warnings.back(), HasSubstr("rolled back since"));
  const absl::StatusOr<LoadRollback> twice = Back("two");
  ASSERT_THAT(twice, IsOk());
  EXPECT_FALSE(twice->published);
  EXPECT_THAT(twice->unchanged_tags, ElementsAre("city", "vip"));
  EXPECT_THAT(ProblemsOf(Shop()), IsEmpty());

  ASSERT_THAT(Forward("two"), IsOk());
  EXPECT_EQ(Everyone(), 3u);
  EXPECT_EQ(Now("b", "city"), "Y");
  EXPECT_EQ(Now("c", "vip"), "true");
  EXPECT_THAT(Shop().GetLoad("two")->rolled_back, IsEmpty());
  ASSERT_THAT(Back("two"), IsOk());
  EXPECT_EQ(Everyone(), 2u);
  // A member who joins again starts empty.
  Must(Spec("three", 2, false), {{"c", ""}});
  EXPECT_EQ(Everyone(), 3u);
  EXPECT_EQ(Now("c", "city"), "");
  EXPECT_EQ(Now("c", "vip"), "");
  ExpectRefused(Forward("two").status(), "published since");
  database_.Reopen();
  EXPECT_EQ(Everyone(), 3u);
  EXPECT_THAT(ProblemsOf(Shop()), IsEmpty());
}

TEST_F(LoadRollbackTest, GoesBackLoadByLoad) {
  Must(Spec("one", 0), {{"a", "X", "yes"}});
  Must(Spec("two", 1), {{"b", "Y", "no"}});
  Must(Spec("three", 2), {{"c", "Z", "no"}});
  ExpectRefused(Back("two").status(), "later version, 3 (of the load 'three')");
  ASSERT_THAT(Back("three"), IsOk());
  ASSERT_THAT(Back("two"), IsOk());
  EXPECT_EQ(Everyone(), 1u);
  EXPECT_EQ(Now("a", "city"), "X");
  ExpectRefused(Back("one").status(), "it was the first load of the tag");
  EXPECT_EQ(ReasonOf(Back("four").status()), Reason::kUnknownLoad);
}

TEST_F(LoadRollbackTest, DoesNotGuessWhoElseNamedItsMembers) {
  Must(Spec("one", 0), {{"a", "X", "yes"}});
  Must(Spec("two", 1, false), {{"b", "Y"}});
  LoadSpec other = Spec("other", 1);
  other.tags = {TagSpec("age", TagKind::kNumber)};
  Must(other, {{"b", "30"}});
  ExpectRefused(Back("two").status(), "nobody knows whether those named them too");
  EXPECT_EQ(Now("b", "city"), "Y");
  // A load without new members can be rolled back under others.
  Must(Spec("three", 2, false), {{"a", "Z"}});
  Must(Spec("votes", 2), {{"a", "", "no"}, {"b", "", "no"}});
  ExpectRefused(Back("three").status(), "later version");
  LoadSpec ages = Spec("ages", 2);
  ages.tags = {TagSpec("age", TagKind::kNumber)};
  Must(ages, {{"b", "31"}});
  LoadSpec last = Spec("last", 2, false);
  Must(last, {{"a", "W"}});
  Must(Spec("newcomer", 2), {{"c", "", "yes"}});
  ASSERT_THAT(Back("newcomer"), IsOk());
  const absl::StatusOr<LoadRollback> back = Back("ages");
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->members_after, back->members_before);
  EXPECT_EQ(Now("b", "age"), "30");
  EXPECT_EQ(Now("a", "city"), "W");
}

TEST_F(LoadRollbackTest, LeavesHistoryAlone) {
  Must(Spec("now", 3), {{"a", "X", "yes"}});
  Must(Spec("late", 1), {{"a", "Y", "no"}});
  ExpectRefused(Back("late").status(), "it went into history");
  LoadSpec both = Spec("both", 1);
  both.make_current = true;
  Must(both, {{"a", "Z", "no"}});
  ExpectRefused(Back("both").status(), "in history and today");
  EXPECT_EQ(Now("a", "city"), "Z");
}

}  // namespace
}  // namespace muster::index
