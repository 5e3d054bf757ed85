// The check of rows while a settler changes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "index/versions/verification/verify_versions.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::IsEmpty;
constexpr TagId kTag = 3;
const absl::CivilDay kMonday(2026, 1, 5), kTuesday(2026, 1, 6);

// Scattered, so that its record is large.
Bitmap Scattered(std::mt19937& random) {
  std::set<uint32_t> locals;
  while (locals.size() < 16'000) locals.insert(random() % kFragmentOrdinals);
  return Bitmap::FromSorted(std::vector<uint32_t>(locals.begin(), locals.end()));
}

TEST(VerifyRowsTest, ARowThatIsReadInTwoTurnsIsComparedInOne) {
  StoreUnderTest store;
  std::mt19937 random(1);
  constexpr uint32_t kFragments = 400;  // more bytes than a turn reads
  Content before;
  const Bitmap scattered = Scattered(random);
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment) before[{kKnownRow, fragment}] = scattered;
  Content after = before;
  for (const uint32_t fragment : {0u, 1u, kFragments - 1})
    after[{kKnownRow, fragment}] = Bitmap::FromSorted({7});
  after.erase({kKnownRow, 2});
  const Version parent = store.PublishStore(1, kTag, before, kMonday);
  store.PublishEdge(2, kTag, parent, before, after, kTuesday);
  int turns = 0;
  std::vector<std::string> problems;
  Findings findings([&](const Check& check, bool ended) {
    // Between the first two turns the row comes to hold what the edge says.
    if (!ended && ++turns == 1) {
      EXPECT_THAT(store.versions().settler().SettleAll(), IsOk());
    }
    if (!ended) return true;
    for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
    return true;
  });
  const std::unique_ptr<TreeGuard> guard = store.environment().NewGuard();
  ASSERT_THAT(VerifyRows(store.environment(), *guard, findings), IsOk());
  EXPECT_GE(turns, 2) << "the row was read in one turn";
  EXPECT_THAT(problems, IsEmpty());
}

// A sweep deletes a refused load's records first, and their statistics in a later transaction.
TEST(VerifyRowsTest, AStoreOnItsWayOutHasNoProblem) {
  StoreUnderTest store;
  store.PublishStore(0, kTag, {{{kKnownRow, 0}, Bitmap::FromSorted({7})}}, kMonday);
  const absl::StatusOr<StagedVersion> staged =
      store.StageStore(2, kTag, {{{kKnownRow, 0}, Bitmap::FromSorted({8})}});
  ASSERT_THAT(staged, IsOk());
  ASSERT_THAT(
      store.writer().Run(
          WriteClass::kSweep,
          [&](WriteTransaction& transaction) {
            return transaction.DeletePrefix(DatabaseId::kFragments, MakeKey(staged->new_store)).status();
          }),
      IsOk());
  std::vector<std::string> problems;
  Findings findings([&problems](const Check& check, bool ended) {
    if (!ended) return true;
    for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
    return true;
  });
  const std::unique_ptr<TreeGuard> guard = store.environment().NewGuard();
  ASSERT_THAT(VerifyRows(store.environment(), *guard, findings), IsOk());
  EXPECT_THAT(problems, IsEmpty());
}

}  // namespace
}  // namespace muster::index
