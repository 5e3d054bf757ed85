// Loads of long tables, and values that conflict, against a slow model: in memory, and spilled tile by tile.
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

struct LongRecord {
  std::string member;
  size_t tag = 0;
  std::string cell;
};

// Feeds records of a long table, in batches of this size.
absl::Status FeedLong(Load& load, const std::vector<LongRecord>& records, size_t batch_size) {
  for (size_t begin = 0; begin < records.size(); begin += batch_size) {
    TextColumn ids, cells;
    std::string tag_numbers;
    for (size_t i = begin; i < std::min(begin + batch_size, records.size()); ++i) {
      ids.text += records[i].member;
      ids.ends.push_back(static_cast<uint32_t>(ids.text.size()));
      cells.text += records[i].cell;
      cells.ends.push_back(static_cast<uint32_t>(cells.text.size()));
      tag_numbers += {static_cast<char>(records[i].tag & 0xff), static_cast<char>(records[i].tag >> 8)};
    }
    RecordBatchView batch;
    batch.member_ids = ids.View();
    batch.cells = {cells.View()};
    batch.tag_numbers = tag_numbers;
    RETURN_IF_ERROR(load.Feed(batch));
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadResult> LoadLong(Database& database, const LoadSpec& spec,
                                    const std::vector<LongRecord>& records, size_t batch_size = 1000) {
  ASSIGN_OR_RETURN(std::unique_ptr<Load> load, database.BeginLoad(spec));
  RETURN_IF_ERROR(FeedLong(*load, records, batch_size));
  return load->Commit(records.size(), WorkBudget::Unlimited());
}

LoadSpec LongSpec(LoadMode mode = LoadMode::kMerge) {
  LoadSpec spec;
  spec.population = "p";
  spec.mode = mode;
  spec.is_long = true;
  spec.max_rejected = 1;
  spec.tags = {TagSpec("age", TagKind::kNumber), TagSpec("city", TagKind::kSingle),
               TagSpec("likes", TagKind::kMulti), TagSpec("vip", TagKind::kFlag),
               TagSpec("points", TagKind::kMulti)};
  spec.tags[2].separator = "|";
  spec.tags[4].weight_separator = ":";
  for (LoadTagSpec& tag : spec.tags) tag.clear = "-";
  return spec;
}

std::string ProfileOf(Database& database, const std::string& member) {
  const auto population = database.FindPopulation("p");
  EXPECT_THAT(population, IsOk());
  const auto view = (*population)->CurrentView();
  EXPECT_THAT(view, IsOk());
  std::vector<std::string> values;
  for (const char* tag : {"age", "city", "likes", "vip", "points"})
    values.push_back(ValuesOf(**view, member, tag));
  return absl::StrJoin(values, " ");
}

TEST(LongLoads, RemoveAndUnknownMembers) {
  TestDatabase database;
  ASSERT_THAT(LoadLong(*database, LongSpec(),
                       {{"a", 0, "30"}, {"a", 2, "rum|tea"}, {"a", 4, "x:2"}, {"b", 1, "X"}, {"b", 3, "no"}}),
              IsOk());
  const auto removed = LoadLong(*database, LongSpec(LoadMode::kRemove),
                                {{"a", 0, "1"},
                                 {"a", 2, "rum"},
                                 {"a", 2, "gin"},
                                 {"a", 4, "x"},
                                 {"b", 3, "-"},
                                 {"b", 0, "5"},
                                 {"b", 0, "five"},
                                 {"ghost", 1, "X"},
                                 {"ghost", 1, ""}},
                                /*batch_size=*/2);
  ASSERT_THAT(removed, IsOk());
  EXPECT_EQ(removed->unknown_records, 2u);
  EXPECT_EQ(removed->rejected_records, 1u);
  EXPECT_EQ(removed->cells->changed, 4u);
  EXPECT_EQ(removed->cells->unchanged, 1u);
  EXPECT_EQ(removed->cells->dropped, 2u);
  EXPECT_EQ(ProfileOf(*database, "a"), "  tea  ");
  EXPECT_EQ(ProfileOf(*database, "b"), " X   ");
}

TEST(LongLoads, EachRecordGivesOneTag) {
  TestDatabase database;
  const auto loaded = LoadLong(*database, LongSpec(),
                               {{"a", 0, "30"},
                                {"b", 1, "X"},
                                {"a", 2, "rum|tea"},
                                {"a", 1, "Y"},
                                {"b", 3, "yes"},
                                {"a", 2, "gin"},
                                {"a", 4, "x:2"},
                                {"c", 0, ""}});
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->rejected_records, 0u);
  EXPECT_EQ(loaded->new_members, 3u);
  EXPECT_EQ(ProfileOf(*database, "a"), "30 Y gin,rum,tea  x:2");
  EXPECT_EQ(ProfileOf(*database, "b"), " X  true ");
  EXPECT_EQ(ProfileOf(*database, "c"), "    ");
}

TEST(LongLoads, RecordsOfOneTagThatDisagreeAreRejectedAlone) {
  TestDatabase database;
  const auto loaded = LoadLong(*database, LongSpec(),
                               {{"a", 0, "30"},
                                {"a", 1, "X"},
                                {"a", 0, "31"},
                                {"a", 0, "30.0"},
                                {"a", 1, "Y"},
                                {"b", 0, "x"},
                                {"a", 4, "x:1"},
                                {"a", 4, "x:2"}});
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->rejected_records, 4u);
  ASSERT_EQ(loaded->first_rejected.size(), 4u);
  EXPECT_EQ(loaded->first_rejected[0].line, 3u);
  EXPECT_THAT(loaded->first_rejected[0].message, HasSubstr("tag 'age': 31 here, 30 in an earlier record"));
  EXPECT_EQ(loaded->first_rejected[1].line, 5u);
  EXPECT_EQ(loaded->first_rejected[2].line, 6u);
  EXPECT_EQ(loaded->first_rejected[3].line, 8u);
  EXPECT_EQ(ProfileOf(*database, "a"), "30 X   x:1");
}

TEST(LongLoads, ReplaceEmptiesTheTagsThatNoRecordHas) {
  TestDatabase database;
  ASSERT_THAT(LoadLong(*database, LongSpec(), {{"a", 0, "30"}, {"a", 1, "X"}, {"b", 1, "Y"}}), IsOk());
  ASSERT_THAT(LoadLong(*database, LongSpec(LoadMode::kReplace), {{"b", 1, "Z"}}), IsOk());
  EXPECT_EQ(ProfileOf(*database, "a"), "    ");
  EXPECT_EQ(ProfileOf(*database, "b"), " Z   ");
}

TEST(LongLoads, ABatchMustFitTheLayout) {
  TestDatabase database;
  LoadSpec wide = LongSpec();
  wide.is_long = false;
  TextColumn column;
  column.text = "a";
  column.ends = {1};
  RecordBatchView batch;
  batch.member_ids = column.View();
  batch.cells = {column.View()};
  const std::string one("\0\0", 2), other("\5\0", 2);
  {
    auto load = database->BeginLoad(LongSpec());
    ASSERT_THAT(load, IsOk());
    EXPECT_THAT((*load)->Feed(batch), StatusIs(absl::StatusCode::kInvalidArgument));
    batch.tag_numbers = other;
    EXPECT_THAT((*load)->Feed(batch), StatusIs(absl::StatusCode::kInvalidArgument));
    batch.cells.push_back(column.View());
    batch.tag_numbers = one;
    EXPECT_THAT((*load)->Feed(batch), StatusIs(absl::StatusCode::kInvalidArgument));
    batch.cells.pop_back();
    EXPECT_THAT((*load)->Feed(batch), IsOk());
  }
  LoadSpec of_one = wide;
  of_one.tags.resize(1);
  auto load = database->BeginLoad(of_one);
  ASSERT_THAT(load, IsOk());
  EXPECT_THAT((*load)->Feed(batch), StatusIs(absl::StatusCode::kInvalidArgument));
  LoadSpec without_tags = LongSpec();
  without_tags.tags.clear();
  EXPECT_THAT(database->BeginLoad(without_tags), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(OnConflict, IsRefusedWhereItMeansNothing) {
  struct Row {
    size_t tag;
    OnConflict rule;
    const char* says;
  };
  for (const Row& row : {Row{1, OnConflict::kMax, "SINGLE has no greatest or least value"},
                         Row{3, OnConflict::kMin, "FLAG has no greatest or least value"},
                         Row{2, OnConflict::kFirst, "values of a MULTI tag unite"}}) {
    TestDatabase database;
    LoadSpec spec = LongSpec();
    spec.tags[row.tag].on_conflict = row.rule;
    const absl::Status refused = database->BeginLoad(spec).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(std::string(refused.message()), HasSubstr(row.says));
  }
}

// What a member's records give it, in the order of the input. Slow and obvious.
class Model {
 public:
  explicit Model(const std::vector<OnConflict>& rules) : rules_(rules) {}

  // False: the record contradicts an earlier one.
  bool Take(const LongRecord& record) {
    auto& of_member = members_[record.member];
    if (record.cell.empty()) return true;
    std::map<std::string, std::string>& values = of_member[record.tag];
    const bool clears = record.cell == "-";
    const OnConflict rule = rules_[record.tag];
    if (record.tag == 2) {
      if (clears != values.contains("-") && !values.empty()) return false;
      values[record.cell] = "";
    } else if (record.tag == 4) {
      const size_t colon = record.cell.find(':');
      return Settle(values, record.cell.substr(0, colon), clears ? "" : record.cell.substr(colon + 1), rule);
    } else {
      return SettleOne(values, record.cell, rule);
    }
    return true;
  }

  std::string ProfileOf(const std::string& member) const {
    const auto found = members_.find(member);
    if (found == members_.end()) return "(no member)";
    std::vector<std::string> texts;
    for (size_t tag = 0; tag < 5; ++tag) {
      const auto values = found->second.find(tag);
      std::vector<std::string> parts;
      if (values != found->second.end()) {
        for (const auto& [value, weight] : values->second) {
          if (value != "-") parts.push_back(weight.empty() ? value : absl::StrCat(value, ":", weight));
        }
      }
      texts.push_back(absl::StrJoin(parts, ","));
    }
    return absl::StrJoin(texts, " ");
  }
  std::vector<std::string> members() const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : members_) names.push_back(name);
    return names;
  }

 private:
  using Values = std::map<std::string, std::string>;

  static bool Wins(const std::string& later, const std::string& earlier, OnConflict rule) {
    if (rule == OnConflict::kLast) return true;
    if (rule == OnConflict::kMax)
      return earlier == "-" || (later != "-" && std::stoi(later) > std::stoi(earlier));
    if (rule == OnConflict::kMin)
      return earlier == "-" || (later != "-" && std::stoi(later) < std::stoi(earlier));
    return false;
  }

  static bool SettleOne(Values& values, const std::string& cell, OnConflict rule) {
    if (values.empty() || values.contains(cell)) {
      values = {{cell, ""}};
      return true;
    }
    if (rule == OnConflict::kReject) return false;
    if (Wins(cell, values.begin()->first, rule)) values = {{cell, ""}};
    return true;
  }

  static bool Settle(Values& values, const std::string& value, const std::string& weight, OnConflict rule) {
    const bool clears = value == "-", cleared = values.contains("-");
    if (!values.empty() && clears != cleared) {
      if (rule == OnConflict::kReject) return false;
      // Among values and clearings, max and min choose values.
      const bool later_wins = rule == OnConflict::kLast || (rule != OnConflict::kFirst && cleared);
      if (!later_wins) return true;
      values.clear();
    }
    const auto [place, is_new] = values.emplace(value, weight);
    if (is_new || place->second == weight) return true;
    if (rule == OnConflict::kReject) return false;
    if (Wins(weight, place->second, rule)) place->second = weight;
    return true;
  }

  const std::vector<OnConflict> rules_;
  std::map<std::string, std::map<size_t, Values>> members_;
};

std::vector<LongRecord> RandomRecords(std::mt19937& random, size_t count, bool clears) {
  std::vector<LongRecord> records;
  for (size_t i = 0; i < count; ++i) {
    LongRecord record = {absl::StrCat("m", random() % 300), random() % 5, ""};
    const std::string number = std::to_string(random() % 4);
    if (record.tag == 3) record.cell = random() % 2 == 0 ? "true" : "false";
    if (record.tag < 3) record.cell = record.tag == 0 ? number : absl::StrCat("v", number);
    if (record.tag == 4) record.cell = absl::StrCat("p", random() % 2, ":", number);
    if (random() % 20 == 0) record.cell.clear();
    // Clearings and values of a weighted tag interleave in the last and first rules; the model keeps one state.
    if (clears && record.tag != 4 && random() % 10 == 0) record.cell = "-";
    records.push_back(std::move(record));
  }
  return records;
}

class LongModel : public ::testing::TestWithParam<OnConflict> {};

TEST_P(LongModel, AgreesInMemoryAndSpilled) {
  for (uint32_t seed = 0; seed < 6; ++seed) {
    std::mt19937 random(seed);
    const bool clears = seed % 2 == 1;
    const std::vector<LongRecord> records = RandomRecords(random, 4'000, clears);
    const OnConflict rule = GetParam();
    const bool by_order = rule == OnConflict::kMax || rule == OnConflict::kMin;
    const std::vector<OnConflict> rules = {rule, by_order ? OnConflict::kLast : rule, OnConflict::kReject,
                                           by_order ? OnConflict::kFirst : rule, rule};
    Model model(rules);
    uint64_t contradictions = 0;
    for (const LongRecord& record : records) contradictions += model.Take(record) ? 0 : 1;
    for (const bool spilled : {false, true}) {
      TestDatabase database;
      if (spilled) database.spool = SpillEverything();
      database.Reopen();
      LoadSpec spec = LongSpec();
      for (size_t tag = 0; tag < rules.size(); ++tag) spec.tags[tag].on_conflict = rules[tag];
      const auto loaded = LoadLong(*database, spec, records, 700);
      ASSERT_THAT(loaded, IsOk());
      EXPECT_EQ(loaded->rejected_records, contradictions) << "seed " << seed;
      for (const std::string& member : model.members())
        ASSERT_EQ(ProfileOf(*database, member), model.ProfileOf(member)) << member << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, LongModel,
                         ::testing::Values(OnConflict::kReject, OnConflict::kFirst, OnConflict::kLast,
                                           OnConflict::kMax, OnConflict::kMin));

// Of many tags each has few records, so that columns are sorted for themselves.
TEST(LongLoads, ManyTagsWithFewRecordsEach) {
  std::mt19937 random(5);
  LoadSpec spec;
  spec.population = "p";
  spec.is_long = true;
  spec.max_rejected = 0;
  constexpr size_t kTags = 300;
  for (size_t tag = 0; tag < kTags; ++tag)
    spec.tags.push_back(TagSpec(absl::StrCat("t", tag), TagKind::kNumber));
  std::map<std::string, std::map<size_t, std::string>> expected;
  std::vector<LongRecord> records;
  for (int i = 0; i < 5'000; ++i) {
    const LongRecord record = {absl::StrCat("m", random() % 400), random() % kTags, std::to_string(i)};
    if (expected[record.member].emplace(record.tag, record.cell).second) records.push_back(record);
  }
  for (const bool spilled : {false, true}) {
    TestDatabase database;
    if (spilled) database.spool = SpillEverything();
    database.Reopen();
    ASSERT_THAT(LoadLong(*database, spec, records), IsOk());
    const auto view = (*database->FindPopulation("p"))->CurrentView();
    ASSERT_THAT(view, IsOk());
    for (const auto& [member, values] : expected) {
      for (const auto& [tag, value] : values)
        ASSERT_EQ(ValuesOf(**view, member, absl::StrCat("t", tag)), value);
      ASSERT_EQ(ValuesOf(**view, member, "t0"), values.contains(0) ? values.at(0) : "");
    }
  }
}

}  // namespace
}  // namespace muster::index
