#include "loaders/files/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "loaders/files/byte_source.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  OutputFileTest() : folder_(fs::path(testing::TempDir()) / ("muster-output-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~OutputFileTest() override { fs::remove_all(folder_); }

  std::string Path(const char* name) const { return (folder_ / name).string(); }
  // How many files lie in the folder.
  ptrdiff_t Files() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }
  // The file's bytes, decompressed.
  static std::string ReadBack(const std::string& path) {
    auto file = RawFile::Open({path});
    auto source = ByteSource::Open(file->get());
    std::string text(1 << 20, '\0');
    size_t filled = 0;
    while (true) {
      auto got = (*source)->Read(absl::MakeSpan(text).subspan(filled));
      if (!got.ok() || *got == 0) break;
      filled += *got;
    }
    text.resize(filled);
    return text;
  }

  const fs::path folder_;
};

TEST_F(OutputFileTest, IsThereWholeOrNotAtAll) {
  {
    auto file = OutputFile::Create(Path("list.txt"));
    ASSERT_THAT(file, IsOk());
    ASSERT_THAT((*file)->Write(std::string(1 << 20, 'h')), IsOk());
    EXPECT_EQ(Files(), 0);  // nothing that a killed program would leave behind
  }
  EXPECT_EQ(Files(), 0);
  auto file = OutputFile::Create(Path("list.txt"));
  ASSERT_THAT((*file)->Write("whole\n"), IsOk());
  ASSERT_THAT((*file)->Publish(), IsOk());
  EXPECT_EQ(ReadBack(Path("list.txt")), "whole\n");
  EXPECT_EQ(Files(), 1);
  auto again = OutputFile::Create(Path("list.txt"));
  ASSERT_THAT((*again)->Write("again\n"), IsOk());
  EXPECT_EQ(ReadBack(Path("list.txt")), "whole\n");
  ASSERT_THAT((*again)->Publish(), IsOk());
  EXPECT_EQ(ReadBack(Path("list.txt")), "again\n");
  EXPECT_EQ(Files(), 1);
}

TEST_F(OutputFileTest, CompressesByName) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i * 7919) + "\n";
  for (const char* name : {"list.gz", "list.zst"}) {
    auto file = OutputFile::Create(Path(name));
    for (size_t at = 0; at < text.size(); at += 1000)
      ASSERT_THAT((*file)->Write(text.substr(at, 1000)), IsOk());
    ASSERT_THAT((*file)->Publish(), IsOk());
    EXPECT_EQ(ReadBack(Path(name)), text);
    EXPECT_LT(fs::file_size(Path(name)), text.size());
  }
}

TEST_F(OutputFileTest, WritesDevicesDirectlyAndNamesWhatFails) {
  auto null = OutputFile::Create("/dev/null");
  ASSERT_THAT((*null)->Write("x"), IsOk());
  EXPECT_THAT((*null)->Publish(), IsOk());
  EXPECT_TRUE(fs::exists("/dev/null"));
  const absl::Status no_folder = OutputFile::Create(Path("no/list.txt")).status();
  EXPECT_THAT(no_folder, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(no_folder.message(),
            absl::StrCat("the file '", Path("no/list.txt"),
                         "' can't be written (No such file or directory): make the folder '", Path("no"),
                         "' first, or name a file elsewhere"));
  EXPECT_THAT(OutputFile::Create(folder_.string()).status().message(), HasSubstr("name a file in it"));
  EXPECT_THAT(OutputFile::Create("/proc/list.txt").status().message(), HasSubstr("name a file elsewhere"));
  auto full = OutputFile::Create("/dev/full");
  ASSERT_THAT((*full)->Write("x"), IsOk());
  EXPECT_THAT((*full)->Publish(), StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace muster::loaders
