// Widening the scale of a NUMBER: every number keeps its value, old views answer as before, and loads of any
// date still work.
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"
#include "text/decimal.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

LoadSpec AmountSpec(int scale, std::optional<absl::CivilDay> date = std::nullopt,
                    LoadMode mode = LoadMode::kMerge) {
  LoadSpec spec;
  spec.population = "shop";
  spec.mode = mode;
  spec.business_date = date;
  spec.tags = {TagSpec("amount", TagKind::kNumber)};
  spec.tags[0].scale = scale;
  spec.tags[0].clear = "-";
  return spec;
}

Population& Shop(TestDatabase& database) { return **database->FindPopulation("shop"); }

absl::StatusOr<Tag> Widen(TestDatabase& database, int scale) {
  TagChange change;
  change.scale = scale;
  return Shop(database).UpdateTag("amount", change, WorkBudget::Unlimited());
}

std::string AmountOf(TestDatabase& database, const std::string& member) {
  return ValuesOf(**Shop(database).CurrentView(), member, "amount");
}

TEST(Rescale, EveryNumberStaysWhatItIs) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, AmountSpec(1, absl::CivilDay(2026, 11, 20)),
                       {{"a", "5"}, {"b", "-12.5"}, {"c", "0"}, {"d", ""}, {"e", "922337203685477.5"}}),
              IsOk());
  auto before = *Shop(database).CurrentView();
  const absl::StatusOr<Tag> widened = Widen(database, 3);
  ASSERT_THAT(widened, IsOk());
  EXPECT_EQ(widened->scale, 3);
  EXPECT_EQ(AmountOf(database, "a"), "5.000");
  EXPECT_EQ(AmountOf(database, "b"), "-12.500");
  EXPECT_EQ(AmountOf(database, "c"), "0.000");
  EXPECT_EQ(AmountOf(database, "d"), "");
  EXPECT_EQ(AmountOf(database, "e"), "922337203685477.500");
  auto now = *Shop(database).CurrentView();
  const Tag tag = **now->tags().Find("amount");
  EXPECT_EQ(tag.scale, 3);
  EXPECT_EQ((*now->tags().List(WorkBudget::Unlimited()))[0].scale, 3);
  const TagStatistics statistics = *now->tags().Statistics(tag);
  EXPECT_EQ(statistics.member_count, 4u);
  EXPECT_EQ(statistics.version, 2u);
  EXPECT_EQ(statistics.business_date, absl::CivilDay(2026, 11, 20));
  // Who holds the version before, or asks for it by number, sees it in its own scale.
  EXPECT_EQ(ValuesOf(*before, "b", "amount"), "-12.5");
  EXPECT_EQ((**before->tags().Find("amount")).scale, 1);
  const PinnedView pin = *before->PinWhole({});
  before.reset();
  auto again = *Shop(database).OpenView(pin);
  EXPECT_EQ(ValuesOf(*again, "b", "amount"), "-12.5");
  again.reset();
  // Loads go on in the new scale; the same scale once more changes nothing.
  ASSERT_THAT(LoadText(*database, AmountSpec(3), {{"f", "1.125"}, {"b", "-"}}), IsOk());
  EXPECT_EQ(AmountOf(database, "f"), "1.125");
  EXPECT_EQ(AmountOf(database, "b"), "");
  ASSERT_THAT(Widen(database, 3), IsOk());
  EXPECT_EQ((*Shop(database).CurrentView())->PinWhole({})->versions.at(tag.id), 3u);
  now.reset();  // it must not outlive the database
  database.Reopen();
  EXPECT_EQ(AmountOf(database, "a"), "5.000");
  EXPECT_EQ(AmountOf(database, "e"), "922337203685477.500");
  ASSERT_THAT(LoadText(*database, AmountSpec(3), {{"a", "6.125"}}), IsOk());
  EXPECT_EQ(AmountOf(database, "a"), "6.125");
}

// A schema that is inferred takes the catalogue's scale: the load is the one of before.
TEST(Rescale, ALoadOfTheSameLabelIsTheSameAfterTheTagWasWidened) {
  TestDatabase database;
  LoadSpec spec = AmountSpec(1);
  spec.label = "monday";
  spec.input_sha256 = std::string(32, 'i');
  ASSERT_THAT(LoadText(*database, spec, {{"a", "5.5"}}), IsOk());
  const auto begin = [&](int scale) {
    spec.tags[0].scale = scale;
    return database->BeginLoad(spec);
  };
  const absl::Status finer = begin(3).status();
  EXPECT_THAT(finer, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("has the scale 1, not 3")))
      << "nothing is answered for numbers that would not fit";
  ASSERT_THAT(Widen(database, 3), IsOk());
  for (const int scale : {0, 1, 3}) {
    const auto again = begin(scale);
    ASSERT_THAT(again, IsOk()) << scale;
    EXPECT_TRUE((*again)->published_before().has_value()) << scale;
  }
  spec.trim = false;
  EXPECT_THAT(begin(3), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(Rescale, OutOfRangeIsRefusedWithTheNumberAndItsMember) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, AmountSpec(2), {{"small", "1"}, {"big one", "-12345678901.25"}}), IsOk());
  const absl::StatusOr<Tag> refused = Widen(database, 9);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr(
          "the number -12345678901.25 of member 'big one' would be out of range; at most 8 is possible"));
  EXPECT_EQ(AmountOf(database, "big one"), "-12345678901.25");
  ASSERT_THAT(LoadText(*database, AmountSpec(2), {{"other", "7.25"}}), IsOk());
  ASSERT_THAT(Widen(database, 8), IsOk());
  EXPECT_EQ(AmountOf(database, "big one"), "-12345678901.25000000");
  EXPECT_EQ(AmountOf(database, "other"), "7.25000000");
}

TEST(Rescale, WhatCannotChangeIsRefused) {
  TestDatabase database;
  LoadSpec spec = AmountSpec(2);
  spec.tags.push_back(TagSpec("city", TagKind::kSingle));
  ASSERT_THAT(LoadText(*database, spec, {{"a", "1", "X"}}), IsOk());
  const auto refuse = [&](const std::string& tag, const TagChange& change, absl::StatusCode code) {
    const absl::StatusOr<Tag> changed = Shop(database).UpdateTag(tag, change, WorkBudget::Unlimited());
    EXPECT_EQ(changed.status().code(), code) << changed.status();
    return std::string(changed.status().message());
  };
  EXPECT_THAT(refuse("amount", {.scale = 1}, absl::StatusCode::kInvalidArgument),
              HasSubstr("can't become 1"));
  EXPECT_THAT(refuse("amount", {.scale = 19}, absl::StatusCode::kInvalidArgument), HasSubstr("0 to 18"));
  EXPECT_THAT(refuse("city", {.scale = 1}, absl::StatusCode::kInvalidArgument),
              HasSubstr("this is a SINGLE"));
  EXPECT_THAT(refuse("amuont", {.scale = 3}, absl::StatusCode::kNotFound), HasSubstr("no tag 'amuont'"));
  EXPECT_THAT(refuse("city", {.description = "a\x1b[2Jb"}, absl::StatusCode::kInvalidArgument),
              HasSubstr("control characters"));
  EXPECT_THAT(refuse("city", {.owner = "a\u202eb"}, absl::StatusCode::kInvalidArgument),
              HasSubstr("direction"));
  // An open load read the scale already.
  absl::StatusOr<std::unique_ptr<Load>> open = database->BeginLoad(AmountSpec(2));
  ASSERT_THAT(open, IsOk());
  EXPECT_THAT(refuse("amount", {.scale = 3}, absl::StatusCode::kAborted), HasSubstr("'amount' is held"));
  open->reset();
  // What its client gave up leaves everything as it was.
  const absl::StatusOr<Tag> stopped = Shop(database).UpdateTag(
      "amount", {.scale = 3}, WorkBudget([] { return absl::CancelledError("enough"); }));
  EXPECT_THAT(stopped, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(AmountOf(database, "a"), "1.00");
  ASSERT_THAT(LoadText(*database, AmountSpec(2), {{"a", "2.25"}}), IsOk());
  EXPECT_EQ(AmountOf(database, "a"), "2.25");
  // A schema with the old scale goes on loading, with as many digits as the tag has.
  ASSERT_THAT(Widen(database, 3), IsOk());
  ASSERT_THAT(LoadText(*database, AmountSpec(2), {{"a", "1.5"}, {"b", "0.125"}}), IsOk());
  EXPECT_EQ(AmountOf(database, "a"), "1.500");
  EXPECT_EQ(AmountOf(database, "b"), "0.125");
  EXPECT_THAT(std::string(LoadText(*database, AmountSpec(2), {{"a", "0.1234"}}).status().message()),
              HasSubstr("more digits after the point than the tag's scale of 3"));
  EXPECT_THAT(std::string(LoadText(*database, AmountSpec(4), {{"a", "1"}}).status().message()),
              HasSubstr("or widen the tag with `muster tags set amount --scale 4 -p shop`"));
}

TEST(Rescale, NotesChangeAndOthersStay) {
  TestDatabase database;
  LoadSpec spec = AmountSpec(2);
  spec.tags[0].description = "of an order";
  spec.tags[0].owner = "crm";
  ASSERT_THAT(LoadText(*database, spec, {{"a", "1"}}), IsOk());
  const absl::StatusOr<Tag> changed = Shop(database).UpdateTag(
      "amount", {.description = " of a basket\n", .source = "dwh"}, WorkBudget::Unlimited());
  ASSERT_THAT(changed, IsOk());
  for (int round = 0; round < 2; ++round) {
    auto now = *Shop(database).CurrentView();
    const Tag tag = **now->tags().Find("amount");
    EXPECT_EQ(tag.description, "of a basket");
    EXPECT_EQ(tag.owner, "crm");
    EXPECT_EQ(tag.source, "dwh");
    EXPECT_EQ(now->PinWhole({})->versions.at(tag.id), 1u);
    now.reset();
    database.Reopen();
  }
}

TEST(Rescale, ADeclaredTagWithoutNumbersJustChanges) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, AmountSpec(0), {{"a", "1"}}), IsOk());
  Tag declared;
  declared.name = "points";
  declared.kind = TagKind::kNumber;
  ASSERT_THAT(Shop(database).CreateTag(declared), IsOk());
  ASSERT_THAT(Shop(database).UpdateTag("points", {.scale = 4}, WorkBudget::Unlimited()), IsOk());
  database.Reopen();
  LoadSpec spec = AmountSpec(0);
  spec.tags[0].name = "points";
  spec.tags[0].scale = 4;
  ASSERT_THAT(LoadText(*database, spec, {{"a", "1.0625"}}), IsOk());
  EXPECT_EQ(ValuesOf(**Shop(database).CurrentView(), "a", "points"), "1.0625");
}

// Loads of a date before the change build on a version of the old scale.
TEST(Rescale, LateLoadsBuildOnTheOldScale) {
  TestDatabase database;
  const absl::CivilDay first(2026, 11, 1), second(2026, 11, 10);
  ASSERT_THAT(
      LoadText(*database, AmountSpec(0, first), {{"a", "5"}, {"b", "-7"}, {"big", "92233720368547758"}}),
      IsOk());
  ASSERT_THAT(LoadText(*database, AmountSpec(0, second), {{"a", "6"}, {"big", "1"}}), IsOk());
  ASSERT_THAT(Widen(database, 2), IsOk());
  const auto latest = (*Shop(database).CurrentView())->PinWhole({})->versions;
  const TagId tag = (**(*Shop(database).CurrentView())->tags().Find("amount")).id;
  const auto versioned = [&](Version version) {
    VersionVector versions = latest;
    versions.erase(kEveryoneTag);  // everyone who is there now
    versions[tag] = version;
    return ViewOf(Shop(database), versions);
  };
  // MERGE at the first date: its numbers, in the new scale, with the load's on top.
  ASSERT_THAT(LoadText(*database, AmountSpec(2, first), {{"b", "0.25"}, {"c", "1.5"}}), IsOk());
  EXPECT_EQ(AmountOf(database, "b"), "-7.00");
  const auto merged = versioned(4);
  EXPECT_EQ(ValuesOf(*merged, "a", "amount"), "5.00");
  EXPECT_EQ(ValuesOf(*merged, "b", "amount"), "0.25");
  EXPECT_EQ(ValuesOf(*merged, "c", "amount"), "1.50");
  EXPECT_EQ(ValuesOf(*merged, "big", "amount"), "92233720368547758.00");
  // What has no room in the new scale is refused, and REPLACE doesn't need it.
  ASSERT_THAT(Widen(database, 3), IsOk());
  const absl::Status no_room = LoadText(*database, AmountSpec(3, first), {{"a", "1"}}).status();
  EXPECT_THAT(no_room, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(no_room.message()), HasSubstr("92233720368547758"));
  ASSERT_THAT(LoadText(*database, AmountSpec(3, first, LoadMode::kReplace), {{"a", "1.125"}}), IsOk());
  const auto replaced = versioned(6);
  EXPECT_EQ(ValuesOf(*replaced, "a", "amount"), "1.125");
  EXPECT_EQ(ValuesOf(*replaced, "b", "amount"), "");
  EXPECT_EQ(AmountOf(database, "a"), "6.000");
}

// Random loads and changes of scale, against a map of texts. Members beyond a fragment, so that there are
// several.
TEST(Rescale, RandomHistoriesKeepEveryNumber) {
  constexpr size_t kMembers = 270'000, kSampled = 400;
  TestDatabase database;
  std::mt19937_64 random(11);
  std::map<size_t, int64_t> model;  // scaled
  int scale = 0;
  const auto cell = [&](int64_t scaled) { return DecimalText(scaled, scale); };
  TextRecords records;
  for (size_t i = 0; i < kMembers; ++i) {
    model[i] = static_cast<int64_t>(random() % 2'000'001) - 1'000'000;
    records.push_back({absl::StrCat("m", i), cell(model[i])});
  }
  ASSERT_THAT(LoadText(*database, AmountSpec(scale), records), IsOk());
  for (int round = 0; round < 4; ++round) {
    const int more = 1 + static_cast<int>(random() % 3);
    const absl::StatusOr<Tag> widened = Widen(database, scale + more);
    ASSERT_THAT(widened, IsOk());
    scale += more;
    for (auto& [member, number] : model) {
      for (int i = 0; i < more; ++i) number *= 10;
    }
    records.clear();
    for (int i = 0; i < 3000; ++i) {
      const size_t member = random() % kMembers;
      if (records.size() % 7 == 0) {
        if (!model.erase(member)) continue;
        records.push_back({absl::StrCat("m", member), "-"});
      } else {
        const int64_t number = static_cast<int64_t>(random() % 2'000'001) - 1'000'000;
        model[member] = number;
        records.push_back({absl::StrCat("m", member), cell(number)});
      }
    }
    // A member once: its last record counts.
    std::map<std::string, std::string> last;
    for (const auto& record : records) last[record[0]] = record[1];
    records.clear();
    for (const auto& [member, text] : last) records.push_back({member, text});
    ASSERT_THAT(LoadText(*database, AmountSpec(scale), records), IsOk());
    const auto now = *Shop(database).CurrentView();
    EXPECT_EQ(now->tags().Statistics(**now->tags().Find("amount"))->member_count, model.size());
    for (size_t i = 0; i < kSampled; ++i) {
      const size_t member = i < 3 ? std::vector<size_t>{0, 262'143, 262'144}[i] : random() % kMembers;
      const auto known = model.find(member);
      ASSERT_EQ(AmountOf(database, absl::StrCat("m", member)),
                known == model.end() ? "" : cell(known->second))
          << member << " in round " << round;
    }
  }
}

}  // namespace
}  // namespace muster::index
