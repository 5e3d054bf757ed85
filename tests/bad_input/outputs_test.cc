// Output that can't be written, and loads whose client has disconnected.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/paths.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSchema[] = "tags:\n  - {name: n, kind: NUMBER}\n";

// Runs a line of shell in which $muster is the program, asking `server`.
Finished Shell(const TinyServer& server, const std::string& line) {
  return testing::Run(
      "/bin/sh", {"-c", line}, "",
      {absl::StrCat("muster=", MUSTER_BIN_DIR, "/muster"), absl::StrCat("MUSTER_SERVER=", server.address()),
       absl::StrCat("folder=", server.folder())});
}

std::string Records(int count) {
  std::string text = "id,n\n";
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "member-", i, ",", i, "\n");
  return text;
}

TEST(BadOutputs, AFileThatCantBeWritten) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kSchema);
  const std::string folder = server.folder() + "/lists";
  const Finished nowhere = server.Members("EVERYONE", {"--output", folder + "/list.txt"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("'" + folder + "/list.txt'"));
  EXPECT_THAT(nowhere.err, HasSubstr("make the folder '" + folder + "'"));
  fs::create_directory(folder);
  EXPECT_EQ(server.Members("EVERYONE", {"--output", folder}).exit_code, 1);
  EXPECT_EQ(server.Members("no_such_tag", {"--output", folder + "/list.txt"}).exit_code, 1);
  EXPECT_TRUE(fs::is_empty(folder));
  const Finished full = server.Members("EVERYONE", {"--output", "/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("the disk mounted at /dev is full"));
}

TEST(BadOutputs, AStandardOutputThatCantBeWritten) {
  const TinyServer server;
  server.MustLoad(Records(20'000), kSchema);
  for (const char* command :
       {"count -p p EVERYONE", "members -p p EVERYONE", "tags -p p", "lookup -p p member-1"}) {
    const Finished full = Shell(server, absl::StrCat("\"$muster\" ", command, " >/dev/full"));
    EXPECT_EQ(full.exit_code, 1) << command;
    EXPECT_THAT(full.err, HasSubstr("error: standard output can't be written")) << command;
  }
  // A reader that has seen enough is no failure to talk about.
  const Finished enough = Shell(server, "\"$muster\" members -p p EVERYONE | head -n 2");
  EXPECT_EQ(enough.out, "member-0\nmember-1\n");
  EXPECT_EQ(enough.err, "");
}

TEST(BadOutputs, WhatIsInterruptedLeavesNothingAndFreesItsTags) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kSchema);
  server.scratch().Write("more.csv", Records(100'000));
  server.scratch().Write("more.yaml", absl::StrCat("population: p\nmember_id: id\n", kSchema));
  // Input that never ends, and a client that is told to stop, and one that is killed.
  for (const char* signal : {"INT", "TERM", "KILL"}) {
    const Finished interrupted = Shell(
        server, absl::StrCat("mkfifo \"$folder/in-", signal, "\"; exec 3<>\"$folder/in-", signal, "\"; ",
                             "cat \"$folder/more.csv\" >&3 & ", "TMPDIR=\"$folder\" timeout -s ", signal,
                             " 1 \"$muster\" load - --schema "
                             "\"$folder/more.yaml\" <&3; kill $!"));
    EXPECT_EQ(interrupted.out, "") << signal;
    EXPECT_THAT(interrupted.err, Not(HasSubstr("error"))) << signal;  // it was under way
    EXPECT_EQ(server.IdsOf("EVERYONE"), "a") << signal;
  }
  // The server hears of it a moment later.
  Finished load = server.Load("id,n\nb,2\n", "");
  for (int i = 0; i < 100 && load.exit_code == 4; ++i) load = server.Load("id,n\nb,2\n", "");
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
}

}  // namespace
}  // namespace muster::testing
