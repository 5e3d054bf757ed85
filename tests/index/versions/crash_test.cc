// Kills a process at fault points of staging, publishing, settling and sweeping, and checks what is stored.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

#include "index/storage/fault_point.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/published_versions.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr TagId kFirst = 3, kSecond = 4;
constexpr uint32_t kLoads = 5;
constexpr RowId kLastRow = 5, kCountedRow = 4;
const absl::CivilDay kDay(2026, 1, 5);

// A store with a row that only has statistics.
class CrashStore : public StoreUnderTest {
 public:
  explicit CrashStore(const std::string& directory) : StoreUnderTest(directory) { counted = {kCountedRow}; }
};

// What load number `load` makes of both tags: the same content, so that half a load would show.
Content ContentOf(uint32_t load) {
  Content content;
  for (RowId row = 1; row <= kLastRow; ++row) {
    for (uint32_t fragment = 0; fragment < 3; ++fragment) {
      std::vector<uint32_t> locals;
      const uint32_t step = row == 1 ? 3 + load : 500 + row + load % 2;
      for (uint32_t local = load; local < kFragmentOrdinals; local += step) locals.push_back(local);
      if ((load + row + fragment) % 4 != 0) content[{row, fragment}] = Bitmap::FromSorted(locals);
    }
  }
  return content;
}

// Stages both tags and publishes them together; then folds a little, and lets a refused load be swept.
void RunLoad(StoreUnderTest& store, uint32_t load) {
  std::vector<Publication> publications;
  for (TagId tag : {kFirst, kSecond}) {
    absl::StatusOr<StagedVersion> staged;
    if (load == 1) {
      staged = store.StageStore(load, tag, ContentOf(load));
    } else {
      staged = store.StageEdge(load, tag, load - 1, ContentOf(load - 1), ContentOf(load));
    }
    ASSERT_THAT(staged, IsOk());
    publications.push_back({*staged, kDay + load, true});
  }
  const auto published = store.PublishAll(publications);
  ASSERT_THAT(published, IsOk());
  for (int step = 0; step < 6; ++step) ASSERT_THAT(store.versions().settler().Step(2), IsOk());
  ASSERT_THAT(store.StageEdge(100 + load, kFirst, load, {}, ContentOf(load + 1)), IsOk());
  ASSERT_THAT(store.versions().DiscardStaged(100 + load), IsOk());
}

size_t StagedCount(StoreUnderTest& store) { return ListStaged(*store.environment().BeginRead())->size(); }

std::string fatal_point;
std::atomic<int> hits_left{0};

// Runs all loads in a child that dies at the `hit`th pass of `point`. True when it died there.
bool RunAndDie(const std::string& directory, const std::string& point, int hit) {
  const pid_t child = fork();
  if (child == 0) {
    fatal_point = point;
    hits_left = hit;
    SetFaultHook([](const char* here) {
      if (fatal_point == here && --hits_left == 0) kill(getpid(), SIGKILL);
    });
    {
      CrashStore store(directory);
      for (uint32_t load = 1; load <= kLoads; ++load) RunLoad(store, load);
      while (StagedCount(store) > 0) std::this_thread::yield();
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

void CheckTag(StoreUnderTest& store, TagId tag, size_t versions) {
  EXPECT_EQ(VersionsOf(*store.environment().BeginRead(), tag)->size(), versions);
  for (Version version = 1; version <= versions; ++version) {
    auto snapshot = store.versions().OpenSnapshot({{tag, version}});
    ASSERT_THAT(snapshot, IsOk());
    FragmentReader reader(**snapshot);
    const Content expected = ContentOf(version);
    for (RowId row = 1; row <= kLastRow; ++row) {
      uint64_t cardinality = 0;
      for (uint32_t fragment = 0; fragment < 3; ++fragment) {
        const Bitmap bitmap = StoreUnderTest::At(expected, {row, fragment});
        auto stored = reader.Read({tag, row}, fragment);
        ASSERT_THAT(stored, IsOk());
        ASSERT_TRUE(*stored == (row == kCountedRow ? Bitmap() : bitmap))
            << "version " << version << " row " << row << " fragment " << fragment;
        cardinality += bitmap.Cardinality();
      }
      EXPECT_EQ((*snapshot)->RowCardinality({tag, row}).value(), cardinality);
    }
  }
}

struct Kill {
  const char* point;
  int hit;
};
void PrintTo(const Kill& kill, std::ostream* out) { *out << kill.point << ", time " << kill.hit; }

class CrashTest : public ::testing::TestWithParam<Kill> {};

TEST_P(CrashTest, WhatIsLeftIsWhole) {
  TemporaryDirectory directory;
  ASSERT_TRUE(RunAndDie(directory.path(), GetParam().point, GetParam().hit)) << "the point was not reached";
  CrashStore store(directory.path());
  const size_t versions = VersionsOf(*store.environment().BeginRead(), kFirst)->size();
  EXPECT_LE(versions, kLoads);
  for (int round = 0; round < 2; ++round) {
    CheckTag(store, kFirst, versions);
    CheckTag(store, kSecond, versions);
    ASSERT_THAT(store.versions().settler().SettleAll(), IsOk());
  }
  while (StagedCount(store) > 0) std::this_thread::yield();
  for (uint32_t load = static_cast<uint32_t>(versions) + 1; load <= kLoads; ++load) RunLoad(store, load);
  CheckTag(store, kFirst, kLoads);
  CheckTag(store, kSecond, kLoads);
}

INSTANTIATE_TEST_SUITE_P(
    Kills, CrashTest,
    ::testing::Values(
        Kill{"storage/turn_begins", 1}, Kill{"storage/turn_begins", 9}, Kill{"storage/before_commit", 1},
        Kill{"storage/before_commit", 4}, Kill{"storage/before_commit", 17}, Kill{"storage/after_commit", 1},
        Kill{"storage/after_commit", 6}, Kill{"storage/after_commit", 21}, Kill{"staging/registered", 1},
        Kill{"staging/registered", 2}, Kill{"staging/registered", 7}, Kill{"staging/item", 1},
        Kill{"staging/item", 3}, Kill{"staging/item", 20}, Kill{"staging/item", 60},
        Kill{"staging/batch_durable", 1}, Kill{"staging/batch_durable", 5}, Kill{"publish/prepare_begins", 1},
        Kill{"publish/prepare_begins", 3}, Kill{"publish/version_written", 1},
        Kill{"publish/version_written", 2}, Kill{"publish/version_written", 5},
        Kill{"publish/version_written", 8}, Kill{"publish/prepared", 1}, Kill{"publish/prepared", 2},
        Kill{"publish/prepared", 4}, Kill{"publish/version_shown", 1}, Kill{"publish/version_shown", 2},
        Kill{"publish/version_shown", 7}, Kill{"settle/turn_begins", 1}, Kill{"settle/turn_begins", 7},
        Kill{"settle/neighbour_begun", 1}, Kill{"settle/neighbour_begun", 2}, Kill{"settle/record_folded", 1},
        Kill{"settle/record_folded", 2}, Kill{"settle/record_folded", 9}, Kill{"settle/record_folded", 20},
        Kill{"settle/neighbour_reached", 1}, Kill{"settle/step_written", 2}, Kill{"settle/step_written", 8},
        Kill{"settle/turn_durable", 3}, Kill{"settle/turn_durable", 10}, Kill{"sweep/bite_begins", 1},
        Kill{"sweep/bite_written", 1}, Kill{"sweep/bite_written", 3}, Kill{"sweep/bite_done", 2}),
    [](const auto& info) {
      std::string name = std::string(info.param.point) + "_" + std::to_string(info.param.hit);
      for (char& c : name) c = c == '/' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace muster::index
