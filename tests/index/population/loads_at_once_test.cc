// Loads of one population at the same time: each of them publishes, nothing of any is lost, and EVERYONE is the
// union of what they named.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/history/tag_history.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::CivilDay kFirstDay(2026, 10, 1);

LoadSpec SpecOf(std::string tag, TagKind kind, LoadMode mode = LoadMode::kMerge) {
  LoadSpec spec;
  spec.population = "shop";
  spec.mode = mode;
  spec.tags = {TagSpec(std::move(tag), kind)};
  return spec;
}

std::shared_ptr<const PopulationView> CurrentView(TestDatabase& database) {
  return *(*database->FindPopulation("shop"))->CurrentView();
}

Tag FindTag(const PopulationView& view, const std::string& name) {
  const absl::StatusOr<std::optional<Tag>> tag = view.tags().Find(name);
  EXPECT_TRUE(tag.ok() && tag->has_value()) << name;
  return tag.ok() && tag->has_value() ? **tag : Tag();
}

// The tag's value of each of `members` that has one.
std::map<std::string, std::string> ReadMembers(const PopulationView& view, const std::string& tag,
                                               const std::vector<std::string>& members) {
  const TagContent content = ReadTag(view, FindTag(view, tag));
  std::map<std::string, std::string> found;
  for (const std::string& member : members) {
    const absl::StatusOr<std::optional<Ordinal>> ordinal = view.members().Find(member);
    if (!ordinal.ok() || !*ordinal) continue;
    const auto values = content.find(**ordinal);
    if (values != content.end()) found[member] = values->second.begin()->first;
  }
  EXPECT_EQ(found.size(), content.size()) << "and no others have it";
  return found;
}

// What one thread loaded into its own tag, and the members that it named.
struct ThreadModel {
  std::map<std::string, std::string> values;
  std::map<std::string, absl::CivilDay> first_dates;
  uint64_t new_members = 0;
};

constexpr int kThreads = 4, kRounds = 25, kPool = 300;

std::string Member(uint64_t i) { return absl::StrCat("m", i); }

// Loads of overlapping members into a tag of the thread's own, as MERGE or REPLACE, each for another day: for
// EVERYONE most of them are late.
void LoadRounds(TestDatabase& database, int thread, ThreadModel& model) {
  std::mt19937 random(static_cast<uint32_t>(thread));
  for (int round = 0; round < kRounds; ++round) {
    const bool replaces = random() % 3 == 0;
    LoadSpec spec =
        SpecOf(absl::StrCat("t", thread), TagKind::kNumber, replaces ? LoadMode::kReplace : LoadMode::kMerge);
    spec.business_date = kFirstDay + (thread * 7 + round) % 40 / (thread + 1);
    spec.business_date = std::max(*spec.business_date, kFirstDay + round / 2);
    if (replaces) model.values.clear();
    std::map<std::string, std::string> cells;
    for (uint32_t i = 1 + random() % 20; i > 0; --i)
      cells[Member(random() % (kPool * (round + 1) / kRounds + 1))] = absl::StrCat(random() % 1000);
    TextRecords records;
    for (const auto& [member, cell] : cells) {
      records.push_back({member, cell});
      model.values[member] = cell;
      const auto [known, is_new] = model.first_dates.try_emplace(member, *spec.business_date);
      known->second = std::min(known->second, *spec.business_date);
    }
    const absl::StatusOr<LoadResult> result = LoadText(*database, spec, records);
    ASSERT_THAT(result, IsOk());
    EXPECT_TRUE(result->published);
    model.new_members += result->new_members;
  }
}

void ExpectEveryone(const PopulationView& view, const std::map<std::string, absl::CivilDay>& first_dates) {
  EXPECT_EQ(view.members().everyone_count(), first_dates.size());
  const std::map<Ordinal, int64_t> dates = ReadNumbers(view, kEveryoneTag, kOwnValue);
  EXPECT_EQ(dates.size(), first_dates.size());
  for (const auto& [member, day] : first_dates) {
    const absl::StatusOr<std::optional<Ordinal>> ordinal = view.members().Find(member);
    ASSERT_TRUE(ordinal.ok() && ordinal->has_value()) << member;
    const auto date = dates.find(**ordinal);
    ASSERT_NE(date, dates.end()) << member;
    EXPECT_EQ(DateNumberText(date->second), DateText(day)) << member;
  }
}

TEST(LoadsAtOnce, IntoTagsOfTheirOwnShareTheirNewMembers) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, SpecOf("first", TagKind::kFlag), {{"m0", "yes"}}), IsOk());
  // So that the members lie in two fragments.
  SkipOrdinals(**database->FindPopulation("shop"), kFragmentOrdinals - kPool / 2);
  std::vector<ThreadModel> models(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&database, &models, i] { LoadRounds(database, i, models[i]); });
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, absl::CivilDay> first_dates = {{"m0", absl::CivilDay(2026, 11, 22)}};
  uint64_t new_members = 1;
  std::vector<std::string> pool;
  for (int i = 0; i <= kPool; ++i) pool.push_back(Member(i));
  for (const ThreadModel& model : models) {
    new_members += model.new_members;
    for (const auto& [member, day] : model.first_dates) {
      absl::CivilDay& known = first_dates.try_emplace(member, day).first->second;
      known = std::min(known, day);
    }
  }
  EXPECT_EQ(new_members, first_dates.size()) << "each member is new to one load alone";
  for (const bool reopened : {false, true}) {
    if (reopened) database.Reopen();
    const std::shared_ptr<const PopulationView> view = CurrentView(database);
    ExpectEveryone(*view, first_dates);
    for (int i = 0; i < kThreads; ++i)
      EXPECT_EQ(ReadMembers(*view, absl::StrCat("t", i), pool), models[i].values) << i;
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

// Small loads of one tag, which is new at first, with the same new values.
TEST(LoadsAtOnce, SmallOnesOfOneTagAllPublish) {
  TestDatabase database;
  std::map<std::string, std::string> expected;
  std::vector<std::string> members;
  for (int i = 0; i < kThreads * kRounds * 3; ++i) {
    members.push_back(Member(i));
    expected[members.back()] = absl::StrCat("city ", i / 2 % 50);
  }
  std::atomic<int> next{0};
  const auto load_all = [&] {
    for (int load = next++; load < kThreads * kRounds; load = next++) {
      TextRecords records;
      for (int i = 3 * load; i < 3 * load + 3; ++i) records.push_back({members[i], expected[members[i]]});
      const absl::StatusOr<LoadResult> result =
          LoadText(*database, SpecOf("city", TagKind::kSingle), records);
      ASSERT_THAT(result, IsOk());
      EXPECT_EQ(result->new_members, 3u);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(load_all);
  for (std::thread& thread : threads) thread.join();
  for (const bool reopened : {false, true}) {
    if (reopened) database.Reopen();
    const std::shared_ptr<const PopulationView> view = CurrentView(database);
    EXPECT_EQ(ReadMembers(*view, "city", members), expected);
    EXPECT_EQ(view->values().List(FindTag(*view, "city"), "", WorkBudget::Unlimited())->size(), 50u);
    EXPECT_EQ(view->members().everyone_count(), members.size());
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

constexpr size_t kLarge = kSmallLoadRecordsMax + 1;

TextRecords LargeRecords() {
  TextRecords records;
  for (size_t i = 0; i < kLarge; ++i) records.push_back({absl::StrCat("p", i), "1"});
  return records;
}

// Publishes a small load whenever a large one has staged, as often as `kOvertakes`.
struct Overtaking {
  static constexpr int kOvertakes = 5;
  static inline TestDatabase* database = nullptr;
  static inline LoadSpec spec;
  static inline int staged = 0, overtaken = 0;

  static void Start(TestDatabase& on, const LoadSpec& small) {
    database = &on;
    spec = small;
    staged = overtaken = 0;
    SetFaultHook([](const char* point) {
      if (std::string_view(point) == "load/overtaken") ++overtaken;
      if (std::string_view(point) != "load/staged" || staged == kOvertakes) return;
      const int now = staged;
      staged = kOvertakes;  // not of the small load itself
      EXPECT_THAT(LoadText(**database, spec, {{absl::StrCat("q", now), "7"}, {"p0", "8"}}), IsOk());
      staged = now + 1;
    });
  }
};

class LargeLoadTest : public ::testing::TestWithParam<bool> {};

TEST_P(LargeLoadTest, IsStagedAgainWhenSmallOnesPublishFirst) {
  TestDatabase database;
  if (GetParam()) {
    database.spool = SpillEverything();
    database.Reopen();
  }
  for (const bool is_new : {true, false}) {
    LoadSpec spec = SpecOf("count", TagKind::kNumber);
    const std::unique_ptr<Load> large = *database->BeginLoad(spec);
    ASSERT_THAT(FeedText(*large, LargeRecords(), 1), IsOk());
    Overtaking::Start(database, spec);
    const absl::StatusOr<LoadResult> result = large->Commit(kLarge, WorkBudget::Unlimited());
    SetFaultHook(nullptr);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(Overtaking::overtaken, Overtaking::kOvertakes);
    EXPECT_EQ(result->new_members, is_new ? kLarge - 1 : 0u) << "p0 came with a small load";
    const std::shared_ptr<const PopulationView> view = CurrentView(database);
    EXPECT_EQ(view->members().everyone_count(), kLarge + Overtaking::kOvertakes);
    EXPECT_EQ(result->member_count, kLarge + Overtaking::kOvertakes);
    EXPECT_EQ(result->tags[0].member_count, kLarge + Overtaking::kOvertakes);
    EXPECT_EQ(ValuesOf(*view, "p0", "count"), "1") << "the large one was published later";
    for (int i = 0; i < Overtaking::kOvertakes; ++i)
      EXPECT_EQ(ValuesOf(*view, absl::StrCat("q", i), "count"), "7");
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

TEST_P(LargeLoadTest, ALateOneThatBecomesCurrentBuildsOnWhatWasPublishedMeanwhile) {
  TestDatabase database;
  LoadSpec small = SpecOf("count", TagKind::kNumber);
  ASSERT_THAT(LoadText(*database, small, {{"q", "3"}}), IsOk());
  LoadSpec spec = small;
  spec.business_date = kFirstDay;
  spec.make_current = true;
  const std::unique_ptr<Load> large = *database->BeginLoad(spec);
  ASSERT_THAT(FeedText(*large, LargeRecords(), 1), IsOk());
  Overtaking::Start(database, small);
  const absl::StatusOr<LoadResult> result = large->Commit(kLarge, WorkBudget::Unlimited());
  SetFaultHook(nullptr);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(Overtaking::overtaken, Overtaking::kOvertakes);
  const std::shared_ptr<const PopulationView> view = CurrentView(database);
  EXPECT_EQ(ValuesOf(*view, "q", "count"), "3");
  EXPECT_EQ(ValuesOf(*view, "q4", "count"), "7");
  EXPECT_EQ(ValuesOf(*view, "p0", "count"), "1");
  EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
}

TEST_P(LargeLoadTest, AReplaceDependsOnNoOther) {
  TestDatabase database;
  if (GetParam()) {
    database.spool = SpillEverything();
    database.Reopen();
  }
  const LoadSpec small = SpecOf("count", TagKind::kNumber);
  ASSERT_THAT(LoadText(*database, small, {{"q", "3"}}), IsOk());
  std::unique_ptr<Load> large = *database->BeginLoad(SpecOf("count", TagKind::kNumber, LoadMode::kReplace));
  ASSERT_THAT(LoadText(*database, small, {{"r", "4"}}), IsOk()) << "beside the open REPLACE";
  ASSERT_THAT(FeedText(*large, LargeRecords(), 1), IsOk());
  Overtaking::Start(database, small);
  const absl::StatusOr<LoadResult> result = large->Commit(kLarge, WorkBudget::Unlimited());
  SetFaultHook(nullptr);
  ASSERT_THAT(result, IsOk());
  large.reset();
  EXPECT_EQ(Overtaking::overtaken, 0);
  EXPECT_EQ(result->tags[0].member_count, kLarge);
  EXPECT_EQ(result->member_count, kLarge + 3) << "q, r, and q0 of the small load";
  for (const bool reopened : {false, true}) {
    if (reopened) database.Reopen();
    const std::shared_ptr<const PopulationView> view = CurrentView(database);
    EXPECT_EQ(ValuesOf(*view, "r", "count"), "");
    EXPECT_EQ(ValuesOf(*view, "q0", "count"), "");
    EXPECT_EQ(ValuesOf(*view, "p0", "count"), "1");
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Records, LargeLoadTest, ::testing::Bool(),
                         [](const auto& info) { return std::string(info.param ? "InAFile" : "InMemory"); });

// A load that is staged while the load is rolled back that brought one of its members.
TEST(LoadsAtOnce, AMemberThatIsTakenBackMeanwhileJoinsAgain) {
  static TestDatabase* on = nullptr;
  TestDatabase database;
  on = &database;
  LoadSpec spec = SpecOf("count", TagKind::kNumber);
  ASSERT_THAT(LoadText(*database, spec, {{"a", "1"}}), IsOk());
  spec.label = "second";
  ASSERT_THAT(LoadText(*database, spec, {{"b", "2"}, {"c", "2"}}), IsOk());
  std::unique_ptr<Load> load = *database->BeginLoad(SpecOf("other", TagKind::kNumber));
  ASSERT_THAT(FeedText(*load, {{"b", "3"}, {"d", "3"}}, 1), IsOk());
  SetFaultHook([](const char* point) {
    if (std::string_view(point) != "load/staged") return;
    const absl::StatusOr<LoadRollback> back =
        (*(*on)->FindPopulation("shop"))
            ->history()
            .RollBackLoad("second", LoadDirection::kBack, WorkBudget::Unlimited());
    ASSERT_THAT(back, IsOk());
    EXPECT_EQ(back->members_after, 1u);
  });
  const absl::StatusOr<LoadResult> result = load->Commit(2, WorkBudget::Unlimited());
  SetFaultHook(nullptr);
  load.reset();
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->new_members, 2u);
  EXPECT_EQ(result->member_count, 3u);
  for (const bool reopened : {false, true}) {
    if (reopened) database.Reopen();
    const std::shared_ptr<const PopulationView> view = CurrentView(database);
    EXPECT_EQ(view->members().everyone_count(), 3u);
    EXPECT_EQ(ReadMembers(*view, "count", {"a", "b", "c", "d"}),
              (std::map<std::string, std::string>{{"a", "1"}}));
    EXPECT_EQ(ReadMembers(*view, "other", {"a", "b", "c", "d"}),
              (std::map<std::string, std::string>{{"b", "3"}, {"d", "3"}}));
    EXPECT_FALSE((*view->members().Find("c")).has_value());
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

TEST(LoadsAtOnce, AMergeHoldsItsTagsFromItsFirstRecordTooMany) {
  TestDatabase database;
  const LoadSpec spec = SpecOf("count", TagKind::kNumber);
  LoadSpec named = spec;
  named.label = "holder";
  const std::unique_ptr<Load> holder = *database->BeginLoad(named);
  const std::unique_ptr<Load> other = *database->BeginLoad(spec);
  ASSERT_THAT(FeedText(*holder, LargeRecords(), 1), IsOk());
  TextRecords most = LargeRecords();
  most.pop_back();
  ASSERT_THAT(FeedText(*other, most, 1), IsOk());
  const absl::Status refused = FeedText(*other, {{"x", "1"}}, 1);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted, HasSubstr("'holder'")));
  EXPECT_EQ(ReasonOf(refused), Reason::kLoadConflict);
  EXPECT_THAT(other->Commit(most.size(), WorkBudget::Unlimited()), IsOk()) << "without that record";
  EXPECT_THAT(holder->Commit(kLarge, WorkBudget::Unlimited()), IsOk());
}

// Two small loads make the same tag, of other kinds.
TEST(LoadsAtOnce, ANewTagHasTheKindOfTheFirstToPublish) {
  TestDatabase database;
  const std::unique_ptr<Load> first = *database->BeginLoad(SpecOf("x", TagKind::kNumber));
  const std::unique_ptr<Load> second = *database->BeginLoad(SpecOf("x", TagKind::kSingle));
  ASSERT_THAT(FeedText(*first, {{"a", "1"}}, 1), IsOk());
  ASSERT_THAT(FeedText(*second, {{"b", "1"}}, 1), IsOk());
  ASSERT_THAT(first->Commit(1, WorkBudget::Unlimited()), IsOk());
  const absl::StatusOr<LoadResult> refused = second->Commit(1, WorkBudget::Unlimited());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted, HasSubstr("'x'")));
  const std::shared_ptr<const PopulationView> view = CurrentView(database);
  EXPECT_EQ(view->members().everyone_count(), 1u);
  EXPECT_EQ(FindTag(*view, "x").kind, TagKind::kNumber);
}

// Where a process is killed that has several loads under way.
struct Kill {
  const char* point;
  int hit;
};

class LoadsAtOnceKills : public ::testing::TestWithParam<Kill> {};

Kill fatal;
std::atomic<int> hits{0};
constexpr int kKilledThreads = 3, kKilledLoads = 12;

// The load `i` of a thread: a new member that all threads name, and one of its own; a tag of its own, and one
// that all share.
LoadSpec SpecToKill(int thread, int i) {
  LoadSpec spec = SpecOf(absl::StrCat("t", thread), TagKind::kNumber);
  spec.tags.push_back(TagSpec("all", TagKind::kSingle));
  spec.label = absl::StrCat(thread, ".", i);
  return spec;
}
TextRecords RecordsToKill(int thread, int i) {
  const std::string number = absl::StrCat(i), value = absl::StrCat("v", i % 7);
  return {{absl::StrCat("n", i), number, value}, {absl::StrCat("x", thread, ".", i), number, value}};
}

// What must be there when the loads of these labels were published.
void ExpectLoads(TestDatabase& database, const std::vector<PastLoad>& published) {
  std::map<std::string, std::string> all;
  std::map<int, std::map<std::string, std::string>> own;
  std::map<int, int> counts;
  for (const PastLoad& load : published) {
    const int thread = load.result.label[0] - '0', i = std::atoi(load.result.label.c_str() + 2);
    ++counts[thread];
    for (const std::vector<std::string>& record : RecordsToKill(thread, i)) {
      own[thread][record[0]] = record[1];
      all[record[0]] = record[2];
    }
  }
  std::vector<std::string> members;
  for (const auto& [member, value] : all) members.push_back(member);
  const std::shared_ptr<const PopulationView> view = CurrentView(database);
  EXPECT_EQ(view->members().everyone_count(), members.size());
  if (!published.empty()) {
    EXPECT_EQ(ReadMembers(*view, "all", members), all);
  }
  for (const auto& [thread, values] : own)
    EXPECT_EQ(ReadMembers(*view, absl::StrCat("t", thread), members), values) << thread;
  // Each thread loaded one after the other.
  for (const PastLoad& load : published)
    EXPECT_LT(std::atoi(load.result.label.c_str() + 2), counts[load.result.label[0] - '0']);
  EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
}

TEST_P(LoadsAtOnceKills, EachLoadIsThereAsAWholeOrNotAtAll) {
  TestDatabase database;
  ASSERT_THAT(database->CreatePopulation("shop", "UTC"), IsOk());
  database.Close();
  const pid_t child = fork();
  if (child == 0) {
    fatal = GetParam();
    database.Open();
    SetFaultHook([](const char* here) {
      if (std::string_view(here) == fatal.point && ++hits == fatal.hit) raise(SIGKILL);
    });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kKilledThreads; ++thread) {
      threads.emplace_back([&database, thread] {
        for (int i = 0; i < kKilledLoads; ++i)
          LoadText(*database, SpecToKill(thread, i), RecordsToKill(thread, i)).IgnoreError();
      });
    }
    for (std::thread& thread : threads) thread.join();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the point was not reached";
  database.Open();
  const PastLoadPage page = *(*database->FindPopulation("shop"))->ListLoads("", 1000);
  EXPECT_LT(page.loads.size(), static_cast<size_t>(kKilledThreads * kKilledLoads) + 1);
  ExpectLoads(database, page.loads);
  // The rest can be loaded.
  for (int thread = 0; thread < kKilledThreads; ++thread) {
    for (int i = 0; i < kKilledLoads; ++i)
      EXPECT_THAT(LoadText(*database, SpecToKill(thread, i), RecordsToKill(thread, i)), IsOk());
  }
  ExpectLoads(database, (*(*database->FindPopulation("shop"))->ListLoads("", 1000)).loads);
}

INSTANTIATE_TEST_SUITE_P(Points, LoadsAtOnceKills,
                         ::testing::Values(Kill{"load/staged", 5}, Kill{"load/before_publish", 9},
                                           Kill{"staging/item", 200}, Kill{"publish/version_written", 50},
                                           Kill{"publish/version_shown", 61},
                                           Kill{"storage/before_commit", 40},
                                           Kill{"storage/after_commit", 60}, Kill{"load/after_publish", 25}),
                         [](const auto& info) {
                           std::string name = absl::StrCat(info.param.point, "_", info.param.hit);
                           for (char& c : name) c = c == '/' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace muster::index
