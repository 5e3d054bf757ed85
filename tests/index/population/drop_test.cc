// Populations that are dropped, and what lies among the populations and is none.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "index/status_facts.h"
#include "index/status_reason.h"
#include "tests/index/population/test_database.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

LoadSpec SpecOf(const std::string& population) {
  LoadSpec spec;
  spec.population = population;
  spec.create_population = true;
  return spec;
}

std::vector<std::string> NamesBelow(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  return names;
}

class DropTest : public ::testing::Test {
 protected:
  void Load(const std::string& population, const TextRecords& records) {
    const auto loaded = LoadText(*database_, SpecOf(population), records);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
  }
  fs::path Folder() const { return fs::path(database_.folder()) / "populations"; }

  TestDatabase database_;
};

TEST_F(DropTest, ItIsGoneWithItsFilesAndItsNameIsFree) {
  Load("shop", {{"a"}, {"b"}});
  Load("other", {{"c"}});
  ASSERT_TRUE(database_->DropPopulation("shop").ok());
  EXPECT_EQ(database_->FindPopulation("shop").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(database_->ListPopulations().size(), 1u);
  EXPECT_EQ(NamesBelow(Folder()), std::vector<std::string>{"other"});
  const absl::Status again = database_->DropPopulation("shop");
  EXPECT_EQ(ReasonOf(again), Reason::kUnknownPopulation);
  Load("shop", {{"x"}});
  EXPECT_EQ((*(*database_->FindPopulation("shop"))->CurrentSnapshot())->member_count(), 1u);
  database_.Reopen();
  EXPECT_EQ(database_->ListPopulations().size(), 2u);
}

TEST_F(DropTest, AnswersUnderWayEndOnWhatTheyHold) {
  Load("shop", {{"a"}, {"b"}});
  {
    const std::shared_ptr<Population> held = *database_->FindPopulation("shop");
    const auto snapshot = *held->CurrentSnapshot();
    ASSERT_TRUE(database_->DropPopulation("shop").ok());
    Load("shop", {{"x"}});  // beside it
    EXPECT_EQ(snapshot->member_count(), 2u);
    std::vector<std::string> ids;
    ASSERT_TRUE(held->MemberIds({0, 1}, ids).ok());
    EXPECT_EQ(ids, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(held->FindMember(*snapshot, "b")->has_value());
    held->Lease(snapshot, absl::Hours(1));
  }
  EXPECT_EQ((*(*database_->FindPopulation("shop"))->CurrentSnapshot())->member_count(), 1u);
}

TEST_F(DropTest, AnOpenLoadKeepsItAndIsNamed) {
  Load("shop", {{"a"}});
  LoadSpec spec = SpecOf("shop");
  spec.label = "monday";
  auto load = database_->BeginLoad(spec);
  ASSERT_TRUE(load.ok());
  const absl::Status refused = database_->DropPopulation("shop");
  EXPECT_EQ(refused.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(refused), Reason::kLoadConflict);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("'monday'"));
  ASSERT_TRUE(FeedText(**load, {{"b"}}, 0).ok());
  ASSERT_TRUE((*load)->Commit(1, NeverStop).ok()) << "the load went on";
  // A load that has ended may be destroyed after its population.
  EXPECT_TRUE(database_->DropPopulation("shop").ok());
  EXPECT_FALSE((*load)->Commit(1, NeverStop).ok());
}

TEST_F(DropTest, WhatAProcessThatEndedLeftOfItGoes) {
  Load("shop", {{"a"}});
  Load("other", {{"b"}});
  database_.Close();
  fs::rename(Folder() / "shop", Folder() / "shop.00ab.unfinished");  // as far as it came
  database_.Open();
  EXPECT_EQ(NamesBelow(Folder()), std::vector<std::string>{"other"});
}

TEST_F(DropTest, StraysAreNamedAndLeftAlone) {
  Load("shop", {{"a"}});
  database_.Close();
  std::ofstream(Folder() / "notes") << "mine";
  std::ofstream(Folder() / "README.txt") << "mine";
  fs::create_directories(Folder() / "empty");
  fs::create_directories(Folder() / "Old Data" / "index");
  fs::create_directories(Folder() / "Not Ours.unfinished");
  std::vector<std::string> warnings;
  DatabaseOptions options;
  options.directory = database_.folder();
  options.warn = [&warnings](const std::string& sentence) { warnings.push_back(sentence); };
  auto opened = Database::Open(options);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(warnings, ::testing::UnorderedElementsAre(
                            HasSubstr("populations/notes"), HasSubstr("populations/README.txt"),
                            HasSubstr("populations/empty"), HasSubstr("populations/Old Data"),
                            HasSubstr("populations/Not Ours.unfinished")));
  EXPECT_EQ(NamesBelow(Folder()).size(), 6u);
  EXPECT_EQ((*opened)->ListPopulations().size(), 1u);
  for (const char* name : {"notes", "empty"}) {
    const absl::Status in_the_way = (*opened)->CreatePopulation(name, "").status();
    EXPECT_EQ(in_the_way.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(in_the_way.message()), HasSubstr("is in the way"));
    EXPECT_FALSE((*opened)->BeginLoad(SpecOf(name)).ok());
  }
  EXPECT_TRUE((*opened)->CreatePopulation("readme", "").ok());
}

TEST_F(DropTest, PopulationsAreLimitedAndDroppingOneMakesRoom) {
  database_.Close();
  DatabaseOptions options;
  options.directory = database_.folder();
  options.max_populations = 2;
  auto opened = Database::Open(options);
  ASSERT_TRUE(opened.ok());
  ASSERT_TRUE((*opened)->CreatePopulation("one", "").ok());
  ASSERT_TRUE((*opened)->CreatePopulation("two", "").ok());
  for (const absl::Status& refused :
       {(*opened)->CreatePopulation("three", "").status(), (*opened)->BeginLoad(SpecOf("three")).status()}) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(refused), Reason::kLimit);
    EXPECT_EQ(FactsOf(refused)["limit"], "2");
    EXPECT_THAT(std::string(refused.message()), HasSubstr("there are 2 populations already"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("muster populations drop"));
  }
  EXPECT_TRUE((*opened)->BeginLoad(SpecOf("two")).ok());
  ASSERT_TRUE((*opened)->DropPopulation("one").ok());
  // A load that ended without publishing leaves room, one that is open doesn't.
  {
    const auto open = (*opened)->BeginLoad(SpecOf("three"));
    ASSERT_TRUE(open.ok());
    EXPECT_FALSE((*opened)->CreatePopulation("four", "").ok());
  }
  EXPECT_TRUE((*opened)->CreatePopulation("four", "").ok());
  EXPECT_EQ(NamesBelow(Folder()).size(), 2u);
}

}  // namespace
}  // namespace muster::index
