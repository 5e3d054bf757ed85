#include "server/lifecycle/open_files.h"

#include <sys/resource.h>

#include <algorithm>

#include "gtest/gtest.h"
#include "index/population/database.h"

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
  EXPECT_EQ(PopulationsWithin(1'000, 1 << 20), 1'000u);
  EXPECT_EQ(ConnectionsWithin(4'096, 1'000, 1 << 20), 4'096);
  for (const uint64_t files : {64, 256, 1'024, 4'096, 20'000}) {
    SCOPED_TRACE(files);
    const size_t populations = PopulationsWithin(1'000, files);
    EXPECT_GE(populations, 1u);
    const int connections = ConnectionsWithin(1'000'000, populations, files);
    EXPECT_GE(connections, 16);
    // All of them at once leave room for what else is open.
    EXPECT_LE(populations * index::kFilesOfPopulation + static_cast<uint64_t>(connections) +
                  std::min<uint64_t>(files / 2, 72),
              files);
  }
  EXPECT_EQ(PopulationsWithin(1'000, 1'024), 79u);
  EXPECT_EQ(ConnectionsWithin(4'096, 79, 1'024), 478);
  EXPECT_EQ(ConnectionsWithin(100, 79, 1'024), 100);
  // A directory may have more populations than could be made.
  EXPECT_EQ(ConnectionsWithin(4'096, 900, 1'024), 4);
  EXPECT_EQ(PopulationsWithin(1'000, 16), 1u);
}

}  // namespace
}  // namespace muster::server
