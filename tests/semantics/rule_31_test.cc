// Rule 31: one server a directory, one server a port, and nothing but loopback without --insecure.
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/paths.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST(Rule31, ADataDirectoryIsLockedByOneServer) {
  TinyServer server;
  server.MustLoad("id\na\n", "tags: []\n");
  const Finished second = RunServer({"--data", server.data(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_code, 1) << second.err;
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.data()));
  EXPECT_EQ(server.CountOf("EVERYONE"), 1);
  server.MustLoad("id\nb\n", "tags: []\n");
  // A server that was killed leaves no lock behind.
  server.process().Kill();
  server.Restart();
  EXPECT_EQ(server.CountOf("EVERYONE"), 2);
}

// Whatever is removed or renamed in it, and under whatever path it is named.
TEST(Rule31, NothingInTheDirectoryIsItsLock) {
  TinyServer server;
  server.MustLoad("id\na\n", "tags: []\n");
  const auto start_on = [](const std::string& data) {
    return RunServer({"--data", data, "--listen", "127.0.0.1:0"});
  };
  std::filesystem::remove(server.data() + "/LOCK");
  EXPECT_EQ(start_on(server.data()).exit_code, 1);
  EXPECT_THAT(start_on(server.data()).err, HasSubstr("in use by another server"));
  const std::string link = server.folder() + "/link";
  std::filesystem::create_directory_symlink(server.data(), link);
  EXPECT_EQ(start_on(link).exit_code, 1);
  // Its populations, moved into another directory.
  const std::string other = server.folder() + "/other";
  {
    const TinyServer empty;
    std::filesystem::copy(empty.data() + "/FORMAT", other + "-format");
  }
  std::filesystem::create_directory(other);
  std::filesystem::rename(other + "-format", other + "/FORMAT");
  std::filesystem::rename(server.data() + "/populations", other + "/populations");
  EXPECT_THAT(start_on(other).err, HasSubstr("data.mdb is in use by another server"));
  EXPECT_EQ(server.CountOf("EVERYONE"), 1);
}

TEST(Rule31, APortInUseIsAnError) {
  const TinyServer server;
  server.MustLoad("id\na\n", "tags: []\n");
  const ScratchFolder other;
  const Finished second = RunServer({"--data", other.path() + "/data", "--listen", server.address()});
  EXPECT_EQ(second.exit_code, 1) << second.err;
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.address()));
  EXPECT_FALSE(std::filesystem::exists(other.path() + "/data")) << "it leaves nothing behind";
  EXPECT_EQ(server.CountOf("EVERYONE"), 1);
  // Neither can another address that covers it.
  const std::vector<std::string> parts = absl::StrSplit(server.address(), ':');
  const Finished everywhere =
      RunServer({"--data", other.path() + "/data2", "--listen", "0.0.0.0:" + parts.back(), "--insecure"});
  EXPECT_EQ(everywhere.exit_code, 1) << everywhere.err;
  EXPECT_EQ(everywhere.out, "");
  EXPECT_FALSE(std::filesystem::exists(other.path() + "/data2"));
}

TEST(Rule31, WithoutInsecureAServerListensOnLoopbackOnly) {
  const ScratchFolder scratch;
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:7070"}) {
    const Finished refused = RunServer({"--data", scratch.path() + "/data", "--listen", address});
    EXPECT_EQ(refused.exit_code, 2) << address;
    EXPECT_EQ(refused.out, "") << address;
    EXPECT_THAT(refused.err, HasSubstr("--insecure")) << address;
    EXPECT_THAT(refused.err, HasSubstr(address)) << address;
  }
  for (const char* address : {"0.0.0.0:0", "localhost:0"}) {
    const Finished allowed = testing::Run(
        "/bin/sh",
        {"-c",
         "rm -f \"$1/out\"; "  // the line of the server before this one
         "\"$0\" --data \"$1/data\" --listen $2 --insecure --map-size 1073741824 >\"$1/out\" & pid=$!; "
         "while kill -0 $pid && ! grep -qs . \"$1/out\"; do sleep 0.02; done; "
         "kill -TERM $pid; wait $pid; code=$?; cat \"$1/out\"; exit $code",
         absl::StrCat(MUSTER_BIN_DIR, "/musterd"), scratch.path(), address});
    EXPECT_EQ(allowed.exit_code, 0) << address << "\n" << allowed.err;
    EXPECT_EQ(LinesOf(allowed.out).size(), 1u) << address;
  }
}

TEST(Rule31, ASocketInTheFileSystemServesItsOwnerAndOneServer) {
  const ScratchFolder place;
  const std::string path = place.path() + "/muster.sock";
  TinyServer server({"--listen", "unix:" + path});
  ASSERT_EQ(server.address(), "unix:" + path);
  server.MustLoad("id\na\nb\n", "tags: []\n");
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
  struct stat about = {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  const ScratchFolder other;
  const Finished second = RunServer({"--data", other.path() + "/data", "--listen", "unix:" + path});
  EXPECT_EQ(second.exit_code, 1) << second.err;
  EXPECT_THAT(second.err, HasSubstr("another server listens there"));
  EXPECT_FALSE(std::filesystem::exists(other.path() + "/data")) << "it leaves nothing behind";
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
  // A killed server's socket is replaced.
  server.process().Kill();
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(server.Count("EVERYONE").exit_code, 4);
  server.Restart();
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
  EXPECT_EQ(server.process().Stop(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
  const Finished longer =
      RunServer({"--data", other.path() + "/data", "--listen", "unix:/" + std::string(107, 'x')});
  EXPECT_EQ(longer.exit_code, 2);
  EXPECT_THAT(longer.err, HasSubstr("at most 107"));
}

}  // namespace
}  // namespace muster::testing
