// A token is answered from the state that it names, or refused, even if the store was restored or copied, or
// the population dropped and created again.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "index/population/verification.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/databases.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class IdentityTest : public ::testing::Test {
 protected:
  // Makes `members` the whole truth of the tag `city`.
  void Load(const std::vector<std::string>& members, const std::string& value) {
    LoadSpec spec;
    spec.population = "shop";
    spec.mode = LoadMode::kReplace;
    spec.tags = {TagSpec("city", TagKind::kSingle)};
    TextRecords records;
    for (const std::string& member : members) records.push_back({member, value});
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  std::shared_ptr<Population> Shop() { return *database_->FindPopulation("shop"); }
  PinnedView PinCurrent() {
    const auto view = *Shop()->CurrentView();
    return *view->PinWhole({});
  }
  void ExpectOtherStore(const PinnedView& pin, const std::string& words) {
    const absl::Status refused = Shop()->OpenView(pin).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(refused), Reason::kOtherStore);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(words));
  }
  fs::path Folder(const std::string& name = "shop") const {
    return fs::path(database_.folder()) / "populations" / name;
  }
  // Copies the closed database's population, or puts the copy back.
  void BackUp() { fs::copy(Folder(), database_.folder() + "/backup", fs::copy_options::recursive); }
  void Restore() {
    fs::remove_all(Folder());
    fs::copy(database_.folder() + "/backup", Folder(), fs::copy_options::recursive);
  }

  TestDatabase database_;
};

TEST_F(IdentityTest, AViewOutlivesTheProcess) {
  Load({"a", "b"}, "x");
  const PinnedView pin = PinCurrent();
  Load({"c"}, "x");
  database_.Reopen();
  const auto opened = Shop()->OpenView(pin);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ((*opened)->PinWhole({})->versions, pin.versions);
  EXPECT_EQ((*opened)->members().everyone_count(), 2u);
}

TEST_F(IdentityTest, ALoadThatARestoreTookAwayIsNotTakenForAnotherOfItsNumber) {
  Load({"a", "b"}, "x");
  const PinnedView before = PinCurrent();
  database_.Close();
  BackUp();
  database_.Open();
  Load({"c", "d", "e"}, "x");
  const PinnedView lost = PinCurrent();
  database_.Close();
  Restore();
  database_.Open();
  ExpectOtherStore(lost, "restored from a backup");  // no such version
  Load({"f"}, "x");
  ASSERT_EQ(PinCurrent().versions, lost.versions) << "another load has its numbers";
  ExpectOtherStore(lost, "restored from a backup");
  EXPECT_THAT(Shop()->OpenView(before), IsOk()) << "what the backup holds is still there";
}

TEST_F(IdentityTest, ATagOfTheViewAloneTellsIt) {
  Load({"a"}, "x");
  database_.Close();
  BackUp();
  database_.Open();
  Load({"a"}, "y");  // everyone stays as it was
  const PinnedView lost = PinCurrent();
  database_.Close();
  Restore();
  database_.Open();
  Load({"a"}, "z");
  ASSERT_EQ(PinCurrent().versions, lost.versions);
  ExpectOtherStore(lost, "restored from a backup");
}

TEST_F(IdentityTest, APopulationThatWasMadeAnewIsAnother) {
  Load({"a", "b"}, "x");
  const PinnedView pin = PinCurrent();
  ASSERT_THAT(database_->DropPopulation("shop"), IsOk());
  Load({"a", "b"}, "x");
  ASSERT_EQ(PinCurrent().versions, pin.versions);
  ExpectOtherStore(pin, "another one");
}

class DivergedTest : public IdentityTest {
 protected:
  // Two copies of one population: each has loaded as many new members of its own since.
  void SetUp() override {
    Load({"a", "b"}, "x");
    Keep("before");
    Load({"c", "d", "e"}, "x");
    Keep("one");
    Put("before", "");
    Load({"f", "g", "h"}, "x");
    Keep("other");
  }
  // Copies the population.
  void Keep(const std::string& name) {
    database_.Close();
    fs::copy(Folder(), Kept(name), fs::copy_options::recursive);
    database_.Open();
  }
  // Puts a kept part ("index", "members") into the population's place, or all of it.
  void Put(const std::string& name, const std::string& part) {
    database_.Close();
    fs::remove_all(Folder() / part);
    fs::copy(Kept(name) / part, Folder() / part, fs::copy_options::recursive);
    database_.Open();
  }
  fs::path Kept(const std::string& name) const { return fs::path(database_.folder()) / ("kept-" + name); }
  std::vector<std::string> MemberIds() {
    std::vector<std::string> ids;
    const auto population = Shop();
    EXPECT_THAT((*population->CurrentView())->members().ReadIds({0, 1, 2, 3, 4}, ids), IsOk());
    return ids;
  }
  uint64_t Verify() {
    database_.Close();
    const auto problems = VerifyFolder(database_.folder(), "shop", [](const Check&, bool) { return true; });
    database_.Open();
    return problems.value_or(999);
  }
};

TEST_F(DivergedTest, PartsOfTwoCopiesAreNoPopulation) {
  for (const auto& [index, members] : {std::pair("one", "other"), std::pair("other", "one"),
                                       std::pair("one", "before"), std::pair("other", "before")}) {
    Put(index, "index");
    Put(members, "members");
    const absl::Status refused = database_->FindPopulation("shop").status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss))
        << index << " with " << members << ": " << refused;
    EXPECT_EQ(ReasonOf(refused), Reason::kStorageCorrupt);
    EXPECT_EQ(Verify(), std::string(members) == "before" ? 2u : 1u) << index << " with " << members;
  }
  Put("one", "");
  EXPECT_EQ(Verify(), 0u);
  EXPECT_EQ(MemberIds(), (std::vector<std::string>{"a", "b", "c", "d", "e"}));
}

// As after a kill between the two commits: the ids are stored, and their load is not published.
TEST_F(DivergedTest, IdsMayBeAheadOfTheirLoads) {
  Put("before", "index");
  Put("other", "members");
  ASSERT_THAT(database_->FindPopulation("shop"), IsOk());
  EXPECT_EQ(Verify(), 0u);
  Load({"h", "i"}, "y");
  database_.Reopen();
  const auto view = *Shop()->CurrentView();
  EXPECT_EQ(view->members().everyone_count(), 4u);
  EXPECT_EQ(ValuesOf(*view, "h", "city"), "y");
  EXPECT_EQ(ValuesOf(*view, "f", "city"), "(no member)");
}

// The mark of a crash stays with a population that no server could open.
TEST_F(IdentityTest, PartsOfTwoPopulationsAreAProblemOfTheVerification) {
  Load({"a", "b"}, "x");
  LoadSpec spec;
  spec.population = "other";
  ASSERT_THAT(LoadText(*database_, spec, {{"p"}, {"q"}, {"r"}}), IsOk());
  database_.Close();
  fs::remove_all(Folder() / "members");
  fs::copy(Folder("other") / "members", Folder() / "members", fs::copy_options::recursive);
  std::ofstream(Folder() / "CRASHED") << "SIGSEGV\n";
  std::string problems;
  const auto found = VerifyFolder(database_.folder(), "shop", [&](const Check& check, bool ended) {
    if (ended) {
      for (const Finding& problem : check.first_problems) problems += problem.text;
    }
    return true;
  });
  EXPECT_GT(found.value(), 0u);
  EXPECT_THAT(problems, HasSubstr("is not of the same population as"));
  EXPECT_TRUE(fs::exists(Folder() / "CRASHED"));
  database_.Open();
}

TEST_F(IdentityTest, MembersOfAnotherPopulationAreRefused) {
  Load({"a", "b"}, "x");
  LoadSpec spec;
  spec.population = "other";
  ASSERT_THAT(LoadText(*database_, spec, {{"p"}, {"q"}, {"r"}}), IsOk());
  database_.Close();
  fs::rename(Folder() / "members", database_.folder() + "/aside");
  fs::copy(Folder("other") / "members", Folder() / "members");
  DatabaseOptions options;
  options.directory = database_.folder();
  absl::StatusOr<std::unique_ptr<Database>> opened = Database::Open(options);
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT((*opened)->FindPopulation("other"), IsOk());
  const absl::Status refused = (*opened)->FindPopulation("shop").status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ReasonOf(refused), Reason::kStorageCorrupt);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("shop/members is not of the same population as"));
  opened->reset();
  fs::remove_all(Folder() / "members");
  fs::rename(database_.folder() + "/aside", Folder() / "members");
  database_.Open();
}

}  // namespace
}  // namespace muster::index
