// A process dies while it widens a tag's scale. Afterwards all numbers are in the old scale or all are in the
// new one, and the tag can be widened and loaded.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/storage/fault_point.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr int kMembers = 300;

std::map<std::string, int>* passed = new std::map<std::string, int>;
std::string* fatal_point = new std::string;
int fatal_hit = 0;

void CountAndDie(const char* point) {
  if (++(*passed)[point] == fatal_hit && *fatal_point == point) raise(SIGKILL);
}

LoadSpec Numbers(int scale) {
  LoadSpec spec;
  spec.population = "shop";
  spec.tags = {TagSpec("amount", TagKind::kNumber)};
  spec.tags[0].scale = scale;
  return spec;
}

absl::Status Widen(Database& database, int scale) {
  TagChange change;
  change.scale = scale;
  return (*database.FindPopulation("shop"))->UpdateTag("amount", change, WorkBudget::Unlimited()).status();
}

// The digits after the point of all members' numbers, which must have the same and be what they were; −1
// otherwise.
int ScaleOfAll(Database& database) {
  Population& shop = **database.FindPopulation("shop");
  const auto now = *shop.CurrentView();
  const int scale = (**now->tags().Find("amount")).scale;
  for (int i = 0; i < kMembers; ++i) {
    const std::string number = absl::StrCat(i - 250, scale == 0 ? "" : "." + std::string(scale, '0'));
    if (ValuesOf(*now, absl::StrCat("m", i), "amount") != number) return -1;
  }
  return scale;
}

// A child that widens the tag, and dies at the n-th hit of the point. Its exit code, or 128 and the signal.
int WidenInAChild(const std::string& folder, int scale, const std::string& point, int hit, int report) {
  const pid_t child = fork();
  if (child == 0) {
    auto database = Database::Open({.directory = folder, .map_size = size_t{1} << 30, .settle = false});
    if (!database.ok()) _exit(2);
    passed->clear();
    *fatal_point = point;
    fatal_hit = hit;
    SetFaultHook(CountAndDie);
    if (!Widen(**database, scale).ok()) _exit(3);
    std::string hits;
    for (const auto& [name, count] : *passed) hits += absl::StrCat(name, " ", count, "\n");
    if (report >= 0 && write(report, hits.data(), hits.size()) < 0) _exit(4);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(RescaleCrash, TheNumbersAreInOneScaleOrTheOther) {
  TestDatabase database;
  TextRecords records;
  for (int i = 0; i < kMembers; ++i) records.push_back({absl::StrCat("m", i), absl::StrCat(i - 250)});
  ASSERT_THAT(LoadText(*database, Numbers(0), records), IsOk());
  int scale = 0;
  database.Close();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  ASSERT_EQ(WidenInAChild(database.folder(), ++scale, "", 0, pipe_ends[1]), 0);
  std::string hits(4096, '\0');
  const ssize_t length = read(pipe_ends[0], hits.data(), hits.size());
  ASSERT_GT(length, 0);
  hits.resize(static_cast<size_t>(length));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  int kills = 0, before = 0, after = 0;
  for (size_t at = 0; at < hits.size();) {
    const size_t end = hits.find('\n', at), space = hits.find(' ', at);
    const std::string point = hits.substr(at, space - at);
    const int count = std::atoi(hits.c_str() + space);
    at = end + 1;
    for (const int hit : std::set<int>{1, count}) {
      if (scale >= 15) break;
      SCOPED_TRACE(absl::StrCat(point, " ", hit));
      const int code = WidenInAChild(database.folder(), scale + 1, point, hit, -1);
      if (code == 128 + SIGKILL) ++kills;
      database.Open();
      const int now = ScaleOfAll(*database);
      ASSERT_TRUE(now == scale || now == scale + 1) << now << ", and it was " << scale;
      now == scale ? ++before : ++after;
      scale = now;
      // It goes on: the tag is loaded.
      ASSERT_THAT(LoadText(*database, Numbers(scale), {{"m0", "-250"}}), IsOk());
      ASSERT_EQ(ScaleOfAll(*database), scale);
      database.Close();
    }
  }
  database.Open();
  ASSERT_THAT(Widen(*database, scale + 1), IsOk());
  EXPECT_EQ(ScaleOfAll(*database), scale + 1);
  EXPECT_GT(kills, 10);
  EXPECT_GT(before, 5);
  EXPECT_GT(after, 0);
}

}  // namespace
}  // namespace muster::index
