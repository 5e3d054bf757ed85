// A musterd that is killed (-9) while `muster load` feeds it: before or after, whole, and the load can be
// repeated.
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
    // Of the one that was under way nobody was told.
    const int exit_code = save("create", begun, begun % 3);
    EXPECT_TRUE(exit_code == 0 || exit_code == 1) << exit_code;
    saved = begun + 1;
    const Finished verified = server.Cli({"verify", "-p", "p"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }
  EXPECT_GT(saved, 4);
}

}  // namespace
}  // namespace muster::testing
