// Populations with a missing part are offline; populations whose creation never finished are removed.
#include <fstream>

#include "gmock/gmock.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class IncompletePopulation : public ::testing::Test {
 protected:
  // The population `shop` with these members, closed.
  void Load(const std::string& label, const TextRecords& records) {
    LoadSpec spec;
    spec.population = "shop";
    spec.label = label;
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
    database_.Close();
  }
  void Open() { database_.Open(); }
  fs::path Folder() const { return fs::path(database_.folder()) / "populations" / "shop"; }
  // The directory is served, and the population is not.
  absl::Status WhyNot() const {
    DatabaseOptions options;
    options.directory = database_.folder();
    options.map_size = size_t{16} << 30;
    ASSIGN_OR_RETURN(const std::unique_ptr<Database> opened, Database::Open(options));
    EXPECT_TRUE(opened->ListPopulations().empty());
    EXPECT_EQ(opened->ListOffline().size(), 1u);
    return opened->FindPopulation("shop").status();
  }
  void ExpectLost(const std::string& words) const {
    const absl::Status refused = WhyNot();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_EQ(ReasonOf(refused), Reason::kStorageCorrupt);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(words));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("from a backup"));
  }

  TestDatabase database_;
};

TEST_F(IncompletePopulation, AnEnvironmentThatIsMissingOrEmpty) {
  Load("", {{"a"}, {"b"}});
  for (const char* part : {"index", "members"}) {
    const fs::path aside = database_.folder() + "/aside";
    fs::rename(Folder() / part, aside);
    ExpectLost(std::string(part) + "/data.mdb is missing");
    EXPECT_FALSE(fs::exists(Folder() / part)) << "a refused start makes nothing";
    fs::create_directory(Folder() / part);
    ExpectLost(std::string(part) + "/data.mdb is missing");
    std::ofstream(Folder() / part / "data.mdb").close();
    ExpectLost(std::string(part) + "/data.mdb is empty");
    fs::remove_all(Folder() / part);
    fs::rename(aside, Folder() / part);
  }
  Open();
  EXPECT_EQ((*(*database_->FindPopulation("shop"))->CurrentView())->members().everyone_count(), 2u);
}

TEST_F(IncompletePopulation, MembersOfAnEarlierDay) {
  Load("monday", {{"a"}, {"b"}});
  const fs::path kept = database_.folder() + "/monday";
  fs::copy(Folder() / "members", kept);
  Open();
  Load("tuesday", {{"c"}});
  fs::remove_all(Folder() / "members");
  fs::rename(kept, Folder() / "members");
  ExpectLost(
      "member ids is damaged: it ends at number 2, and the last load was published with ids up to number 3");
}

TEST_F(IncompletePopulation, WhatWasNeverFinishedGoes) {
  Load("", {{"a"}});
  const fs::path unfinished = Folder().string() + ".unfinished";
  fs::create_directories(unfinished / "index");
  std::ofstream(unfinished / "index" / "data.mdb").close();
  Open();
  EXPECT_FALSE(fs::exists(unfinished));
  EXPECT_EQ(database_->ListPopulations().size(), 1u);
}

}  // namespace
}  // namespace muster::index
