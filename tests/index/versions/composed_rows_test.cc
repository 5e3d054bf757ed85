// Values without rows are read like all others: every value in every version of a growing tree of versions,
// compared with a model that has each member's value.
#include "index/versions/snapshots/composed_rows.h"

#include <map>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "index/versions/lookups/row_probe.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr TagId kTag = 3;
constexpr uint32_t kFragments = 3;
const absl::CivilDay kDay(2026, 1, 5);

RowId RowOf(ValueId value) { return MakeRow(value, kMembershipSlot); }

// Who has which value.
using Assignment = std::map<Ordinal, ValueId>;

// Everything that a SINGLE tag of very many values would write, counted rows included.
Content ContentOf(const Assignment& assignment) {
  std::map<std::pair<RowId, uint32_t>, std::vector<uint32_t>> locals;
  for (const auto& [ordinal, value] : assignment) {
    const uint32_t fragment = FragmentOf(ordinal), local = LocalOf(ordinal);
    locals[{kKnownRow, fragment}].push_back(local);
    locals[{RowOf(value), fragment}].push_back(local);
    VisitNumberSlots(value, [&](Slot slot) {
      locals[{MakeRow(kOwnValue, slot), fragment}].push_back(local);
    });
  }
  Content content;
  for (const auto& [key, members] : locals) content[key] = Bitmap::FromSorted(members);
  return content;
}

class ComposedRowsTest : public testing::Test {
 protected:
  // Of `values` values only the first three have rows.
  void Publish(uint32_t values, uint32_t members) {
    Change(values, members);
    values_ = values;
    for (ValueId value = 4; value <= 2 * values; ++value) store_.counted.insert(RowOf(value));
    const Version version = store_.PublishStore(1, kTag, ContentOf(assignment_), kDay);
    versions_[version] = assignment_;
  }
  void PublishEdge(uint32_t values, uint32_t members) {
    const auto& [parent, before] = *versions_.rbegin();
    Change(values, members);
    const Version version =
        store_.PublishEdge(static_cast<LoadId>(1 + versions_.size()), kTag, parent, ContentOf(before),
                           ContentOf(assignment_), kDay + static_cast<int>(versions_.size()));
    versions_[version] = assignment_;
  }

  // Every value, one that nobody has included.
  void ExpectAllRight() const {
    for (const auto& [version, assignment] : versions_) {
      SCOPED_TRACE(testing::Message() << "version " << version);
      const auto snapshot = store_.versions().OpenSnapshot({{kTag, version}});
      ASSERT_THAT(snapshot, IsOk());
      const Content content = ContentOf(assignment);
      ASSERT_NO_FATAL_FAILURE(ExpectValues(**snapshot, content));
      ASSERT_NO_FATAL_FAILURE(ExpectMembers(**snapshot, assignment));
    }
  }

  Assignment& assignment() { return assignment_; }
  mutable StoreUnderTest store_;
  std::map<Version, Assignment> versions_;

 private:
  void Change(uint32_t values, uint32_t members) {
    for (uint32_t i = 0; i < members; ++i) {
      const Ordinal ordinal = random_() % (kFragments * Ordinal{kFragmentOrdinals});
      if (random_() % 10 == 0) {
        assignment_.erase(ordinal);
      } else {
        assignment_[ordinal] = random_() % 4 == 0 ? 1 + random_() % 3 : 1 + random_() % values;
      }
    }
  }

  // As a scan reads them: in one window, each record checked before it is read.
  void ExpectValues(const Snapshot& snapshot, const Content& content) const {
    const auto source = snapshot.NewRowSource();
    ASSERT_THAT(source->BeginWindow(0, kFragments), IsOk());
    ResolvedRow scratch;
    const ResolvedRow* resolved = nullptr;
    for (ValueId value = 1; value <= 2 * values_; ++value) {
      const RowRef row{kTag, RowOf(value)};
      ASSERT_THAT(source->ResolveToRead(row, scratch, resolved), IsOk());
      for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
        ASSERT_THAT(source->CheckRecord(row, resolved->fragments[fragment].image), IsOk());
        const auto read = ReadResolved(*resolved, fragment, row, fragment);
        ASSERT_THAT(read, IsOk());
        ASSERT_TRUE(*read == StoreUnderTest::At(content, {row.row, fragment}))
            << "value " << value << " fragment " << fragment;
      }
    }
    source->EndWindow();
  }

  void ExpectMembers(const Snapshot& snapshot, const Assignment& assignment) const {
    uint32_t left = 50;
    for (auto at = assignment.begin(); at != assignment.end() && left > 0; ++at, --left) {
      const auto& [ordinal, value] = *at;
      EXPECT_EQ(*Contains(snapshot, {kTag, RowOf(value)}, ordinal), true);
      EXPECT_EQ(*Contains(snapshot, {kTag, RowOf(value + 1)}, ordinal), false);
      EXPECT_EQ(*Contains(snapshot, {kTag, RowOf(value)}, ordinal + 1),
                assignment.contains(ordinal + 1) && assignment.at(ordinal + 1) == value);
    }
  }

  std::mt19937 random_{7};
  uint32_t values_ = 0;
  Assignment assignment_;
};

TEST_F(ComposedRowsTest, EveryValueOfFiveThousandIsRead) {
  Publish(5'000, 20'000);
  ExpectAllRight();
}

TEST_F(ComposedRowsTest, EveryVersionIsItsOwnWhileTheBaseMoves) {
  Publish(60, 400);
  for (int edge = 0; edge < 5; ++edge) PublishEdge(90, 60);
  ASSERT_NO_FATAL_FAILURE(ExpectAllRight());
  for (int step = 0; step < 12; ++step) {
    ASSERT_THAT(store_.versions().settler().Step(40), IsOk());
    ASSERT_NO_FATAL_FAILURE(ExpectAllRight());
  }
}

TEST_F(ComposedRowsTest, WhatOneSourceComposedIsNotKeptForOthers) {
  assignment() = {{5, 77}, {9, 78}};
  Publish(100, 0);
  const auto snapshot = *store_.versions().OpenSnapshot({{kTag, versions_.begin()->first}});
  for (int turn = 0; turn < 2; ++turn) {
    const auto source = snapshot->NewRowSource();
    ASSERT_THAT(source->BeginWindow(0, 1), IsOk());
    ResolvedRow scratch;
    const ResolvedRow* resolved = nullptr;
    ASSERT_THAT(source->ResolveToRead({kTag, RowOf(77)}, scratch, resolved), IsOk());
    EXPECT_EQ(resolved, &scratch);
    EXPECT_EQ(*ProbeFragment(*resolved, 0, 5), true);
    EXPECT_EQ(*ProbeFragment(*resolved, 0, 9), false);
  }
}

// A count without members in the slices is a damaged store, and never "nobody".
TEST_F(ComposedRowsTest, SlicesThatCannotHoldTheMembersAreDamage) {
  Content content = ContentOf({{5, 77}, {9, 77}, {11, 1}});
  content.erase({MakeRow(kOwnValue, MagnitudeSlot(6)), 0});  // 64 of 77
  store_.counted = {RowOf(77)};
  const Version version = store_.PublishStore(1, kTag, content, kDay);
  const auto snapshot = *store_.versions().OpenSnapshot({{kTag, version}});
  const absl::StatusOr<bool> read = Contains(*snapshot, {kTag, RowOf(77)}, 5);
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_NE(std::string(read.status().message()).find("record of a tag's value-id slices is damaged"),
            std::string::npos)
      << read.status();
  EXPECT_EQ(*Contains(*snapshot, {kTag, RowOf(1)}, 11), true);
  EXPECT_EQ(*Contains(*snapshot, {kTag, RowOf(78)}, 5), false) << "nobody has it, and statistics say so";
}

}  // namespace
}  // namespace muster::index
