// Programs over several views: each row is read from its own, and windows advance together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "query/execution/scan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"

namespace muster::query {
namespace {

using index::Bitmap;
using index::RowRef;
using oracle::MemoryRows;
using oracle::MemorySource;
using testing::ElementsAre;

constexpr RowRef kEveryone{index::kEveryoneTag, index::kKnownRow};
constexpr RowRef kVip{1, index::MakeRow(index::kTrueValue, index::kMembershipSlot)};
constexpr uint32_t kFragments = 3;

// The calls to the sources of one thread, in order.
struct Log {
  std::vector<int> begun, ended;
};

class LoggedSource final : public MemorySource {
 public:
  LoggedSource(const MemoryRows& rows, int view, bool fails, Log& log)
      : MemorySource(rows), view_(view), fails_(fails), log_(log) {}
  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override {
    if (fails_) return absl::DataLossError("the disk is gone");
    log_.begun.push_back(view_);
    return MemorySource::BeginWindow(first_fragment, count);
  }
  void EndWindow() override {
    log_.ended.push_back(view_);
    MemorySource::EndWindow();
  }

 private:
  const int view_;
  const bool fails_;
  Log& log_;
};

// View 0 has members 1 to 4 of each fragment, of whom 1 and 2 are vip; in views 1 and 3 other ones are.
class ViewSourcesTest : public testing::Test {
 protected:
  ViewSourcesTest() {
    const std::vector<std::vector<uint32_t>> vips = {{1, 2}, {2, 3, 9}, {}, {4}};
    for (const std::vector<uint32_t>& vip : vips) {
      MemoryRows& view = views_.emplace_back(kFragments);
      for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
        view.Put(kVip, fragment, Bitmap::FromSorted(vip));
        if (views_.size() == 1) view.Put(kEveryone, fragment, Bitmap::FromSorted({1, 2, 3, 4}));
      }
    }
  }

  RowSourceMaker Maker(int failing = -1) {
    return [this, failing](ViewIndex view, index::RowSource* first) {
      EXPECT_EQ(first == nullptr, view == kFirstView);
      made_.push_back(view);
      return std::make_unique<LoggedSource>(views_[view], static_cast<int>(view),
                                            static_cast<int>(view) == failing, log_);
    };
  }
  absl::StatusOr<uint64_t> Count(const Program& program, int failing = -1) {
    return ScanCount({.program = program,
                      .make_source = Maker(failing),
                      .fragments = {0, kFragments},
                      .options = {.window_fragments = 2}},
                     nullptr);
  }

  std::vector<MemoryRows> views_;
  std::vector<ViewIndex> made_;
  Log log_;
};

SetRef VipOf(ViewIndex view) { return {view, kVip.tag, kVip.row}; }

TEST_F(ViewSourcesTest, EachRowIsReadFromItsView) {
  ProgramBuilder builder;
  const NodeIndex now = builder.Row(VipOf(0));
  const NodeIndex then = builder.Row(VipOf(1));
  EXPECT_NE(now, then);
  EXPECT_EQ(builder.Row(VipOf(1)), then);
  const NodeIndex both = builder.And({{then, false}, {now, true}});
  const Program lost = std::move(builder).Build({both, false});
  EXPECT_THAT(lost.views(), ElementsAre(0, 1));
  EXPECT_THAT(Count(lost), IsOkAndHolds(kFragments));  // 3; 9 is nobody
}

TEST_F(ViewSourcesTest, OnlyViewsThatAreReadHaveSources) {
  ProgramBuilder builder;
  const NodeIndex any = builder.AnyRow(std::vector<SetRef>{VipOf(0), VipOf(3)});
  const Program program = std::move(builder).Build({any, false});
  EXPECT_THAT(program.views(), ElementsAre(0, 3));
  EXPECT_THAT(Count(program), IsOkAndHolds(3 * kFragments));
  EXPECT_THAT(made_, ElementsAre(0, 3));
}

TEST_F(ViewSourcesTest, TheFirstViewsWindowEnclosesTheOthers) {
  ProgramBuilder builder;
  const NodeIndex range = builder.Range({{2, kVip.tag}, index::kOwnValue}, 1, 0, 1);
  const NodeIndex any = builder.Or({{range, false}, {builder.Row(VipOf(1)), false}});
  const Program program = std::move(builder).Build({any, false});
  EXPECT_THAT(Count(program), IsOk());
  EXPECT_THAT(log_.begun, ElementsAre(0, 1, 2, 0, 1, 2));
  EXPECT_THAT(log_.ended, ElementsAre(2, 1, 0, 2, 1, 0));
}

TEST_F(ViewSourcesTest, AViewThatCannotBeginEndsTheOthersWindows) {
  ProgramBuilder builder;
  const NodeIndex both = builder.And({{builder.Row(VipOf(1)), false}, {builder.Row(VipOf(3)), false}});
  const Program program = std::move(builder).Build({both, false});
  EXPECT_THAT(Count(program, 3), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(log_.begun, ElementsAre(0, 1));
  EXPECT_THAT(log_.ended, ElementsAre(1, 0));
}

}  // namespace
}  // namespace muster::query
