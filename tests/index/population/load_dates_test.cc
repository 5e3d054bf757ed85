// Business dates of loads (docs/semantics.md, rules 20 and 21): what becomes current, and what goes into
// history.
#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "index/status/status_reason.h"
#include "tests/index/population/date_model.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The database's clock says 2026-11-22, 12:00 UTC.
const absl::CivilDay kToday(2026, 11, 22);
const absl::CivilDay kFarAway(9999, 12, 31);

LoadSpec CitySpec(std::optional<absl::CivilDay> date = std::nullopt, LoadMode mode = LoadMode::kMerge) {
  LoadSpec spec;
  spec.population = "shop";
  spec.mode = mode;
  spec.business_date = date;
  spec.tags = {TagSpec("city", TagKind::kSingle)};
  return spec;
}

class LoadDatesTest : public ::testing::Test {
 protected:
  LoadResult MustLoad(const LoadSpec& spec, const TextRecords& records) {
    absl::StatusOr<LoadResult> result = LoadText(*database_, spec, records);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *std::move(result) : LoadResult();
  }
  absl::Status Refusal(const LoadSpec& spec) { return LoadText(*database_, spec, {{"a", "X"}}).status(); }
  std::string CityOf(const std::string& member) {
    Population& shop = **database_->FindPopulation("shop");
    return ValuesOf(**shop.CurrentView(), member, "city");
  }
  // The same in a version of the tag's history.
  std::string CityOf(const std::string& member, Version version) {
    Population& shop = **database_->FindPopulation("shop");
    VersionVector versions = (*shop.CurrentView())->PinWhole({})->versions;
    versions[(*(*shop.CurrentView())->tags().Find("city"))->id] = version;
    const auto of_then = ViewOf(shop, versions);
    return ValuesOf(*of_then, member, "city");
  }
  absl::CivilDay DateOfCity() {
    Population& shop = **database_->FindPopulation("shop");
    const auto view = *shop.CurrentView();
    return *view->tags().Statistics(**view->tags().Find("city"))->business_date;
  }
  // A date that a server with a wrong clock, or a slip of the pen, gave the tag.
  void Freeze(const std::string& city) {
    LoadSpec spec = CitySpec(kFarAway);
    spec.allow_future = true;
    MustLoad(spec, {{"a", city}});
  }

  TestDatabase database_;
};

TEST_F(LoadDatesTest, ADateAfterTomorrowIsRefusedUnlessItIsMeant) {
  MustLoad(CitySpec(kToday + 1), {{"a", "tomorrow"}});
  for (const absl::CivilDay date : {kToday + 2, kFarAway}) {
    const absl::Status refused = Refusal(CitySpec(date));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(ReasonOf(refused), Reason::kBadRequest);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("today is 2026-11-22"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("allow_future"));
  }
  EXPECT_EQ(CityOf("a"), "tomorrow");
  LoadSpec meant = CitySpec(kToday + 2);
  meant.allow_future = true;
  MustLoad(meant, {{"a", "planned"}});
  EXPECT_EQ(CityOf("a"), "planned");
}

TEST_F(LoadDatesTest, TomorrowIsThePopulationsOwn) {
  database_.now = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 20, 0, 0), absl::UTCTimeZone());
  LoadSpec spec = CitySpec(kToday + 2);
  spec.time_zone = "Asia/Shanghai";  // there it is the 23rd
  MustLoad(spec, {{"a", "X"}});
  spec.population = "elsewhere";
  spec.time_zone = "UTC";
  EXPECT_THAT(Refusal(spec), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LoadDatesTest, ARepeatedLabelIsAnsweredWhateverItsDate) {
  LoadSpec spec = CitySpec(kFarAway);
  spec.label = "once";
  spec.allow_future = true;
  MustLoad(spec, {{"a", "X"}});
  spec.allow_future = false;
  EXPECT_TRUE((*database_->BeginLoad(spec))->published_before().has_value());
}

TEST_F(LoadDatesTest, ALateLoadSaysSoInOneSentence) {
  LoadSpec spec = CitySpec(kToday);
  for (const char* name : {"b", "c", "d", "e"}) spec.tags.push_back(TagSpec(name, TagKind::kSingle));
  MustLoad(spec, {{"a", "new", "new", "new", "new", "new"}});
  spec.business_date = kToday - 3;
  const LoadResult late = MustLoad(spec, {{"a", "old", "old", "old", "old", "old"}});
  ASSERT_EQ(late.warnings.size(), 1u);
  EXPECT_THAT(late.warnings[0], HasSubstr("went into history: today's values of its tags did not change"));
  EXPECT_THAT(late.warnings[0], HasSubstr("2026-11-22"));
  EXPECT_THAT(late.warnings[0], HasSubstr("make_current"));
  EXPECT_EQ(CityOf("a"), "new");
  // Of tags that are not late nothing is said.
  spec.tags.push_back(TagSpec("fresh", TagKind::kSingle));
  const LoadResult partly = MustLoad(spec, {{"a", "old", "old", "old", "old", "old", "old"}});
  ASSERT_EQ(partly.warnings.size(), 1u);
  EXPECT_THAT(partly.warnings[0], HasSubstr("the tags 'city', 'b', 'c' and 2 more did not change"));
}

TEST_F(LoadDatesTest, MakeCurrentPublishesInHistoryAndOnceMore) {
  MustLoad(CitySpec(kToday - 9), {{"a", "X"}, {"b", "X"}});
  MustLoad(CitySpec(kToday - 1), {{"b", "Y"}});
  LoadSpec late = CitySpec(kToday - 5);
  late.make_current = true;
  const LoadResult result = MustLoad(late, {{"a", "L"}, {"c", "L"}});
  EXPECT_THAT(result.warnings, IsEmpty());
  EXPECT_EQ(result.business_date, kToday - 5);
  ASSERT_EQ(result.tags.size(), 1u);
  EXPECT_EQ(result.tags[0].version, 4u) << "the current one";
  EXPECT_EQ(result.tags[0].member_count, 3u);
  EXPECT_EQ(DateOfCity(), kToday - 1) << "with the current date";
  // A MERGE changes the current values where it has cells, and keeps the others.
  for (const bool reopened : {false, true}) {
    if (reopened) database_.Reopen();
    EXPECT_THAT((std::vector{CityOf("a"), CityOf("b"), CityOf("c")}), ElementsAre("L", "Y", "L"));
    // In history it stands on what was there on its day.
    EXPECT_THAT((std::vector{CityOf("a", 3), CityOf("b", 3), CityOf("c", 3)}), ElementsAre("L", "X", "L"));
  }
  // A REPLACE is the whole truth on both days.
  LoadSpec replace = CitySpec(kToday - 4, LoadMode::kReplace);
  replace.make_current = true;
  EXPECT_EQ(MustLoad(replace, {{"b", "R"}}).tags[0].version, 6u);
  for (const Version version : {5u, 6u}) {
    EXPECT_THAT((std::vector{CityOf("a", version), CityOf("b", version)}), ElementsAre("", "R"));
  }
  EXPECT_EQ(CityOf("b"), "R");
  // The next load of the day goes on from there.
  MustLoad(CitySpec(kToday), {{"a", "Z"}});
  EXPECT_THAT((std::vector{CityOf("a"), CityOf("b"), CityOf("c")}), ElementsAre("Z", "R", ""));
}

TEST_F(LoadDatesTest, MakeCurrentOfALoadThatIsNotLateIsALoad) {
  MustLoad(CitySpec(kToday - 1), {{"a", "X"}});
  LoadSpec spec = CitySpec();
  spec.make_current = true;
  const LoadResult result = MustLoad(spec, {{"a", "Y"}});
  EXPECT_EQ(result.tags[0].version, 2u);
  EXPECT_THAT(result.warnings, IsEmpty());
  EXPECT_EQ(CityOf("a"), "Y");
}

TEST_F(LoadDatesTest, ATagThatAFutureDateFrozeIsFreed) {
  MustLoad(CitySpec(kToday - 2), {{"a", "X"}, {"b", "X"}});
  Freeze("typo");
  const LoadResult stays = MustLoad(CitySpec(), {{"a", "today"}});
  ASSERT_EQ(stays.warnings.size(), 1u);
  EXPECT_THAT(stays.warnings[0], HasSubstr("9999-12-31, a date that has yet to come"));
  EXPECT_EQ(CityOf("a"), "typo");
  LoadSpec way_out = CitySpec(kToday - 1);
  way_out.make_current = true;
  const LoadResult freed = MustLoad(way_out, {{"a", "freed"}});
  ASSERT_EQ(freed.warnings.size(), 1u);
  EXPECT_THAT(freed.warnings[0], HasSubstr("the tag 'city' is of 2026-11-21 now"));
  EXPECT_THAT(freed.warnings[0], HasSubstr("by its version number"));
  EXPECT_EQ(DateOfCity(), kToday - 1) << "with its own date";
  for (const bool reopened : {false, true}) {
    if (reopened) database_.Reopen();
    // It stands on what was there on its day; later-dated versions, those of today included, are reached by
    // number.
    EXPECT_THAT((std::vector{CityOf("a"), CityOf("b")}), ElementsAre("freed", "X"));
    EXPECT_EQ(CityOf("a", 2), "typo");
    EXPECT_EQ(CityOf("a", 3), "today");
  }
  // From here on the tag moves with the days again.
  EXPECT_THAT(MustLoad(CitySpec(), {{"b", "on"}}).warnings, IsEmpty());
  EXPECT_THAT((std::vector{CityOf("a"), CityOf("b")}), ElementsAre("freed", "on"));
}

TEST_F(LoadDatesTest, AWrongClockFreezesNothingForGood) {
  const absl::Time right = database_.now;
  database_.now = absl::FromCivil(absl::CivilSecond(2206, 11, 29, 12, 0, 0), absl::UTCTimeZone());
  MustLoad(CitySpec(), {{"a", "2206"}});
  database_.now = right;
  MustLoad(CitySpec(), {{"a", "now"}});
  EXPECT_EQ(CityOf("a"), "2206");
  LoadSpec way_out = CitySpec();
  way_out.make_current = true;
  MustLoad(way_out, {{"a", "now"}});
  EXPECT_EQ(CityOf("a"), "now");
  EXPECT_EQ(DateOfCity(), kToday);
}

TEST_F(LoadDatesTest, RandomDatesAgreeWithTheModel) {
  std::mt19937 random(20261129);
  DateModel model(kToday);
  const std::vector<std::string> members = {"a", "b", "c", "d"};
  for (int round = 0; round < 90; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    LoadSpec spec = CitySpec(kToday - 6 + static_cast<int>(random() % 8),
                             random() % 3 == 0 ? LoadMode::kReplace : LoadMode::kMerge);
    if (random() % 12 == 0) spec.business_date = kToday + 100 + static_cast<int>(random() % 3);
    spec.allow_future = true;
    spec.make_current = random() % 3 == 0;
    DateModel::Cells cells;
    TextRecords records;
    for (const std::string& member : members) {
      if (random() % 2 == 0) continue;
      cells[member] = absl::StrCat("v", round);
      records.push_back({member, cells[member]});
    }
    if (records.empty()) continue;
    model.Load(spec, cells);
    EXPECT_LE(MustLoad(spec, records).warnings.size(), 2u);
    const DateModel::Cells current = model.Current();
    for (const std::string& member : members) {
      const auto known = current.find(member);
      if ((*database_->FindPopulation("shop"))->CurrentView().ok() && CityOf(member) != "(no member)") {
        EXPECT_EQ(CityOf(member), known == current.end() ? "" : known->second) << member;
      }
    }
    if (round % 30 == 29) database_.Reopen();
  }
  EXPECT_GT(model.versions(), 90u);
}

TEST_F(LoadDatesTest, AnExpiredSnapshotNamesTheTag) {
  MustLoad(CitySpec(), {{"a", "X"}});
  Population& shop = **database_->FindPopulation("shop");
  const auto view = *shop.CurrentView();
  PinnedView pin = *view->PinWhole({});
  pin.versions[(*view->tags().Find("city"))->id] = 0;  // a number before those that are there
  const absl::Status gone = shop.OpenView(pin).status();
  EXPECT_EQ(ReasonOf(gone), Reason::kSnapshotExpired);
  EXPECT_THAT(std::string(gone.message()), HasSubstr("version 0 of the tag 'city' is no longer kept"));
}

TEST_F(LoadDatesTest, NoAcceptedRecord) {
  LoadSpec spec = CitySpec();
  spec.allow_empty = true;
  const LoadResult nothing = MustLoad(spec, {});
  EXPECT_FALSE(nothing.published);
  EXPECT_EQ(nothing.warnings.size(), 1u);
  EXPECT_TRUE(database_->ListPopulations().empty());
  MustLoad(CitySpec(), {{"a", "X"}, {"b", "Y"}});
  spec.mode = LoadMode::kReplace;
  const LoadResult emptied = MustLoad(spec, {});
  EXPECT_TRUE(emptied.published);
  EXPECT_EQ(emptied.tags[0].member_count, 0u);
  EXPECT_EQ(emptied.member_count, 2u);
  ASSERT_EQ(emptied.warnings.size(), 1u);
  EXPECT_THAT(emptied.warnings[0], HasSubstr("no member has the tag 'city' (2 before) any more"));
  EXPECT_EQ(CityOf("a"), "");
  EXPECT_THAT(MustLoad(spec, {}).warnings, IsEmpty()) << "it was empty before";
}

}  // namespace
}  // namespace muster::index
