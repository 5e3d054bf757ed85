// The check of versions while loads publish, and sweep, what it has seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "index/versions/publishing/sweeper.h"
#include "index/versions/verification/verify_versions.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
constexpr TagId kTag = 3, kNewTag = 4;
const absl::CivilDay kMonday(2026, 1, 5), kTuesday(2026, 1, 6);
// The turns of a small population: the versions, the stores, and the edges' statistics.
constexpr int kVersionsRead = 1, kEdgesRead = 3;

Content ContentOf(uint32_t member) { return {{{kKnownRow, 0}, Bitmap::FromSorted({member})}}; }

class VerifyTreeTest : public ::testing::Test {
 protected:
  // What the check finds. `then` is called behind the turn.
  std::vector<std::string> Problems(int turn, const std::function<void()>& then) {
    std::vector<std::string> problems;
    int turns = 0;
    Findings findings([&](const Check& check, bool ended) {
      if (!ended && ++turns == turn) then();
      if (!ended) return true;
      for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
      return true;
    });
    const std::unique_ptr<TreeGuard> guard = store_.environment().NewGuard();
    EXPECT_THAT(VerifyVersionTree(store_.environment(), *guard, findings), IsOk());
    EXPECT_GE(turns, turn);
    return problems;
  }
  void Sweep(const StagedEntry& entry) {
    ASSERT_THAT(store_.writer().Run(
                    WriteClass::kSweep,
                    [&](WriteTransaction& transaction) { return SweepBite(transaction, entry).status(); }),
                IsOk());
  }

  StoreUnderTest store_;
};

TEST_F(VerifyTreeTest, ATagThatIsNewSinceTheVersionsWereRead) {
  store_.PublishStore(0, kTag, ContentOf(1), kMonday);
  EXPECT_THAT(Problems(kVersionsRead,
                       [this] {
                         const Version parent = store_.PublishStore(1, kNewTag, ContentOf(1), kMonday);
                         store_.PublishEdge(2, kNewTag, parent, ContentOf(1), ContentOf(2), kTuesday);
                       }),
              IsEmpty());
}

TEST_F(VerifyTreeTest, WhatWasSweptSinceItWasRead) {
  const Version parent = store_.PublishStore(0, kTag, ContentOf(1), kMonday);
  const absl::StatusOr<StagedVersion> store = store_.StageStore(1, kNewTag, ContentOf(1));
  const absl::StatusOr<StagedVersion> edge = store_.StageEdge(2, kTag, parent, ContentOf(1), ContentOf(2));
  ASSERT_THAT(store, IsOk());
  ASSERT_THAT(edge, IsOk());
  EXPECT_THAT(Problems(kEdgesRead,
                       [&] {
                         Sweep({StagedKind::kStore, store->new_store, 1});
                         Sweep({StagedKind::kEdge, edge->edge, 2});
                       }),
              IsEmpty());
}

TEST_F(VerifyTreeTest, WhatNobodyHasIsFound) {
  const Version parent = store_.PublishStore(0, kTag, ContentOf(1), kMonday);
  const absl::StatusOr<StagedVersion> edge = store_.StageEdge(2, kTag, parent, ContentOf(1), ContentOf(2));
  ASSERT_THAT(edge, IsOk());
  ASSERT_THAT(store_.writer().Run(WriteClass::kSweep,
                                  [&](WriteTransaction& transaction) {
                                    return RemoveStaged(transaction, {StagedKind::kEdge, edge->edge, 2});
                                  }),
              IsOk());
  EXPECT_THAT(Problems(kEdgesRead, [] {}),
              ElementsAre("edge 1: no version has it, and no load is writing it"));
}

}  // namespace
}  // namespace muster::index
