// Commits to failing disks: the error of each failure, and that nothing of the transaction is stored.
#include <cerrno>
#include <cstring>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/environment.h"
#include "index/storage/files/lmdb_status.h"
#include "index/storage/pages/keys.h"
#include "tests/index/storage/disk_errors.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FailingDiskTest : public ::testing::Test {
 protected:
  FailingDiskTest() { Open(); }
  void Open() {
    environment_.reset();
    auto opened = Environment::Open({.directory = directory_.path()});
    EXPECT_THAT(opened, IsOk());
    if (opened.ok()) environment_ = *std::move(opened);
  }
  // Some pages, one next to the other and apart.
  absl::Status Put(char content) {
    ASSIGN_OR_RETURN(auto transaction, environment_->BeginWrite());
    for (uint32_t i = 0; i < 200; ++i) {
      RETURN_IF_ERROR(transaction.Put(DatabaseId::kSettings, MakeKey(i), std::string(1'000, content)));
    }
    return transaction.Commit();
  }
  void ExpectAll(char content) {
    auto transaction = environment_->BeginRead();
    ASSERT_THAT(transaction, IsOk());
    for (uint32_t i = 0; i < 200; ++i) {
      auto value = transaction->Get(DatabaseId::kSettings, MakeKey(i));
      ASSERT_TRUE(value.ok() && value->has_value());
      ASSERT_EQ(**value, std::string(1'000, content)) << i;
    }
  }
  std::string File() const { return directory_.path() + "/data.mdb"; }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_;
};

TEST_F(FailingDiskTest, EachErrorOfAWriteHasItsNameAndNothingIsChanged) {
  const struct {
    int error;
    absl::StatusCode code;
    Reason reason;
    const char* says;
  } kErrors[] = {
      {ENOSPC, absl::StatusCode::kResourceExhausted, Reason::kDiskFull, "is full"},
      {EDQUOT, absl::StatusCode::kResourceExhausted, Reason::kDiskFull, "the quota on the disk mounted at"},
      {EFBIG, absl::StatusCode::kResourceExhausted, Reason::kDiskFull, "takes"},
      {EROFS, absl::StatusCode::kFailedPrecondition, Reason::kReadOnly, "served for reading alone"},
      {EIO, absl::StatusCode::kDataLoss, Reason::kStorageCorrupt, "the disk can't read or write it"},
  };
  ASSERT_THAT(Put('a'), IsOk());
  for (const auto& row : kErrors) {
    SCOPED_TRACE(std::strerror(row.error));
    absl::Status failed;
    {
      const FailingDisk disk(DiskError::kFails, row.error, File());
      failed = Put('b');
      EXPECT_GT(disk.failed(), 0);
    }
    EXPECT_EQ(failed.code(), row.code) << failed;
    EXPECT_EQ(ReasonOf(failed), row.reason);
    EXPECT_THAT(std::string(failed.message()), HasSubstr(row.says));
    EXPECT_THAT(std::string(failed.message()), HasSubstr(directory_.path()));
    ExpectAll('a');
    Open();
    ExpectAll('a');
    const absl::Status again = Put('a');
    EXPECT_THAT(again, IsOk());
  }
}

// LMDB says EIO of each.
TEST_F(FailingDiskTest, AShortWriteIsWantOfRoomOrABrokenDisk) {
  ASSERT_THAT(Put('a'), IsOk());
  absl::Status failed;
  {
    const FailingDisk disk(DiskError::kIsShort, 0, File());
    failed = Put('b');
  }
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ReasonOf(failed), Reason::kStorageCorrupt);
  EXPECT_THAT(std::string(failed.message()), HasSubstr("the disk can't read or write it"));
  ExpectAll('a');
  for (const int error : {ENOSPC, EDQUOT}) {
    const FailingDisk disk(DiskError::kIsShort, 0, File());
    const FailingDisk trial(DiskError::kFails, error,
                            "(deleted)");  // the file that room is tried with has no name
    failed = Put('b');
    EXPECT_GT(trial.failed(), 0);
    EXPECT_THAT(failed, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(failed), Reason::kDiskFull);
    EXPECT_THAT(std::string(failed.message()), Not(HasSubstr("backup")));
  }
  ExpectAll('a');
  EXPECT_THAT(Put('b'), IsOk());
  ExpectAll('b');
}

TEST_F(FailingDiskTest, ASyncThatFailsCommitsNothing) {
  ASSERT_THAT(Put('a'), IsOk());
  {
    const FailingDisk disk(DiskError::kSyncFails, EIO, File());
    const absl::Status failed = Put('b');
    EXPECT_GT(disk.failed(), 0);
    EXPECT_THAT(failed, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(std::string(failed.message()), HasSubstr("the disk can't read or write it"));
  }
  ExpectAll('a');
  Open();
  ExpectAll('a');
  EXPECT_THAT(Put('c'), IsOk());
}

// After a failed write to the first pages LMDB doesn't know their content, and refuses further writes.
TEST(LmdbStatusTest, AfterAFailedWriteOfTheFirstPagesTheServerIsToBeStartedAgain) {
  const absl::Status panic = FromLmdb(/*MDB_PANIC=*/-30795, "committing to /srv/p");
  EXPECT_THAT(panic, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(panic.message()), HasSubstr("restart the server"));
}

}  // namespace
}  // namespace muster::index
