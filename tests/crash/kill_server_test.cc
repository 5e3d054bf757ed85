// A musterd that is killed (-9) while `muster load` feeds it: before or after, whole, and the load can be
// repeated.
#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kSchema[] =
    "tags:\n  - {name: day, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n  - {name: likes, kind: MULTI, "
    "separator: '|'}\n";

// Every member of 60,000, with this day's number everywhere.
std::string Day(int day) {
  std::string text = "id,day,city,likes\n";
  for (int i = 0; i < 60'000; ++i) {
    absl::StrAppend(&text, "m", i, ",", day, ",c", (i + day) % 700, ",l", (i + day) % 9, "|d", day, "\n");
  }
  return text;
}

void ExpectDay(const TinyServer& server, int day) {
  EXPECT_EQ(server.CountOf("EVERYONE"), 60'000);
  EXPECT_EQ(server.CountOf(absl::StrCat("day = ", day)), 60'000);
  EXPECT_EQ(server.CountOf(absl::StrCat("likes = 'd", day, "'")), 60'000);
  EXPECT_EQ(server.CountOf(absl::StrCat("likes = 'd", day + 1, "'")), 0);
  EXPECT_EQ(server.ProfileOf("m0"),
            absl::StrCat("city=c", day, "|day=", day, "|likes=d", day, ",l", day % 9));
}

TEST(KillServer, DuringALoad) {
  TinyServer server;
  server.MustLoad(Day(0), kSchema);
  std::mt19937 random(20260101);
  int day = 0;
  for (int round = 0; round < 8; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const std::vector<std::string> options = {"--mode", "replace", "--label", absl::StrCat("day-", day + 1)};
    const std::string text = Day(day + 1);
    Finished load;
    std::thread client([&] { load = server.Load(text, kSchema, options); });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 600));
    server.process().Kill();
    client.join();
    server.Restart();
    const bool published = server.CountOf(absl::StrCat("day = ", day + 1)) > 0;
    // A client that was told of success is not deceived, and one that wasn't tries again.
    EXPECT_TRUE(load.exit_code == 4 || load.exit_code == 0) << load.exit_code << "\n" << load.err;
    EXPECT_TRUE(published || load.exit_code != 0);
    ExpectDay(server, published ? day + 1 : day);
    server.MustLoad(text, kSchema, options);
    ExpectDay(server, ++day);
  }
}

// Segments that were answered are there, each with what it names; one that was not is there whole or not at
// all.
TEST(KillServer, WhileSegmentsAreSaved) {
  TinyServer server;
  server.MustLoad("id,day\na,1\nb,2\n", "tags:\n  - {name: day, kind: NUMBER}\n");
  std::mt19937 random(20260102);
  const auto save = [&server](const std::string& verb, int segment, int day) {
    const std::string uses =
        segment % 5 == 0 ? "" : absl::StrCat(" OR SEGMENT 's", segment - segment % 5, "'");
    return server
        .Cli({"segments", "-p", "p", verb, absl::StrCat("s", segment), absl::StrCat("day = ", day, uses)})
        .exit_code;
  };
  int saved = 0;
  for (int round = 0; round < 4; ++round) {
    int begun = saved;
    std::thread client([&] {
      while (save("create", begun, begun % 3) == 0) ++begun;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 300));
    server.process().Kill();
    client.join();
    server.Restart();
    for (int i = 0; i < begun; ++i) {
      // A base selects its day; the others that of their base too.
      const int base = i - i % 5;
      const int64_t expected = (i % 3 != 0) + (base % 3 != 0 && base % 3 != i % 3);
      EXPECT_EQ(server.CountOf(absl::StrCat("SEGMENT 's", i, "'")), expected) << i;
    }
    // The call under way had no answer: its segment may be there or not.
    const int exit_code = save("create", begun, begun % 3);
    EXPECT_TRUE(exit_code == 0 || exit_code == 1) << exit_code;
    saved = begun + 1;
    const Finished verified = server.Cli({"verify", "-p", "p"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }
  EXPECT_GT(saved, 4);
}

// A list is there with the ids of one load, or not at all, and ids that a load was bringing count when it was
// published.
TEST(KillServer, WhileListsAreLoaded) {
  constexpr int kMembers = 40'000;
  const char* const schema = "tags:\n  - {name: day, kind: NUMBER}\n";
  const auto members = [](int from) {
    std::string text = "id,day\n";
    for (int i = from; i < from + kMembers; ++i) absl::StrAppend(&text, "m", i, ",", i, "\n");
    return text;
  };
  TinyServer server;
  server.MustLoad(members(0), schema);
  std::mt19937 random(20260103);
  int known = kMembers;  // m0 … are members
  int64_t held = 0;      // ids of the list, m0 … too
  for (int round = 0; round < 8; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const bool brings = round % 2 == 1 && held > 0;
    const int64_t offered = known + 1'000 * (round + 1) + kMembers;
    std::string ids;
    for (int64_t i = 0; i < offered; ++i) absl::StrAppend(&ids, "m", i, "\n");
    const std::string records = members(known);
    Finished finished;
    std::thread client([&] {
      finished = brings ? server.Load(records, schema, {"--label", absl::StrCat("bring-", round)})
                        : server.Cli({"list", "load", "-p", "p", "l", "-", "--replace"}, ids);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    server.process().Kill();
    client.join();
    server.Restart();
    EXPECT_TRUE(finished.exit_code == 4 || finished.exit_code == 0) << finished.exit_code << finished.err;
    const int64_t everyone = server.CountOf("EVERYONE");
    EXPECT_TRUE(everyone == known || (brings && everyone == known + kMembers)) << everyone;
    EXPECT_TRUE(!brings || finished.exit_code != 0 || everyone == known + kMembers);
    known = static_cast<int>(everyone);
    const Finished shown = server.Cli({"list", "show", "-p", "p", "l", "--format", "csv"});
    if (!brings && shown.out.find(absl::StrCat("l,", offered, ",")) != std::string::npos) held = offered;
    EXPECT_TRUE(brings || finished.exit_code != 0 || held == offered) << shown.out << shown.err;
    EXPECT_EQ(shown.exit_code, held == 0 ? 1 : 0) << shown.err;
    if (held > 0) {
      EXPECT_EQ(server.CountOf("LIST 'l'"), std::min<int64_t>(held, known));
      EXPECT_EQ(server.CountOf("NOT LIST 'l'"), std::max<int64_t>(0, known - held));
    }
    const Finished verified = server.Cli({"verify", "-p", "p"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }
  ASSERT_EQ(server.Cli({"list", "load", "-p", "p", "l", "-", "--replace"}, "m0\nm1\n").exit_code, 0);
  EXPECT_EQ(server.CountOf("LIST 'l'"), 2);
}

}  // namespace
}  // namespace muster::testing
