#include "server/lifecycle/open_files.h"

#include <sys/resource.h>

#include "gtest/gtest.h"

namespace muster::server {
namespace {

TEST(OpenFilesTest, TheSoftLimitBecomesTheHardOne) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(RaiseOpenFileLimit(), before.rlim_max);
  rlimit after = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(OpenFilesTest, ConnectionsLeaveRoomForFiles) {
  EXPECT_EQ(ConnectionsWithin(4'096, 1 << 20), 4'096);
  EXPECT_EQ(ConnectionsWithin(4'096, 1'024), 736);
  EXPECT_EQ(ConnectionsWithin(4'096, 256), 160);
  EXPECT_EQ(ConnectionsWithin(4'096, 16), 4);
  EXPECT_EQ(ConnectionsWithin(100, 1'024), 100);
}

}  // namespace
}  // namespace muster::server
