// Kills a process at fault points while salts are built, extended and removed, and checks what is stored.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "index/storage/fault_point.h"
#include "tests/index/salts/salted_population.h"

namespace muster::index {
namespace {

using ::testing::IsEmpty;
using ::testing::Optional;

// Loads that bring members: within the first fragment, over its end, and beyond.
constexpr Ordinal kFirst = 3'000, kSecond = kFragmentOrdinals + 2'000, kThird = kSecond + 1'500;

std::string fatal_point;
std::atomic<int> hits_left{0};

struct Kill {
  const char* point;
  int hit;
};
void PrintTo(const Kill& kill, std::ostream* out) { *out << kill.point << ", time " << kill.hit; }

std::string Covered(const char* salt, Ordinal count) { return absl::StrCat(salt, " ", count); }

// Everything that changes salts, up to the end or the kill.
void RunAll(SaltedPopulation& population) {
  population.GrowTo(kFirst);
  population.Save("s", {"x", "y"});
  ASSERT_TRUE(population.ComesTo({Covered("x", kFirst), Covered("y", kFirst)}));
  population.GrowTo(kSecond);
  population.Save("t", {"z"});
  ASSERT_TRUE(population.ComesTo({Covered("x", kSecond), Covered("y", kSecond), Covered("z", kSecond)}));
  population.Save("s", {"y"});
  population.GrowTo(kThird);
  ASSERT_TRUE(population.ComesTo({Covered("y", kThird), Covered("z", kThird)}));
  ASSERT_TRUE(population.Becomes([&] { return population.ItemsIn(DatabaseId::kStaging) == 0; }));
}

// Runs it in a child that dies at the hit. True when it died there.
bool RunAndDie(TestDatabase& database, const Kill& kill_at) {
  database.Close();
  const pid_t child = fork();
  if (child == 0) {
    fatal_point = kill_at.point;
    hits_left = kill_at.hit;
    SetFaultHook([](const char* here) {
      if (fatal_point == here && --hits_left == 0) kill(getpid(), SIGKILL);
    });
    database.settle = true;
    database.Open();
    {
      SaltedPopulation population(database);
      RunAll(population);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

class SaltCrash : public ::testing::TestWithParam<Kill> {};

TEST_P(SaltCrash, WhatIsLeftIsWholeAndGoesOn) {
  TestDatabase database;
  database.settle = false;
  ASSERT_TRUE(RunAndDie(database, GetParam())) << "the point was not reached";
  database.Open();
  {
    SaltedPopulation left(database);
    EXPECT_THAT(left.Verify(), IsEmpty());
    for (const char* const salt : {"x", "y", "z"}) left.CheckBuckets(salt);
  }
  database.settle = true;
  database.Reopen();
  SaltedPopulation population(database);
  // Whatever was done is done again, and ends in the same.
  population.GrowTo(kThird);
  population.Save("s", {"y"});
  population.Save("t", {"z"});
  EXPECT_TRUE(population.ComesTo({Covered("y", kThird), Covered("z", kThird)}));
  EXPECT_TRUE(population.Becomes([&] { return population.ItemsIn(DatabaseId::kStaging) == 0; }));
  for (const char* const salt : {"y", "z"}) EXPECT_THAT(population.CheckBuckets(salt), Optional(kThird));
  EXPECT_THAT(population.Verify(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Kills, SaltCrash,
                         ::testing::Values(Kill{"salts/ids_read", 1}, Kill{"salts/ids_read", 3},
                                           Kill{"salts/turn_begins", 1}, Kill{"salts/turn_begins", 2},
                                           Kill{"salts/salt_written", 1}, Kill{"salts/salt_written", 2},
                                           Kill{"salts/salt_written", 4}, Kill{"salts/turn_written", 1},
                                           Kill{"salts/turn_written", 3}, Kill{"salts/turn_durable", 1},
                                           Kill{"salts/turn_durable", 2}, Kill{"salts/turn_durable", 4},
                                           Kill{"lone_store/sweep", 1}));

}  // namespace
}  // namespace muster::index
