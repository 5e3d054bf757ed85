// A process that dies at a fault point of feeding, committing, publishing or settling loses nothing and
// leaves nothing incomplete: afterwards the database equals the model as it was before the load in flight, or
// as it is after that load.
#include <csignal>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/crash/member_model.h"
#include "tests/crash/planned_load.h"
#include "tests/matchers/status.h"
#include "tests/processes/child_process.h"

namespace muster::testing {
namespace {

constexpr int kLoadsOfAChild = 4;

// The output of a child and how it ended.
struct Ended {
  bool killed = false;
  int exit_code = 0;
  std::string step;  // the last: begin, feed, commit or done
  int load = -1;     // the load of that step
  std::map<std::string, int> hits;
  std::string err;
};

// A data directory in which children load and die, and the model of its expected content.
class Casualty {
 public:
  Casualty(PlanShape shape, int sampled) : shape_(shape), sampled_(sampled) {}

  Ended RunChild(const std::string& point, int hit, int linger_ms) {
    const Finished finished = testing::Run(
        "crash_child", {directory(), absl::StrCat(shape_.seed), absl::StrCat(shape_.first_members),
                        absl::StrCat(shape_.members), absl::StrCat(shape_.records), absl::StrCat(loaded_),
                        absl::StrCat(kLoadsOfAChild), point, absl::StrCat(hit), absl::StrCat(linger_ms)});
    Ended ended{
        .killed = finished.exit_code == 128 + SIGKILL, .exit_code = finished.exit_code, .err = finished.err};
    for (const absl::string_view line : absl::StrSplit(finished.out, '\n', absl::SkipEmpty())) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      int number = 0;
      if (!absl::SimpleAtoi(words.back(), &number)) continue;
      if (words[0] == "hits") {
        ended.hits[words[1]] = number;
      } else {
        ended.step = words[0];
        ended.load = number;
      }
    }
    return ended;
  }

  // Opens what the child left, compares it with the model before and after the load in flight, and loads one
  // more.
  void Inspect(const Ended& ended) {
    while (loaded_ < ended.load) Apply();
    auto database = index::Database::Open({.directory = directory(), .map_size = size_t{1} << 30});
    ASSERT_THAT(database, IsOk());
    const auto actual = AskDatabase(**database, shape_.members, sampled_);
    ASSERT_THAT(actual, IsOk());
    const Answers before = model_.Answer(shape_.members, sampled_);
    const bool is_before = *actual == before;
    if (!is_before || ended.step == "done") {
      ASSERT_EQ(ended.load, loaded_) << "no load was in flight\n" << DifferenceOf(*actual, before);
      Apply();
      const Answers after = model_.Answer(shape_.members, sampled_);
      ASSERT_TRUE(*actual == after) << (is_before ? "a load that was answered is gone: load "
                                                  : "neither before nor after load ")
                                    << ended.load << ", against after:\n"
                                    << DifferenceOf(*actual, after) << "against before:\n"
                                    << DifferenceOf(*actual, before);
    }
    LoadOneMore(**database);
  }

  int loaded() const { return loaded_; }

 private:
  std::string directory() const { return scratch_.path() + "/data"; }
  void Apply() { model_.Apply(PlanLoad(shape_, loaded_++)); }

  void LoadOneMore(index::Database& database) {
    if (loaded_ > 0) {
      // What was published is known by its label, whatever died afterwards.
      const auto again = LoadPlanned(database, PlanLoad(shape_, loaded_ - 1), [](const char*) {});
      ASSERT_THAT(again, IsOk());
      ASSERT_TRUE(again->already_published);
    }
    const auto result = LoadPlanned(database, PlanLoad(shape_, loaded_), [](const char*) {});
    ASSERT_THAT(result, IsOk());
    ASSERT_FALSE(result->already_published);
    Apply();
    const auto actual = AskDatabase(database, shape_.members, sampled_);
    ASSERT_THAT(actual, IsOk());
    const Answers expected = model_.Answer(shape_.members, sampled_);
    ASSERT_TRUE(*actual == expected) << "after one more load\n" << DifferenceOf(*actual, expected);
  }

  const PlanShape shape_;
  const int sampled_;
  ScratchFolder scratch_;
  MemberModel model_;
  int loaded_ = 0;
};

// Kills children at the first, a middle and the last hit of every point that begins with one of `prefixes`.
void KillEverywhere(const std::vector<std::string>& prefixes, int min_kills, int linger_ms) {
  const PlanShape shape{.seed = static_cast<uint64_t>(prefixes[0][0]) * 31 + prefixes[0].size()};
  Casualty casualty(shape, 60);
  const Ended whole = casualty.RunChild("", 0, linger_ms);
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  ASSERT_NO_FATAL_FAILURE(casualty.Inspect(whole));
  int kills = 0;
  for (const auto& [point, count] : whole.hits) {
    bool wanted = false;
    for (const std::string& prefix : prefixes) wanted |= absl::StartsWith(point, prefix);
    if (!wanted) continue;
    for (const int hit : std::set<int>{1, 2, count / 3, count / 2, count * 3 / 4, count}) {
      if (hit < 1) continue;
      SCOPED_TRACE(
          absl::StrCat("killed at hit ", hit, " of ", point, " from load ", casualty.loaded(), " on"));
      const Ended ended = casualty.RunChild(point, hit, linger_ms);
      ASSERT_TRUE(ended.killed || ended.exit_code == 0) << ended.exit_code << " " << ended.err;
      kills += ended.killed;
      ASSERT_NO_FATAL_FAILURE(casualty.Inspect(ended));
    }
  }
  std::printf("%d kills\n", kills);
  EXPECT_GE(kills, min_kills);
}

TEST(Crash, WhileFeedingAndNamingMembers) { KillEverywhere({"feeding/", "dictionary/"}, 5, 0); }
TEST(Crash, WhileStaging) { KillEverywhere({"staging/"}, 8, 0); }
TEST(Crash, WhilePublishing) { KillEverywhere({"publish/", "load/"}, 10, 0); }
TEST(Crash, AroundEveryCommitOfATransaction) { KillEverywhere({"storage/"}, 10, 0); }
TEST(Crash, WhileSettling) { KillEverywhere({"settle/"}, 10, 100); }
TEST(Crash, WhileSweepingWhatACrashLeft) {
  // An even seed: records go to a file, so that what they stage is written before it is published.
  Casualty casualty({.seed = 78, .records = 900}, 60);
  const Ended whole = casualty.RunChild("", 0, 0);
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  ASSERT_NO_FATAL_FAILURE(casualty.Inspect(whole));
  int kills = 0;
  for (const char* point : {"sweep/bite_begins", "sweep/bite_written", "sweep/bite_done"}) {
    for (const int hit : {1, 2}) {
      SCOPED_TRACE(
          absl::StrCat("killed at hit ", hit, " of ", point, " from load ", casualty.loaded(), " on"));
      // The first dies with a load staged, the second while it sweeps what that left.
      ASSERT_TRUE(casualty.RunChild("load/staged", 1, 0).killed);
      const Ended ended = casualty.RunChild(point, hit, 50);
      ASSERT_TRUE(ended.killed || ended.exit_code == 0) << ended.exit_code << " " << ended.err;
      kills += ended.killed;
      ASSERT_NO_FATAL_FAILURE(casualty.Inspect(ended));
    }
  }
  EXPECT_GE(kills, 3);
}

TEST(Crash, OverMembersOfSeveralFragments) {
  Casualty casualty({.seed = 6, .first_members = 264'000, .members = 280'000, .records = 3'000}, 200);
  for (const auto& [point, hit] : std::vector<std::pair<std::string, int>>{{"load/spilled", 3},
                                                                           {"load/tile_staged", 3},
                                                                           {"staging/batch_durable", 20},
                                                                           {"publish/version_written", 4},
                                                                           {"settle/record_folded", 200}}) {
    SCOPED_TRACE(absl::StrCat("killed at hit ", hit, " of ", point, " from load ", casualty.loaded(), " on"));
    const Ended ended = casualty.RunChild(point, hit, 200);
    ASSERT_TRUE(ended.killed || ended.exit_code == 0) << ended.exit_code << " " << ended.err;
    ASSERT_NO_FATAL_FAILURE(casualty.Inspect(ended));
  }
}

}  // namespace
}  // namespace muster::testing
