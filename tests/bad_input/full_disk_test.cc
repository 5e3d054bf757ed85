// A disk that fills up during a load, and a map that is smaller than what is loaded.
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: c, kind: SINGLE}\n  - {name: n, kind: NUMBER}\n";

std::string Records(int first, int count) {
  std::string text = "id,c,n\n";
  for (int i = first; i < first + count; ++i) {
    absl::StrAppend(&text, "member-with-a-rather-long-name-", i, ",value-", i * 7 % 100'000, ",", i, "\n");
  }
  return text;
}

// A file system of 48 MiB, mounted during the object's lifetime.
class SmallDisk {
 public:
  SmallDisk()
      : mounted_(mount("tmpfs", scratch_.path().c_str(), "tmpfs", 0, "size=48m") == 0),
        why_(strerror(errno)) {}
  ~SmallDisk() {
    if (mounted_) umount2(scratch_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  const std::string& path() const { return scratch_.path(); }
  // Fills it up to `left` bytes.
  void Fill(uint64_t left) const {
    const uint64_t free = std::filesystem::space(path()).available;
    std::ofstream ballast(path() + "/ballast", std::ios::binary);
    const std::string block(65536, 'x');
    for (uint64_t written = 0; written + left < free; written += block.size()) ballast << block;
  }
  void Relieve() const { std::filesystem::remove(path() + "/ballast"); }

 private:
  ScratchFolder scratch_;
  bool mounted_;
  std::string why_;
};

Finished Muster(const ServerProcess& server, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--server", server.address()});
  return testing::Run("muster", arguments);
}

TEST(FullDisk, ALoadThatFindsNoRoomIsRefusedAndNothingIsLost) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  const ScratchFolder files;
  const std::string schema = files.Write("tags.yaml", kSchema);
  const auto load_arguments = [&](const std::string& path) {
    return std::vector<std::string>{"load",        path, "--population", "p",
                                    "--id-column", "id", "--schema",     schema};
  };
  auto server = std::make_unique<ServerProcess>(disk.path() + "/data");
  ASSERT_TRUE(server->up());
  const Finished first = Muster(*server, load_arguments(files.Write("first.csv", Records(0, 1'000))));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const std::string big = files.Write("big.csv", Records(500, 100'000));
  for (const uint64_t left : {uint64_t{64} << 10, uint64_t{1} << 20, uint64_t{4} << 20}) {
    SCOPED_TRACE(absl::StrCat(left, " bytes left"));
    disk.Fill(left);
    const Finished refused = Muster(*server, load_arguments(big));
    EXPECT_EQ(refused.exit_code, 1) << refused.out << refused.err;
    EXPECT_THAT(refused.err, ::testing::AnyOf(HasSubstr("full"), HasSubstr("room"), HasSubstr("space")));
    // It goes on answering, full as it is.
    EXPECT_EQ(Muster(*server, {"count", "--population", "p", "EVERYONE"}).out, "1000\n");
    EXPECT_EQ(Muster(*server, {"count", "--population", "p", "n >= 600"}).out, "400\n");
    EXPECT_EQ(server->Stop(), 0);
    disk.Relieve();
    server = std::make_unique<ServerProcess>(disk.path() + "/data");
    ASSERT_TRUE(server->up());
    EXPECT_EQ(Muster(*server, {"count", "--population", "p", "EVERYONE"}).out, "1000\n");
    EXPECT_EQ(Muster(*server, {"count", "--population", "p", "n >= 600"}).out, "400\n");
  }
  const Finished load = Muster(*server, load_arguments(big));
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_EQ(Muster(*server, {"count", "--population", "p", "EVERYONE"}).out, "100500\n");
  EXPECT_EQ(Muster(*server, {"count", "--population", "p", "HAS c AND n >= 600"}).out, "99900\n");
}

TEST(FullDisk, RoomMadeWhileTheServerRunsIsUsed) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  const ScratchFolder files;
  const std::string schema = files.Write("tags.yaml", kSchema);
  const ServerProcess server(disk.path() + "/data");
  ASSERT_TRUE(server.up());
  disk.Fill(uint64_t{256} << 10);
  const std::vector<std::string> load = {"load",         files.Write("big.csv", Records(0, 50'000)),
                                         "--population", "p",
                                         "--id-column",  "id",
                                         "--schema",     schema,
                                         "--label",      "day-1"};
  EXPECT_EQ(Muster(server, load).exit_code, 1);
  disk.Relieve();
  const Finished again = Muster(server, load);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(Muster(server, {"count", "--population", "p", "EVERYONE"}).out, "50000\n");
}

// Maps begin smaller than what is loaded here.
TEST(FullDisk, ASmallMapGrowsWithWhatIsLoaded) {
  TinyServer server({"--map-size", "1073741824"});
  for (int day = 0; day < 3; ++day) server.MustLoad(Records(day * 50'000, 200'000), kSchema);
  EXPECT_EQ(server.CountOf("EVERYONE"), 300'000);
  EXPECT_EQ(server.CountOf("n >= 299990"), 10);
  server.Restart();
  EXPECT_EQ(server.CountOf("HAS c AND n >= 150000"), 150'000);
}

}  // namespace
}  // namespace muster::testing
