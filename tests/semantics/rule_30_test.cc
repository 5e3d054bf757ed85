// Rule 30: exit codes, and what goes to stdout.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/paths.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kSchema[] = "tags:\n  - {name: age, kind: NUMBER}\n";

TEST(Rule30, CountPrintsDigitsAlone) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema);
  const Finished count = server.Count("age > 0");
  EXPECT_EQ(count.exit_code, 0);
  EXPECT_EQ(count.out, "2\n");
  EXPECT_EQ(count.err, "");
  const Finished members = server.Members("age > 0");
  EXPECT_EQ(members.out, "a\nb\n");
  EXPECT_EQ(members.err, "");
}

TEST(Rule30, TheExpressionMayComeFromAFileOrStandardInput) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema);
  EXPECT_EQ(server.Count(absl::StrCat("@", server.scratch().Write("e.txt", "age > 1\n"))).out, "1\n");
  EXPECT_EQ(server.Cli({"count", "--population", "p", "-"}, "age >\n0\n").out, "2\n");
  EXPECT_EQ(server.Cli({"members", "--population", "p", "-"}, "age > 1").out, "b\n");
  const Finished absent = server.Count(absl::StrCat("@", server.folder(), "/absent.txt"));
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.err, HasSubstr("absent.txt"));
}

TEST(Rule30, OneIsRefusedOrFailed) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\n", kSchema);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"count", "--population", "p", "age >"},
                                             {"count", "--population", "p", ""},
                                             {"count", "--population", "absent", "EVERYONE"},
                                             {"members", "--population", "p", "HAS nothing"},
                                             {"lookup", "--population", "p", "nobody"},
                                             {"tags", "--population", "absent"},
                                             {"tags", "--population", "p", "absent"}}) {
    const Finished finished = server.Cli(arguments);
    EXPECT_EQ(finished.exit_code, 1) << arguments[0] << " " << arguments.back();
    EXPECT_EQ(finished.out, "") << arguments[0];
    EXPECT_THAT(finished.err, Not(IsEmpty())) << arguments[0];
  }
}

TEST(Rule30, TwoIsWrongUsage) {
  const TinyServer server;
  const std::string file = server.scratch().Write("records.csv", "id,age\na,1\n");
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"fly"},
           {"count"},
           {"count", "EVERYONE"},
           {"count", "--population", "p"},
           {"count", "--population", "p", "EVERYONE", "--no-such-option"},
           {"members", "--population", "p", "EVERYONE", "--limit", "many"},
           {"load"},
           {"load", file, "--population", "p", "--id-column", "id", "--mode", "sing"},
           {"members", "--population", "p", "EVERYONE", "--limit", "-1"},
           {"load", file, "--population", "p", "--id-column", "id", "--infer", "--quote", "nine"}}) {
    const Finished finished = server.Cli(arguments);
    const std::string line = arguments.empty() ? "(nothing)" : arguments[0] + " … " + arguments.back();
    EXPECT_EQ(finished.exit_code, 2) << line << "\n" << finished.err;
    EXPECT_EQ(finished.out, "") << line;
    EXPECT_THAT(finished.err, Not(IsEmpty())) << line;
  }
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"count", "--population", "\xff", "EVERYONE"},
                                             {"lookup", "--population", "p", "\xff"},
                                             {"tags", "--population", "p", "\xff"},
                                             {"load", file, "--population", "p", "--label", "\xff"}}) {
    const Finished finished = server.Cli(arguments);
    EXPECT_EQ(finished.exit_code, 2) << arguments[0] << "\n" << finished.err;
    EXPECT_THAT(finished.err, HasSubstr("it is not UTF-8")) << arguments[0];
    EXPECT_THAT(finished.err, Not(HasSubstr("libprotobuf"))) << arguments[0];
  }
  const Finished help = server.Cli({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("lookup"));
}

TEST(Rule30, FourIsTryAgain) {
  const Finished nobody =
      testing::Run("muster", {"--server", "127.0.0.1:1", "count", "--population", "p", "EVERYONE"});
  EXPECT_EQ(nobody.exit_code, 4);
  EXPECT_EQ(nobody.out, "");
  EXPECT_THAT(nobody.err, HasSubstr("127.0.0.1:1"));
  TinyServer server;
  server.MustLoad("id,age\na,1\n", kSchema);
  server.process().Stop();
  EXPECT_EQ(server.Count("EVERYONE").exit_code, 4);
  EXPECT_EQ(server.Load("id,age\na,1\n", kSchema).exit_code, 4);
  server.Restart();
  EXPECT_EQ(server.Count("EVERYONE").exit_code, 0);
}

TEST(Rule30, TheAddressComesFromTheOptionOrTheEnvironment) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\n", kSchema);
  const std::string environment = absl::StrCat("MUSTER_SERVER=", server.address());
  EXPECT_EQ(testing::Run("muster", {"count", "--population", "p", "EVERYONE"}, "", {environment}).out, "1\n");
  // The option goes first.
  EXPECT_EQ(testing::Run("muster", {"--server", "127.0.0.1:1", "count", "--population", "p", "EVERYONE"}, "",
                         {environment})
                .exit_code,
            4);
  // What can't be an address at all is wrong usage, not a server that nobody reaches.
  EXPECT_EQ(
      testing::Run("muster", {"--server", "nonsense", "count", "--population", "p", "EVERYONE"}).exit_code,
      2);
}

TEST(Rule30, TheServerPrintsOneLineAndLogsToStderr) {
  const ScratchFolder scratch;
  const Finished finished = testing::Run(
      "/bin/sh",
      {"-c",
       "\"$0\" --data \"$1/data\" --listen 127.0.0.1:0 --map-size 1073741824 >\"$1/out\" & pid=$!; "
       "while kill -0 $pid && ! grep -qs . \"$1/out\"; do sleep 0.02; done; "
       "kill -TERM $pid; wait $pid; code=$?; cat \"$1/out\"; exit $code",
       absl::StrCat(MUSTER_BIN_DIR, "/musterd"), scratch.path()});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(LinesOf(finished.out), SizeIs(1)) << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("127.0.0.1:"));
}

TEST(Rule30, AServerThatCannotAnswerPrintsNothing) {
  const ScratchFolder scratch;
  const Finished finished =
      RunServer({"--data", scratch.Write("file", "not a folder"), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr(scratch.path()));
  EXPECT_EQ(RunServer({}).exit_code, 2);
  EXPECT_EQ(RunServer({"--data", scratch.path() + "/d", "--fly"}).exit_code, 2);
}

TEST(Rule30, SavingAndNamingSegments) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema);
  const auto segments = [&server](const std::vector<std::string>& words) {
    std::vector<std::string> arguments = {"segments"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return server.Cli(arguments);
  };
  // --population before the verb and behind it.
  const Finished created = segments({"-p", "p", "create", "old", "age > 1"});
  EXPECT_EQ(created.exit_code, 0) << created.err;
  EXPECT_THAT(created.out, HasSubstr("old: version 1, etag "));
  const std::string etag = created.out.substr(created.out.find("etag ") + 5, 16);
  EXPECT_EQ(segments({"create", "young", "NOT SEGMENT 'old'", "--population", "p"}).exit_code, 0);
  EXPECT_EQ(server.Count("SEGMENT 'young'").out, "1\n");
  EXPECT_EQ(segments({"-p", "p", "create", "file", "-"}).exit_code, 1);  // nothing on standard input
  // 1: refused.
  EXPECT_EQ(segments({"-p", "p", "create", "old", "age > 2"}).exit_code, 1);
  const Finished cycle = segments({"-p", "p", "update", "old", "age > 1 OR SEGMENT 'young'"});
  EXPECT_EQ(cycle.exit_code, 1);
  EXPECT_THAT(cycle.err, HasSubstr("cycle: old → young → old"));
  EXPECT_THAT(cycle.err, HasSubstr("^~~~"));
  const Finished used = segments({"-p", "p", "delete", "old"});
  EXPECT_EQ(used.exit_code, 1);
  EXPECT_THAT(used.err, HasSubstr("'young'"));
  const Finished unknown = segments({"-p", "p", "show", "yong"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'young'?"));
  const Finished counted = server.Count("SEGMENT 'yong'");
  EXPECT_EQ(counted.exit_code, 1);
  EXPECT_EQ(counted.out, "");
  EXPECT_THAT(counted.err, HasSubstr("did you mean 'young'?"));
  // 2: wrong usage.
  EXPECT_EQ(segments({"-p", "p", "show"}).exit_code, 2);
  EXPECT_EQ(segments({"ls"}).exit_code, 2);
  // 4: somebody was faster; read it again.
  EXPECT_EQ(segments({"-p", "p", "update", "old", "age >= 1", "--etag", etag}).exit_code, 0);
  const Finished late = segments({"-p", "p", "update", "old", "age > 1", "--etag", etag});
  EXPECT_EQ(late.exit_code, 4);
  EXPECT_THAT(late.err, HasSubstr("changed since"));
  // Answers go to stdout, remarks to stderr.
  EXPECT_THAT(segments({"-p", "p"}).out, HasSubstr("old            2  "));
  EXPECT_EQ(segments({"-p", "p", "ls"}).out, segments({"-p", "p"}).out);
  EXPECT_THAT(segments({"-p", "p", "--format", "csv"}).out, HasSubstr("segment,version,etag,"));
  EXPECT_EQ(segments({"-p", "p", "delete", "young"}).out, "");
  EXPECT_EQ(segments({"-p", "p", "delete", "old"}).exit_code, 0);
}

TEST(Rule30, LoadingAndNamingLists) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema);
  const auto list = [&server](std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "list");
    return server.Cli(words, input);
  };
  // Unknown ids are no error. --population before the verb and behind it.
  const Finished loaded = list({"-p", "p", "load", "l", "-"}, "a\nzoe\na\n");
  EXPECT_EQ(loaded.exit_code, 0) << loaded.err;
  EXPECT_EQ(loaded.out, "l: version 1, 2 ids, 1 member\n");
  EXPECT_THAT(loaded.err, HasSubstr("1 duplicate; each id counts once"));
  EXPECT_THAT(loaded.err, HasSubstr("1 of 2 ids is unknown"));
  EXPECT_EQ(list({"load", "m", "-", "--population", "p", "--format", "csv"}, "b\n").out.substr(0, 28),
            "list,ids,members,unknown,ver");
  EXPECT_EQ(server.Count("LIST 'l'").out, "1\n");
  // 1: refused.
  EXPECT_EQ(list({"-p", "p", "load", "l", "-"}, "b\n").exit_code, 1);
  EXPECT_EQ(list({"-p", "p", "load", "l", "-", "--replace"}, "b\na\n").exit_code, 0);
  EXPECT_EQ(list({"-p", "p", "load", "empty", "-"}).exit_code, 1);
  EXPECT_EQ(list({"-p", "nowhere", "load", "x", "-"}, "a\n").exit_code, 1);
  EXPECT_EQ(list({"-p", "p", "load", "x", "/nowhere/ids"}).exit_code, 1);
  const Finished unknown = list({"-p", "p", "show", "k"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there is no id list 'k'"));
  ASSERT_EQ(server.Cli({"segments", "-p", "p", "create", "s", "NOT LIST 'm'"}).exit_code, 0);
  const Finished used = list({"-p", "p", "rm", "m"});
  EXPECT_EQ(used.exit_code, 1);
  EXPECT_THAT(used.err, HasSubstr("the id list 'm' is used by the segments 's'"));
  const Finished counted = server.Count("LIST 'k'");
  EXPECT_EQ(counted.exit_code, 1);
  EXPECT_EQ(counted.out, "");
  EXPECT_THAT(counted.err, HasSubstr("There is no id list 'k'"));
  // 2: wrong usage.
  EXPECT_EQ(list({"-p", "p", "show"}).exit_code, 2);
  EXPECT_EQ(list({"ls"}).exit_code, 2);
  // Answers go to stdout, remarks to stderr.
  const Finished listed = list({"-p", "p"});
  EXPECT_THAT(listed.out, HasSubstr("l       2        2        0        2  "));
  EXPECT_EQ(list({"-p", "p", "ls"}).out, listed.out);
  EXPECT_THAT(list({"-p", "p", "show", "l"}).out, HasSubstr("2 members, 0 unknown"));
  EXPECT_THAT(server.Count("LIST 'l' AND age > 1", {"--explain"}).out, HasSubstr("LIST 'l'"));
  const Finished removed = list({"-p", "p", "rm", "l"});
  EXPECT_EQ(removed.exit_code, 0);
  EXPECT_EQ(removed.out, "");
}

// Compressed, with a byte-order mark, and what is no text.
TEST(Rule30, FilesOfLists) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema);
  const std::string plain = server.scratch().Write("ids.txt",
                                                   "\xef\xbb\xbf"
                                                   "a\r\nb\r\n");
  EXPECT_EQ(server.Cli({"list", "-p", "p", "load", "l", plain}).out, "l: version 1, 2 ids, 2 members\n");
  const std::string zip = server.scratch().Write("ids.zip", "PK\x03\x04" + std::string(60, 'x'));
  const Finished refused = server.Cli({"list", "-p", "p", "load", "z", zip});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("ZIP"));
}

}  // namespace
}  // namespace muster::testing
