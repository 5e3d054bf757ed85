// Loads of many tags: tables of customers with hundreds and thousands of columns, in transactions that stay
// small.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/catalog/names.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/page_meter.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"
#include "text/limits.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

// `count` tags that end in their numbers, from `first` on; a name is `bytes` long.
LoadSpec WideSpec(size_t count, size_t bytes = 20, size_t first = 0) {
  LoadSpec spec;
  spec.population = "wide";
  for (size_t i = first; i < first + count; ++i) {
    const std::string number = absl::StrCat(100'000 + i);
    spec.tags.push_back(
        TagSpec(absl::StrCat(std::string(bytes - number.size(), 't'), number), TagKind::kFlag));
  }
  return spec;
}

// Member i has the tags whose number ends in its own last digit.
TextRecords WideRecords(size_t members, size_t tags, size_t shift = 0) {
  TextRecords records;
  for (size_t member = 0; member < members; ++member) {
    std::vector<std::string> record = {absl::StrCat("m", member)};
    for (size_t tag = 0; tag < tags; ++tag) {
      record.push_back((tag + shift) % 10 == member % 10 ? "true" : "false");
    }
    records.push_back(std::move(record));
  }
  return records;
}

// How many members have each tag's true value, by the tags' names.
std::vector<uint64_t> TrueCounts(TestDatabase& database) {
  const std::shared_ptr<Population> population = *database->FindPopulation("wide");
  const auto view = *population->CurrentView();
  const std::vector<Tag> tags = view->tags().List(WorkBudget::Unlimited()).value();
  std::vector<uint64_t> counts;
  for (const Tag& tag : tags) {
    counts.push_back(*view->statistics().RowCardinality({tag.id, MakeRow(kTrueValue, kMembershipSlot)}));
  }
  return counts;
}

TEST(WideLoads, AThousandTagsAreOneLoad) {
  TestDatabase database;
  const LoadSpec spec = WideSpec(1'000);
  const absl::StatusOr<LoadResult> first = LoadText(*database, spec, WideRecords(20, 1'000));
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->tags.size(), 1'000u);
  EXPECT_EQ(first->tags[999].version, 1u);
  EXPECT_EQ(first->tags[999].member_count, 20u);
  EXPECT_EQ(TrueCounts(database), std::vector<uint64_t>(1'000, 2));
  // And again onto tags that have versions, some of them many.
  for (int day = 1; day <= 3; ++day) {
    const absl::StatusOr<LoadResult> next = LoadText(*database, spec, WideRecords(15, 1'000, day));
    ASSERT_THAT(next, IsOk());
    EXPECT_EQ(next->tags[0].version, day + 1u);
  }
  database.Reopen();
  const absl::StatusOr<LoadResult> last = LoadText(*database, spec, WideRecords(20, 1'000));
  ASSERT_THAT(last, IsOk());
  EXPECT_EQ(TrueCounts(database), std::vector<uint64_t>(1'000, 2));
  EXPECT_LE(MostTouchedPages(), kMaxTouchedPages);
}

// The widest there is: every tag that a population may have, with names as long as may be, twice.
TEST(WideLoads, AllTagsOfAPopulationAreOneLoad) {
  TestDatabase database;
  const LoadSpec spec = WideSpec(kTagsPerPopulationMax, kTagNameBytesMax);
  for (Version version = 1; version <= 2; ++version) {
    const absl::StatusOr<LoadResult> loaded =
        LoadText(*database, spec, WideRecords(10, kTagsPerPopulationMax, version));
    ASSERT_THAT(loaded, IsOk());
    EXPECT_EQ(loaded->tags.back().version, version);
  }
  EXPECT_EQ(TrueCounts(database), std::vector<uint64_t>(kTagsPerPopulationMax, 1));
  EXPECT_LE(MostTouchedPages(), kMaxTouchedPages);
  database.Reopen();
  EXPECT_EQ(TrueCounts(database).size(), kTagsPerPopulationMax);
}

TEST(WideLoads, MoreTagsThanAPopulationMayHaveAreRefused) {
  TestDatabase database;
  const absl::Status wide = LoadText(*database, WideSpec(kTagsPerPopulationMax + 1), {}).status();
  EXPECT_THAT(wide, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(wide), Reason::kLimit);
  EXPECT_THAT(std::string(wide.message()), HasSubstr("10000 tags"));
}

TEST(WideLoads, MoreTagsThanThePopulationHasRoomForAreRefused) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, WideSpec(9'990), WideRecords(1, 9'990)), IsOk());
  // Ten of them are there, and eleven aren't.
  const absl::Status full = database->BeginLoad(WideSpec(21, 20, 9'980)).status();
  EXPECT_EQ(ReasonOf(full), Reason::kLimit) << full;
  EXPECT_THAT(std::string(full.message()), HasSubstr("would make 10001"));
  // Two loads that fit alone and not together: the later one is refused whole.
  std::unique_ptr<Load> later = *database->BeginLoad(WideSpec(8, 20, 9'992));
  ASSERT_THAT(FeedText(*later, WideRecords(1, 8), 8), IsOk());
  LoadSpec others = WideSpec(0);
  others.tags = {TagSpec("a", TagKind::kFlag), TagSpec("b", TagKind::kFlag), TagSpec("c", TagKind::kFlag)};
  ASSERT_THAT(LoadText(*database, others, WideRecords(1, 3)), IsOk());
  EXPECT_EQ(ReasonOf(later->Commit(1, WorkBudget::Unlimited()).status()), Reason::kLimit);
  later.reset();
  EXPECT_EQ(TrueCounts(database).size(), 9'993u);
  database.Reopen();
  EXPECT_EQ(TrueCounts(database).size(), 9'993u);
  EXPECT_THAT(LoadText(*database, WideSpec(7, 20, 9'992), WideRecords(1, 7)), IsOk());
  EXPECT_EQ(TrueCounts(database).size(), 10'000u);
}

// A fault point in the publication of a load of new and old tags, and whether the load is published then.
struct Kill {
  const char* point;
  int hit;
  bool published;
};

class WideLoadKills : public ::testing::TestWithParam<Kill> {};

Kill fatal;
std::atomic<int> hits{0};

TEST_P(WideLoadKills, TheLoadIsThereAsAWholeOrNotAtAll) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, WideSpec(400), WideRecords(10, 400)), IsOk());
  database.Close();
  LoadSpec spec = WideSpec(1'000);
  spec.label = "fatal";
  const TextRecords records = WideRecords(20, 1'000);
  const pid_t child = fork();
  if (child == 0) {
    fatal = GetParam();
    database.Open();
    SetFaultHook([](const char* here) {
      if (std::string_view(here) == fatal.point && ++hits == fatal.hit) raise(SIGKILL);
    });
    LoadText(*database, spec, records).IgnoreError();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the point was not reached";
  database.Open();
  const bool published = GetParam().published;
  const std::vector<uint64_t> before(400, 1), after(1'000, 2);
  EXPECT_EQ(TrueCounts(database), published ? after : before);
  // The label and the names are free, whatever was written ahead, for tags of another kind too.
  if (!published) {
    for (size_t i = 400; i < 1'000; ++i) spec.tags[i].kind = TagKind::kSingle;
  }
  const absl::StatusOr<LoadResult> again = LoadText(*database, spec, records);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->already_published, published);
  EXPECT_EQ(again->tags[0].version, 2u);
  EXPECT_EQ(again->tags[999].version, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Points, WideLoadKills,
    ::testing::Values(Kill{"staging/batch_durable", 2, false}, Kill{"publish/prepare_begins", 1, false},
                      Kill{"publish/version_written", 2, false}, Kill{"publish/version_written", 900, false},
                      Kill{"publish/prepared", 1, false}, Kill{"load/write_ahead", 1, false},
                      Kill{"load/write_ahead", 300, false}, Kill{"load/before_publish", 1, false},
                      Kill{"publish/version_shown", 500, false}, Kill{"load/after_publish", 1, true}),
    [](const auto& info) {
      std::string name = absl::StrCat(info.param.point, "_", info.param.hit);
      for (char& c : name) c = c == '/' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace muster::index
