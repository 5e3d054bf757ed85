// Labels, open loads and business dates (docs/semantics.md, rules 20–23), and their place in the catalogue.
#include <atomic>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/databases.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

LoadSpec CitySpec(std::string label = "") {
  LoadSpec spec;
  spec.population = "shop";
  spec.label = std::move(label);
  spec.tags = {TagSpec("city", TagKind::kSingle)};
  return spec;
}

// It holds its tags while it is open, whatever its size.
LoadSpec CityReplace(std::string label) {
  LoadSpec spec = CitySpec(std::move(label));
  spec.mode = LoadMode::kReplace;
  return spec;
}

TEST(LoadLabels, TheSameLabelAnswersWithTheFirstResult) {
  TestDatabase database;
  LoadSpec spec = CitySpec("monday");
  spec.input_sha256 = std::string(32, 'i');
  const LoadResult first = *LoadText(*database, spec, {{"a", "X"}, {"b", "Y"}});
  for (int i = 0; i < 2; ++i) {
    std::unique_ptr<Load> again = *database->BeginLoad(spec);
    ASSERT_TRUE(again->published_before().has_value());
    const LoadResult& result = *again->published_before();
    EXPECT_TRUE(result.already_published);
    EXPECT_TRUE(result.published);
    EXPECT_EQ(result.label, "monday");
    EXPECT_EQ(result.records, 2u);
    EXPECT_EQ(result.new_members, 2u);
    EXPECT_EQ(result.business_date, first.business_date);
    ASSERT_EQ(result.tags.size(), 1u);
    EXPECT_EQ(result.tags[0].version, 1u);
    database.Reopen();
  }
  // From an input that can't be read twice the label alone decides.
  LoadSpec unknown = spec;
  unknown.input_sha256.clear();
  const auto by_label = [&] { return *(*database->BeginLoad(unknown))->published_before(); };
  EXPECT_TRUE(by_label().already_published);
  EXPECT_THAT(by_label().warnings, IsEmpty());
  // A warning says what else differs.
  unknown.mode = LoadMode::kReplace;
  unknown.business_date = absl::CivilDay(2026, 11, 21);
  EXPECT_TRUE(by_label().already_published);
  EXPECT_THAT(by_label().warnings,
              ElementsAre(AllOf(StartsWith("the label 'monday' was published as a MERGE of 1 tag (city)"),
                                HasSubstr("this is a REPLACE of 1 tag (city) for 2026-11-21"),
                                HasSubstr("choose another label"))));
  LoadSpec other = spec;
  other.input_sha256 = std::string(32, 'j');
  const absl::Status status = database->BeginLoad(other).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ReasonOf(status), Reason::kAlreadyExists);
  EXPECT_THAT(std::string(status.message()), HasSubstr("696969696969"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("6a6a6a6a6a6a"));
  other = spec;
  other.business_date = absl::CivilDay(2026, 1, 1);
  EXPECT_THAT(database->BeginLoad(other), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(LoadLabels, ALabelIsMade) {
  TestDatabase database;
  EXPECT_THAT(LoadText(*database, CitySpec(), {{"a", "X"}})->label, StartsWith("load-20261122-"));
}

TEST(LoadLabels, ALoadThatIsNotFedGivesWayAfterItsLease) {
  TestDatabase database;
  std::unique_ptr<Load> silent = *database->BeginLoad(CityReplace("silent"));
  ASSERT_THAT(FeedText(*silent, {{"a", "X"}}, 1), IsOk());
  database.now += absl::Minutes(9);
  EXPECT_THAT(database->BeginLoad(CityReplace("other")), StatusIs(absl::StatusCode::kAborted));
  ASSERT_THAT(FeedText(*silent, {{"b", "X"}}, 1), IsOk()) << "feeding renews it";
  database.now += absl::Minutes(9);
  EXPECT_THAT(database->BeginLoad(CityReplace("other")), StatusIs(absl::StatusCode::kAborted));
  database.now += absl::Minutes(2);
  std::unique_ptr<Load> other = *database->BeginLoad(CityReplace("other"));
  const absl::Status given_up = FeedText(*silent, {{"c", "X"}}, 1);
  EXPECT_THAT(given_up, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(given_up), Reason::kLoadConflict);
  EXPECT_THAT(std::string(given_up.message()), HasSubstr("nothing was fed for 10m"));
  EXPECT_THAT(silent->Commit(2, WorkBudget::Unlimited()), StatusIs(absl::StatusCode::kAborted));
  ASSERT_THAT(FeedText(*other, {{"d", "Y"}}, 1), IsOk());
  ASSERT_THAT(other->Commit(1, WorkBudget::Unlimited()), IsOk());
  EXPECT_EQ((*(*database->FindPopulation("shop"))->CurrentView())->members().everyone_count(), 1u);
}

TEST(LoadLabels, ALoadThatNobodyWaitsForGoesOnAfterItsLease) {
  TestDatabase database;
  std::unique_ptr<Load> slow = *database->BeginLoad(CitySpec("slow"));
  database.now += absl::Hours(1);
  ASSERT_THAT(FeedText(*slow, {{"a", "X"}}, 1), IsOk());
  EXPECT_THAT(slow->Commit(1, WorkBudget::Unlimited()), IsOk());
}

// Retries of one load, whenever they come: aborted while another is at it, or its result, and nothing else.
TEST(LoadLabels, RetriesThatRaceGetTheFirstResult) {
  TestDatabase database;
  std::atomic<int> published{0};
  for (int round = 0; round < 15; ++round) {
    LoadSpec spec = CitySpec(absl::StrCat("round ", round));
    spec.input_sha256 = std::string(32, 'r');
    const auto load_until_done = [&] {
      while (true) {
        const absl::StatusOr<LoadResult> result = [&]() -> absl::StatusOr<LoadResult> {
          ASSIGN_OR_RETURN(std::unique_ptr<Load> load, database->BeginLoad(spec));
          if (load->published_before()) return *load->published_before();
          RETURN_IF_ERROR(FeedText(*load, {{"a", "X"}}, 1));
          return load->Commit(1, WorkBudget::Unlimited());
        }();
        if (!result.ok() && absl::IsAborted(result.status())) continue;
        ASSERT_THAT(result, IsOk());
        published += !result->already_published;
        EXPECT_EQ(result->tags[0].version, static_cast<Version>(round + 1));
        return;
      }
    };
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) clients.emplace_back(load_until_done);
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(published.load(), round + 1);
  }
}

TEST(LoadLabels, ARetryBetweenPublishingAndItsAnswerGetsTheResult) {
  static TestDatabase* database = nullptr;
  static std::atomic<int> repeated{0};
  TestDatabase own;
  database = &own;
  repeated = 0;
  // Published, and the first load has its label and its tag still.
  SetFaultHook([](const char* point) {
    if (std::string_view(point) != "load/after_publish") return;
    const absl::StatusOr<std::unique_ptr<Load>> retry = (*database)->BeginLoad(CitySpec("retried"));
    repeated += retry.ok() && (*retry)->published_before().has_value();
  });
  EXPECT_THAT(LoadText(*own, CitySpec("retried"), {{"a", "X"}}), IsOk());
  SetFaultHook(nullptr);
  EXPECT_EQ(repeated.load(), 1);
}

TEST(LoadLabels, TheSameLabelWhileOpenTakesTheLoadOver) {
  TestDatabase database;
  std::unique_ptr<Load> former = *database->BeginLoad(CityReplace("first"));
  std::unique_ptr<Load> open = *database->BeginLoad(CityReplace("first"));
  const absl::Status status = former->Feed({});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(status), Reason::kLoadConflict);
  EXPECT_THAT(former->Commit(0, WorkBudget::Unlimited()), StatusIs(absl::StatusCode::kAborted));
  // The former one's end frees nothing of the later one.
  former.reset();
  EXPECT_THAT(database->BeginLoad(CityReplace("second")), StatusIs(absl::StatusCode::kAborted));
  ASSERT_THAT(FeedText(*open, {{"a", "X"}}, 1), IsOk());
  EXPECT_THAT(open->Commit(1, WorkBudget::Unlimited()), IsOk());
  open.reset();
  EXPECT_THAT(database->BeginLoad(CityReplace("second")), IsOk());
}

TEST(LoadLabels, OneOpenLoadATag) {
  TestDatabase database;
  std::unique_ptr<Load> open = *database->BeginLoad(CityReplace("first"));
  absl::Status status = database->BeginLoad(CityReplace("second")).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(status), Reason::kLoadConflict);
  EXPECT_THAT(std::string(status.message()), HasSubstr("'first'"));
  LoadSpec other = CityReplace("third");
  other.tags[0].name = "age";
  EXPECT_THAT(database->BeginLoad(other), IsOk());
  open.reset();
  EXPECT_THAT(database->BeginLoad(CityReplace("second")), IsOk());
}

TEST(LoadLabels, OpenLoadsOfANewPopulationAgreeOnItsZone) {
  TestDatabase database;
  LoadSpec spec = CitySpec("first");
  spec.time_zone = "Asia/Shanghai";
  std::unique_ptr<Load> open = *database->BeginLoad(spec);
  LoadSpec other = CitySpec("second");
  other.tags[0].name = "age";
  EXPECT_THAT(database->BeginLoad(other), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(FeedText(*open, {{"a", "X"}}, 1), IsOk());
  ASSERT_THAT(open->Commit(1, WorkBudget::Unlimited()), IsOk());
  // Now it has one.
  EXPECT_THAT(database->BeginLoad(other), IsOk());
  other.time_zone = "UTC";
  EXPECT_THAT(database->BeginLoad(other), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(LoadDates, TodayIsThePopulationsByTheServersClock) {
  TestDatabase database;
  database.now = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 20, 0, 0), absl::UTCTimeZone());
  LoadSpec spec = CitySpec();
  spec.time_zone = "Asia/Shanghai";
  EXPECT_EQ(LoadText(*database, spec, {{"a", "X"}})->business_date, absl::CivilDay(2026, 11, 23));
  EXPECT_EQ((*database->FindPopulation("shop"))->Today(), absl::CivilDay(2026, 11, 23));
}

TEST(LoadDates, AnOlderLoadGoesIntoHistory) {
  TestDatabase database;
  const auto load = [&](int day, const TextRecords& records) {
    LoadSpec spec = CitySpec();
    spec.business_date = absl::CivilDay(2026, 1, day);
    absl::StatusOr<LoadResult> result = LoadText(*database, spec, records);
    EXPECT_THAT(result, IsOk());
    return *result;
  };
  EXPECT_EQ(load(10, {{"a", "X"}, {"b", "X"}}).tags[0].version, 1u);
  EXPECT_EQ(load(20, {{"a", "Y"}}).tags[0].version, 2u);
  // As of day 15 the parent is version 1; the current state stays.
  const LoadResult late = load(15, {{"b", "Z"}, {"c", "Z"}});
  EXPECT_EQ(late.tags[0].version, 3u);
  EXPECT_EQ(late.tags[0].member_count, 3u);
  ASSERT_EQ(late.warnings.size(), 1u);
  EXPECT_THAT(late.warnings[0], HasSubstr("history"));
  // Before the first version there is no parent.
  EXPECT_EQ(load(5, {{"a", "W"}}).tags[0].member_count, 1u);

  Population& shop = **database->FindPopulation("shop");
  const auto current = *shop.CurrentView();
  EXPECT_EQ(ValuesOf(*current, "a", "city"), "Y");
  EXPECT_EQ(ValuesOf(*current, "b", "city"), "X");
  EXPECT_EQ(ValuesOf(*current, "c", "city"), "");
  EXPECT_EQ(current->members().everyone_count(), 3u);
  VersionVector versions = current->PinWhole({})->versions;
  const Tag city = **current->tags().Find("city");
  versions[city.id] = 3;
  const auto of_day_15 = ViewOf(shop, versions);
  EXPECT_EQ(ValuesOf(*of_day_15, "a", "city"), "X");
  EXPECT_EQ(ValuesOf(*of_day_15, "b", "city"), "Z");
  EXPECT_EQ(of_day_15->tags().Statistics(city)->business_date, absl::CivilDay(2026, 1, 15));
  // First dates are the least that named each member, whatever the order of loads.
  const auto first_date = [&](const char* member) {
    return current->members()
        .Profile(**current->members().Find(member), absl::UTCTimeZone(), WorkBudget::Unlimited())
        ->first_date;
  };
  EXPECT_EQ(first_date("a"), absl::CivilDay(2026, 1, 5));
  EXPECT_EQ(first_date("b"), absl::CivilDay(2026, 1, 10));
  EXPECT_EQ(first_date("c"), absl::CivilDay(2026, 1, 15));
}

TEST(LoadDates, FirstDatesBefore1900) {
  TestDatabase database;
  for (const int year : {1850, 2026, 1800, 1899}) {
    LoadSpec spec = CitySpec();
    spec.business_date = absl::CivilDay(year, 1, 1);
    ASSERT_THAT(LoadText(*database, spec, {{"a", ""}, {absl::StrCat("of", year), ""}}), IsOk());
  }
  Population& shop = **database->FindPopulation("shop");
  const auto current = *shop.CurrentView();
  for (const auto& [member, year] :
       std::map<std::string, int>{{"a", 1800}, {"of1850", 1850}, {"of1899", 1899}, {"of2026", 2026}}) {
    EXPECT_EQ(current->members()
                  .Profile(**current->members().Find(member), absl::UTCTimeZone(), WorkBudget::Unlimited())
                  ->first_date,
              absl::CivilDay(year, 1, 1));
  }
}

TEST(LoadsTogether, DifferentTagsTheSameNewMembers) {
  TestDatabase database;
  constexpr int kLoads = 4;
  constexpr int kMembers = 3000;
  std::vector<std::thread> threads;
  for (int n = 0; n < kLoads; ++n) {
    threads.emplace_back([&database, n] {
      LoadSpec spec = CitySpec(absl::StrCat("load", n));
      spec.tags[0].name = absl::StrCat("tag", n);
      std::unique_ptr<Load> load = *database->BeginLoad(spec);
      for (int i = 0; i < kMembers; i += 100) {
        TextRecords records;
        for (int j = i; j < i + 100; ++j) {
          const int member = n % 2 ? j : kMembers - 1 - j;
          records.push_back({absl::StrCat("m", member), absl::StrCat("v", member % 7)});
        }
        EXPECT_THAT(FeedText(*load, records, 1), IsOk());
      }
      const absl::StatusOr<LoadResult> result = load->Commit(kMembers, WorkBudget::Unlimited());
      EXPECT_THAT(result, IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool reopened : {false, true}) {
    if (reopened) database.Reopen();
    Population& shop = **database->FindPopulation("shop");
    const auto view = *shop.CurrentView();
    EXPECT_EQ(view->members().everyone_count(), kMembers);
    std::vector<std::string> ids;
    ASSERT_THAT((*shop.CurrentView())->members().ReadIds(ReadRow(*view, {kEveryoneTag, kKnownRow}), ids),
                IsOk());
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), static_cast<size_t>(kMembers));
    for (int n = 0; n < kLoads; ++n) {
      EXPECT_EQ(ValuesOf(*view, "m1234", absl::StrCat("tag", n)), "v2");
    }
  }
}

TEST(CatalogueOfAPopulation, CreatesAndFinds) {
  TestDatabase database;
  ASSERT_THAT(database->CreatePopulation("customers", "Asia/Shanghai"), IsOk());
  EXPECT_THAT(database->CreatePopulation("customers", ""), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(database->CreatePopulation("Customers", ""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(database->CreatePopulation("x", "Nowhere"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(database->FindPopulation("custommers").status().message()),
              HasSubstr("did you mean 'customers'?"));
  Population& population = **database->FindPopulation("customers");
  Tag tag;
  tag.name = "cafe\xcc\x81";  // e and a combining acute accent
  tag.kind = TagKind::kSingle;
  tag.owner = "crm";
  ASSERT_THAT(population.CreateTag(tag), IsOk());
  EXPECT_THAT(population.CreateTag(tag), StatusIs(absl::StatusCode::kAlreadyExists));
  auto empty = *population.CurrentView();
  const std::optional<Tag> found = *empty->tags().Find("caf\xc3\xa9");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->owner, "crm");
  EXPECT_EQ(empty->tags().Statistics(*found)->version, 0u);
  // A load that doesn't say the kind takes the catalogue's; an old view doesn't see its new tag.
  LoadSpec spec;
  spec.population = "customers";
  spec.tags = {TagSpec(tag.name, TagKind::kSingle), TagSpec("new", TagKind::kFlag)};
  spec.tags[0].kind.reset();
  ASSERT_THAT(LoadText(*database, spec, {{"a", "X", "1"}}), IsOk());
  EXPECT_EQ(empty->tags().List(WorkBudget::Unlimited())->size(), 1u);
  EXPECT_EQ((*population.CurrentView())->tags().List(WorkBudget::Unlimited())->size(), 2u);
  empty.reset();
  database.Reopen();
  EXPECT_EQ((*database->FindPopulation("customers"))->time_zone_name(), "Asia/Shanghai");
}

TEST(DataDirectory, IsLockedAndHasAFormat) {
  TestDatabase database;
  DatabaseOptions options;
  options.directory = database.folder();
  options.map_size = size_t{1} << 30;
  const absl::Status locked = Database::Open(options).status();
  EXPECT_THAT(locked, StatusIs(absl::StatusCode::kFailedPrecondition));
  options.directory = database.folder() + "/other";
  std::filesystem::create_directory(options.directory);
  const auto write = [&](const char* name, const char* text) {
    std::ofstream(options.directory + "/" + name) << text;
  };
  write("FORMAT", "muster 99\n");
  EXPECT_THAT(std::string(Database::Open(options).status().message()), HasSubstr("format version 99"));
  write("FORMAT", "muster 1\n");
  EXPECT_THAT(std::string(Database::Open(options).status().message()), HasSubstr("format version 1,"));
  write("FORMAT", "hello\n");
  EXPECT_THAT(std::string(Database::Open(options).status().message()), HasSubstr("damaged"));
  std::filesystem::remove(options.directory + "/FORMAT");
  write("letter.txt", "Dear");
  EXPECT_THAT(std::string(Database::Open(options).status().message()), HasSubstr("name another"));
}

}  // namespace
}  // namespace muster::index
