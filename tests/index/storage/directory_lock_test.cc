#include "index/storage/files/directory_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

TEST(DirectoryLockTest, ASecondHolderIsRefusedAndToldWhoHoldsIt) {
  TemporaryDirectory directory;
  auto first = DirectoryLock::Take(directory.path());
  ASSERT_THAT(first, IsOk());
  auto second = DirectoryLock::Take(directory.path());
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(second.status().message()), ::testing::HasSubstr(std::to_string(getpid())));
  EXPECT_THAT(std::string(second.status().message()), ::testing::HasSubstr(directory.path()));
}

TEST(DirectoryLockTest, ItIsFreeAfterwards) {
  TemporaryDirectory directory;
  { ASSERT_THAT(DirectoryLock::Take(directory.path()), IsOk()); }
  auto again = DirectoryLock::Take(directory.path());
  ASSERT_THAT(again, IsOk());
  DirectoryLock moved = *std::move(again);
  EXPECT_THAT(DirectoryLock::Take(directory.path()), ::testing::Not(IsOk())) << "a moved lock still holds";
}

TEST(DirectoryLockTest, NothingThatIsRemovedOrRenamedFreesIt) {
  TemporaryDirectory directory;
  const std::string data = directory.path() + "/data";
  std::filesystem::create_directory(data);
  auto first = DirectoryLock::Take(data);
  ASSERT_THAT(first, IsOk());
  std::filesystem::remove(data + "/LOCK");
  const absl::Status without_file = DirectoryLock::Take(data).status();
  EXPECT_THAT(without_file, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(without_file.message()), ::testing::HasSubstr("in use by another server"));
  EXPECT_FALSE(std::filesystem::exists(data + "/LOCK")) << "a refused server leaves nothing";
  std::filesystem::rename(data, directory.path() + "/moved");
  EXPECT_THAT(DirectoryLock::Take(directory.path() + "/moved"), ::testing::Not(IsOk()));
}

TEST(DirectoryLockTest, AMissingDirectoryIsNamed) {
  TemporaryDirectory directory;
  auto lock = DirectoryLock::Take(directory.path() + "/nowhere");
  EXPECT_THAT(lock, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(lock.status().message()), ::testing::HasSubstr("nowhere"));
}

}  // namespace
}  // namespace muster::index
