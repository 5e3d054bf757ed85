// A version in a finer scale, with the cells of a MERGE: random numbers compared with multiplication.
#include "index/loading/staging/rescaled_stage.h"

#include <map>
#include <random>

#include "gtest/gtest.h"
#include "index/loading/staging/everyone_stage.h"
#include "tests/index/versions/snapshot_content.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr TagId kTag = 3;
const absl::CivilDay kDay(2026, 3, 1);

using Numbers = std::map<Ordinal, int64_t>;

MemberCells CellsOf(const Numbers& numbers) {
  MemberCells cells;
  for (const auto& [member, number] : numbers) {
    cells.ordinals.push_back(member);
    cells.numbers.push_back(number);
  }
  return cells;
}

class RescaledStageTest : public testing::Test {
 protected:
  RescaledStageTest() {
    StagedBatch batch(store_.writer(), 1);
    const auto none = *store_.versions().OpenSnapshot({{kEveryoneTag, 0}});
    std::vector<Ordinal> members;
    for (Ordinal member = 0; member < kMembers; ++member) members.push_back(member);
    EveryoneStage stage(*none, kDay, WorkBudget::Unlimited());
    EXPECT_THAT(stage.Stage(batch, members), IsOk());
    const absl::StatusOr<StagedEveryone> everyone = stage.Finish();
    EXPECT_THAT(everyone, IsOk());
    EXPECT_THAT(batch.Flush(), IsOk());
    store_.Publish(everyone->version, kDay);
  }

  // A version with these numbers alone, in the scale.
  Version Load(const Numbers& numbers, int scale) {
    const Tag tag{.id = kTag, .name = "t", .kind = TagKind::kNumber, .scale = scale};
    StagedBatch batch(store_.writer(), 2);
    const auto stage = NewTagStage({tag, LoadMode::kReplace, false, nullptr, WorkBudget::Unlimited()});
    EXPECT_THAT(stage, IsOk());
    EXPECT_THAT((*stage)->Stage(batch, CellsOf(numbers)), IsOk());
    const absl::StatusOr<StagedVersion> staged = (*stage)->Finish();
    EXPECT_THAT(staged, IsOk());
    EXPECT_THAT(batch.Flush(), IsOk());
    return store_.Publish(*staged, kDay);
  }

  std::shared_ptr<const Snapshot> SnapshotOf(Version version) {
    return *store_.versions().OpenSnapshot({{kTag, version}});
  }

  static constexpr Ordinal kMembers = 3'000;
  StoreUnderTest store_;
};

TEST_F(RescaledStageTest, EveryNumberIsMultipliedAndCellsWin) {
  std::mt19937_64 random(5);
  for (int steps = 1; steps <= 4; ++steps) {
    SCOPED_TRACE(steps);
    Numbers numbers;
    for (Ordinal member = 0; member < kMembers; ++member) {
      if (random() % 3 != 0) numbers[member] = static_cast<int64_t>(random() % 2'000'001) - 1'000'000;
    }
    const std::shared_ptr<const Snapshot> parent = SnapshotOf(Load(numbers, 1));
    const absl::StatusOr<FarthestNumber> farthest = FindFarthest(*parent, kTag, WorkBudget::Unlimited());
    ASSERT_THAT(farthest, IsOk());

    Numbers cells = {{0, 1}, {1, -1}, {kMembers - 1, 0}};
    MemberCells merged = CellsOf(cells);
    merged.cleared = {5, 6};
    int64_t power = 1;
    for (int i = 0; i < steps; ++i) power *= 10;
    Numbers expected;
    for (const auto& [member, number] : numbers) expected[member] = number * power;
    for (const auto& [member, number] : cells) expected[member] = number;
    for (const Ordinal member : merged.cleared) expected.erase(member);

    const Tag tag{.id = kTag, .name = "t", .kind = TagKind::kNumber, .scale = 1 + steps};
    StagedBatch batch(store_.writer(), 3);
    const auto stage =
        NewRescaledStage({tag, LoadMode::kMerge, false, parent.get(), WorkBudget::Unlimited()}, 1, *farthest);
    ASSERT_THAT(stage->Stage(batch, merged), IsOk());
    const absl::StatusOr<StagedVersion> staged = stage->Finish();
    ASSERT_THAT(staged, IsOk());
    ASSERT_THAT(batch.Flush(), IsOk());
    EXPECT_NE(staged->new_store, 0u) << "the parent's store keeps its scale";
    const std::shared_ptr<const Snapshot> now = SnapshotOf(store_.Publish(*staged, kDay));
    EXPECT_EQ(ReadNumbers(*now, kTag, kOwnValue), expected);
    EXPECT_EQ(*now->Scale(kTag), 1 + steps);
    EXPECT_EQ(*now->RowCardinality({kTag, kKnownRow}), expected.size());
    EXPECT_EQ(ReadNumbers(*parent, kTag, kOwnValue), numbers);
  }
}

TEST_F(RescaledStageTest, EndsWithItsBudget) {
  const std::shared_ptr<const Snapshot> parent = SnapshotOf(Load({{1, 5}}, 0));
  const Tag tag{.id = kTag, .name = "t", .kind = TagKind::kNumber, .scale = 1};
  const WorkBudget ended([] { return absl::CancelledError("enough"); });
  StagedBatch batch(store_.writer(), 3);
  const auto stage =
      NewRescaledStage({tag, LoadMode::kMerge, false, parent.get(), ended}, 0, {.magnitude = 5, .member = 1});
  EXPECT_THAT(stage->Stage(batch, MemberCells()), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::index
