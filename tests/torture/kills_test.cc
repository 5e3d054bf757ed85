// A server that is killed (-9) repeatedly at random moments of a load: each load is there completely or not
// at all.
#include <chrono>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

constexpr char kSchema[] =
    "tags:\n  - {name: day, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n  - {name: likes, kind: MULTI, "
    "separator: '|'}\n";
constexpr int kMembers = 20'000;

std::string Day(int day) {
  std::string text = "id,day,city,likes\n";
  for (int i = 0; i < kMembers; ++i) {
    absl::StrAppend(&text, "m", i, ",", day, ",c", (i + day) % 700, ",l", (i + day) % 9, "|d", day, "\n");
  }
  return text;
}

void ExpectDay(const TinyServer& server, int day) {
  EXPECT_EQ(server.CountOf("EVERYONE"), kMembers);
  EXPECT_EQ(server.CountOf(absl::StrCat("day = ", day)), kMembers);
  EXPECT_EQ(server.CountOf(absl::StrCat("likes = 'd", day, "'")), kMembers);
  EXPECT_EQ(server.CountOf(absl::StrCat("likes = 'd", day + 1, "'")), 0);
}

TEST(Kills, DuringLoads) {
  TinyServer server;
  server.MustLoad(Day(0), kSchema);
  std::mt19937 random(20261129);
  int day = 0, before = 0;
  for (int round = 0; round < InFull(3, 100); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const std::vector<std::string> options = {"--mode", "replace", "--label", absl::StrCat("day-", day + 1)};
    const std::string text = Day(day + 1);
    Finished load;
    std::thread client([&] { load = server.Load(text, kSchema, options); });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    server.process().Kill();
    client.join();
    server.Restart();
    const bool published = server.CountOf(absl::StrCat("day = ", day + 1)) > 0;
    before += published ? 0 : 1;
    EXPECT_TRUE(published || load.exit_code != 0) << "a client that was told of success is not deceived";
    ExpectDay(server, published ? day + 1 : day);
    server.MustLoad(text, kSchema, options);
    ExpectDay(server, ++day);
  }
  if (IsLongRun()) {
    EXPECT_GT(before, 0) << "some kills came before publishing";
  }
}

}  // namespace
}  // namespace muster::testing
