// BUCKET reads the ids of those alone that the rest of a conjunction leaves. Who is in which bucket is under
// the oracle, and in tests/semantics/rule_13c.test.
#include "query/execution/sets/buckets.h"

#include <atomic>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/execution/scan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/reference.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::RowRef;

constexpr uint32_t kFragments = 2;
constexpr RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr RowRef Flag(uint32_t tag) {
  return {tag, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};
}

// Counts the ids that are asked for.
class CountedIds final : public index::MemberIds {
 public:
  absl::Status VisitIds(index::Ordinal first, index::ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const override {
    if (broken) return absl::DataLossError("broken");
    read += places.size();
    for (size_t i = 0; i < places.size(); ++i) visit(i, oracle::NameOf(first + places[i]));
    return absl::OkStatus();
  }
  mutable std::atomic<uint64_t> read{0};
  bool broken = false;
};

class BucketsTest : public testing::Test {
 protected:
  BucketsTest() : rows_(kFragments) {
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
      rows_.Put(kEveryone, fragment, Bitmap::Full());
      rows_.Put(Flag(1), fragment, EveryNth(2));      // bitsets
      rows_.Put(Flag(2), fragment, EveryNth(3));      // bitsets
      rows_.Put(Flag(3), fragment, EveryNth(4'001));  // short arrays
      rows_.Put(Flag(4), fragment, EveryNth(100));    // arrays of some hundred values
    }
    rows_.Put(Flag(5), 0, EveryNth(2));  // nobody in the second fragment
  }
  static Bitmap EveryNth(uint32_t step) {
    std::vector<uint32_t> locals;
    for (uint32_t local = 0; local < index::kFragmentOrdinals; local += step) locals.push_back(local);
    return Bitmap::FromSorted(locals);
  }
  static uint64_t CountEveryNth(uint32_t step) { return (index::kFragmentOrdinals + step - 1) / step; }

  absl::StatusOr<uint64_t> Count(const Program& program) {
    oracle::MemorySource source(rows_, oracle::Lending::kInPlace);
    return ScanCount(oracle::JobOf(program, source, kFragments, {.ids = &ids_}), nullptr);
  }
  // The conjunction of a half of the buckets with rows, and how many ids it read.
  uint64_t ReadBeside(std::vector<Operand> (*operands)(ProgramBuilder&), bool negated = false) {
    ProgramBuilder builder;
    std::vector<Operand> all = operands(builder);
    all.push_back({builder.Bucket({.salt = "s", .low = 0, .high = 4'999}), negated});
    const NodeIndex root = builder.And(all);
    ids_.read = 0;
    const Program program = std::move(builder).Build({root, false});
    const absl::StatusOr<uint64_t> count = Count(program);
    EXPECT_THAT(count, IsOk());
    EXPECT_NEAR(static_cast<double>(*count), static_cast<double>(ids_.read) / 2,
                static_cast<double>(ids_.read) / 10 + 30);
    return ids_.read;
  }

  oracle::MemoryRows rows_;
  CountedIds ids_;
};

TEST_F(BucketsTest, ReadTheIdsOfWhoIsLeft) {
  const auto none = [](ProgramBuilder&) { return std::vector<Operand>(); };
  const auto halves = [](ProgramBuilder& b) {
    return std::vector<Operand>{{b.Row(Flag(1)), false}, {b.Row(Flag(2)), false}};
  };
  const auto others = [](ProgramBuilder& b) {
    return std::vector<Operand>{{b.Row(Flag(1)), true}, {b.Row(Flag(2)), false}};
  };
  const auto few = [](ProgramBuilder& b) { return std::vector<Operand>{{b.Row(Flag(3)), false}}; };
  const auto some = [](ProgramBuilder& b) { return std::vector<Operand>{{b.Row(Flag(4)), false}}; };
  const auto first = [](ProgramBuilder& b) { return std::vector<Operand>{{b.Row(Flag(5)), false}}; };
  for (const bool negated : {false, true}) {
    EXPECT_EQ(ReadBeside(none, negated), uint64_t{kFragments} * index::kFragmentOrdinals);
    EXPECT_EQ(ReadBeside(halves, negated), kFragments * CountEveryNth(6));
    EXPECT_EQ(ReadBeside(others, negated), kFragments * (CountEveryNth(3) - CountEveryNth(6)));
    EXPECT_EQ(ReadBeside(few, negated), kFragments * CountEveryNth(4'001));
    EXPECT_EQ(ReadBeside(some, negated), kFragments * CountEveryNth(100));
    EXPECT_EQ(ReadBeside(first, negated), CountEveryNth(2));
  }
}

TEST_F(BucketsTest, HashNobodyBesideAnEmptyRow) {
  ProgramBuilder builder;
  const NodeIndex root = builder.And(
      {{builder.Bucket({.salt = "s", .low = 0, .high = 4'999}), false}, {builder.Row(Flag(6)), false}});
  const absl::StatusOr<uint64_t> count = Count(std::move(builder).Build({root, false}));
  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(*count, 0u);
  EXPECT_EQ(ids_.read, 0u);
}

TEST_F(BucketsTest, HandOnWhatKeepsIdsFromBeingRead) {
  ProgramBuilder builder;
  const Program program =
      std::move(builder).Build({builder.Bucket({.salt = "s", .low = 0, .high = 4'999}), false});
  ids_.broken = true;
  EXPECT_THAT(Count(program), StatusIs(absl::StatusCode::kDataLoss));
  oracle::MemorySource source(rows_, oracle::Lending::kInPlace);
  EXPECT_THAT(ScanCount(oracle::JobOf(program, source, kFragments), nullptr),
              StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace muster::query
