// Dry runs: what they say, compared with the loads themselves, and that they leave nothing.
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

LoadSpec Spec(LoadMode mode = LoadMode::kMerge, int day = 20) {
  LoadSpec spec;
  spec.population = "shop";
  spec.mode = mode;
  spec.business_date = absl::CivilDay(2026, 11, day);
  spec.max_rejected = 1;
  spec.tags = {TagSpec("city", TagKind::kSingle), TagSpec("likes", TagKind::kMulti),
               TagSpec("age", TagKind::kNumber)};
  spec.tags[1].separator = "|";
  return spec;
}

LoadSpec Dry(LoadSpec spec) {
  spec.dry_run = true;
  return spec;
}

// Everything that can be seen of the population.
std::vector<std::string> SeenOf(TestDatabase& database) {
  std::vector<std::string> seen;
  for (const auto& population : database->ListPopulations()) {
    const auto view = *population->CurrentView();
    seen.push_back(absl::StrCat(population->name(), ": ", view->members().everyone_count()));
    WorkBudget& budget = WorkBudget::Unlimited();
    const std::vector<Tag> tags = *view->tags().List(budget);
    for (const Tag& tag : tags) seen.push_back(absl::StrCat("tag ", tag.name));
    const PastLoadPage page = *population->ListLoads("", 100);
    for (const PastLoad& load : page.loads) seen.push_back(absl::StrCat("load ", load.result.label));
    for (const auto& open : population->ListOpenLoads()) seen.push_back(absl::StrCat("open ", open.label));
  }
  return seen;
}

void ExpectSame(const LoadResult& dry, const LoadResult& real) {
  EXPECT_TRUE(dry.dry_run);
  EXPECT_FALSE(dry.published);
  EXPECT_EQ(dry.records, real.records);
  EXPECT_EQ(dry.rejected_records, real.rejected_records);
  EXPECT_EQ(dry.rejections, real.rejections);
  EXPECT_EQ(dry.new_members, real.new_members);
  EXPECT_EQ(dry.member_count, real.member_count);
  EXPECT_EQ(dry.business_date, real.business_date);
  EXPECT_EQ(dry.is_late, real.is_late);
  EXPECT_EQ(dry.warnings.size(), real.warnings.size());
  ASSERT_EQ(dry.tags.size(), real.tags.size());
  for (size_t i = 0; i < dry.tags.size(); ++i) {
    EXPECT_EQ(dry.tags[i].name, real.tags[i].name);
    EXPECT_EQ(dry.tags[i].version, 0u);
    EXPECT_GT(real.tags[i].version, 0u);
    EXPECT_EQ(dry.tags[i].member_count, real.tags[i].member_count) << dry.tags[i].name;
  }
}

TEST(DryRun, SaysWhatTheLoadDoesAndLeavesNothing) {
  for (const bool spills : {false, true}) {
    TestDatabase database;
    if (spills) {
      database.spool = SpillEverything();
      database.Reopen();
    }
    std::mt19937 random(17);
    for (int round = 0; round < 30; ++round) {
      SCOPED_TRACE(absl::StrCat(spills, " ", round));
      TextRecords records;
      const int count = static_cast<int>(random() % 40);
      for (int i = 0; i < count; ++i) {
        const auto text = [&](int most) { return absl::StrCat("v", random() % most); };
        records.push_back({absl::StrCat("m", random() % (10 + 5 * round)), random() % 4 == 0 ? "" : text(5),
                           absl::StrCat(text(4), "|", text(9)),
                           random() % 9 == 0 ? "old" : absl::StrCat(random() % 99)});
      }
      LoadSpec spec = Spec(random() % 2 == 0 ? LoadMode::kMerge : LoadMode::kReplace,
                           static_cast<int>(10 + random() % 12));
      spec.make_current = random() % 3 == 0;
      const std::vector<std::string> before = SeenOf(database);
      const absl::StatusOr<LoadResult> dry = LoadText(*database, Dry(spec), records);
      EXPECT_EQ(SeenOf(database), before);
      if (random() % 4 == 0) {
        database.Reopen();
        EXPECT_EQ(SeenOf(database), before);
      }
      const absl::StatusOr<LoadResult> real = LoadText(*database, spec, records);
      ASSERT_EQ(dry.status().code(), real.status().code()) << dry.status() << real.status();
      if (real.ok()) ExpectSame(*dry, *real);
    }
    EXPECT_THAT(ProblemsOf(**database->FindPopulation("shop")), IsEmpty());
  }
}

TEST(DryRun, IsRefusedAsTheLoadWouldBe) {
  TestDatabase database;
  LoadSpec strict = Spec();
  strict.max_rejected = 0;
  const TextRecords bad = {{"a", "X", "y", "old"}, {"b", "X", "y", "1"}};
  for (const LoadSpec& spec : {strict, Dry(strict)}) {
    const absl::Status refused = LoadText(*database, spec, bad).status();
    EXPECT_EQ(ReasonOf(refused), Reason::kTooManyRejected);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("'old'"));
    EXPECT_EQ(ReasonOf(LoadText(*database, spec, {}).status()), Reason::kNoRecords);
  }
  EXPECT_THAT(database->FindPopulation("shop"), StatusIs(absl::StatusCode::kNotFound));
  LoadSpec empty = Dry(Spec());
  empty.allow_empty = true;
  const LoadResult nothing = *LoadText(*database, empty, {});
  EXPECT_TRUE(nothing.dry_run);
  EXPECT_THAT(nothing.warnings, ::testing::ElementsAre(HasSubstr("nothing would be published")));
}

TEST(DryRun, HoldsNeitherItsLabelNorItsTags) {
  TestDatabase database;
  LoadSpec spec = Spec();
  spec.label = "monday";
  std::unique_ptr<Load> real = *database->BeginLoad(spec);
  std::unique_ptr<Load> dry = *database->BeginLoad(Dry(spec));
  EXPECT_THAT(SeenOf(database), IsEmpty());
  const TextRecords records = {{"a", "X", "y", "1"}};
  ASSERT_THAT(FeedText(*dry, records, 3), IsOk());
  ASSERT_THAT(FeedText(*real, records, 3), IsOk());
  EXPECT_THAT(real->Commit(1, WorkBudget::Unlimited()), IsOk());
  // What it stages on is what is there when it is committed.
  const LoadResult late = *dry->Commit(1, WorkBudget::Unlimited());
  EXPECT_TRUE(late.dry_run);
  EXPECT_EQ(late.new_members, 0u);
  // The population is not dropped under it.
  std::unique_ptr<Load> open = *database->BeginLoad(Dry(Spec()));
  const absl::Status held = database->DropPopulation("shop");
  EXPECT_THAT(held, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(std::string(held.message()), HasSubstr("dry run"));
  open.reset();
  EXPECT_THAT(database->DropPopulation("shop"), IsOk());
}

TEST(DryRun, OfAPublishedLabelSaysSo) {
  TestDatabase database;
  LoadSpec spec = Spec();
  spec.label = "monday";
  spec.input_sha256 = std::string(32, 'i');
  ASSERT_THAT(LoadText(*database, spec, {{"a", "X", "y", "1"}}), IsOk());
  const std::unique_ptr<Load> again = *database->BeginLoad(Dry(spec));
  ASSERT_TRUE(again->published_before().has_value());
  EXPECT_TRUE(again->published_before()->already_published);
  EXPECT_TRUE(again->published_before()->dry_run);
  LoadSpec other = Dry(spec);
  other.input_sha256 = std::string(32, 'j');
  EXPECT_EQ(ReasonOf(database->BeginLoad(other).status()), Reason::kAlreadyExists);
}

TEST(DryRun, SpeaksOfHistoryAsOfWhatWouldBe) {
  TestDatabase database;
  ASSERT_THAT(LoadText(*database, Spec(LoadMode::kReplace, 20), {{"a", "X", "y", "1"}}), IsOk());
  const LoadResult late = *LoadText(*database, Dry(Spec(LoadMode::kReplace, 10)), {{"b", "X", "y", "1"}});
  EXPECT_THAT(late.warnings, ::testing::ElementsAre(HasSubstr("would go into history")));
  const LoadResult emptied = *LoadText(*database, Dry(Spec(LoadMode::kReplace, 21)), {{"b", "", "y", "1"}});
  EXPECT_THAT(emptied.warnings, ::testing::ElementsAre(HasSubstr("no member would have the tag")));
}

TEST(DryRun, KeepsRejectedRecordsLikeALoad) {
  TestDatabase database;
  for (const bool dry_run : {false, true}) {
    LoadSpec spec = Spec();
    spec.dry_run = dry_run;
    spec.keep_rejected = true;
    std::unique_ptr<Load> load = *database->BeginLoad(spec);
    const std::shared_ptr<const KeptRejections> kept = load->kept_rejections();
    ASSERT_NE(kept, nullptr);
    // The second one contradicts, which is found at the commit.
    ASSERT_THAT(FeedText(*load, {{"a", "X", "y", "1"}, {"a", "Z", "y", "1"}, {"b", "X", "y", "old"}}, 3),
                IsOk());
    ASSERT_THAT(load->Commit(3, WorkBudget::Unlimited()), IsOk());
    load.reset();
    const KeptRejections::Reading reading = kept->BeginReading();
    const auto records = *kept->Read(reading, 0);
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].line, 3u);
    EXPECT_EQ(records[0].reason, Rejection::kBadCell);
    EXPECT_EQ(records[1].line, 2u);
    EXPECT_EQ(records[1].reason, Rejection::kContradiction);
  }
  EXPECT_EQ((*database->BeginLoad(Spec()))->kept_rejections(), nullptr);
}

}  // namespace
}  // namespace muster::index
