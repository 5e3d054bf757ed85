#include "loaders/files/parts_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "tests/loaders/files/packed_text.h"
#include "tests/loaders/files/written_records.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PartsTest : public testing::Test {
 protected:
  PartsTest() : folder_(absl::StrCat(testing::TempDir(), "muster-parts-", getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~PartsTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) {
    const std::filesystem::path path = std::filesystem::path(folder_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  static std::vector<std::string> NamesOf(const InputParts& input) {
    std::vector<std::string> names;
    for (const InputPart& part : input.parts) names.push_back(part.name);
    return names;
  }

  // The records of the folder, or of a pattern in it, with the place that Locate gives each line.
  absl::StatusOr<std::vector<std::string>> Read(const std::string& name = "", const TextFormat& format = {}) {
    ASSIGN_OR_RETURN(const InputParts input, FindInputParts(name.empty() ? folder_ : Path(name), false));
    ASSIGN_OR_RETURN(reader_, OpenRecords(input, format));
    WrittenRecords sink;
    absl::StatusOr<bool> more = true;
    while (more.ok() && *more) more = reader_->ReadSome(sink);
    RETURN_IF_ERROR(more.status());
    for (std::string& record : sink.records) {
      const size_t digits = record.find_first_not_of("0123456789");
      const InputLine place = reader_->Locate(std::stoull(record.substr(0, digits)));
      record = absl::StrCat(place.path.substr(folder_.size() + 1), ":", place.line, record.substr(digits));
    }
    return sink.records;
  }

  const std::string folder_;
  std::unique_ptr<RecordReader> reader_;
};

TEST_F(PartsTest, LinksThatWouldDoubleOrLoseRecordsAreRefused) {
  Write("a.csv", "id\n1\n");
  const auto refusal = [this] { return std::string(FindInputParts(folder_, false).status().message()); };
  std::filesystem::create_directory_symlink(".", Path("loop"));
  EXPECT_THAT(refusal(), HasSubstr("loop' is a link to a folder"));
  std::filesystem::remove(Path("loop"));
  std::filesystem::create_symlink("nowhere.csv", Path("b.csv"));
  EXPECT_THAT(refusal(), HasSubstr("b.csv' is no file that can be read"));
  std::filesystem::remove(Path("b.csv"));
  std::filesystem::create_symlink("a.csv", Path("b.csv"));
  EXPECT_EQ(FindInputParts(folder_, false)->parts.size(), 2u);
}

TEST_F(PartsTest, FilesOfADirectoryComeInTheOrderOfTheirNames) {
  Write("part-00010.csv", "id,a\n3,z\n");
  Write("part-00002.csv.gz", Gzipped("id,a\n1,x\n2,y\n"));
  Write("part-00011.csv.zst", Zstandard("a,id\nw,4\n\nv,5\n"));
  Write("_SUCCESS", "");
  Write(".part-00002.csv.gz.crc", "crc");
  Write("_temporary/0/part-00099.csv", "id,a\n9,no\n");
  EXPECT_THAT(*Read(),
              ElementsAre("part-00002.csv.gz:2|1|x", "part-00002.csv.gz:3|2|y", "part-00010.csv:2|3|z",
                          "part-00011.csv.zst:2|4|w", "part-00011.csv.zst:4|5|v"));
  EXPECT_EQ(reader_->bytes_read(), reader_->size());
  EXPECT_THAT(NamesOf(*FindInputParts(folder_ + "/", true)),
              ElementsAre("part-00002.csv.gz", "part-00010.csv", "part-00011.csv.zst"));
}

TEST_F(PartsTest, APatternNamesFilesAndFolders) {
  Write("a-1.csv", "id\n1\n");
  Write("a-2.csv", "id\n2\n");
  Write("b.csv", "id\n3\n");
  Write("_a-3.csv", "id\n4\n");
  Write("deep/a-4.csv", "id\n5\n");
  EXPECT_THAT(*Read("a-*.csv"), ElementsAre("a-1.csv:2|1", "a-2.csv:2|2"));
  EXPECT_THAT(*Read("*.csv"), ElementsAre("a-1.csv:2|1", "a-2.csv:2|2", "b.csv:2|3"));
  EXPECT_THAT(*Read("d[e]ep"), ElementsAre("deep/a-4.csv:2|5"));
  // A file of that very name is meant before a pattern.
  Write("x[1].csv", "id\n7\n");
  EXPECT_FALSE(NamesSeveral(Path("x[1].csv")));
  EXPECT_THAT(FindInputParts(Path("none-*.csv"), false), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(FindInputParts(Path("none-*.csv"), false).status().message()),
              HasSubstr("no file has a name like"));
}

TEST_F(PartsTest, EmptyFilesAreSkippedAndEmptyFoldersRefused) {
  Write("1.csv", "");
  Write("2.csv.gz", Gzipped(""));
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("all of its files are empty"));
  Write("3.csv", "id\nx\n");
  Write("4.csv", "");
  EXPECT_THAT(*Read(), ElementsAre("3.csv:2|x"));
  std::filesystem::create_directories(Path("none/_hidden"));
  Write("none/.x", "id\n1\n");
  EXPECT_THAT(std::string(FindInputParts(Path("none"), false).status().message()),
              HasSubstr("has no file to load"));
}

TEST_F(PartsTest, HeadersHaveTheSameNames) {
  Write("1.csv", "id,a,b\n1,x,y\n");
  Write("2.csv", "b,id,a\nq,2,p\n");
  EXPECT_THAT(*Read(), ElementsAre("1.csv:2|1|x|y", "2.csv:2|2|p|q"));
  Write("2.csv", "b,id\nq,2\n");
  absl::Status differs = Read().status();
  EXPECT_THAT(differs, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(differs.message()), HasSubstr("2.csv' has no column 'a', which '"));
  EXPECT_THAT(std::string(differs.message()),
              HasSubstr("1.csv' has; all files of an input have the same columns"));
  Write("2.csv", "b,id,a,c\nq,2,p,r\n");
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("2.csv' has the column 'c', which '"));
}

TEST_F(PartsTest, FilesWithoutAHeaderHaveDeclaredColumns) {
  Write("000000_0", "1|x\n");
  Write("000001_0", "2|y\n1\n");
  EXPECT_THAT(*Read("", {.delimiter = "|", .columns = {"id", "a"}}),
              ElementsAre("000000_0:1|1|x", "000001_0:1|2|y", HasSubstr("000001_0:2!the record has 1 cell")));
}

TEST_F(PartsTest, ErrorsNameTheFile) {
  Write("1.csv", "id,a\n1,x\n");
  Write("2.csv", "id,a\n2,y\n3,\"never closed\n");
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("2.csv', line 3: the quote"));
  Write("2.csv", "PAR1\x01\x02");
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("2.csv' is a Parquet file"));
}

TEST_F(PartsTest, NdjsonFilesHaveTheKeysOfAll) {
  Write("part-0.json", "{\"id\":1,\"a\":\"x\"}\n");
  Write("part-1.json", "");
  Write("part-2.json", "{\"b\":2,\"id\":3}\nbad\n");
  EXPECT_THAT(*Read(), ElementsAre("part-0.json:1|1|x|", "part-2.json:1|3||2", HasSubstr("part-2.json:2!")));
  EXPECT_THAT(reader_->columns(), ElementsAre("id", "a", "b"));
  EXPECT_THAT(*Read("", {.keys = {{.name = "id"}}}),
              ElementsAre("part-0.json:1|1", "part-2.json:1|3", HasSubstr("part-2.json:2!")));
}

TEST_F(PartsTest, APartitionOfThePathGivesTheDate) {
  Write("dt=2026-11-22/part-0.csv", "id\n1\n");
  Write("dt=2026-11-22/hour=01/part-1.csv", "id\n2\n");
  EXPECT_EQ(FindInputParts(Path("dt=2026-11-22"), false)->date, "2026-11-22");
  EXPECT_EQ(FindInputParts(folder_, false)->date, "2026-11-22");
  EXPECT_EQ(FindInputParts(Path("dt=2026-11-22/part-0.csv"), false)->date, "2026-11-22");
  EXPECT_THAT(NamesOf(*FindInputParts(folder_, false)),
              ElementsAre("dt=2026-11-22/hour=01/part-1.csv", "dt=2026-11-22/part-0.csv"));
  Write("dt=20261123/part-0.csv", "id\n1\n");
  EXPECT_EQ(FindInputParts(Path("dt=20261123"), false)->date, "2026-11-23");
  EXPECT_THAT(std::string(FindInputParts(folder_, false).status().message()),
              HasSubstr("has files of several dates, 2026-11-22 and 2026-11-23: a load has one"));
  Write("x/dt=__HIVE_DEFAULT_PARTITION__/part-0.csv", "id\n1\n");
  EXPECT_THAT(std::string(FindInputParts(Path("x"), false).status().message()),
              HasSubstr("which is no date"));
  Write("y/dt=2026-02-30/part-0.csv", "id\n1\n");
  EXPECT_THAT(FindInputParts(Path("y"), false), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FindInputParts("-", false)->date, "");
}

TEST_F(PartsTest, TheSuccessFileMustBeThereWhenItIsAskedFor) {
  Write("day/part-0.csv", "id\n1\n");
  const absl::Status missing = FindInputParts(Path("day"), true).status();
  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("has no file _SUCCESS"));
  EXPECT_THAT(FindInputParts(Path("day/part-*"), true), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(FindInputParts(Path("day/part-0.csv"), true), StatusIs(absl::StatusCode::kFailedPrecondition));
  Write("day/_SUCCESS", "");
  EXPECT_THAT(FindInputParts(Path("day"), true), IsOk());
  EXPECT_THAT(FindInputParts(Path("day/part-*"), true), IsOk());
  EXPECT_THAT(FindInputParts(Path("day/part-0.csv"), true), IsOk());
  EXPECT_THAT(FindInputParts("-", true), StatusIs(absl::StatusCode::kInvalidArgument));
  Write("day/part-1.csv._COPYING_", "id\n");
  EXPECT_THAT(std::string(FindInputParts(Path("day"), false).status().message()),
              HasSubstr("is still being copied"));
}

TEST_F(PartsTest, NotesOfManyFilesAreBounded) {
  for (int i = 0; i < 30; ++i) Write(absl::StrCat("part-", 10 + i, ".csv"), "id\n1\nid\n");
  EXPECT_EQ(Read()->size(), 30u);
  EXPECT_EQ(reader_->notes().size(), 11u);
  EXPECT_THAT(reader_->notes().back(), HasSubstr("have 20 more notes"));
}

TEST_F(PartsTest, TheDateIsThatOfTheRealPathToo) {
  Write("dt=2026-11-22/part-0.csv", "id\na\n");
  std::filesystem::create_directory_symlink(Path("dt=2026-11-22"), Path("latest"));
  EXPECT_EQ(FindInputParts(Path("latest"), false)->date, "2026-11-22");
  EXPECT_EQ(FindInputParts(Path("latest/part-0.csv"), false)->date, "2026-11-22");
  EXPECT_EQ(FindInputParts(Path("latest/*.csv"), false)->date, "2026-11-22");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(Path("dt=2026-11-22"));
  EXPECT_EQ(FindInputParts("part-0.csv", false)->date, "2026-11-22");
  EXPECT_EQ(FindInputParts(".", false)->date, "2026-11-22");
  std::filesystem::current_path(before);
  // A link whose name says another date than its folder.
  std::filesystem::create_directory_symlink(Path("dt=2026-11-22"), Path("dt=2026-11-23"));
  EXPECT_THAT(std::string(FindInputParts(Path("dt=2026-11-23"), false).status().message()),
              HasSubstr("several dates"));
}

TEST_F(PartsTest, FilesWithADateAndWithoutAreRefused) {
  Write("day/dt=2026-11-22/part-0.csv", "id\na\n");
  Write("day/rest.csv", "id\nb\n");
  const absl::Status mixed = FindInputParts(Path("day"), false).status();
  EXPECT_THAT(mixed, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(mixed.message()), HasSubstr("rest.csv"));
  EXPECT_THAT(std::string(mixed.message()), HasSubstr("2026-11-22"));
}

TEST_F(PartsTest, SeveralPathsAreOneInput) {
  Write("b.csv", "id\n1\n");
  Write("a.csv", "id\n2\n");
  Write("more/c.csv", "id\n3\n");
  const std::vector<std::string> paths = {Path("b.csv"), Path("a.csv"), Path("more")};
  const InputParts input = *FindInputParts(paths, false);
  EXPECT_THAT(NamesOf(input), ElementsAre(Path("a.csv"), Path("b.csv"), Path("more/c.csv")));
  const auto reader = *OpenRecords(input, {});
  EXPECT_THAT(reader->shown_name(), HasSubstr("b.csv' and 2 more"));
  const auto refusal = [this](const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(name == "-" ? name : Path(name));
    return std::string(FindInputParts(all, false).status().message());
  };
  EXPECT_THAT(refusal({"a.csv", "a.csv"}), HasSubstr("named twice"));
  EXPECT_THAT(refusal({"a.csv", "none.csv"}), HasSubstr("there is no file"));
  EXPECT_THAT(refusal({"a.csv", "none-*"}), HasSubstr("no file has a name like"));
  EXPECT_THAT(refusal({"a.csv", "-"}), HasSubstr("standard input is loaded alone"));
}

TEST_F(PartsTest, WhatIsNoTableIsSaid) {
  Write("mixed/a.csv", "id\n1\n");
  Write("mixed/b.ndjson", "{\"id\": \"2\"}\n");
  const std::string mixed(Read("mixed").status().message());
  EXPECT_THAT(mixed, HasSubstr("a.csv"));
  EXPECT_THAT(mixed, HasSubstr("b.ndjson"));
  EXPECT_THAT(mixed, HasSubstr("two kinds"));
  Write("day/part-0.csv", "id\n1\n");
  Write("day/README.txt", "How to read this\n");
  EXPECT_THAT(std::string(Read("day").status().message()), HasSubstr("move it away"));
  std::filesystem::remove(Path("day/README.txt"));
  Write("day/.hidden.csv", "id\n2\n");
  Write("day/_SUCCESS", "");
  Write("day/.part-0.csv.crc", "x");
  EXPECT_THAT(FindInputParts(Path("day"), false)->notes, ElementsAre(HasSubstr("'.hidden.csv' is left out")));
  Write("day/part-1.csv.tmp", "id\n3\n");
  EXPECT_THAT(std::string(FindInputParts(Path("day"), false).status().message()),
              HasSubstr("part-1.csv.tmp"));
}

TEST_F(PartsTest, TextsOfRecordsStandAsInTheFile) {
  Write("a.csv", "id,x\r\n1,\"a\"\"b\"\r\n2,\"over\ntwo\"\n");
  Write("b.csv", "x,id\n\"y\"z,3\n \"4\" , 5\n");
  class Texts : public RecordSink {
   public:
    void TakeRecord(uint64_t, absl::Span<const absl::string_view>) override { Take(); }
    void TakeBroken(const BrokenRecord&) override { Take(); }
    void Take() { texts.emplace_back(reader->record_text()); }
    RecordReader* reader = nullptr;
    std::vector<std::string> texts;
  } sink;
  const auto reader = *OpenRecords(*FindInputParts(folder_, false), {});
  reader->KeepTexts();
  sink.reader = reader.get();
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader->ReadSome(sink);
  ASSERT_THAT(more, IsOk());
  EXPECT_THAT(sink.texts, ElementsAre("1,\"a\"\"b\"", "2,\"over\ntwo\"", "\"y\"z,3", " \"4\" , 5"));
  ASSERT_EQ(reader->files().size(), 2u);
  EXPECT_EQ(reader->files()[1].name, "b.csv");
  EXPECT_EQ(reader->files()[1].lines_before, 3u);
}

}  // namespace
}  // namespace muster::loaders
