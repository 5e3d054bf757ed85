// A process dies while it rolls a load back, or brings it forward again. Afterwards all its tags and members
// are there or none is, and the next rollback works.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/history/tag_history.h"
#include "index/storage/fault_point.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr int kMembers = 60;

std::map<std::string, int>* passed_points = new std::map<std::string, int>;
std::string* deadly_point = new std::string;
int deadly_hit = 0;

void CountOrDie(const char* point) {
  if (++(*passed_points)[point] == deadly_hit && *deadly_point == point) raise(SIGKILL);
}

LoadSpec Cities(const std::string& label, int day) {
  LoadSpec spec;
  spec.population = "shop";
  spec.label = label;
  spec.business_date = absl::CivilDay(2026, 11, 16) + day;
  spec.tags = {TagSpec("city", TagKind::kSingle), TagSpec("vip", TagKind::kFlag)};
  return spec;
}

TagHistory& HistoryOf(Database& database) { return (*database.FindPopulation("shop"))->history(); }

absl::Status Roll(Database& database, LoadDirection direction) {
  return HistoryOf(database).RollBackLoad("two", direction, WorkBudget::Unlimited()).status();
}

// Whether the second load is there, with all of it; empty when it is there in parts.
std::optional<bool> IsThere(Database& database) {
  const auto view = *(*database.FindPopulation("shop"))->CurrentView();
  const bool there = view->members().everyone_count() == 2 * kMembers;
  if (!there && view->members().everyone_count() != kMembers) return std::nullopt;
  for (int i = 0; i < (there ? 2 : 1) * kMembers; ++i) {
    const std::string member = absl::StrCat("m", i);
    if (ValuesOf(*view, member, "city") != (there ? "Y" : "X")) return std::nullopt;
    if (ValuesOf(*view, member, "vip") != (there ? "true" : "false")) return std::nullopt;
  }
  const size_t back = (*database.FindPopulation("shop"))->GetLoad("two")->rolled_back.size();
  return back == (there ? 0u : 2u) ? std::make_optional(there) : std::nullopt;
}

// A child that rolls, and dies at the n-th hit of the point. Its exit code, or 128 and the signal.
int RollInAChild(const std::string& folder, LoadDirection direction, const std::string& point, int hit,
                 int report) {
  const pid_t child = fork();
  if (child == 0) {
    auto database = Database::Open({.directory = folder, .map_size = size_t{1} << 30, .settle = false});
    if (!database.ok()) _exit(2);
    passed_points->clear();
    *deadly_point = point;
    deadly_hit = hit;
    SetFaultHook(CountOrDie);
    if (!Roll(**database, direction).ok()) _exit(3);
    std::string hits;
    for (const auto& [name, count] : *passed_points) hits += absl::StrCat(name, " ", count, "\n");
    if (report >= 0 && write(report, hits.data(), hits.size()) < 0) _exit(4);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(RollbackCrash, TheLoadIsThereOrNot) {
  TestDatabase database;
  TextRecords first, second;
  for (int i = 0; i < 2 * kMembers; ++i) {
    if (i < kMembers) first.push_back({absl::StrCat("m", i), "X", "no"});
    second.push_back({absl::StrCat("m", i), "Y", "yes"});
  }
  ASSERT_THAT(LoadText(*database, Cities("one", 0), first), IsOk());
  ASSERT_THAT(LoadText(*database, Cities("two", 1), second), IsOk());
  database.Close();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  ASSERT_EQ(RollInAChild(database.folder(), LoadDirection::kBack, "", 0, pipe_ends[1]), 0);
  std::string hits(4096, '\0');
  const ssize_t length = read(pipe_ends[0], hits.data(), hits.size());
  ASSERT_GT(length, 0);
  hits.resize(static_cast<size_t>(length));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  bool there = false;
  int kills = 0, changed = 0;
  for (size_t at = 0; at < hits.size();) {
    const size_t end = hits.find('\n', at), space = hits.find(' ', at);
    const std::string point = hits.substr(at, space - at);
    const int count = std::atoi(hits.c_str() + space);
    at = end + 1;
    for (const int hit : std::set<int>{1, count}) {
      SCOPED_TRACE(absl::StrCat(point, " ", hit));
      const LoadDirection direction = there ? LoadDirection::kBack : LoadDirection::kForward;
      if (RollInAChild(database.folder(), direction, point, hit, -1) == 128 + SIGKILL) ++kills;
      database.Open();
      const std::optional<bool> now = IsThere(*database);
      ASSERT_TRUE(now.has_value());
      changed += *now != there ? 1 : 0;
      there = *now;
      ASSERT_THAT(ProblemsOf(**database->FindPopulation("shop")), ::testing::IsEmpty());
      database.Close();
    }
  }
  database.Open();
  ASSERT_THAT(Roll(*database, there ? LoadDirection::kBack : LoadDirection::kForward), IsOk());
  EXPECT_EQ(IsThere(*database), !there);
  EXPECT_GT(kills, 10);
  EXPECT_GT(changed, 1);
}

}  // namespace
}  // namespace muster::index
