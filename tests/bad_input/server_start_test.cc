// Data directories and addresses that a server must not start on.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/storage/format_version.h"
#include "index/storage/pages/databases.h"
#include "index/storage/pages/keys.h"
#include "tests/paths.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Finished StartOn(const std::string& data, const std::string& listen = "127.0.0.1:0") {
  return RunServer({"--data", data, "--listen", listen, "--map-size", "1073741824"});
}

std::string BytesOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Every regular file below a folder with its bytes.
std::map<std::string, std::string> FilesBelow(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && name != "lock.mdb" && name != "LOCK")
      files[entry.path()] = BytesOf(entry.path());
  }
  return files;
}

// Writes another format version into every LMDB file below `folder`; how many it found.
int ChangeFormat(const fs::path& folder, char from, char to) {
  int changed = 0;
  for (const auto& [path, bytes] : FilesBelow(folder)) {
    std::string mended = bytes;
    const std::string record = std::string("MUSTER\0\0\0", 9);
    for (size_t at = mended.find(record); at != std::string::npos; at = mended.find(record, at + 1)) {
      if (mended[at + record.size()] != from) continue;
      const auto kind = static_cast<index::EnvironmentKind>(mended[at + 10]);
      const std::string other =
          index::EncodeFormat(static_cast<uint32_t>(to), kind, index::ReadU64(mended.data() + at + 11));
      mended.replace(at, other.size(), other);
      ++changed;
    }
    std::ofstream(path, std::ios::binary) << mended;
  }
  return changed;
}

TEST(ServerStart, ASecondServerOnADataDirectory) {
  TinyServer server;
  server.MustLoad("id\na\n", "tags: []\n");
  const Finished second = StartOn(server.data());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.data()));
  EXPECT_THAT(second.err, HasSubstr(std::to_string(server.process().pid())));
  server.MustLoad("id\nb\n", "tags: []\n");
  EXPECT_EQ(server.CountOf("EVERYONE"), 2);
}

TEST(ServerStart, APortInUse) {
  const TinyServer server;
  const ScratchFolder other;
  const Finished second = StartOn(other.path() + "/data", server.address());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.address()));
  EXPECT_THAT(second.err, HasSubstr("port"));
}

TEST(ServerStart, AnotherFormatVersion) {
  constexpr char kOurs = index::kFormatVersion;
  TinyServer server;
  server.MustLoad("id,n\na,1\n", "tags:\n  - {name: n, kind: NUMBER}\n");
  EXPECT_EQ(server.process().Stop(), 0);
  ASSERT_GT(ChangeFormat(server.data(), kOurs, 99), 0);
  const auto before = FilesBelow(server.data());
  const Finished refused = StartOn(server.data());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr(server.data()));
  EXPECT_THAT(refused.err, HasSubstr("99"));
  // Nothing was touched, and the release that wrote it reads it again.
  EXPECT_TRUE(before == FilesBelow(server.data()));
  ASSERT_GT(ChangeFormat(server.data(), 99, kOurs), 0);
  server.Restart();
  EXPECT_EQ(server.IdsOf("n = 1"), "a");
}

TEST(ServerStart, PathsThatAreNoDataDirectory) {
  const ScratchFolder scratch;
  const std::string file = scratch.Write("file", "text");
  EXPECT_EQ(StartOn(file).exit_code, 1);
  EXPECT_THAT(StartOn(file).err, HasSubstr(file));
  EXPECT_EQ(StartOn(file + "/below").exit_code, 1);
  EXPECT_EQ(BytesOf(file), "text");
  EXPECT_EQ(StartOn("").out, "");
  EXPECT_EQ(StartOn("").exit_code, 2);
}

TEST(ServerStart, AFolderWithSomethingElsesFiles) {
  const ScratchFolder scratch;
  const std::string thesis = scratch.Write("thesis.txt", "two years of work");
  const Finished refused = StartOn(scratch.path());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr(scratch.path()));
  EXPECT_EQ(BytesOf(thesis), "two years of work");
}

// The population is offline, and the server serves whatever else there is.
TEST(ServerStart, StoredFilesThatAreDamaged) {
  TinyServer server;
  server.MustLoad("id,n\na,1\n", "tags:\n  - {name: n, kind: NUMBER}\n");
  EXPECT_EQ(server.process().Stop(), 0);
  for (const auto& [path, bytes] : FilesBelow(server.data())) {
    if (fs::path(path).filename() != "data.mdb") continue;
    for (const std::string& damaged : {std::string(bytes.size(), 'x'), bytes.substr(0, 100)}) {
      SCOPED_TRACE(path);
      std::ofstream(path, std::ios::binary) << damaged;
      server.Restart();
      const Refusal refused = server.RefusedBecause("n = 1");
      EXPECT_EQ(refused.code, grpc::StatusCode::DATA_LOSS);
      EXPECT_EQ(refused.reason, "STORAGE_CORRUPT");
      EXPECT_THAT(refused.message, HasSubstr("the population 'p' is offline"));
      EXPECT_THAT(refused.message, HasSubstr(path));
      EXPECT_EQ(server.process().Stop(), 0);
    }
    std::ofstream(path, std::ios::binary) << bytes;
  }
  server.Restart();
  EXPECT_EQ(server.IdsOf("n = 1"), "a");
}

TEST(ServerStart, SettingsThatMakeNoSense) {
  const ScratchFolder scratch;
  const std::string data = scratch.path() + "/data";
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--listen", "nonsense"},
           {"--listen", "127.0.0.1"},
           {"--listen", "127.0.0.1:99999"},
           {"--threads", "0"},
           {"--threads", "-3"},
           {"--threads", "many"},
           {"--map-size", "5"},
           {"--map-size", "lots"},
           {"--config", scratch.path() + "/absent.yaml"},
           {"--config", scratch.Write("bad.yaml", "listen: 127.0.0.1:0\ncolour: red\n")}}) {
    std::vector<std::string> all = {"--data", data};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished refused = RunServer(all);
    EXPECT_EQ(refused.exit_code, 2) << arguments[0] << " " << arguments[1] << "\n" << refused.err;
    EXPECT_EQ(refused.out, "");
    EXPECT_GT(refused.err.size(), 10u);
  }
  EXPECT_FALSE(fs::exists(data));
  const Finished nowhere = RunServer({"--data", "", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("--data: name a directory"));
}

// The mode of every file and folder below a folder, and its own, as octal text by path.
std::map<std::string, std::string> ModesBelow(const fs::path& folder) {
  std::map<std::string, std::string> modes;
  const auto add = [&modes](const fs::path& path) {
    const auto bits = static_cast<unsigned>(fs::status(path).permissions());
    modes[path] = absl::StrFormat("%o", bits);
  };
  add(folder);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) add(entry.path());
  return modes;
}

TEST(ServerStart, WhatIsWrittenIsItsOwnersUnlessTheUmaskSaysOtherwise) {
  for (const std::string umask : {"", "027"}) {
    SCOPED_TRACE(umask);
    const bool wider = !umask.empty();
    TinyServer server(wider ? std::vector<std::string>{"--umask", umask} : std::vector<std::string>());
    server.MustLoad("id,n\na,1\n", "tags:\n  - {name: n, kind: NUMBER}\n");
    ASSERT_EQ(server.process().Stop(), 0);  // leaves all files that there are
    for (const auto& [path, mode] : ModesBelow(server.data())) {
      const bool is_key = fs::path(path).filename() == "TOKENKEY";
      const std::string expected = fs::is_directory(path) ? (wider ? "750" : "700")
                                   : wider && !is_key     ? "640"
                                                          : "600";
      EXPECT_EQ(mode, expected) << path;
    }
    server.Restart();
    const std::string list = server.folder() + "/list.csv";
    std::vector<std::string> arguments = {"members", "-p", "p", "EVERYONE", "-o", list};
    if (wider) arguments.insert(arguments.begin(), {"--umask", umask});
    ASSERT_EQ(server.Cli(arguments).exit_code, 0);
    EXPECT_EQ(ModesBelow(list.substr(0, list.rfind('/'))).at(list), wider ? "640" : "600");
  }
}

TEST(ServerStart, ADirectoryThatOthersMayReadIsServedAndSaid) {
  TinyServer server;
  ASSERT_EQ(server.process().Stop(), 0);
  fs::permissions(server.data(), static_cast<fs::perms>(0755));
  const Finished warned = testing::Run(
      "/bin/sh", {"-c", "\"$0\" --data \"$1\" --listen 127.0.0.1:0 & pid=$!; sleep 2; kill $pid; wait $pid",
                  MUSTER_BIN_DIR "/musterd", server.data()});
  EXPECT_EQ(warned.exit_code, 0);
  EXPECT_THAT(warned.out, HasSubstr("ready"));
  EXPECT_THAT(warned.err, HasSubstr("has mode 0755"));
  EXPECT_THAT(warned.err, HasSubstr("chmod -R go="));
  EXPECT_THAT(warned.err, HasSubstr("--umask 022"));
}

TEST(ServerStart, StraysAmongThePopulationsAreNamedAndLeft) {
  TinyServer server;
  server.MustLoad("id\na\n", "tags: []\n");
  ASSERT_EQ(server.process().Stop(), 0);
  const std::string populations = server.data() + "/populations";
  std::ofstream(populations + "/notes") << "mine";
  fs::create_directory(populations + "/empty");
  const Finished warned = testing::Run(
      "/bin/sh", {"-c", "\"$0\" --data \"$1\" --listen 127.0.0.1:0 & pid=$!; sleep 2; kill $pid; wait $pid",
                  MUSTER_BIN_DIR "/musterd", server.data()});
  EXPECT_EQ(warned.exit_code, 0);
  EXPECT_THAT(warned.err, HasSubstr("populations/notes is not a population"));
  EXPECT_THAT(warned.err, HasSubstr("populations/empty is not a population"));
  server.Restart();
  EXPECT_EQ(server.CountOf("EVERYONE"), 1);
  EXPECT_EQ(BytesOf(populations + "/notes"), "mine");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they need more address space
TEST(ServerStart, AMapSizeThatTheAddressSpaceHasNoRoomFor) {
  const ScratchFolder scratch;
  const Finished refused =
      testing::Run("/bin/sh", {"-c", "ulimit -v 8000000 && exec \"$0\" --data \"$1\" --map-size 64TiB",
                               MUSTER_BIN_DIR "/musterd", scratch.path() + "/data"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("no room for a map of 70368744177664 bytes"));
  EXPECT_THAT(refused.err, HasSubstr("--map-size"));
  EXPECT_FALSE(fs::exists(scratch.path() + "/data"));
}
#endif

}  // namespace
}  // namespace muster::testing
