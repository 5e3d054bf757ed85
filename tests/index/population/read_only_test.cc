// A data directory that can't be written: served for reading, and not a byte of it changes.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "gmock/gmock.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

LoadSpec SpecOf(const std::string& population) {
  LoadSpec spec;
  spec.population = population;
  spec.create_population = true;
  return spec;
}

std::map<std::string, std::string> FilesBelow(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    // Who holds the directory, for people; it fails in silence where it can't be written.
    if (entry.path().filename() == "LOCK") continue;
    files[entry.path()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

class ReadOnlyTest : public ::testing::Test {
 protected:
  void OpenForReading() {
    DatabaseOptions options;
    options.directory = database_.folder();
    options.map_size = size_t{16} << 30;
    options.read_only = true;
    auto opened = Database::Open(options);
    ASSERT_THAT(opened, IsOk());
    reading_ = *std::move(opened);
    EXPECT_TRUE(reading_->read_only());
  }
  static void ExpectReadOnly(const absl::Status& status) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(status), Reason::kReadOnly);
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("served for reading alone"));
  }
  void ExpectReadsAndNothingElse() {
    auto population = reading_->FindPopulation("shop");
    ASSERT_THAT(population, IsOk());
    auto view = (*population)->CurrentView();
    ASSERT_THAT(view, IsOk());
    EXPECT_EQ((*view)->members().everyone_count(), 2u);
    auto member = (*view)->members().Find("b");
    ASSERT_TRUE(member.ok() && member->has_value());
    std::vector<std::string> ids;
    const Ordinal ordinals[] = {0, 1};
    ASSERT_THAT((*(*population)->CurrentView())->members().ReadIds(ordinals, ids), IsOk());
    EXPECT_EQ(ids, (std::vector<std::string>{"a", "b"}));
    auto pinned = (*population)->OpenView(*(*view)->PinWhole({}));
    EXPECT_THAT(pinned, IsOk());
    ExpectReadOnly(reading_->BeginLoad(SpecOf("shop")).status());
    ExpectReadOnly(reading_->BeginLoad(SpecOf("new")).status());
    ExpectReadOnly(reading_->CreatePopulation("new", "").status());
    ExpectReadOnly(reading_->DropPopulation("shop"));
    Tag tag;
    tag.name = "more";
    tag.kind = TagKind::kFlag;
    ExpectReadOnly((*population)->CreateTag(tag).status());
    EXPECT_EQ(reading_->ListPopulations().size(), 1u);
  }

  TestDatabase database_;
  std::unique_ptr<Database> reading_;
};

TEST_F(ReadOnlyTest, AnswersQuestionsAndRefusesTheRest) {
  ASSERT_THAT(LoadText(*database_, SpecOf("shop"), {{"a"}, {"b"}}), IsOk());
  database_.Close();
  const auto before = FilesBelow(database_.folder());
  OpenForReading();
  ExpectReadsAndNothingElse();
  reading_.reset();
  EXPECT_EQ(FilesBelow(database_.folder()), before);
  database_.Open();
  EXPECT_THAT(LoadText(*database_, SpecOf("shop"), {{"c"}}), IsOk());
}

// What an unfinished load and a crash leave stays as it is.
TEST_F(ReadOnlyTest, AfterACrashToo) {
  ASSERT_THAT(LoadText(*database_, SpecOf("shop"), {{"a"}, {"b"}}), IsOk());
  auto open = database_->BeginLoad(SpecOf("unfinished"));
  ASSERT_THAT(open, IsOk());
  const std::string copy = database_.folder() + "-copy";
  fs::copy(database_.folder(), copy, fs::copy_options::recursive);
  open->reset();
  database_.Close();
  fs::remove_all(database_.folder());
  fs::rename(copy, database_.folder());
  fs::create_directory(database_.folder() + "/populations/x.unfinished");
  const auto before = FilesBelow(database_.folder());
  OpenForReading();
  ExpectReadsAndNothingElse();
  reading_.reset();
  EXPECT_EQ(FilesBelow(database_.folder()), before);
  EXPECT_TRUE(fs::exists(database_.folder() + "/populations/unfinished"));
}

}  // namespace
}  // namespace muster::index
