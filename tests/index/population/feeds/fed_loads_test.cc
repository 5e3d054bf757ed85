// Loads that are fed in parts: they answer as if their records had come in one stream, go on after a restart, and end
// without a trace.
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "tests/index/population/feeds/fed_text.h"
#include "tests/index/population/test_database.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FedLoadsTest : public ::testing::Test {
 protected:
  static LoadSpec Spec(const std::string& label, LoadMode mode = LoadMode::kMerge) {
    LoadSpec spec;
    spec.population = "p";
    spec.label = label;
    spec.mode = mode;
    spec.tags = {TagSpec("city", TagKind::kSingle), TagSpec("age", TagKind::kNumber)};
    return spec;
  }
  std::shared_ptr<FedLoad> Begin(const LoadSpec& spec, const std::string& encoded = "spec") {
    absl::StatusOr<BegunFedLoad> begun = database_->BeginFedLoad(spec, encoded);
    EXPECT_THAT(begun, IsOk());
    return begun.ok() ? begun->load : nullptr;
  }
  std::shared_ptr<FedLoad> Find(const std::string& label) {
    absl::StatusOr<std::shared_ptr<FedLoad>> found = database_->FindFedLoad("p", label);
    EXPECT_THAT(found, IsOk());
    return found.ok() ? *found : nullptr;
  }
  std::string Values(const std::string& member, const std::string& tag) {
    return ValuesOf(**(*database_->FindPopulation("p"))->CurrentView(), member, tag);
  }
  // The folders of open loads.
  std::vector<std::string> Folders() const {
    std::vector<std::string> names;
    const std::string loads = database_.folder() + "/populations/p/loads";
    if (!fs::exists(loads)) return names;
    for (const auto& entry : fs::directory_iterator(loads)) names.push_back(entry.path());
    return names;
  }

  TestDatabase database_;
};

TEST_F(FedLoadsTest, RecordsComeInTheOrderOfPartsAndBatches) {
  LoadSpec spec = Spec("day 1");
  spec.tags[0].on_conflict = OnConflict::kLast;
  spec.tags[1].on_conflict = OnConflict::kFirst;
  const auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"part-2", 0}, {"a,Rome,3", "b,Rome,4"}), IsOk());
  EXPECT_THAT(FeedTexts(*load, {"part-1", 0}, {"a,Oslo,1", "a,Lima,2"}), IsOk());
  const absl::StatusOr<LoadResult> result =
      CommitTexts(*load, spec, {{{"part-2", 0}, 2}, {{"part-1", 0}, 2}});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->records, 4u);
  EXPECT_EQ(result->new_members, 2u);
  EXPECT_EQ(Values("a", "city"), "Rome");
  EXPECT_EQ(Values("a", "age"), "1");
  EXPECT_THAT(Folders(), IsEmpty());
  EXPECT_THAT(load->Check(), StatusIs(absl::StatusCode::kAborted));
  const absl::StatusOr<BegunFedLoad> again = database_->BeginFedLoad(spec, "spec");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->load, nullptr);
  ASSERT_TRUE(again->published.has_value());
  EXPECT_TRUE(again->published->already_published);
  EXPECT_EQ(again->published->records, 4u);
}

// The same records through one stream and in parts, over two modes and two days.
TEST_F(FedLoadsTest, AnswersAsALoadOfOneStreamDoes) {
  TestDatabase other;
  for (int day = 0; day < 4; ++day) {
    const LoadMode mode = day % 2 == 0 ? LoadMode::kMerge : LoadMode::kReplace;
    const LoadSpec spec = Spec(absl::StrCat("day ", day), mode);
    TextRecords records;
    for (int i = 0; i < 400; ++i) {
      records.push_back({absl::StrCat("m", (i * 7 + day * 100) % 900), absl::StrCat("c", i % 13 + day),
                         i % 9 == 0 ? "" : absl::StrCat(i)});
    }
    auto load = Begin(spec);
    std::vector<CommittedPart> parts;
    for (int part = 0; part < 4; ++part) {
      std::vector<std::string> batches;
      for (int batch = 0; batch < 4; ++batch) {
        std::string text;
        for (int i = 0; i < 25; ++i)
          absl::StrAppend(&text, absl::StrJoin(records[part * 100 + batch * 25 + i], ","), "\n");
        batches.push_back(text);
      }
      const PartKey key{absl::StrCat("part-", part), 0};
      ASSERT_THAT(FeedTexts(*load, key, batches), IsOk());
      parts.push_back({key, 4});
    }
    load.reset();
    if (day == 1) database_.Reopen();
    const absl::StatusOr<LoadResult> fed = CommitTexts(*Find(spec.label), spec, parts);
    const absl::StatusOr<LoadResult> streamed = LoadText(*other, spec, records);
    ASSERT_THAT(fed, IsOk());
    ASSERT_THAT(streamed, IsOk());
    EXPECT_EQ(fed->new_members, streamed->new_members);
    EXPECT_EQ(fed->member_count, streamed->member_count);
    const auto here = *(*database_->FindPopulation("p"))->CurrentView();
    const auto there = *(*other->FindPopulation("p"))->CurrentView();
    for (int i = 0; i < 900; ++i) {
      const std::string member = absl::StrCat("m", i);
      EXPECT_EQ(*here->members().Find(member), *there->members().Find(member));
      for (const char* tag : {"city", "age"})
        EXPECT_EQ(ValuesOf(*here, member, tag), ValuesOf(*there, member, tag));
    }
  }
  EXPECT_THAT(ProblemsOf(**database_->FindPopulation("p")), IsEmpty());
}

TEST_F(FedLoadsTest, OnlyTheAttemptsThatTheCommitNamesCount) {
  const LoadSpec spec = Spec("day 1");
  const auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  EXPECT_THAT(FeedTexts(*load, {"a", 1}, {"x,Rome,2"}), IsOk());
  EXPECT_THAT(FeedTexts(*load, {"left out", 0}, {"y,Lima,3"}), IsOk());
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 1}, 1}}), IsOk());
  EXPECT_EQ(Values("x", "city"), "Rome");
  EXPECT_EQ(Values("y", "city"), "(no member)");
}

TEST_F(FedLoadsTest, ACommitNamesWhatIsStored) {
  const LoadSpec spec = Spec("day 1");
  const auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1", "y,Oslo,1"}), IsOk());
  for (const uint64_t batches : {1, 3}) {
    const absl::Status refused = CommitTexts(*load, spec, {{{"a", 0}, batches}}).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(refused), Reason::kPartIncomplete);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("has 2 stored batches"));
  }
  EXPECT_EQ(ReasonOf(CommitTexts(*load, spec, {{{"a", 1}, 2}}).status()), Reason::kPartIncomplete);
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 0}, 2}, {{"a", 1}, 0}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 0}, 2}, {{"b", 0}, 0}}), IsOk()) << "a part may be empty";
}

TEST_F(FedLoadsTest, ARefusedCommitLeavesTheLoadOpenToBeMended) {
  const LoadSpec spec = Spec("day 1");
  const auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1\ny,Oslo,many\n"}), IsOk());
  EXPECT_THAT(FeedTexts(*load, {"b", 0}, {"z,Oslo,1\n,Oslo,1\n"}), IsOk());
  const absl::Status refused = CommitTexts(*load, spec, {{{"a", 0}, 1}, {{"b", 0}, 1}}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::kTooManyRejected);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\nline 2: part 'a': "));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\nline 2: part 'b': "));
  EXPECT_THAT(database_->FindPopulation("p"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(FeedTexts(*load, {"a", 1}, {"x,Oslo,1", "y,Oslo,2"}), IsOk());
  LoadSpec lenient = spec;
  lenient.max_rejected = 0.5;
  const absl::StatusOr<LoadResult> result = CommitTexts(*load, lenient, {{{"a", 1}, 2}, {{"b", 0}, 1}});
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->first_rejected.size(), 1u);
  EXPECT_EQ(result->first_rejected[0].line, 2u);
  EXPECT_THAT(result->first_rejected[0].message, HasSubstr("part 'b': "));
}

TEST_F(FedLoadsTest, GoesOnWithWhatIsStored) {
  const LoadSpec spec = Spec("day 1");
  EXPECT_THAT(FeedTexts(*Begin(spec), {"a", 0}, {"x,Oslo,1"}), IsOk());
  database_.Reopen();
  EXPECT_THAT(database_->FindPopulation("p"), StatusIs(absl::StatusCode::kNotFound)) << "not visible yet";
  const auto load = Begin(spec);
  ASSERT_EQ(load->ListParts().size(), 1u);
  EXPECT_EQ(load->ListParts()[0].durable.batches, 1u);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"sent twice", "y,Rome,2"}), IsOk());
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 0}, 2}}), IsOk());
  EXPECT_EQ(Values("y", "city"), "Rome");
}

TEST_F(FedLoadsTest, AnotherSpecTakesTheLabelOver) {
  const auto first = Begin(Spec("day 1"), "one");
  EXPECT_THAT(FeedTexts(*first, {"a", 0}, {"x,Oslo,1"}), IsOk());
  const auto second = Begin(Spec("day 1", LoadMode::kReplace), "two");
  EXPECT_THAT(second->ListParts(), IsEmpty());
  EXPECT_EQ(Folders().size(), 1u);
  EXPECT_THAT(FeedTexts(*first, {"a", 0}, {"", "x,Oslo,1"}), StatusIs(absl::StatusCode::kAborted));
  // So does a load of one stream.
  EXPECT_THAT(LoadText(*database_, Spec("day 1"), {{"x", "Lima", "1"}}), IsOk());
  EXPECT_THAT(FeedTexts(*second, {"a", 0}, {"x,Oslo,1"}), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Folders(), IsEmpty());
  // Without a digest of the input the label alone decides.
  const absl::StatusOr<BegunFedLoad> repeated =
      database_->BeginFedLoad(Spec("day 1", LoadMode::kReplace), "two");
  ASSERT_THAT(repeated, IsOk());
  EXPECT_TRUE(repeated->published.has_value());
}

TEST_F(FedLoadsTest, ALabelThatWasPublishedWithOtherContentIsRefused) {
  LoadSpec spec = Spec("day 1");
  spec.input_sha256 = std::string(32, 'x');
  auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 0}, 1}}), IsOk());
  EXPECT_TRUE(database_->BeginFedLoad(spec, "spec")->published.has_value());
  spec.input_sha256 = std::string(32, 'y');
  EXPECT_THAT(database_->BeginFedLoad(spec, "spec"), StatusIs(absl::StatusCode::kAlreadyExists));
  // The digest that the parts had is kept where the spec has none.
  const LoadSpec parts = Spec("day 2");
  load = Begin(parts);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  EXPECT_THAT(CommitTexts(*load, parts, {{{"a", 0}, 1}}), IsOk());
  const absl::StatusOr<PastLoad> past = (*database_->FindPopulation("p"))->GetLoad("day 2");
  ASSERT_THAT(past, IsOk());
  EXPECT_THAT(past->content, HasSubstr("city, age), input "));
}

TEST_F(FedLoadsTest, HoldsItsTagsAlsoAfterARestart) {
  Begin(Spec("day 1"));
  for (int round = 0; round < 2; ++round) {
    const absl::Status held = database_->BeginLoad(Spec("day 2", LoadMode::kReplace)).status();
    EXPECT_EQ(ReasonOf(held), Reason::kLoadConflict);
    EXPECT_THAT(std::string(held.message()), HasSubstr("'day 1'"));
    if (round == 0) database_.Reopen();
  }
  EXPECT_THAT(database_->AbortLoad("p", "day 1"), IsOk());
  EXPECT_THAT(database_->BeginLoad(Spec("day 2", LoadMode::kReplace)), IsOk());
}

TEST_F(FedLoadsTest, AbortingFreesEverything) {
  const auto load = Begin(Spec("day 1"));
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  EXPECT_THAT(database_->AbortLoad("p", "day 1"), IsOk());
  EXPECT_THAT(Folders(), IsEmpty());
  const absl::Status fed = FeedTexts(*load, {"b", 0}, {"x,Oslo,1"});
  EXPECT_THAT(fed, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(std::string(fed.message()), HasSubstr("was aborted"));
  EXPECT_THAT(CommitTexts(*load, Spec("day 1"), {}), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(database_->AbortLoad("p", "day 1")), Reason::kUnknownPopulation);
  EXPECT_THAT(LoadText(*database_, Spec("day 2"), {{"x", "Lima", "1"}}), IsOk());
  EXPECT_EQ(ReasonOf(database_->AbortLoad("p", "day 1")), Reason::kUnknownLoad);
  EXPECT_EQ(ReasonOf(database_->AbortLoad("p", "day 2")), Reason::kUnknownLoad);
}

TEST_F(FedLoadsTest, AbortingEndsALoadOfOneStreamToo) {
  auto stream = *database_->BeginLoad(Spec("day 1"));
  EXPECT_THAT(FeedText(*stream, {{"x", "Oslo", "1"}}, 2), IsOk());
  EXPECT_THAT(database_->AbortLoad("p", "day 1"), IsOk());
  EXPECT_THAT(stream->Commit(1, WorkBudget::Unlimited()), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(database_->FindPopulation("p"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FedLoadsTest, ALeaseThatRunsOutEndsTheLoad) {
  LoadText(*database_, Spec("day 0"), {{"x", "Oslo", "1"}}).IgnoreError();
  auto load = Begin(Spec("day 1"));
  database_.now += absl::Minutes(9);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  database_.now += absl::Minutes(9);
  database_->SweepFedLoads();
  EXPECT_EQ(Folders().size(), 1u);
  database_.now += absl::Minutes(2);
  database_->SweepFedLoads();
  EXPECT_THAT(Folders(), IsEmpty());
  EXPECT_EQ(ReasonOf(database_->FindFedLoad("p", "day 1").status()), Reason::kUnknownLoad);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), StatusIs(absl::StatusCode::kAborted));
  load.reset();
  // A restart gives a new lease.
  Begin(Spec("day 2"));
  database_.now += absl::Hours(5);
  database_.Reopen();
  EXPECT_THAT(Find("day 2")->Check(), IsOk());
}

TEST_F(FedLoadsTest, NothingElseHappensDuringACommit) {
  const LoadSpec spec = Spec("day 1");
  const auto load = Begin(spec);
  EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"x,Oslo,1"}), IsOk());
  {
    const auto commit = load->BeginCommit(spec, {{{"a", 0}, 1}});
    ASSERT_THAT(commit, IsOk());
    EXPECT_THAT(FeedTexts(*load, {"a", 0}, {"", "y,Oslo,1"}), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(load->BeginCommit(spec, {{{"a", 0}, 1}}), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(database_->AbortLoad("p", "day 1"), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(database_->BeginFedLoad(spec, "spec"), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(database_->BeginFedLoad(spec, "another"), StatusIs(absl::StatusCode::kAborted));
    database_.now += absl::Hours(1);
    database_->SweepFedLoads();
  }
  EXPECT_THAT(CommitTexts(*load, spec, {{{"a", 0}, 1}}), IsOk())
      << "the commit that was given up left it open";
}

TEST_F(FedLoadsTest, APopulationWithOneIsNotDropped) {
  LoadText(*database_, Spec("day 0"), {{"x", "Oslo", "1"}}).IgnoreError();
  Begin(Spec("day 1"));
  database_.Reopen();
  const absl::Status refused = database_->DropPopulation("p");
  EXPECT_EQ(ReasonOf(refused), Reason::kLoadConflict);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("'day 1'"));
  EXPECT_THAT(database_->AbortLoad("p", "day 1"), IsOk());
  EXPECT_THAT(database_->DropPopulation("p"), IsOk());
}

TEST_F(FedLoadsTest, HasALimit) {
  for (size_t i = 0; i < kFedLoadsMax; ++i) {
    LoadSpec spec = Spec(absl::StrCat("load ", i));
    spec.tags.clear();
    Begin(spec);
  }
  LoadSpec spec = Spec("one more");
  spec.tags.clear();
  const absl::Status full = database_->BeginFedLoad(spec, "spec").status();
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(FactsOf(full).at("limit"), "64");
  spec.label = "load 7";
  EXPECT_THAT(database_->BeginFedLoad(spec, "another spec"), IsOk()) << "it takes over its own label";
  EXPECT_THAT(database_->AbortLoad("p", "load 7"), IsOk());
  spec.label = "one more";
  EXPECT_THAT(database_->BeginFedLoad(spec, "spec"), IsOk());
}

TEST_F(FedLoadsTest, DamageInAPartIsNeverAWrongLoad) {
  const LoadSpec spec = Spec("day 1");
  EXPECT_THAT(FeedTexts(*Begin(spec), {"a", 0}, {std::string("x,Oslo,1\n"), "y,Oslo,1"}), IsOk());
  for (const auto& entry : fs::recursive_directory_iterator(Folders().at(0))) {
    if (entry.path().extension() != ".part") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-3, std::ios::end);
    file.put('?');
  }
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(CommitTexts(*Find("day 1"), spec, {{{"a", 0}, 2}}), StatusIs(absl::StatusCode::kDataLoss));
    database_.Reopen();
  }
  EXPECT_THAT(FeedTexts(*Find("day 1"), {"a", 1}, {"x,Oslo,1"}), IsOk());
  EXPECT_THAT(CommitTexts(*Find("day 1"), spec, {{{"a", 1}, 1}}), IsOk());
}

TEST_F(FedLoadsTest, SeveralFeedersFeedSideBySide) {
  const LoadSpec spec = Spec("day 1");
  const auto load = Begin(spec);
  std::vector<std::thread> feeders;
  std::vector<CommittedPart> parts;
  for (int part = 0; part < 8; ++part) {
    parts.push_back({{absl::StrCat("part-", part), 0}, 20});
    feeders.emplace_back([&load, part] {
      std::vector<std::string> batches;
      for (int i = 0; i < 20; ++i) batches.push_back(absl::StrCat("m", part * 20 + i, ",c", part, ",", i));
      EXPECT_THAT(FeedTexts(*load, {absl::StrCat("part-", part), 0}, batches), IsOk());
    });
  }
  for (std::thread& feeder : feeders) feeder.join();
  const absl::StatusOr<LoadResult> result = CommitTexts(*load, spec, parts);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->new_members, 160u);
  EXPECT_EQ(Values("m45", "city"), "c2");
}

}  // namespace
}  // namespace muster::index
