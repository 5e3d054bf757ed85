// MERGE, REPLACE, REMOVE and update_only: random loads of several dates compared with a model of maps, with the
// cells that each load reports; then single cases.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "index/status/status_reason.h"
#include "tests/index/population/mode_model.h"
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

constexpr size_t kFlag = 0, kSingle = 1, kMulti = 2, kWeighted = 3, kReplaced = 4, kNumber = 5, kDate = 6;
constexpr size_t kTags = 8;

std::vector<LoadTagSpec> AllTags() {
  std::vector<LoadTagSpec> tags = {
      TagSpec("flag", TagKind::kFlag),      TagSpec("single", TagKind::kSingle),
      TagSpec("multi", TagKind::kMulti),    TagSpec("weighted", TagKind::kMulti),
      TagSpec("replaced", TagKind::kMulti), TagSpec("number", TagKind::kNumber),
      TagSpec("date", TagKind::kDate),      TagSpec("time", TagKind::kTimestamp)};
  for (const size_t list : {kMulti, kWeighted, kReplaced}) tags[list].separator = "|";
  tags[kWeighted].weight_separator = ":";
  tags[kWeighted].weight_scale = 1;
  tags[kNumber].scale = 1;
  for (LoadTagSpec& tag : tags) tag.clear = "-";
  return tags;
}

class CellMaker {
 public:
  explicit CellMaker(std::mt19937& random) : random_(random) {}
  uint32_t single_values = 30;
  uint32_t list_values = 7;

  ModelCell Make(size_t tag) {
    const uint32_t dice = random_() % 10;
    if (dice < 3) return {};
    if (dice == 3) return {"-", {}, true};
    if (tag == kMulti || tag == kWeighted || tag == kReplaced) return MakeList(tag == kWeighted);
    ModelCell cell;
    cell.text = Scalar(tag);
    cell.values = {{cell.text, ""}};
    return cell;
  }

 private:
  std::string Scalar(size_t tag) {
    switch (tag) {
      case kFlag:
        return random_() % 2 ? "true" : "false";
      case kSingle:
        return absl::StrCat("v", random_() % single_values);
      case kNumber:
        return absl::StrFormat("%s%d.%d", random_() % 3 ? "" : "-", 1 + random_() % 6, random_() % 2);
      case kDate:
        return absl::StrFormat("%d-01-%02d", 1898 + random_() % 4, 1 + random_() % 3);
      default:
        return absl::StrFormat("2026-01-%02dT00:00:00Z", 1 + random_() % 5);
    }
  }

  ModelCell MakeList(bool weighted) {
    ModelCell cell;
    for (uint32_t i = 1 + random_() % 3; i > 0; --i) {
      const std::string value = absl::StrCat("m", random_() % list_values);
      if (cell.values.count(value)) continue;
      const std::string weight = weighted ? absl::StrCat("0.", 1 + random_() % 3) : "";
      absl::StrAppend(&cell.text, cell.text.empty() ? "" : "|", value, weighted ? ":" : "", weight);
      cell.values[value] = weight;
    }
    return cell;
  }

  std::mt19937& random_;
};

class LoadModes : public ::testing::TestWithParam<uint32_t> {
 protected:
  LoadModes() {
    std::vector<bool> lists(kTags, false), replaces(kTags, false);
    lists[kMulti] = lists[kWeighted] = lists[kReplaced] = replaces[kReplaced] = true;
    model = std::make_unique<ModeModel>(kToday, lists, replaces);
  }

  ModelLoad MakeLoad(bool first) {
    static const std::vector<LoadTagSpec> all = AllTags();
    ModelLoad load;
    load.spec.population = "model";
    const uint32_t dice = random() % 6;
    load.spec.mode = dice < 2 ? LoadMode::kMerge : dice < 4 ? LoadMode::kRemove : LoadMode::kReplace;
    if (first) load.spec.mode = LoadMode::kMerge;
    // A REMOVE also names values that no member ever had.
    cells.list_values = load.spec.mode == LoadMode::kRemove ? 9 : 7;
    load.spec.update_only = !first && random() % 3 == 0;
    load.spec.business_date = kToday - 4 + static_cast<int>(first ? 1 : random() % 6);
    load.spec.make_current = random() % 3 == 0;
    load.spec.max_rejected = 1;
    load.spec.allow_empty = true;
    for (size_t tag = 0; tag < kTags; ++tag) {
      if (!first && random() % 2 == 0) continue;
      load.tags.push_back(tag);
      load.spec.tags.push_back(all[tag]);
      load.spec.tags.back().replace_on_merge = tag == kReplaced;
    }
    if (load.tags.empty() && load.spec.mode == LoadMode::kRemove) return MakeLoad(first);
    AddRecords(first ? 2 * members : 1 + random() % members, load);
    return load;
  }

  void AddRecords(uint32_t count, ModelLoad& load) {
    std::set<std::string> named;
    const bool repeats = load.spec.mode == LoadMode::kRemove;
    const auto number = std::find(load.tags.begin(), load.tags.end(), kNumber);
    for (uint32_t i = 0; i < count; ++i) {
      ModelRecord record{absl::StrCat("member", random() % members), {}};
      if (!named.insert(record.member).second && !repeats) continue;
      for (const size_t tag : load.tags) record.cells.push_back(cells.Make(tag));
      record.is_bad = number != load.tags.end() && random() % 20 == 0;
      if (record.is_bad) record.cells[static_cast<size_t>(number - load.tags.begin())].text = "1.2.3";
      load.records.push_back(std::move(record));
    }
  }

  absl::StatusOr<LoadResult> Run(const ModelLoad& load) {
    TextRecords texts;
    for (const ModelRecord& record : load.records) {
      texts.push_back({record.member});
      for (const ModelCell& cell : record.cells) texts.back().push_back(cell.text);
    }
    return LoadText(*database, load.spec, texts);
  }

  void RunRound(const ModelLoad& load) {
    const ModelResult expected = model->Load(load);
    const absl::StatusOr<LoadResult> result = Run(load);
    if (expected.refused) {
      ASSERT_EQ(ReasonOf(result.status()), Reason::kNothingToRemove) << result.status();
      return;
    }
    ASSERT_THAT(result, IsOk());
    ASSERT_EQ(result->published, expected.published);
    ASSERT_EQ(result->rejected_records, expected.rejected);
    ASSERT_EQ(result->unknown_records, expected.unknown);
    ASSERT_EQ(result->member_count, expected.members);
    ASSERT_TRUE(result->cells.has_value());
    ASSERT_EQ(result->cells->changed, expected.cells.changed);
    ASSERT_EQ(result->cells->unchanged, expected.cells.unchanged);
    ASSERT_EQ(result->cells->dropped, expected.cells.dropped);
  }

  // What the view says, against the model AS OF the date.
  void Compare(const PopulationView& view, absl::CivilDay date) {
    Population& population = **database->FindPopulation("model");
    const auto current = *population.CurrentView();
    const std::vector<Ordinal> everyone = ReadRow(*current, {kEveryoneTag, kKnownRow});
    std::vector<std::string> names;
    ASSERT_THAT(current->members().ReadIds(everyone, names), IsOk());
    std::map<Ordinal, std::string> ids;
    for (size_t i = 0; i < names.size(); ++i) ids[everyone[i]] = names[i];
    ASSERT_EQ(ids.size(), model->EveryoneAsOf(absl::CivilDay::max()).size());
    const std::set<std::string> joined = model->EveryoneAsOf(date);
    for (size_t tag = 0; tag < kTags; ++tag) {
      const absl::StatusOr<std::optional<Tag>> stored = view.tags().Find(AllTags()[tag].name);
      ASSERT_THAT(stored, IsOk());
      const std::optional<ModeModel::Content> expected = model->AsOf(tag, date);
      if (!expected || !*stored) {
        ASSERT_EQ(expected.has_value(), stored->has_value()) << AllTags()[tag].name;
        continue;
      }
      ModeModel::Content content;
      for (const auto& [ordinal, values] : ReadTag(view, **stored)) {
        ASSERT_EQ(ids.count(ordinal), 1u);
        content[ids[ordinal]] = values;
        ASSERT_EQ(joined.count(ids[ordinal]), 1u) << "a version names a member who joined later";
      }
      ASSERT_EQ(content, *expected) << AllTags()[tag].name;
    }
  }

  void CompareAll() {
    Population& population = **database->FindPopulation("model");
    const auto current = *population.CurrentView();
    ASSERT_NO_FATAL_FAILURE(Compare(*current, absl::CivilDay::max()));
    for (int days = -5; days <= 1; days += 2) {
      SCOPED_TRACE(absl::StrCat("today ", days));
      const auto view = current->AsOf(kToday + days);
      ASSERT_THAT(view, IsOk());
      ASSERT_NO_FATAL_FAILURE(Compare(**view, kToday + days));
    }
  }

  std::mt19937 random{GetParam()};
  CellMaker cells{random};
  uint32_t members = 150;
  TestDatabase database;
  std::unique_ptr<ModeModel> model;
};

// Odd seeds spill, and stage a tile for each fragment; every third one has a SINGLE tag whose rare values have no rows.
TEST_P(LoadModes, AnswersAndCellsAreTheModels) {
  database.settle = GetParam() % 4 < 2;
  if (GetParam() % 2 == 1) database.spool = SpillEverything();
  database.Reopen();
  const bool many_values = GetParam() % 3 == 0;
  if (many_values) {
    members = 9'000;
    cells.single_values = 100'000;
  }
  ASSERT_NO_FATAL_FAILURE(RunRound(MakeLoad(true)));
  // Members that come later are in another fragment, so that loads that spill are staged in two tiles.
  SkipOrdinals(**database->FindPopulation("model"), kFragmentOrdinals + 10);
  members = many_values ? 400 : members + 50;
  for (int round = 1; round < (many_values ? 10 : 40); ++round) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " round ", round));
    if (round == 20) cells.single_values = 400;  // past the slices' threshold
    ASSERT_NO_FATAL_FAILURE(RunRound(MakeLoad(false)));
    if (!many_values || round % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(CompareAll());
    }
    if (round % 15 == 14) database.Reopen();
  }
  database.Reopen();
  ASSERT_NO_FATAL_FAILURE(CompareAll());
  EXPECT_THAT(ProblemsOf(**database->FindPopulation("model")), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, LoadModes, ::testing::Range(1u, 7u));

class LoadModesTest : public ::testing::Test {
 protected:
  LoadSpec Spec(LoadMode mode, std::vector<LoadTagSpec> tags) {
    LoadSpec spec;
    spec.population = "shop";
    spec.mode = mode;
    spec.tags = std::move(tags);
    return spec;
  }
  LoadSpec City(LoadMode mode) { return Spec(mode, {TagSpec("city", TagKind::kSingle)}); }
  LoadResult MustLoad(const LoadSpec& spec, const TextRecords& records) {
    absl::StatusOr<LoadResult> result = LoadText(*database_, spec, records);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *std::move(result) : LoadResult();
  }
  absl::Status Refusal(const LoadSpec& spec, const TextRecords& records) {
    return LoadText(*database_, spec, records).status();
  }
  Population& Shop() { return **database_->FindPopulation("shop"); }
  std::string ValueOf(const std::string& member, const std::string& tag) {
    return ValuesOf(**Shop().CurrentView(), member, tag);
  }
  // How many ids have an ordinal, and the bytes of those that aren't stored yet.
  std::pair<Ordinal, uint64_t> AssignedIds() {
    const MemberDictionary& ids = static_cast<StoredPopulation&>(Shop()).ListTarget().members;
    return {ids.Stored().end, ids.PendingBytes()};
  }

  TestDatabase database_;
};

TEST_F(LoadModesTest, RemoveNeedsATagThatIsThere) {
  MustLoad(City(LoadMode::kMerge), {{"a", "X"}});
  const absl::Status no_tag = Refusal(Spec(LoadMode::kRemove, {}), {{"a"}});
  EXPECT_EQ(ReasonOf(no_tag), Reason::kBadRequest);
  EXPECT_THAT(std::string(no_tag.message()), HasSubstr("names no tag"));
  const absl::Status unknown =
      Refusal(Spec(LoadMode::kRemove, {TagSpec("citty", TagKind::kSingle)}), {{"a", "X"}});
  EXPECT_EQ(ReasonOf(unknown), Reason::kUnknownTag);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("'city'"));
  EXPECT_THAT(
      std::string(
          Refusal(Spec(LoadMode::kRemove, {TagSpec("zzz", TagKind::kSingle)}), {{"a", "X"}}).message()),
      HasSubstr("nothing to remove"));
}

TEST_F(LoadModesTest, RemoveBeforeTheFirstVersionSaysFromWhenOn) {
  MustLoad(City(LoadMode::kMerge), {{"a", "X"}});
  LoadSpec early = City(LoadMode::kRemove);
  early.business_date = kToday - 1;
  const absl::Status refused = Refusal(early, {{"a", "X"}});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused), Reason::kNothingToRemove);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("of 2026-11-22"));
  EXPECT_EQ(ValueOf("a", "city"), "X");
  Tag declared;
  declared.name = "empty";
  declared.kind = TagKind::kSingle;
  ASSERT_THAT(Shop().CreateTag(declared), IsOk());
  EXPECT_THAT(
      std::string(
          Refusal(Spec(LoadMode::kRemove, {TagSpec("empty", TagKind::kSingle)}), {{"a", "X"}}).message()),
      HasSubstr("it was never loaded"));
}

TEST_F(LoadModesTest, ALoadThatMakesNoMembersNeedsAPopulation) {
  LoadSpec update = City(LoadMode::kMerge);
  update.update_only = true;
  for (const LoadSpec& spec : {City(LoadMode::kRemove), update}) {
    const absl::Status refused = Refusal(spec, {{"a", "X"}});
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kNotFound));
    EXPECT_EQ(ReasonOf(refused), Reason::kUnknownPopulation);
  }
  EXPECT_TRUE(database_->ListPopulations().empty());
}

// A cell removes the tag whatever value it names, but it must be a cell of the tag's kind.
TEST_F(LoadModesTest, ARemovingCellMustBeOneOfItsKind) {
  LoadTagSpec age = TagSpec("age", TagKind::kNumber);
  MustLoad(Spec(LoadMode::kMerge, {age, TagSpec("city", TagKind::kSingle)}),
           {{"a", "7", "X"}, {"b", "8", "Y"}});
  LoadSpec remove = Spec(LoadMode::kRemove, {age, TagSpec("city", TagKind::kSingle)});
  remove.max_rejected = 1;
  const LoadResult result = MustLoad(remove, {{"a", "1", "nowhere"}, {"b", "seven", "Y"}});
  EXPECT_EQ(result.rejected_records, 1u);
  EXPECT_EQ(result.cells->changed, 2u);
  EXPECT_EQ(result.cells->dropped, 2u);
  EXPECT_EQ(ValueOf("a", "age"), "");
  EXPECT_EQ(ValueOf("a", "city"), "");
  EXPECT_EQ(ValueOf("b", "age"), "8");
  EXPECT_EQ(ValueOf("b", "city"), "Y");
  // The value that nobody has was not made.
  const auto view = *Shop().CurrentView();
  const auto values = view->values().List(**view->tags().Find("city"), "", WorkBudget::Unlimited());
  ASSERT_THAT(values, IsOk());
  for (const ValueCount& value : *values) EXPECT_NE(value.value, "nowhere");
}

TEST_F(LoadModesTest, RemoveTakesTheNamedValuesOfAMultiTagWhateverTheirWeights) {
  LoadTagSpec likes = TagSpec("likes", TagKind::kMulti);
  likes.separator = "|";
  likes.weight_separator = ":";
  likes.weight_scale = 1;
  likes.clear = "all";
  MustLoad(Spec(LoadMode::kMerge, {likes}),
           {{"a", "tea:0.5|rum:0.1"}, {"b", "tea"}, {"c", "rum|gin"}, {"d", ""}});
  const LoadResult result = MustLoad(
      Spec(LoadMode::kRemove, {likes}),
      {{"a", "tea:9|tea:8|wine"}, {"a", "beer"}, {"b", "tea"}, {"c", "all"}, {"d", "tea"}, {"c", "rum"}});
  EXPECT_EQ(result.rejected_records, 0u);
  EXPECT_EQ(result.cells->changed, 3u);
  EXPECT_EQ(result.cells->unchanged, 1u);
  EXPECT_EQ(result.tags[0].member_count, 1u);
  EXPECT_EQ(ValueOf("a", "likes"), "rum:0.1");
  EXPECT_EQ(ValueOf("b", "likes"), "");
  EXPECT_EQ(ValueOf("c", "likes"), "");
}

// Ids without a member stay unknown: those of nobody get no ordinal, and those that an id list brought no tag.
TEST_F(LoadModesTest, UnknownMembersAreCountedAndNamed) {
  MustLoad(City(LoadMode::kMerge), {{"a", "X"}, {"b", "Y"}});
  SkipOrdinals(Shop(), 5);
  const auto before = AssignedIds();
  for (const LoadMode mode : {LoadMode::kMerge, LoadMode::kReplace, LoadMode::kRemove}) {
    LoadSpec spec = City(mode);
    spec.update_only = mode != LoadMode::kRemove;
    const LoadResult result =
        MustLoad(spec, {{"a", "Z"}, {"ghost", "Z"}, {"ghost", ""}, {"no member 3", "Z"}, {"spook", "Z"}});
    EXPECT_EQ(result.unknown_records, 4u);
    EXPECT_EQ(result.rejected_records, 0u);
    EXPECT_EQ(result.cells->dropped, 3u);
    EXPECT_EQ(result.new_members, 0u);
    EXPECT_EQ(result.member_count, 2u);
    ASSERT_THAT(result.warnings,
                ElementsAre(HasSubstr("4 records name members that the population doesn't have")));
    EXPECT_THAT(result.warnings[0], HasSubstr("'ghost', 'spook', 'no member 3'"));
    EXPECT_EQ(ValueOf("a", "city"), mode == LoadMode::kRemove ? "" : "Z");
    EXPECT_EQ(AssignedIds(), before) << "an unknown id got an ordinal";
  }
  const absl::Status refused = Refusal(City(LoadMode::kRemove), {{"ghost", "X"}});
  EXPECT_EQ(ReasonOf(refused), Reason::kNoRecords);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("names a member of the population"));
}

// Records that contradict count their cells as dropped, in memory and packed alike, and so do those of unknown
// members among them.
TEST_F(LoadModesTest, CellsOfContradictingRecordsAreDropped) {
  for (const bool packed : {false, true}) {
    if (packed) database_.spool = SpillEverything();
    database_.Reopen();
    LoadSpec spec =
        Spec(LoadMode::kMerge, {TagSpec("city", TagKind::kSingle), TagSpec("age", TagKind::kNumber)});
    spec.max_rejected = 1;
    spec.business_date = kToday + (packed ? 1 : 0);
    MustLoad(spec, {{"a", "X", ""}, {"b", "X", "1"}});
    SkipOrdinals(Shop(), packed ? 20 : 10);
    const std::string id = packed ? "no member 15" : "no member 5";
    spec.update_only = true;
    const LoadResult result = MustLoad(
        spec,
        {{"b", "X", "1"}, {"b", "", "2"}, {"b", "Y", "3"}, {id, "X", "1"}, {id, "Y", ""}, {"b", "", ""}});
    EXPECT_EQ(result.rejected_records, 2u);
    EXPECT_EQ(result.unknown_records, 2u);
    EXPECT_EQ(result.cells->dropped, 6u);
    EXPECT_EQ(result.cells->changed, 0u);
    EXPECT_EQ(result.cells->unchanged, 2u);
  }
}

// The label's content has both; a load of before they were known keeps its content.
TEST_F(LoadModesTest, ModeAndUpdateOnlyArePartOfTheContent) {
  LoadSpec spec = City(LoadMode::kMerge);
  spec.label = "day";
  spec.input_sha256 = std::string(32, 'x');
  MustLoad(spec, {{"a", "X"}});
  spec.update_only = true;
  EXPECT_THAT(Refusal(spec, {{"a", "X"}}), StatusIs(absl::StatusCode::kAlreadyExists));
  spec.update_only = false;
  const LoadResult again = MustLoad(spec, {});
  EXPECT_TRUE(again.already_published);
  EXPECT_EQ(again.cells->changed, 1u);
  spec.mode = LoadMode::kRemove;
  const absl::Status removal = Refusal(spec, {{"a", "X"}});
  EXPECT_THAT(removal, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(std::string(removal.message()), HasSubstr("a REMOVE of 1 tag (city)"));
}

// A late REMOVE changes its own date and what builds on it from then on; today's values stay.
TEST_F(LoadModesTest, ALateRemoveGoesIntoHistory) {
  LoadSpec monday = City(LoadMode::kMerge);
  monday.business_date = kToday - 4;
  MustLoad(monday, {{"a", "X"}, {"b", "X"}});
  MustLoad(City(LoadMode::kMerge), {{"a", "Y"}});
  LoadSpec late = City(LoadMode::kRemove);
  late.business_date = kToday - 2;
  const LoadResult result = MustLoad(late, {{"a", "X"}});
  EXPECT_THAT(result.warnings, ElementsAre(HasSubstr("went into history")));
  EXPECT_EQ(result.cells->changed, 1u);
  EXPECT_EQ(ValueOf("a", "city"), "Y");
  const auto current = *Shop().CurrentView();
  EXPECT_EQ(ValuesOf(**current->AsOf(kToday - 2), "a", "city"), "");
  EXPECT_EQ(ValuesOf(**current->AsOf(kToday - 2), "b", "city"), "X");
  EXPECT_EQ(ValuesOf(**current->AsOf(kToday - 3), "a", "city"), "X");
  late.make_current = true;
  late.label = "again";
  EXPECT_THAT(MustLoad(late, {{"a", "X"}, {"b", "X"}}).warnings, IsEmpty());
  EXPECT_EQ(ValueOf("a", "city"), "");
  EXPECT_EQ(ValueOf("b", "city"), "");
}

// REPLACE in another scale than the parent's still knows which numbers stay the same.
TEST_F(LoadModesTest, CellsOfAnotherScaleAreComparedByTheirNumbers) {
  LoadSpec first = Spec(LoadMode::kMerge, {TagSpec("n", TagKind::kNumber)});
  first.business_date = kToday - 4;
  MustLoad(first, {{"a", "5"}, {"b", "-7"}, {"c", "1"}});
  TagChange wider;
  wider.scale = 2;
  MustLoad(Spec(LoadMode::kMerge, {TagSpec("n", TagKind::kNumber)}), {{"a", "6"}});
  ASSERT_THAT(Shop().UpdateTag("n", wider, WorkBudget::Unlimited()), IsOk());
  for (const LoadMode mode : {LoadMode::kReplace, LoadMode::kMerge}) {
    LoadSpec late = Spec(mode, {TagSpec("n", TagKind::kNumber)});
    late.business_date = kToday - 4 + (mode == LoadMode::kReplace ? 1 : 0);
    const LoadResult result = MustLoad(late, {{"a", "5"}, {"b", "-7.01"}});
    EXPECT_EQ(result.cells->changed, mode == LoadMode::kReplace ? 2u : 1u);
    EXPECT_EQ(result.cells->unchanged, 1u);
  }
}

}  // namespace
}  // namespace muster::index
