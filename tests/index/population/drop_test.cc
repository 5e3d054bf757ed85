// Dropped populations, and other entries in the directory of populations.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "gmock/gmock.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

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

// Flips a bit of each bitmap of an environment's file.
void DamageBitmaps(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  file.clear();
  const std::string begin("\x3a\x30\x00\x00", 4);  // of the portable Roaring format
  ASSERT_NE(bytes.find(begin), std::string::npos);
  for (size_t at = bytes.find(begin); at != std::string::npos; at = bytes.find(begin, at + 1))
    file.seekp(static_cast<std::streamoff>(at + 4)).put(static_cast<char>(bytes[at + 4] ^ 1));
}

class DropTest : public ::testing::Test {
 protected:
  void Load(const std::string& population, const TextRecords& records) {
    const auto loaded = LoadText(*database_, SpecOf(population), records);
    ASSERT_THAT(loaded, IsOk());
  }
  fs::path Folder() const { return fs::path(database_.folder()) / "populations"; }

  TestDatabase database_;
};

TEST_F(DropTest, ItIsGoneWithItsFilesAndItsNameIsFree) {
  Load("shop", {{"a"}, {"b"}});
  Load("other", {{"c"}});
  ASSERT_THAT(database_->DropPopulation("shop"), IsOk());
  EXPECT_THAT(database_->FindPopulation("shop"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(database_->ListPopulations().size(), 1u);
  EXPECT_EQ(NamesBelow(Folder()), std::vector<std::string>{"other"});
  const absl::Status again = database_->DropPopulation("shop");
  EXPECT_EQ(ReasonOf(again), Reason::kUnknownPopulation);
  Load("shop", {{"x"}});
  EXPECT_EQ((*(*database_->FindPopulation("shop"))->CurrentView())->members().everyone_count(), 1u);
  database_.Reopen();
  EXPECT_EQ(database_->ListPopulations().size(), 2u);
}

TEST_F(DropTest, AnswersUnderWayEndOnWhatTheyHold) {
  Load("shop", {{"a"}, {"b"}});
  {
    const std::shared_ptr<Population> held = *database_->FindPopulation("shop");
    const auto view = *held->CurrentView();
    ASSERT_THAT(database_->DropPopulation("shop"), IsOk());
    Load("shop", {{"x"}});  // beside it
    EXPECT_EQ(view->members().everyone_count(), 2u);
    std::vector<std::string> ids;
    ASSERT_THAT(view->members().ReadIds({0, 1}, ids), IsOk());
    EXPECT_EQ(ids, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(view->members().Find("b")->has_value());
    held->Lease(view->PinWhole({})->versions, absl::Hours(1));
  }
  EXPECT_EQ((*(*database_->FindPopulation("shop"))->CurrentView())->members().everyone_count(), 1u);
}

TEST_F(DropTest, AViewHoldsIt) {
  Load("shop", {{"a"}, {"b"}});
  std::shared_ptr<const PopulationView> view = *(*database_->FindPopulation("shop"))->CurrentView();
  const auto pinned = *(*database_->FindPopulation("shop"))->OpenView(*view->PinWhole({}));
  ASSERT_THAT(database_->DropPopulation("shop"), IsOk());
  for (const auto& held : {view, pinned}) {
    EXPECT_EQ(held->statistics().RowCardinality({kEveryoneTag, kKnownRow}).value(), 2u);
    EXPECT_TRUE(held->members().Find("b")->has_value());
    const std::unique_ptr<RowSource> source = held->NewRowSource(nullptr);
    EXPECT_THAT(source->BeginWindow(0, 1), IsOk());
  }
  view.reset();
}

// Another population may get its name before the background reader reaches it.
TEST_F(DropTest, TheReaderInTheBackgroundLetsItGo) {
  for (const char* name : {"aa", "bb", "cc"}) Load(name, {{"a"}, {"b"}});
  database_.Close();
  for (const char* name : {"aa", "bb", "cc"}) {
    for (const char* part : {"index", "members"}) fs::remove(Folder() / name / part / "CLOSED");
    DamageBitmaps(Folder() / name / "index" / "data.mdb");
  }
  std::vector<std::string> warnings;
  std::mutex mutex;
  DatabaseOptions options;
  options.directory = database_.folder();
  options.scrub_bytes_per_second = 1;  // it waits behind the first bytes that it reads
  options.warn = [&](const std::string& sentence) {
    const std::lock_guard<std::mutex> lock(mutex);
    warnings.push_back(sentence);
  };
  absl::StatusOr<std::unique_ptr<Database>> opened = Database::Open(options);
  ASSERT_THAT(opened, IsOk());
  for (const char* name : {"aa", "bb", "cc"}) {
    ASSERT_THAT((*opened)->DropPopulation(name), IsOk());
    ASSERT_THAT(LoadText(**opened, SpecOf(name), {{"x"}}), IsOk());
  }
  int open_files = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string file = fs::read_symlink(entry.path(), error).string();
    if (file.find(database_.folder()) == 0 && file.ends_with("data.mdb (deleted)")) ++open_files;
  }
  EXPECT_LE(open_files, 4) << "of the one that is being read";
  opened->reset();
  for (const std::string& warning : warnings) EXPECT_THAT(warning, Not(HasSubstr("is offline")));
}

// Making a population takes as long as its disk does; questions to others go on meanwhile.
std::promise<void>* making_reached = nullptr;
std::shared_future<void>* making_may_go_on = nullptr;

void HoldUpMaking(const char* point) {
  if (point != std::string_view("storage/before_commit")) return;
  static std::atomic<bool> held{false};
  if (held.exchange(true)) return;
  making_reached->set_value();
  making_may_go_on->wait();
}

TEST_F(DropTest, OthersAreServedWhileOneIsMade) {
  database_.settle = false;  // nothing else commits
  database_.Reopen();
  Load("shop", {{"a"}});
  std::promise<void> reached, go_on;
  std::shared_future<void> may_go_on = go_on.get_future().share();
  making_reached = &reached;
  making_may_go_on = &may_go_on;
  SetFaultHook(HoldUpMaking);
  std::thread making([&] { EXPECT_THAT(database_->CreatePopulation("other", ""), IsOk()); });
  reached.get_future().wait();
  std::promise<size_t> listed;
  std::thread asking([&] {
    EXPECT_THAT(database_->FindPopulation("shop"), IsOk());
    EXPECT_THAT(database_->BeginLoad(SpecOf("shop")), IsOk());
    listed.set_value(database_->ListPopulations().size());
  });
  std::future<size_t> answer = listed.get_future();
  // Long, for a machine that is busy; without an answer by then there will be none.
  const bool answered = answer.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  go_on.set_value();
  making.join();
  asking.join();
  SetFaultHook(nullptr);
  EXPECT_TRUE(answered) << "a question waits for another population's disk";
  EXPECT_EQ(answer.get(), 1u);
}

TEST_F(DropTest, AnOpenLoadKeepsItAndIsNamed) {
  Load("shop", {{"a"}});
  LoadSpec spec = SpecOf("shop");
  spec.label = "monday";
  auto load = database_->BeginLoad(spec);
  ASSERT_THAT(load, IsOk());
  const absl::Status refused = database_->DropPopulation("shop");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(refused), Reason::kLoadConflict);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("'monday'"));
  ASSERT_THAT(FeedText(**load, {{"b"}}, 0), IsOk());
  ASSERT_THAT((*load)->Commit(1, WorkBudget::Unlimited()), IsOk()) << "the load went on";
  // A load that has ended may be destroyed after its population.
  EXPECT_THAT(database_->DropPopulation("shop"), IsOk());
  EXPECT_THAT((*load)->Commit(1, WorkBudget::Unlimited()), ::testing::Not(IsOk()));
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
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(warnings, ::testing::UnorderedElementsAre(
                            HasSubstr("populations/notes"), HasSubstr("populations/README.txt"),
                            HasSubstr("populations/empty"), HasSubstr("populations/Old Data"),
                            HasSubstr("populations/Not Ours.unfinished")));
  EXPECT_EQ(NamesBelow(Folder()).size(), 6u);
  EXPECT_EQ((*opened)->ListPopulations().size(), 1u);
  for (const char* name : {"notes", "empty"}) {
    const absl::Status in_the_way = (*opened)->CreatePopulation(name, "").status();
    EXPECT_THAT(in_the_way, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(std::string(in_the_way.message()), HasSubstr("is in the way"));
    EXPECT_THAT((*opened)->BeginLoad(SpecOf(name)), ::testing::Not(IsOk()));
  }
  EXPECT_THAT((*opened)->CreatePopulation("readme", ""), IsOk());
}

TEST_F(DropTest, PopulationsAreLimitedAndDroppingOneMakesRoom) {
  database_.Close();
  DatabaseOptions options;
  options.directory = database_.folder();
  options.max_populations = 2;
  auto opened = Database::Open(options);
  ASSERT_THAT(opened, IsOk());
  ASSERT_THAT((*opened)->CreatePopulation("one", ""), IsOk());
  ASSERT_THAT((*opened)->CreatePopulation("two", ""), IsOk());
  for (const absl::Status& refused :
       {(*opened)->CreatePopulation("three", "").status(), (*opened)->BeginLoad(SpecOf("three")).status()}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(refused), Reason::kLimit);
    EXPECT_EQ(FactsOf(refused)["limit"], "2");
    EXPECT_THAT(std::string(refused.message()), HasSubstr("there are 2 populations already"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("muster populations drop"));
  }
  EXPECT_THAT((*opened)->BeginLoad(SpecOf("two")), IsOk());
  ASSERT_THAT((*opened)->DropPopulation("one"), IsOk());
  // A load that ended without publishing leaves room, one that is open doesn't.
  {
    const auto open = (*opened)->BeginLoad(SpecOf("three"));
    ASSERT_THAT(open, IsOk());
    EXPECT_THAT((*opened)->CreatePopulation("four", ""), ::testing::Not(IsOk()));
  }
  EXPECT_THAT((*opened)->CreatePopulation("four", ""), IsOk());
  EXPECT_EQ(NamesBelow(Folder()).size(), 2u);
}

}  // namespace
}  // namespace muster::index
