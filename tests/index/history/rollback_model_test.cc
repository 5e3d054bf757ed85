// Random loads, late ones too, and rollbacks of one tag against a model, with the settler anywhere between:
// every version by number and by date, the listing, comparisons, and verification.
#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/history/tag_history.h"
#include "tests/index/history/history_model.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

using ::testing::IsEmpty;

// The database's clock says 2026-11-22, 12:00 UTC.
const absl::CivilDay kToday(2026, 11, 22);

using Cells = HistoryModel::Cells;
using ViewPtr = std::shared_ptr<const PopulationView>;

class RollbackModel : public ::testing::TestWithParam<uint32_t> {
 protected:
  StoredPopulation& Shop() { return static_cast<StoredPopulation&>(**database_->FindPopulation("shop")); }

  Cells CellsOf(const PopulationView& view) {
    const auto tag = *view.tags().Find("city");
    Cells cells;
    if (!tag.has_value()) return cells;
    const TagContent content = ReadTag(view, *tag);
    for (const auto& [ordinal, values] : content) {
      std::vector<std::string> names;
      EXPECT_THAT(view.members().ReadIds({ordinal}, names), IsOk());
      cells[names[0]] = values.begin()->first;
    }
    return cells;
  }

  void LoadSome(int round) {
    LoadSpec spec;
    spec.population = "shop";
    spec.mode = random_() % 3 == 0 ? LoadMode::kReplace : LoadMode::kMerge;
    spec.business_date = kToday - 6 + static_cast<int>(random_() % 8);
    if (random_() % 12 == 0) spec.business_date = kToday + 100 + static_cast<int>(random_() % 3);
    spec.allow_future = true;
    spec.make_current = random_() % 4 == 0;
    spec.tags = {TagSpec("city", TagKind::kSingle)};
    Cells cells;
    // Some rounds bring so many values that the tag gets a store of another layout.
    const bool many = random_() % 8 == 0;
    for (int member = 0, end = many ? 400 : 12; member < end; ++member) {
      if (!many && random_() % 3 != 0) continue;
      cells[absl::StrCat("m", member)] =
          many ? absl::StrCat("v", round, "-", member % 300) : absl::StrCat("v", random_() % 5);
    }
    if (cells.empty()) return;
    TextRecords records;
    for (const auto& [member, city] : cells) records.push_back({member, city});
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
    model_.Load(spec, cells);
  }

  void RollBackSome() {
    if (model_.versions().empty()) return;
    RollbackGoal goal;
    size_t wanted = random_() % model_.versions().size();
    if (random_() % 3 == 0) {
      goal.date = kToday - 6 + static_cast<int>(random_() % 8);
      const std::optional<size_t> dated = model_.AsOf(*goal.date);
      if (!dated) {
        EXPECT_THAT(Shop().history().RollBack("city", goal, WorkBudget::Unlimited()),
                    StatusIs(absl::StatusCode::kInvalidArgument));
        return;
      }
      wanted = *dated;
    } else {
      goal.version = static_cast<Version>(wanted + 1);
    }
    const size_t before = *model_.Current();
    const bool published = model_.RollBack(wanted);
    const absl::StatusOr<TagRollback> done = Shop().history().RollBack("city", goal, WorkBudget::Unlimited());
    ASSERT_THAT(done, IsOk());
    EXPECT_EQ(done->published, published);
    EXPECT_EQ(done->restored, wanted + 1);
    EXPECT_EQ(done->before.version, before + 1);
    EXPECT_EQ(done->before.member_count, model_.versions()[before].content.size());
    EXPECT_EQ(done->after.version, *model_.Current() + 1);
    EXPECT_EQ(done->after.member_count, model_.versions()[*model_.Current()].content.size());
    EXPECT_EQ(done->business_date, model_.versions()[before].date);
  }

  void CheckDates(const ViewPtr& base, const HistoryModel& model) {
    for (int day = -8; day <= 3; ++day) {
      SCOPED_TRACE(DateText(kToday + day));
      const std::optional<size_t> expected = model.AsOf(kToday + day);
      EXPECT_EQ(CellsOf(**base->AsOf(kToday + day)),
                expected ? model.versions()[*expected].content : Cells());
    }
    const std::optional<size_t> current = model.Current();
    EXPECT_EQ(CellsOf(*base), current ? model.versions()[*current].content : Cells());
  }

  void CheckNumbers() {
    if (model_.versions().empty()) return;
    const TagId tag = (**(*Shop().CurrentView())->tags().Find("city")).id;
    for (size_t i = 0; i < model_.versions().size(); ++i) {
      SCOPED_TRACE(absl::StrCat("version ", i + 1));
      EXPECT_EQ(CellsOf(*ViewOf(Shop(), {{tag, static_cast<Version>(i + 1)}})), model_.versions()[i].content);
    }
  }

  // The whole listing, page by page.
  void CheckList() {
    if (model_.versions().empty()) return;
    std::vector<ListedVersion> all;
    for (bool more = true; more;) {
      const Version before = all.empty() ? kNoVersion : all.back().version;
      const absl::StatusOr<VersionPage> page =
          Shop().history().List("city", before, 5, WorkBudget::Unlimited());
      ASSERT_THAT(page, IsOk());
      ASSERT_LE(page->versions.size(), 5u);
      all.insert(all.end(), page->versions.begin(), page->versions.end());
      more = page->more;
    }
    ASSERT_EQ(all.size(), model_.versions().size());
    for (const ListedVersion& listed : all) {
      SCOPED_TRACE(absl::StrCat("version ", listed.version));
      const HistoryModel::Dated& expected = model_.versions()[listed.version - 1];
      EXPECT_EQ(listed.business_date, expected.date);
      EXPECT_EQ(listed.member_count, expected.content.size());
      EXPECT_EQ(listed.is_current, model_.Current() == listed.version - 1);
      EXPECT_EQ(listed.only_by_number, model_.AsOf(expected.date) != listed.version - 1);
      EXPECT_EQ(listed.restores.has_value(), expected.restores.has_value());
      if (expected.restores) {
        EXPECT_EQ(*listed.restores, *expected.restores + 1);
        EXPECT_EQ(listed.load, "");
        EXPECT_EQ(listed.bytes, 0u);
      } else {
        EXPECT_NE(listed.load, "");
      }
      EXPECT_TRUE(listed.published.has_value());
    }
  }

  void CheckComparison() {
    if (model_.versions().empty()) return;
    const VersionPair pair{static_cast<Version>(1 + random_() % model_.versions().size()),
                           static_cast<Version>(1 + random_() % model_.versions().size())};
    const Cells& from = model_.versions()[pair.from - 1].content;
    const Cells& to = model_.versions()[pair.to - 1].content;
    const absl::StatusOr<VersionComparison> found =
        Shop().history().Compare("city", pair, 10'000, WorkBudget::Unlimited());
    ASSERT_THAT(found, IsOk());
    uint64_t entered = 0, left = 0, changed = 0;
    std::map<std::string, std::pair<uint64_t, uint64_t>> counts;
    for (const auto& [member, value] : from) {
      ++counts[value].first;
      left += to.contains(member) ? 0 : 1;
      changed += to.contains(member) && to.at(member) != value ? 1 : 0;
    }
    for (const auto& [member, value] : to) {
      ++counts[value].second;
      entered += from.contains(member) ? 0 : 1;
    }
    std::erase_if(counts, [](const auto& count) { return count.second.first == count.second.second; });
    EXPECT_EQ(found->before, from.size());
    EXPECT_EQ(found->after, to.size());
    EXPECT_EQ(found->entered, entered);
    EXPECT_EQ(found->left, left);
    EXPECT_EQ(found->changed, changed) << "from " << pair.from << " to " << pair.to;
    EXPECT_EQ(found->values_differ, counts.size());
    std::map<std::string, std::pair<uint64_t, uint64_t>> values;
    for (const ValueChange& value : found->values) values[value.value] = {value.before, value.after};
    EXPECT_EQ(values, counts);
  }

  TestDatabase database_;
  std::mt19937 random_{GetParam()};
  HistoryModel model_{kToday};
};

TEST_P(RollbackModel, EveryVersionAndDateIsTheModels) {
  database_.settle = false;
  database_.Reopen();
  struct Kept {
    ViewPtr base;
    HistoryModel model;
  };
  std::vector<Kept> kept;
  LoadSome(0);
  for (int round = 1; round < 40; ++round) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " round ", round));
    if (model_.versions().empty() || random_() % 3 != 0) {
      LoadSome(round);
    } else {
      RollBackSome();
    }
    if (model_.versions().empty()) continue;
    for (uint32_t steps = random_() % 4; steps > 0; --steps)
      ASSERT_THAT(Shop().settler().Step(1 + random_() % 40), IsOk());
    CheckDates(*Shop().CurrentView(), model_);
    CheckComparison();
    if (round % 8 == 7) {
      CheckList();
      CheckNumbers();
      kept.push_back({*Shop().CurrentView(), model_});
    }
    if (HasFailure()) return;
  }
  ASSERT_THAT(Shop().settler().SettleAll(), IsOk());
  CheckNumbers();
  // A view that was taken before a rollback goes on to read the dates as they were.
  for (const Kept& one : kept) CheckDates(one.base, one.model);
  EXPECT_THAT(ProblemsOf(Shop()), IsEmpty());
  kept.clear();
  database_.Reopen();
  CheckDates(*Shop().CurrentView(), model_);
  CheckList();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RollbackModel, ::testing::Range(1u, 7u));

}  // namespace
}  // namespace muster::index
