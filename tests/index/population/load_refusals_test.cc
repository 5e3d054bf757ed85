// Loads that are refused or abandoned: the reason, and that no list, count or suggestion shows anything of
// them.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "gmock/gmock.h"
#include "index/catalog/catalogue.h"
#include "index/status/status_reason.h"
#include "index/storage/environment.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

LoadSpec CitySpec() {
  LoadSpec spec;
  spec.population = "shop";
  spec.tags = {TagSpec("city", TagKind::kSingle)};
  return spec;
}

void ExpectRefused(const absl::Status& status, absl::StatusCode code, Reason reason,
                   const std::string& words) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_EQ(ReasonOf(status), reason) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(words));
}

TEST(LoadRefusals, ARefusedFirstLoadLeavesNoPopulation) {
  TestDatabase database;
  const TextRecords records = {
      {"a", "X"}, {"", "Y"}, {std::string(481, 'x'), "Z"}, {"b\x01", "Z"}, {"c\xff", "Z"}};
  ExpectRefused(LoadText(*database, CitySpec(), records).status(), absl::StatusCode::kFailedPrecondition,
                Reason::kTooManyRejected, "4 of 5 records were rejected");
  EXPECT_TRUE(database->ListPopulations().empty());
  ExpectRefused(database->FindPopulation("shop").status(), absl::StatusCode::kNotFound,
                Reason::kUnknownPopulation, "there is no population 'shop'");
  database.Reopen();
  EXPECT_TRUE(database->ListPopulations().empty());
  EXPECT_FALSE(std::filesystem::exists(database.folder() + "/populations/shop"));
  // Another kind, another zone: nothing is remembered.
  LoadSpec spec = CitySpec();
  spec.time_zone = "Asia/Shanghai";
  spec.tags = {TagSpec("city", TagKind::kNumber)};
  ASSERT_THAT(LoadText(*database, spec, {{"a", "7"}}), IsOk());
  EXPECT_EQ((*database->FindPopulation("shop"))->time_zone_name(), "Asia/Shanghai");
}

// A kill before the publication leaves an invisible tag. A start on a full disk can't remove it, and leaves
// that to the next start.
TEST(LoadRefusals, AFullDiskDoesntKeepAPopulationWithAStagedTagFromBeingServed) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, CitySpec(), {{"a", "X"}}), IsOk());
  database.Close();
  const std::string index = database.folder() + "/populations/shop/index";
  {
    auto environment = Environment::Open({.directory = index});
    ASSERT_THAT(environment, IsOk());
    WriterQueue writer(**environment);
    auto catalogue = Catalogue::Open(writer);
    ASSERT_THAT(catalogue, IsOk());
    Tag tag;
    tag.id = 77;
    tag.name = "staged";
    tag.kind = TagKind::kFlag;
    ASSERT_THAT(
        writer.Run(WriteClass::kStaging,
                   [&](WriteTransaction& transaction) { return (*catalogue)->StageTag(transaction, tag); }),
        IsOk());
  }
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = 8192;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  database.Open();
  limit.rlim_cur = RLIM_INFINITY;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  ASSERT_THAT(database->FindPopulation("shop"), IsOk());
  LoadSpec spec = CitySpec();
  spec.label = "later";
  spec.tags = {TagSpec("staged", TagKind::kNumber)};
  EXPECT_THAT(LoadText(*database, spec, {{"a", "5"}}), IsOk()) << "its name is free";
  database.Reopen();
  const auto population = *database->FindPopulation("shop");
  EXPECT_EQ(ValuesOf(**population->CurrentView(), "a", "staged"), "5");
}

// Neither is there yet, so nothing but the first load itself tells the second.
TEST(LoadRefusals, ASlipFromAPopulationThatAnOpenLoadMakes) {
  TestDatabase database;
  LoadSpec spec = CitySpec();
  spec.population = "customers";
  LoadSpec slip = spec;
  slip.population = "custmers";
  {
    absl::StatusOr<std::unique_ptr<Load>> first = database->BeginLoad(spec);
    ASSERT_THAT(first, IsOk());
    ExpectRefused(database->BeginLoad(slip).status(), absl::StatusCode::kFailedPrecondition,
                  Reason::kSimilarPopulation,
                  "there is no population 'custmers', but a load that is open makes 'customers'");
    LoadSpec meant = slip;
    meant.create_population = true;
    EXPECT_THAT(database->BeginLoad(meant), IsOk());
  }
  // The load was given up: nothing is left of its population.
  EXPECT_THAT(LoadText(*database, slip, {{"a", "X"}}), IsOk());
  // Of many at once one goes on.
  std::vector<std::unique_ptr<Load>> begun(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < begun.size(); ++i) {
    threads.emplace_back([&, i] {
      LoadSpec one = spec;
      one.population = "shops-of-" + std::string(1, static_cast<char>('a' + i));
      if (auto load = database->BeginLoad(one); load.ok()) begun[i] = *std::move(load);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(begun.begin(), begun.end(), nullptr), 7);
}

TEST(LoadRefusals, ASlipInThePopulationsNameMakesNone) {
  TestDatabase database;
  LoadSpec spec = CitySpec();
  spec.population = "customers";
  ASSERT_THAT(LoadText(*database, spec, {{"a", "X"}}), IsOk());
  LoadSpec slip = spec;
  slip.population = "custmers";
  ExpectRefused(LoadText(*database, slip, {{"a", "X"}}).status(), absl::StatusCode::kFailedPrecondition,
                Reason::kSimilarPopulation, "there is no population 'custmers', but there is 'customers'");
  EXPECT_EQ(database->ListPopulations().size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(database.folder() + "/populations/custmers"));
  // An open load doesn't make its population known: the next one is asked the same.
  slip.create_population = true;
  {
    const auto open = database->BeginLoad(slip);
    ASSERT_THAT(open, IsOk());
    LoadSpec second = slip;
    second.create_population = false;
    ExpectRefused(database->BeginLoad(second).status(), absl::StatusCode::kFailedPrecondition,
                  Reason::kSimilarPopulation, "but there is 'customers'");
  }
  ASSERT_THAT(LoadText(*database, slip, {{"a", "X"}}), IsOk());
  // Once both are there, each is loaded by its name.
  slip.create_population = false;
  EXPECT_THAT(LoadText(*database, slip, {{"b", "X"}}), IsOk());
  EXPECT_THAT(LoadText(*database, spec, {{"b", "X"}}), IsOk());
  // A population that was made by its own call is as good as loaded.
  ASSERT_THAT(database->CreatePopulation("customer", ""), IsOk());
  spec.population = "customer";
  EXPECT_THAT(LoadText(*database, spec, {{"b", "X"}}), IsOk());
}

TEST(LoadRefusals, ARefusedLoadLeavesNoTagValueOrMember) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, CitySpec(), {{"a", "X"}}), IsOk());
  LoadSpec spec = CitySpec();
  spec.tags.push_back(TagSpec("age", TagKind::kNumber));
  spec.label = "monday";
  ExpectRefused(LoadText(*database, spec, {{"a", "Y", "3"}, {"b", "Z", "x"}}).status(),
                absl::StatusCode::kFailedPrecondition, Reason::kTooManyRejected,
                "line 2: tag 'age': 'x' is not a number");
  Population& shop = **database->FindPopulation("shop");
  const auto view = *shop.CurrentView();
  EXPECT_EQ(view->members().everyone_count(), 1u);
  EXPECT_EQ(view->tags().List(WorkBudget::Unlimited())->size(), 1u);
  const Tag city = **view->tags().Find("city");
  EXPECT_EQ(view->values().List(city, "", WorkBudget::Unlimited())->size(), 1u);
  EXPECT_EQ(view->values().Find(city, {"Y"})->front(), std::nullopt);
  EXPECT_EQ(*view->members().Find("b"), std::nullopt);
  // Label and tag name are free, for another kind too.
  spec.tags[1].kind = TagKind::kDate;
  EXPECT_THAT(LoadText(*database, spec, {{"b", "Z", "2026-01-01"}}), IsOk());
}

TEST(LoadRefusals, ContradictionsDropWholeRecords) {
  TestDatabase database;
  LoadSpec spec = CitySpec();
  spec.tags.push_back(TagSpec("likes", TagKind::kMulti));
  spec.max_rejected = 0.5;
  const absl::StatusOr<LoadResult> result =
      LoadText(*database, spec, {{"a", "X", "p"}, {"a", "Y", "q"}, {"a", "X", "r"}, {"a", "", "p"}});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->rejected_records, 1u);
  ASSERT_EQ(result->first_rejected.size(), 1u);
  EXPECT_EQ(result->first_rejected[0].line, 2u);
  EXPECT_EQ(result->first_rejected[0].reason, Rejection::kContradiction);
  EXPECT_EQ(result->first_rejected[0].message, "member 'a', tag 'city': 'Y' here, 'X' in an earlier record");
  // Ids and values that are stored are named too.
  const absl::StatusOr<LoadResult> later = LoadText(*database, spec, {{"a", "X", ""}, {"a", "Z", ""}});
  EXPECT_EQ(later->first_rejected[0].message, "member 'a', tag 'city': 'Z' here, 'X' in an earlier record");
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(ValuesOf(**shop.CurrentView(), "a", "likes"), "p,r");
}

TEST(LoadRefusals, NoRecordAtAll) {
  TestDatabase database;
  LoadSpec spec = CitySpec();
  for (const LoadMode mode : {LoadMode::kMerge, LoadMode::kReplace}) {
    spec.mode = mode;
    ExpectRefused(LoadText(*database, spec, {}).status(), absl::StatusCode::kFailedPrecondition,
                  Reason::kNoRecords, "the input has no record");
    spec.max_rejected = 1;
    const absl::Status all_bad = LoadText(*database, spec, {{"", "X"}, {"", "Y"}}).status();
    ExpectRefused(all_bad, absl::StatusCode::kFailedPrecondition, Reason::kNoRecords,
                  "none of 2 records was accepted");
    EXPECT_THAT(std::string(all_bad.message()), HasSubstr("\nline 2: the member id is empty"));
    EXPECT_TRUE(database->ListPopulations().empty());
  }
}

TEST(LoadRefusals, BadSpecs) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, CitySpec(), {{"a", "X"}}), IsOk());
  const auto begin = [&](const LoadSpec& spec) { return database->BeginLoad(spec).status(); };
  const absl::StatusCode invalid = absl::StatusCode::kInvalidArgument;
  const absl::StatusCode contradicts = absl::StatusCode::kFailedPrecondition;
  LoadSpec spec = CitySpec();
  spec.population = "Shop";
  ExpectRefused(begin(spec), invalid, Reason::kBadName, "a-z");
  spec = CitySpec();
  spec.tags[0].kind = TagKind::kMulti;
  ExpectRefused(begin(spec), contradicts, Reason::kTagContradicts, "is a SINGLE, not a MULTI");
  spec = CitySpec();
  spec.tags.push_back(TagSpec("citty", TagKind::kFlag));
  spec.tags.back().kind.reset();
  ExpectRefused(begin(spec), invalid, Reason::kUnknownTag, "did you mean 'city'?");
  spec.tags.back() = TagSpec("ci\tty", TagKind::kFlag);
  ExpectRefused(begin(spec), invalid, Reason::kBadName, "letters of any script");
  spec.tags.back() = TagSpec("city", TagKind::kSingle);
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "named twice");
  spec.tags.back() = TagSpec("n", TagKind::kNumber);
  spec.tags.back().scale = 19;
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "0 to 18");
  spec.tags.back() = TagSpec("d", TagKind::kDate);
  spec.tags.back().format = "dd.mm.yyyy";
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "yyyymmdd");
  spec.tags.back() = TagSpec("d", TagKind::kDate);
  spec.tags.back().clear = "n/a";
  spec.missing = {"n/a"};
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "both missing and clear");
  spec = CitySpec();
  spec.time_zone = "Mars/Olympus";
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "Mars/Olympus");
  spec = CitySpec();
  spec.max_rejected = 1.5;
  ExpectRefused(begin(spec), invalid, Reason::kBadRequest, "0 to 1");
  spec = CitySpec();
  spec.tags.resize(10'001, TagSpec("t", TagKind::kFlag));
  ExpectRefused(begin(spec), invalid, Reason::kLimit, "split them over populations");
}

TEST(LoadRefusals, WeightsAreNotResetByASpecWithoutThem) {
  TestDatabase database;
  LoadSpec weighted = CitySpec();
  weighted.tags = {TagSpec("likes", TagKind::kMulti)};
  weighted.tags[0].weight_separator = ":";
  weighted.tags[0].weight_scale = 1;
  ASSERT_THAT(LoadText(*database, weighted, {{"a", "art:2.5"}}), IsOk());
  LoadSpec plain = weighted;
  plain.tags = {TagSpec("likes", TagKind::kMulti)};
  for (const LoadMode mode : {LoadMode::kMerge, LoadMode::kReplace}) {
    plain.mode = mode;
    for (const std::optional<TagKind> kind : {std::optional(TagKind::kMulti), std::optional<TagKind>()}) {
      plain.tags[0].kind = kind;
      ExpectRefused(LoadText(*database, plain, {{"a", "art"}}).status(),
                    absl::StatusCode::kFailedPrecondition, Reason::kTagContradicts,
                    "tag 'likes' has weights");
    }
  }
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(ValuesOf(**shop.CurrentView(), "a", "likes"), "art:2.5");
}

TEST(LoadRefusals, BatchesThatDontFitThemselves) {
  TestDatabase database;
  std::unique_ptr<Load> load = *database->BeginLoad(CitySpec());
  const std::vector<uint32_t> one = {1}, two = {1, 2}, wild = {9}, back = {2, 1};
  const auto feed = [&](CellsView ids, std::vector<CellsView> cells) {
    RecordBatchView batch;
    batch.member_ids = ids;
    batch.cells = std::move(cells);
    return load->Feed(batch);
  };
  const absl::StatusCode invalid = absl::StatusCode::kInvalidArgument;
  ExpectRefused(feed({"a", one}, {}), invalid, Reason::kBadRequest, "the load takes 1");
  ExpectRefused(feed({"a", one}, {{"XY", two}}), invalid, Reason::kBadRequest, "2 cells");
  ExpectRefused(feed({"a", wild}, {{"X", one}}), invalid, Reason::kBadRequest, "leave its text");
  ExpectRefused(feed({"ab", back}, {{"XY", two}}), invalid, Reason::kBadRequest, "leave its text");
  ASSERT_THAT(feed({"a", one}, {{"X", one}}), IsOk());
  ExpectRefused(load->Commit(2, WorkBudget::Unlimited()).status(), invalid, Reason::kBadRequest,
                "but 1 arrived");
  EXPECT_THAT(load->Commit(1, WorkBudget::Unlimited()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(LoadRefusals, StoppedAndAbandonedLoadsLeaveNothing) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, CitySpec(), {{"a", "X"}}), IsOk());
  {
    std::unique_ptr<Load> load = *database->BeginLoad(CitySpec());
    ASSERT_THAT(FeedText(*load, {{"a", "Y"}, {"b", "Y"}}, 1), IsOk());
    std::atomic<int> asked = 0;
    const WorkBudget budget(
        [&asked] { return ++asked > 2 ? absl::CancelledError("gone") : absl::OkStatus(); });
    EXPECT_THAT(load->Commit(2, budget), StatusIs(absl::StatusCode::kCancelled));
  }
  {
    std::unique_ptr<Load> load = *database->BeginLoad(CitySpec());
    ASSERT_THAT(FeedText(*load, {{"a", "Z"}, {"b", "Z"}}, 1), IsOk());
  }
  Population& shop = **database->FindPopulation("shop");
  EXPECT_EQ(ValuesOf(**shop.CurrentView(), "a", "city"), "X");
  EXPECT_EQ((*shop.CurrentView())->members().everyone_count(), 1u);
  ASSERT_THAT(LoadText(*database, CitySpec(), {{"b", "Y"}}), IsOk());
  EXPECT_EQ(ValuesOf(**shop.CurrentView(), "b", "city"), "Y");
}

}  // namespace
}  // namespace muster::index
