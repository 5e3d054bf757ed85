#include "index/disk/disk_room.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace fs = std::filesystem;

class DiskRoomTest : public ::testing::Test {
 protected:
  DiskRoomTest() {
    std::string name = ::testing::TempDir() + "/muster_disk_XXXXXX";
    folder_ = fs::canonical(mkdtemp(name.data())).string();
  }
  ~DiskRoomTest() override {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
    fs::remove_all(folder_);
  }
  // A file system of its own in the folder; false where that needs another user.
  bool Mount(const char* options) {
    mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, options) == 0;
    return mounted_;
  }
  void Fill(const std::string& name) const {
    const int file = open((folder_ + "/" + name).c_str(), O_CREAT | O_WRONLY, 0600);
    const std::string block(4096, 'x');
    while (WriteAll(file, block) == 0) {
    }
    close(file);
  }

  std::string folder_;
  bool mounted_ = false;
};

TEST_F(DiskRoomTest, TellsWantOfRoomFromOtherErrors) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) EXPECT_TRUE(IsNoRoom(error)) << strerror(error);
  for (const int error : {0, EIO, EACCES, EROFS, ENOMEM}) EXPECT_FALSE(IsNoRoom(error)) << strerror(error);
}

TEST_F(DiskRoomTest, TheSentenceNamesTheDiskAndTheMend) {
  const absl::Status full =
      NoRoom(ENOSPC, "writing 'list.csv'", folder_ + "/not/there/list.csv", "it is gone");
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(full), Reason::kDiskFull);
  const std::string text(full.message());
  EXPECT_THAT(text, HasSubstr("writing 'list.csv': the disk mounted at /"));
  EXPECT_THAT(text, HasSubstr(" bytes"));
  EXPECT_THAT(text, HasSubstr("it is gone: "));
  EXPECT_THAT(text, Not(HasSubstr("backup")));
  EXPECT_THAT(DescribeNoRoom(EDQUOT, folder_), HasSubstr("the quota on the disk mounted at /"));
}

TEST_F(DiskRoomTest, WhereThereIsRoomAWriteFailedForAnotherReason) {
  EXPECT_EQ(WhyNoRoom(folder_ + "/data.mdb", 4 << 20), 0);
  EXPECT_TRUE(fs::is_empty(folder_)) << "the trial leaves nothing behind";
  EXPECT_EQ(WhyNotWritable(folder_), 0);
  EXPECT_EQ(WhyNotWritable(folder_ + "/not/there"), 0);
}

// Needs no rights: what a full disk is for others, the greatest size of a file is for one process.
TEST_F(DiskRoomTest, TheGreatestSizeOfAFileIsWantOfRoom) {
  const std::string path = folder_ + "/data.mdb";
  std::ofstream(path) << std::string(60'000, 'x');
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{65'536, 65'536};
    setrlimit(RLIMIT_FSIZE, &limit);
    const bool said = WhyNoRoom(path, 8'192) == EFBIG && WhyNoRoom(path, 4'096) == 0 &&
                      DescribeNoRoom(EFBIG, path) == "this process may write no file beyond 65536 bytes";
    const int file = open(path.c_str(), O_WRONLY | O_APPEND);
    _exit(said && WriteAll(file, std::string(8'192, 'y')) == EFBIG ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(DiskRoomTest, AFullFileSystem) {
  if (!Mount("size=256k")) GTEST_SKIP() << "no small file system can be mounted here: " << strerror(errno);
  EXPECT_EQ(WhyNoRoom(folder_ + "/data.mdb", 64 << 10), 0);
  Fill("ballast");
  EXPECT_EQ(WhyNoRoom(folder_ + "/data.mdb", 64 << 10), ENOSPC);
  EXPECT_EQ(DescribeNoRoom(ENOSPC, folder_ + "/data.mdb"),
            "the disk mounted at " + folder_ + " is full (0 bytes free)");
}

TEST_F(DiskRoomTest, AFileSystemWithoutInodes) {
  if (!Mount("size=1m,nr_inodes=3"))
    GTEST_SKIP() << "no small file system can be mounted here: " << strerror(errno);
  for (int i = 0; i < 8; ++i) std::ofstream(folder_ + "/" + std::to_string(i)) << 'x';
  EXPECT_EQ(WhyNoRoom(folder_ + "/data.mdb", 64 << 10), ENOSPC);
  EXPECT_THAT(std::string(NoRoom(ENOSPC, "making a file", folder_, "it is gone").message()),
              HasSubstr("has no inode left for another file, though "));
}

TEST_F(DiskRoomTest, AMountForReadingAlone) {
  if (!Mount("size=256k")) GTEST_SKIP() << "no small file system can be mounted here: " << strerror(errno);
  ASSERT_EQ(mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
  EXPECT_EQ(WhyNotWritable(folder_), EROFS);
}

}  // namespace
}  // namespace muster::index
