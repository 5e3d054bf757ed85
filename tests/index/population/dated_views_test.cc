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
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

using ::testing::Optional;

// The database's clock says 2026-11-22, 12:00 UTC.
const absl::CivilDay kToday(2026, 11, 22);

using ViewPtr = std::shared_ptr<const PopulationView>;

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
  ViewPtr Current() { return *Shop().CurrentView(); }
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
    EXPECT_THAT(Current()->members().ReadIds(ordinals, names), IsOk());
    return names;
  }
  // What the view says of the tag; nothing when it doesn't have it.
  std::optional<DateModel::Cells> CitiesIn(const PopulationView& view) {
    const auto tag = *view.tags().Find("city");
    if (!tag.has_value()) return std::nullopt;
    DateModel::Cells cells;
    for (const auto& [ordinal, values] : ReadTag(view, *tag))
      cells[NamesOf({ordinal})[0]] = values.begin()->first;
    return cells;
  }
  std::map<std::string, absl::CivilDay> FirstDatesIn(const PopulationView& view) {
    std::map<std::string, absl::CivilDay> dates;
    for (const auto& [ordinal, number] : ReadNumbers(view, kEveryoneTag, kOwnValue))
      dates[NamesOf({ordinal})[0]] = DayOfNumber(number);
    return dates;
  }
  void ExpectView(const ViewPtr& base, absl::CivilDay date, const DateModel& model) {
    SCOPED_TRACE(DateText(date));
    const absl::StatusOr<ViewPtr> view = base->AsOf(date);
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
    ViewPtr base;
    DateModel model;
  };
  std::vector<Kept> kept;
  const auto expect_views = [&](const ViewPtr& base, const DateModel& then) {
    for (int day = -8; day <= 2; ++day) ExpectView(base, kToday + day, then);
    ExpectView(base, kToday + 500, then);
    const auto tag = *base->tags().Find("city");
    EXPECT_EQ(*base->tags().FirstDate(tag->id), then.FirstDate());
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
  const TagId city = (*Current()->tags().Find("city"))->id;
  Tag declared = *Current()->tags().Find("city").value();
  declared.name = "never loaded";
  const TagId never = Shop().CreateTag(declared)->id;
  const ViewPtr before = *Current()->AsOf(kToday - 4);
  EXPECT_EQ(*before->tags().Find("city"), std::nullopt);
  EXPECT_TRUE(before->tags().List(WorkBudget::Unlimited())->empty());
  EXPECT_EQ(*before->statistics().RowCardinality({city, kKnownRow}), 0u);
  const ViewPtr then = *Current()->AsOf(kToday - 3);
  EXPECT_EQ(then->tags().List(WorkBudget::Unlimited())->size(), 1u) << "a declared tag was at no date";
  EXPECT_EQ(Current()->tags().List(WorkBudget::Unlimited())->size(), 2u);
  EXPECT_THAT(*Current()->tags().FirstDate(city), Optional(kToday - 3));
  EXPECT_EQ(*Current()->tags().FirstDate(never), std::nullopt);
}

TEST_F(DatedViewsTest, APinnedViewStaysWhatItWas) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}, {"b", "X"}});
  MustLoad(CitySpec(kToday), {{"a", "now"}});
  const ViewPtr view = *Current()->AsOf(kToday - 1);
  const TagId city = (*view->tags().Find("city"))->id;
  const PinnedView pinned = *view->Pin({city});
  EXPECT_EQ(pinned.as_of, kToday - 1);
  MustLoad(CitySpec(kToday - 2), {{"b", "late"}, {"c", "late"}});
  EXPECT_EQ(CitiesIn(**Current()->AsOf(kToday - 1)),
            (DateModel::Cells{{"a", "X"}, {"b", "late"}, {"c", "late"}}));
  const absl::StatusOr<ViewPtr> again = Shop().OpenView(pinned);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->as_of(), kToday - 1);
  EXPECT_EQ((*again)->members().everyone_count(), 2u);
  EXPECT_EQ(CitiesIn(**again), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
  EXPECT_EQ((*again)->Pin({city})->fingerprint, pinned.fingerprint);
  // A tag that isn't among its versions is of the date too, and of what had been published.
  const absl::StatusOr<ViewPtr> of_everyone = Shop().OpenView(*view->PinWhole({}));
  ASSERT_THAT(of_everyone, IsOk());
  EXPECT_EQ(CitiesIn(**of_everyone), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
  // A date that it wasn't asked for is answered from what had been published.
  EXPECT_EQ(CitiesIn(**(*again)->AsOf(kToday - 2)), (DateModel::Cells{{"a", "X"}, {"b", "X"}}));
}

TEST_F(DatedViewsTest, AViewHoldsWhatItIsReadFrom) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  const ViewPtr view = *Current()->AsOf(kToday);
  MustLoad(CitySpec(kToday), {{"a", "Y"}});
  // Nobody else has the view that it was opened from.
  EXPECT_EQ(CitiesIn(*view), (DateModel::Cells{{"a", "X"}}));
}

TEST_F(DatedViewsTest, AViewOfAViewIsOneOfItsBase) {
  DateModel model(kToday);
  for (const auto& [date, city] :
       {std::pair(kToday - 5, "X"), std::pair(kToday - 3, "Y"), std::pair(kToday, "Z")}) {
    MustLoad(CitySpec(date), {{"a", city}});
    model.Load(CitySpec(date), {{"a", city}});
  }
  ViewPtr view = Current();
  for (int round = 0; round < 50; ++round) {
    const absl::CivilDay date = kToday - (round * 7) % 11;
    ExpectView(view, date, model);
    view = *view->AsOf(date);
  }
}

// A view holds the versions of the tags that were named, for as long as it lives. Listing tags names none.
TEST_F(DatedViewsTest, HoldsTheVersionsThatWereNamedAndNoOthers) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  MustLoad(CitySpec(kToday), {{"a", "Y"}});
  database_.now += absl::Hours(1);  // right after a start all versions are leased
  const TagId city = (*Current()->tags().Find("city"))->id;
  const auto is_held = [&](Version version) {
    return static_cast<StoredPopulation&>(Shop()).versions().leases().IsLeased(city, version);
  };
  ViewPtr view = *Current()->AsOf(kToday - 1);
  const Version then = (*Current()->AsOf(kToday - 1))->Pin({city})->versions.at(city);
  EXPECT_FALSE(is_held(then)) << "the view was destroyed";
  EXPECT_EQ(view->tags().List(WorkBudget::Unlimited())->size(), 1u);
  EXPECT_FALSE(is_held(then)) << "only listed";
  EXPECT_EQ(view->Pin({city})->versions.at(city), then);
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
  const ViewPtr now = Current();
  const ViewPtr then = *now->AsOf(kToday - 1), before = *now->AsOf(kToday - 9);
  WorkBudget small(nullptr, {.values = 100});
  EXPECT_THAT(then->tags().List(small), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(then->tags().List(WorkBudget::Unlimited())->size(), 30u);
  // The store was read for the first date.
  for (const ViewPtr& view : {then, before}) {
    WorkBudget again(nullptr, {.values = 30});
    EXPECT_THAT(view->tags().List(again), IsOk());
  }
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  for (const ViewPtr& view : {now, then})
    EXPECT_THAT(view->tags().List(unwanted), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(DatedViewsTest, ATokensViewSaysNothingOfALoadedTagThatItLacks) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}});
  Tag declared;
  declared.name = "declared";
  declared.kind = TagKind::kSingle;
  ASSERT_THAT(Shop().CreateTag(declared), IsOk());
  const auto of_everyone = [&] { return *Current()->Pin({}); };
  const PinnedView before = of_everyone();
  LoadSpec spec = CitySpec(kToday);
  spec.tags[0].name = "declared";
  ASSERT_THAT(LoadText(*database_, spec, {{"a", "X"}}), IsOk());
  const PinnedView after = of_everyone();
  const ViewPtr then = *Shop().OpenView(before), now = *Shop().OpenView(after);
  EXPECT_TRUE(then->tags().Find("declared")->has_value()) << "the tag existed, without values";
  EXPECT_FALSE(now->tags().Find("declared")->has_value()) << "the tag has values, whose members are unknown";
  EXPECT_EQ(then->tags().List(WorkBudget::Unlimited())->size(), 1u);
  EXPECT_TRUE(now->tags().List(WorkBudget::Unlimited())->empty());
  EXPECT_EQ(*then->tags().Find("city"), std::nullopt);
}

TEST_F(DatedViewsTest, SourcesBesideOneAnotherReadTheirOwnVersions) {
  MustLoad(CitySpec(kToday - 3), {{"a", "X"}, {"b", "X"}});
  MustLoad(CitySpec(kToday, LoadMode::kReplace), {{"a", "X"}, {"c", "X"}, {"d", "X"}});
  const ViewPtr now = Current();
  const ViewPtr then = *now->AsOf(kToday - 1);
  const TagId city = (*then->tags().Find("city"))->id;
  const std::unique_ptr<RowSource> first = now->NewRowSource(nullptr);
  const std::unique_ptr<RowSource> second = then->NewRowSource(first.get());
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
