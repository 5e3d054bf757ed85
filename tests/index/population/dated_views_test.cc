// Views of a population AS OF a date (docs/semantics.md, rules 10 and 20) against a model, whatever the order
// of loads.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/population.h"
#include "index/population/stored_population.h"
#include "tests/index/population/date_model.h"
#include "tests/index/population/snapshot_content.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

using ::testing::Optional;

// The database's clock says 2026-11-22, 12:00 UTC.
const absl::CivilDay kToday(2026, 11, 22);

using SnapshotPtr = std::shared_ptr<const Snapshot>;

// How many members a row has in the first fragment of the window.
uint64_t MembersOf(RowSource& source, RowRef row) {
  ResolvedRow resolved;
  EXPECT_THAT(source.Resolve(row, resolved), IsOk());
  Bitmap set;
  if (!resolved.fragments[0].image.empty()) set = DecodeRecord(resolved.fragments[0].image)->bitmap;
  for (const RecordBytes& flip : resolved.flips) set.Xor(DecodeRecord(flip)->bitmap);
  return set.Cardinality();
}

class DatedViewsTest : public ::testing::Test {
 protected:
  Population& Shop() { return **database_->FindPopulation("shop"); }
  SnapshotPtr Current() { return *Shop().CurrentSnapshot(); }
  LoadSpec CitySpec(absl::CivilDay date, LoadMode mode = LoadMode::kMerge) {
    LoadSpec spec;
    spec.population = "shop";
    spec.mode = mode;
    spec.business_date = date;
    spec.allow_future = true;
    spec.tags = {TagSpec("city", TagKind::kSingle)};
    return spec;
  }
  void MustLoad(const LoadSpec& spec, const DateModel::Cells& cells) {
    TextRecords records;
    for (const auto& [member, city] : cells) records.push_back({member, city});
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  std::vector<std::string> NamesOf(const std::vector<Ordinal>& ordinals) {
    std::vector<std::string> names;
    EXPECT_THAT(Shop().MemberIds(ordinals, names), IsOk());
    return names;
  }
  // What the view says of the tag; nothing when it doesn't have it.
  std::optional<DateModel::Cells> CitiesIn(const Snapshot& view) {
    const auto tag = *Shop().FindTag(view, "city");
    if (!tag.has_value()) return std::nullopt;
    DateModel::Cells cells;
    for (const auto& [ordinal, values] : ReadTag(Shop(), view, *tag))
      cells[NamesOf({ordinal})[0]] = values.begin()->first;
    return cells;
  }
  std::map<std::string, absl::CivilDay> FirstDatesIn(const Snapshot& view) {
    std::map<std::string, absl::CivilDay> dates;
    for (const auto& [ordinal, number] : ReadNumbers(view, kEveryoneTag, kOwnValue))
      dates[NamesOf({ordinal})[0]] = DayOfNumber(number);
    return dates;
  }
  void ExpectView(const SnapshotPtr& base, absl::CivilDay date, const DateModel& model) {
    SCOPED_TRACE(DateText(date));
    const absl::StatusOr<SnapshotPtr> view = OpenAsOf(base, date);
    ASSERT_THAT(view, IsOk());
    EXPECT_EQ((*view)->as_of(), date);
    EXPECT_EQ(CitiesIn(**view), model.AsOf(date));
    EXPECT_EQ(FirstDatesIn(**view), model.first_dates());
    // Whom a version names had joined by its date, so that its rows need no cut to the view's everyone.
    for (const auto& [member, city] : model.AsOf(date).value_or(DateModel::Cells())) {
      EXPECT_LE(model.first_dates().at(member), date) << member;
    }
  }

  TestDatabase database_;
};

TEST_F(DatedViewsTest, AgreeWithTheModelAfterRandomLoads) {
  std::mt19937 random(20261130);
  DateModel model(kToday);
  struct Kept {
    SnapshotPtr base;
    DateModel model;
  };
  std::vector<Kept> kept;
  const auto expect_views = [&](const SnapshotPtr& base, const DateModel& then) {
    for (int day = -8; day <= 2; ++day) ExpectView(base, kToday + day, then);
    ExpectView(base, kToday + 500, then);
    const auto tag = *Shop().FindTag(*base, "city");
    EXPECT_EQ(*base->FirstDate(tag->id), then.FirstDate());
  };
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    LoadSpec spec = CitySpec(kToday - 6 + static_cast<int>(random() % 8),
                             random() % 3 == 0 ? LoadMode::kReplace : LoadMode::kMerge);
    if (random() % 12 == 0) spec.business_date = kToday + 100 + static_cast<int>(random() % 3);
    spec.make_current = random() % 3 == 0;
    DateModel::Cells cells;
    for (int member = 0; member < 4 + round / 6; ++member) {
      if (random() % 3 == 0) cells[absl::StrCat("m", member)] = absl::StrCat("v", round);
    }
    if (cells.empty()) continue;
    MustLoad(spec, cells);
    model.Load(spec, cells);
    expect_views(Current(), model);
    if (round % 10 == 9) kept.push_back({Current(), model});
    ASSERT_FALSE(HasFailure());
  }
  // A view of what was there then, history that was loaded since left out.
  for (const Kept& one : kept) expect_views(one.base, one.model);
}

TEST_F(DatedViewsTest, ATagIsThereFromItsFirstDateOn) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  const TagId city = (*Shop().FindTag(*Current(), "city"))->id;
  Tag declared = *Shop().FindTag(*Current(), "city").value();
  declared.name = "never loaded";
  const TagId never = Shop().CreateTag(declared)->id;
  const SnapshotPtr before = *OpenAsOf(Current(), kToday - 4);
  EXPECT_EQ(*Shop().FindTag(*before, "city"), std::nullopt);
  EXPECT_TRUE(Shop().ListTags(*before, WorkBudget::Unlimited())->empty());
  EXPECT_EQ(*before->RowCardinality({city, kKnownRow}), 0u);
  const SnapshotPtr then = *OpenAsOf(Current(), kToday - 3);
  EXPECT_EQ(Shop().ListTags(*then, WorkBudget::Unlimited())->size(), 1u) << "a declared tag was at no date";
  EXPECT_EQ(Shop().ListTags(*Current(), WorkBudget::Unlimited())->size(), 2u);
  EXPECT_THAT(*Current()->FirstDate(city), Optional(kToday - 3));
  EXPECT_EQ(*Current()->FirstDate(never), std::nullopt);
}

TEST_F(DatedViewsTest, APinnedViewStaysWhatItWas) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}, {"b", "X"}});
  MustLoad(CitySpec(kToday), {{"a", "now"}});
  const SnapshotPtr view = *OpenAsOf(Current(), kToday - 1);
  const TagId city = (*Shop().FindTag(*view, "city"))->id;
  VersionVector read = view->versions();
  read[city] = **view->FindVersion(city);
  const PinnedView pinned = view->Pin(read);
  EXPECT_EQ(pinned.as_of, kToday - 1);
  MustLoad(CitySpec(kToday - 2), {{"b", "late"}, {"c", "late"}});
  EXPECT_EQ(CitiesIn(**OpenAsOf(Current(), kToday - 1)),
            (DateModel::Cells{{"a", "X"}, {"b", "late"}, {"c", "late"}}));
  const absl::StatusOr<SnapshotPtr> again = Shop().OpenSnapshot(pinned);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->as_of(), kToday - 1);
  EXPECT_EQ((*again)->member_count(), 2u);
  EXPECT_EQ(CitiesIn(**again), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
  EXPECT_EQ((*again)->Pin(read).fingerprint, pinned.fingerprint);
  // A tag that isn't among its versions is of the date too, and of what had been published.
  const absl::StatusOr<SnapshotPtr> of_everyone = Shop().OpenSnapshot(view->Pin(view->versions()));
  ASSERT_THAT(of_everyone, IsOk());
  EXPECT_EQ(CitiesIn(**of_everyone), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
  // A date that it wasn't asked for is answered from what had been published.
  EXPECT_EQ(CitiesIn(**OpenAsOf(*again, kToday - 2)), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
}

TEST_F(DatedViewsTest, AViewHoldsWhatItIsReadFrom) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  const SnapshotPtr view = *OpenAsOf(Current(), kToday);
  MustLoad(CitySpec(kToday), {{"a", "Y"}});
  // Nobody else has the snapshot that it was opened from.
  EXPECT_EQ(CitiesIn(*view), (DateModel::Cells{{"a", "X"}}));
}

TEST_F(DatedViewsTest, AViewOfAViewIsOneOfItsBase) {
  DateModel model(kToday);
  for (const auto& [date, city] :
       {std::pair(kToday - 5, "X"), std::pair(kToday - 3, "Y"), std::pair(kToday, "Z")}) {
    MustLoad(CitySpec(date), {{"a", city}});
    model.Load(CitySpec(date), {{"a", city}});
  }
  SnapshotPtr view = Current();
  for (int round = 0; round < 50; ++round) {
    const absl::CivilDay date = kToday - (round * 7) % 11;
    ExpectView(view, date, model);
    view = *OpenAsOf(view, date);
  }
}

// What a view was asked for is held for as long as the view, and no longer; a list of tags is no question
// about them.
TEST_F(DatedViewsTest, HoldsTheVersionsThatWereNamedAndNoOthers) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  MustLoad(CitySpec(kToday), {{"a", "Y"}});
  database_.now += absl::Hours(1);  // right after a start all versions are leased
  const TagId city = (*Shop().FindTag(*Current(), "city"))->id;
  const auto is_held = [&](Version version) {
    return static_cast<StoredPopulation&>(Shop()).versions().leases().IsLeased(city, version);
  };
  SnapshotPtr view = *OpenAsOf(Current(), kToday - 1);
  const Version then = **(*OpenAsOf(Current(), kToday - 1))->FindVersion(city);
  EXPECT_FALSE(is_held(then)) << "nobody has that view";
  EXPECT_EQ(Shop().ListTags(*view, WorkBudget::Unlimited())->size(), 1u);
  EXPECT_FALSE(is_held(then)) << "only listed";
  EXPECT_EQ(**view->FindVersion(city), then);
  EXPECT_TRUE(is_held(then));
  view.reset();
  EXPECT_FALSE(is_held(then));
}

TEST_F(DatedViewsTest, ListingTagsIsSpentOfTheBudgetOnceForAllDates) {
  for (int i = 0; i < 30; ++i) {
    LoadSpec spec = CitySpec(kToday - 3);
    spec.tags[0].name = absl::StrCat("city ", i);
    TextRecords records = {{"a", "X"}};
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  const SnapshotPtr now = Current();
  const SnapshotPtr then = *OpenAsOf(now, kToday - 1), before = *OpenAsOf(now, kToday - 9);
  WorkBudget small(nullptr, {.values = 100});
  EXPECT_THAT(Shop().ListTags(*then, small), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Shop().ListTags(*then, WorkBudget::Unlimited())->size(), 30u);
  // The store was read for the first date.
  for (const SnapshotPtr& view : {then, before}) {
    WorkBudget again(nullptr, {.values = 30});
    EXPECT_THAT(Shop().ListTags(*view, again), IsOk());
  }
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  for (const SnapshotPtr& view : {now, then})
    EXPECT_THAT(Shop().ListTags(*view, unwanted), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(DatedViewsTest, ATokensSnapshotSaysNothingOfALoadedTagThatItLacks) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  Tag declared;
  declared.name = "declared";
  declared.kind = TagKind::kSingle;
  ASSERT_THAT(Shop().CreateTag(declared), IsOk());
  const auto of_everyone = [&] {
    return Current()->Pin({{kEveryoneTag, Current()->versions().at(kEveryoneTag)}});
  };
  const PinnedView before = of_everyone();
  LoadSpec spec = CitySpec(kToday);
  spec.tags[0].name = "declared";
  ASSERT_THAT(LoadText(*database_, spec, {{"a", "X"}}), IsOk());
  const PinnedView after = of_everyone();
  const SnapshotPtr then = *Shop().OpenSnapshot(before), now = *Shop().OpenSnapshot(after);
  EXPECT_TRUE(Shop().FindTag(*then, "declared")->has_value()) << "there, and nobody had it";
  EXPECT_FALSE(Shop().FindTag(*now, "declared")->has_value()) << "somebody has it, and who is not known";
  EXPECT_EQ(Shop().ListTags(*then, WorkBudget::Unlimited())->size(), 1u);
  EXPECT_TRUE(Shop().ListTags(*now, WorkBudget::Unlimited())->empty());
  EXPECT_EQ(*Shop().FindTag(*then, "city"), std::nullopt);
}

TEST_F(DatedViewsTest, SourcesBesideOneAnotherReadTheirOwnVersions) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}, {"b", "X"}});
  MustLoad(CitySpec(kToday, LoadMode::kReplace), {{"a", "X"}, {"c", "X"}, {"d", "X"}});
  const SnapshotPtr now = Current();
  const SnapshotPtr then = *OpenAsOf(now, kToday - 1);
  const TagId city = (*Shop().FindTag(*then, "city"))->id;
  const std::unique_ptr<RowSource> first = now->NewRowSource();
  const std::unique_ptr<RowSource> second = then->NewRowSourceBeside(*first);
  for (int round = 0; round < 2; ++round) {
    ASSERT_THAT(first->BeginWindow(0, 1), IsOk());
    ASSERT_THAT(second->BeginWindow(0, 1), IsOk());
    EXPECT_EQ(MembersOf(*first, {city, kKnownRow}), 3u);
    EXPECT_EQ(MembersOf(*second, {city, kKnownRow}), 2u);
    second->EndWindow();
    first->EndWindow();
  }
  EXPECT_FALSE(second->BeginWindow(0, 1).ok()) << "outside of a window of the first";
}

}  // namespace
}  // namespace muster::index
