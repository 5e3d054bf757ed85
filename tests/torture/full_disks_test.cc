// Disks that fill up under a server: loads are refused with the disk's name, questions are answered, and the
// store is sound after kills, restarts and once there is space again. A small file system needs root; without
// root, a limit on the size of files replaces it.
#include <sys/resource.h>

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/small_disk.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSchema[] =
    "tags:\n  - {name: c, kind: SINGLE}\n  - {name: m, kind: MULTI, separator: '|'}\n  - {name: n, kind: "
    "NUMBER}\n";

// `width`: bytes that each value of `c` has more.
std::string Records(uint32_t seed, int count, size_t width = 0) {
  std::mt19937 random(seed);
  std::string text = "id,c,m,n\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "member-with-a-rather-long-name-", random() % 400'000, "-", i, ",c",
                    random() % 500, std::string(width, 'x'), ",a|b", random() % 300, ",",
                    random() % 1'000'000'000, "\n");
  }
  return text;
}

void ExpectRefusedForWantOfRoom(const Finished& load, const std::string& disk) {
  EXPECT_EQ(load.exit_code, 1) << load.out << load.err;
  EXPECT_THAT(load.err,
              AllOf(HasSubstr("the disk mounted at " + disk), HasSubstr("bytes"), HasSubstr("run this again"),
                    Not(HasSubstr("backup")), Not(HasSubstr("damaged"))));
}

TEST(FullDisks, LoadsAreRefusedWithTheDisksNameAndTheStoreIsWhole) {
  for (const char* options : {InFull("size=8m", "size=24m"), "size=6m", "size=64m,nr_inodes=20"}) {
    SCOPED_TRACE(options);
    const SmallDisk disk(options);
    if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
    Serving server(kSchema, disk.path() + "/data");
    ASSERT_TRUE(server.up());
    int refused = 0;
    for (uint32_t load = 0; load < InFull(5u, 12u); ++load) {
      const Finished loaded = server.Load(Records(load, InFull(40'000, 60'000)));
      if (loaded.exit_code == 0) continue;
      ++refused;
      ExpectRefusedForWantOfRoom(loaded, disk.path());
    }
    if (std::string(options).find("inodes") == std::string::npos) {
      EXPECT_GT(refused, 0);
    }
    const std::string everyone = server.Count("EVERYONE");
    const std::string some = server.Count("c = 'c1' OR m = 'b7'");
    for (int round = 0; round < InFull(2, 5); ++round) {
      server.Kill();
      server.Start();
      ASSERT_TRUE(server.up()) << "a full disk keeps nobody from reading";
      EXPECT_EQ(server.Count("EVERYONE"), everyone);
      EXPECT_EQ(server.Count("c = 'c1' OR m = 'b7'"), some);
    }
    disk.Grow();
    const Finished more = server.Load(Records(99, 20'000));
    EXPECT_EQ(more.exit_code, 0) << more.err;
  }
}

TEST(FullDisks, AServerStartsOnADiskWithoutAByte) {
  const SmallDisk disk("size=48m");
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  Serving server(kSchema, disk.path() + "/data");
  ASSERT_TRUE(server.up());
  ASSERT_EQ(server.Load(Records(1, 5'000)).exit_code, 0);
  const std::string some = server.Count("n >= 500000000");
  for (int round = 0; round < InFull(2, 20); ++round) {
    disk.Fill();
    ExpectRefusedForWantOfRoom(server.Load(Records(2, 20'000)), disk.path());
    server.Kill();
    server.Start();
    ASSERT_TRUE(server.up());
    EXPECT_EQ(server.Count("EVERYONE"), "5000\n");
    EXPECT_EQ(server.Count("n >= 500000000"), some);
    ExpectRefusedForWantOfRoom(server.Load(Records(3, 20'000)), disk.path());
    disk.Relieve();
  }
  EXPECT_EQ(server.Load(Records(2, 20'000)).exit_code, 0);
  EXPECT_EQ(server.Count("EVERYONE"), "25000\n");
}

// A load with little memory writes ids and records to the disk before its commit; one of them fills it. Wide
// values make the batches small, so that the load has memory for them.
TEST(FullDisks, ALoadWithLittleMemoryThatFindsNoRoomIsRefusedWhole) {
  constexpr int kRecords = 200'000;
  constexpr size_t kWidth = 300;
  const SmallDisk disk("size=7m");
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  Serving server(kSchema, disk.path() + "/data", nullptr, {"--load-memory", "100MiB"});
  ASSERT_TRUE(server.up());
  ASSERT_EQ(server.Load(Records(1, 5'000)).exit_code, 0);
  for (int round = 0; round < InFull(1, 5); ++round) {
    ExpectRefusedForWantOfRoom(server.Load(Records(2, kRecords, kWidth)), disk.path());
    EXPECT_EQ(server.Count("EVERYONE"), "5000\n");
  }
  disk.Grow();
  const Finished whole = server.Load(Records(2, kRecords, kWidth));
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(server.Count("EVERYONE"), "205000\n");
}

// The twin that needs no mount: what the server inherits bounds every file it writes.
TEST(FullDisks, TheGreatestSizeOfAFileIsTheSame) {
  ScratchFolder folder;
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{rlim_t{2} << 20, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  Serving server(kSchema, folder.path() + "/data");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_TRUE(server.up());
  ASSERT_EQ(server.Load(Records(1, 2'000)).exit_code, 0);
  for (int round = 0; round < InFull(2, 20); ++round) {
    const Finished refused = server.Load(Records(2 + static_cast<uint32_t>(round), 150'000));
    EXPECT_EQ(refused.exit_code, 1) << refused.out;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("this process may write no file beyond 2097152 bytes"),
                                   Not(HasSubstr("backup"))));
    EXPECT_EQ(server.Count("EVERYONE"), "2000\n");
  }
  server.Kill();
  server.Start();  // without the limit
  ASSERT_TRUE(server.up());
  EXPECT_EQ(server.Count("EVERYONE"), "2000\n");
  EXPECT_EQ(server.Load(Records(2, 150'000)).exit_code, 0);
  EXPECT_EQ(server.Count("EVERYONE"), "152000\n");
}

TEST(FullDisks, AListThatFindsNoRoomLeavesNothing) {
  const SmallDisk disk("size=64k");
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  const TinyServer server;
  server.MustLoad(Records(1, 20'000), kSchema);
  const Finished list = server.Members("EVERYONE", {"--output", disk.path() + "/list.csv"});
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_THAT(list.err, AllOf(HasSubstr("the disk mounted at " + disk.path() + " is full"),
                              HasSubstr("nothing was left")));
  EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
}

}  // namespace
}  // namespace muster::testing
