// Loads of every kind through the facade: the values after a MERGE and a REPLACE.
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

LoadSpec AllKinds() {
  LoadSpec spec;
  spec.population = "shop";
  spec.tags = {TagSpec("vip", TagKind::kFlag),    TagSpec("city", TagKind::kSingle),
               TagSpec("likes", TagKind::kMulti), TagSpec("spent", TagKind::kNumber),
               TagSpec("born", TagKind::kDate),   TagSpec("seen", TagKind::kTimestamp)};
  spec.tags[2].separator = "|";
  spec.tags[2].weight_separator = ":";
  spec.tags[2].weight_scale = 1;
  spec.tags[3].scale = 2;
  for (LoadTagSpec& tag : spec.tags) tag.clear = "-";
  return spec;
}

std::string Line(Population& population, const std::string& member) {
  const auto view = *population.CurrentView();
  std::string line;
  for (const char* tag : {"vip", "city", "likes", "spent", "born", "seen"}) {
    const std::string values = ValuesOf(*view, member, tag);
    line += (line.empty() ? "" : " / ") + (values.empty() ? "?" : values);
  }
  return line;
}

TEST(LoadKinds, FirstLoadIsReadBack) {
  TestDatabase database;
  const TextRecords records = {
      {"a", "yes", "上海", "art:0.5|music", "12.50", "1980-02-29", "2026-01-31T18:00:00Z"},
      {"b", "F", " Köln ", "music|music", "-3", "1890-01-01", "2026-01-31 18:00:00.25+08:00"},
      {"c", "", "", "", "", "", ""},
  };
  const absl::StatusOr<LoadResult> result = LoadText(*database, AllKinds(), records);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->published);
  EXPECT_EQ(result->new_members, 3u);
  EXPECT_EQ(result->member_count, 3u);
  EXPECT_EQ(result->tags[2].member_count, 2u);
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(Line(shop, "a"), "true / 上海 / art:0.5,music:1.0 / 12.50 / 1980-02-29 / 2026-01-31T18:00:00Z");
  EXPECT_EQ(Line(shop, "b"), "false / Köln / music:1.0 / -3.00 / 1890-01-01 / 2026-01-31T10:00:00.25Z");
  EXPECT_EQ(Line(shop, "c"), "? / ? / ? / ? / ? / ?");
  EXPECT_EQ(Line(shop, "d"),
            "(no member) / (no member) / (no member) / (no member) / (no member) / (no member)");
  std::vector<std::string> ids;
  ASSERT_THAT(
      (*shop.CurrentView())->members().ReadIds(ReadRow(**shop.CurrentView(), {kEveryoneTag, kKnownRow}), ids),
      IsOk());
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(LoadKinds, MergeChangesOnlyGivenCells) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, AllKinds(),
                       {{"a", "y", "X", "art:0.5|music", "1", "1980-02-29", "2026-01-31T18:00:00Z"},
                        {"b", "n", "Y", "art", "2", "1981-01-01", "2026-01-31T18:00:00Z"}}),
              IsOk());
  const absl::StatusOr<LoadResult> result = LoadText(*database, AllKinds(),
                                                     {{"a", "", "Y", "music:2.5|sport", "", "", "-"},
                                                      {"b", "-", "-", "-", "-", "-", ""},
                                                      {"c", "", "Z", "", "", "", ""}});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->new_members, 1u);
  EXPECT_EQ(result->tags[0].member_count, 1u);
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(Line(shop, "a"), "true / Y / art:0.5,music:2.5,sport:1.0 / 1.00 / 1980-02-29 / ?");
  EXPECT_EQ(Line(shop, "b"), "? / ? / ? / ? / ? / 2026-01-31T18:00:00Z");
  EXPECT_EQ(Line(shop, "c"), "? / Z / ? / ? / ? / ?");
}

TEST(LoadKinds, ReplaceIsTheWholeTruthForItsTags) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, AllKinds(),
                       {{"a", "y", "X", "art:0.5|music", "1", "1980-02-29", "2026-01-31T18:00:00Z"},
                        {"b", "n", "Y", "art", "2", "1981-01-01", "2026-01-31T18:00:00Z"}}),
              IsOk());
  LoadSpec spec = AllKinds();
  spec.mode = LoadMode::kReplace;
  spec.tags.pop_back();
  ASSERT_THAT(LoadText(*database, spec, {{"a", "", "Z", "music:3", "-7", ""}}), IsOk());
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(Line(shop, "a"), "? / Z / music:3.0 / -7.00 / ? / 2026-01-31T18:00:00Z");
  EXPECT_EQ(Line(shop, "b"), "? / ? / ? / ? / ? / 2026-01-31T18:00:00Z");
  EXPECT_EQ((*shop.CurrentView())->members().everyone_count(), 2u);
}

TEST(LoadKinds, ALoadWithoutTagsNamesMembers) {
  TestDatabase database;
  LoadSpec spec;
  spec.population = "shop";
  EXPECT_EQ(LoadText(*database, spec, {{"a"}, {"b"}, {"a"}})->new_members, 2u);
  EXPECT_EQ(LoadText(*database, spec, {{"b"}, {"c"}})->new_members, 1u);
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ((*shop.CurrentView())->members().everyone_count(), 3u);
  EXPECT_TRUE((*shop.CurrentView())->tags().List(WorkBudget::Unlimited())->empty());
}

TEST(LoadKinds, MultiReplacesWhereTheTagSaysSo) {
  TestDatabase database;
  LoadSpec spec = AllKinds();
  spec.tags = {spec.tags[2]};
  ASSERT_THAT(LoadText(*database, spec, {{"a", "art|music"}, {"b", "art"}}), IsOk());
  spec.tags[0].replace_on_merge = true;
  ASSERT_THAT(LoadText(*database, spec, {{"a", "sport"}, {"b", ""}}), IsOk());
  Population& shop = **database->FindPopulation("shop");
  const auto view = *shop.CurrentView();
  EXPECT_EQ(ValuesOf(*view, "a", "likes"), "sport:1.0");
  EXPECT_EQ(ValuesOf(*view, "b", "likes"), "art:1.0");
}

// 300 values: slices from the first load on. Then a load takes a tag past 256.
TEST(LoadKinds, ManyValuedSingle) {
  for (const size_t first : {300u, 200u}) {
    TestDatabase database;
    LoadSpec spec;
    spec.population = "shop";
    spec.tags = {TagSpec("city", TagKind::kSingle)};
    spec.tags[0].clear = "-";
    TextRecords records;
    for (size_t i = 0; i < 600; ++i)
      records.push_back({"m" + std::to_string(i), "c" + std::to_string(i % first)});
    ASSERT_THAT(LoadText(*database, spec, records), IsOk());
    TextRecords more = {{"m0", "-"}, {"m1", "c7"}, {"m2", "new"}, {"m3", ""}, {"x", "c1"}};
    for (size_t i = 0; i < 100; ++i) more.push_back({"y" + std::to_string(i), "d" + std::to_string(i)});
    const absl::StatusOr<LoadResult> result = LoadText(*database, spec, more);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->tags[0].member_count, 600u - 1 + 101);
    Population& shop = **database->FindPopulation("shop");
    const auto view = *shop.CurrentView();
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"m0", ""}, {"m1", "c7"}, {"m2", "new"}, {"m3", "c3"}, {"m4", "c4"}, {"x", "c1"}, {"y99", "d99"}};
    for (const auto& [member, value] : expected) EXPECT_EQ(ValuesOf(*view, member, "city"), value) << member;
    const Tag tag = **view->tags().Find("city");
    EXPECT_EQ(view->tags().Statistics(tag)->value_count, first + 101);
    const auto values = view->values().List(tag, "c7", WorkBudget::Unlimited());
    ASSERT_THAT(values, IsOk());
    EXPECT_EQ(values->front().value, "c7");
    EXPECT_EQ(values->front().member_count, first == 300 ? 3u : 4u);
    // Down to three values by REPLACE, with what it needs to be read.
    spec.mode = LoadMode::kReplace;
    ASSERT_THAT(LoadText(*database, spec, {{"m5", "c5"}, {"m6", "other"}, {"z", "c9"}}), IsOk());
    const auto replaced = *shop.CurrentView();
    EXPECT_EQ(ValuesOf(*replaced, "m4", "city"), "");
    EXPECT_EQ(ValuesOf(*replaced, "m6", "city"), "other");
    EXPECT_EQ(replaced->tags().Statistics(tag)->value_count, 3u);
    EXPECT_EQ(replaced->values().List(tag, "", WorkBudget::Unlimited())->size(), 3u);
  }
}

}  // namespace
}  // namespace muster::index
