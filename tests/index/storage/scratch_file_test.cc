#include "index/storage/files/scratch_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/index/storage/disk_errors.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ReadBack(const ScratchFile& file, uint64_t at, size_t size) {
  std::string bytes(size, ' ');
  EXPECT_THAT(file.Read(at, absl::MakeSpan(bytes)), IsOk());
  return bytes;
}

TEST(ScratchFile, IsReadAsItWasWrittenAndHasNoName) {
  const TemporaryDirectory directory;
  const absl::StatusOr<std::unique_ptr<ScratchFile>> opened = ScratchFile::Open(directory.path(), "numbers");
  ASSERT_THAT(opened, IsOk());
  ScratchFile& file = **opened;
  ASSERT_THAT(file.Append("one "), IsOk());
  ASSERT_THAT(file.Append("two"), IsOk());
  EXPECT_EQ(file.size(), 7u);
  EXPECT_EQ(ReadBack(file, 0, 7), "one two");
  EXPECT_EQ(ReadBack(file, 4, 3), "two");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  std::string beyond(5, ' ');
  const absl::Status early = file.Read(4, absl::MakeSpan(beyond));
  EXPECT_THAT(early, StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(std::string(early.message()), AllOf(HasSubstr("reading back numbers"),
                                                  HasSubstr("ends too early"), HasSubstr("run this again")));
  EXPECT_THAT(file.Damaged(), StatusIs(absl::StatusCode::kInternal));
}

TEST(ScratchFile, AFullDiskIsToldAndLeavesTheFileAsItWas) {
  const TemporaryDirectory directory;
  const std::unique_ptr<ScratchFile> file = *ScratchFile::Open(directory.path(), "numbers");
  ASSERT_THAT(file->Append("one "), IsOk());
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
    const FailingDisk full(DiskError::kFails, error, directory.path());
    const absl::Status refused = file->Append("two ");
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(refused), Reason::kDiskFull);
  }
  {
    const FailingDisk broken(DiskError::kFails, EIO, directory.path());
    const absl::Status refused = file->Append("two ");
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInternal));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("writing numbers to a file in "));
  }
  {
    const FailingDisk short_of_room(DiskError::kIsShort, 0, directory.path());
    EXPECT_EQ(ReasonOf(file->Append("two ")), Reason::kDiskFull) << "a part of it was written";
  }
  ASSERT_THAT(file->Append("three"), IsOk());
  EXPECT_EQ(file->size(), 9u);
  EXPECT_EQ(ReadBack(*file, 0, 9), "one three");
}

TEST(ScratchFile, AFolderThatIsNotThereIsNamed) {
  const absl::Status opened = ScratchFile::Open("/not/there", "numbers").status();
  EXPECT_FALSE(opened.ok());
  EXPECT_THAT(std::string(opened.message()), HasSubstr("/not/there"));
}

TEST(ScratchFile, WhatACrashLeftIsSwept) {
  const TemporaryDirectory directory;
  for (const char* name : {"scratch-aB3xYz.tmp", "scratch-000000.tmp", "notes.tmp", "data.mdb"})
    std::ofstream(directory.path() + "/" + name) << "x";
  SweepScratchFiles(directory.path());
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/scratch-aB3xYz.tmp"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/scratch-000000.tmp"));
  EXPECT_TRUE(std::filesystem::exists(directory.path() + "/notes.tmp"));
  EXPECT_TRUE(std::filesystem::exists(directory.path() + "/data.mdb"));
}

}  // namespace
}  // namespace muster::index
