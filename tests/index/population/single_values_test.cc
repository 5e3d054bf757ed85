// A SINGLE tag that gets more values than have rows: random loads compared with a map, every version through
// views that stay open and are read again, and after a reopen.
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/loading/staging/tag_stage.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr char kPopulation[] = "shop";
constexpr uint32_t kMembers = 9000;
using Model = std::map<std::string, std::string>;  // member → value

LoadSpec SkuSpec(LoadMode mode) {
  LoadSpec spec;
  spec.population = kPopulation;
  spec.mode = mode;
  spec.tags = {TagSpec("sku", TagKind::kSingle)};
  spec.tags[0].clear = "-";
  return spec;
}

struct Kept {
  PinnedView pin;
  std::shared_ptr<const PopulationView> view;
  Model model;
};

class SingleTag : public ::testing::Test {
 protected:
  // `members` random ones get one of `values` values, a fifth of them one of three frequent ones.
  void Load(LoadMode mode, uint32_t members, uint32_t values) {
    std::map<std::string, std::string> cells;
    for (uint32_t i = 0; i < members; ++i) {
      std::string value =
          random_() % 5 == 0 ? absl::StrCat("often", random_() % 3) : absl::StrCat("sku", random_() % values);
      if (mode == LoadMode::kMerge && random_() % 20 == 0) value = "-";
      cells[absl::StrCat("member", random_() % kMembers)] = value;
    }
    LoadCells(mode, cells);
  }

  void LoadCells(LoadMode mode, const std::map<std::string, std::string>& cells) {
    if (mode == LoadMode::kReplace) model_.clear();
    TextRecords records;
    for (const auto& [member, value] : cells) {
      records.push_back({member, value});
      if (value == "-")
        model_.erase(member);
      else
        model_[member] = value;
    }
    const absl::StatusOr<LoadResult> result = LoadText(*database_, SkuSpec(mode), records);
    ASSERT_THAT(result, IsOk());
    ASSERT_EQ(result->tags[0].member_count, model_.size());
    const std::shared_ptr<const PopulationView> view = *Shop().CurrentView();
    kept_.push_back({*view->PinWhole({}), view, model_});
    Compare(*kept_.back().view, model_);
  }

  Population& Shop() { return **database_->FindPopulation(kPopulation); }
  Tag Sku(const PopulationView& view) { return view.tags().List(WorkBudget::Unlimited())->front(); }
  ValuesWithRows WithRows(const PopulationView& view) {
    return *view.statistics().FindValuesWithRows(Sku(view).id);
  }

  void Compare(const PopulationView& view, const Model& model) {
    const Tag tag = Sku(view);
    const TagContent content = ReadTag(view, tag);
    std::vector<Ordinal> ordinals;
    for (const auto& [ordinal, values] : content) ordinals.push_back(ordinal);
    std::vector<std::string> ids;
    ASSERT_THAT(view.members().ReadIds(ordinals, ids), IsOk());
    Model read;
    for (size_t i = 0; i < ids.size(); ++i) read[ids[i]] = content.at(ordinals[i]).begin()->first;
    ASSERT_EQ(read, model);
    std::map<std::string, uint64_t> counts;
    for (const auto& [member, value] : model) ++counts[value];
    const std::vector<ValueCount> values = *view.values().List(tag, "", WorkBudget::Unlimited());
    for (const ValueCount& value : values) {
      const auto found = counts.find(value.value);
      ASSERT_EQ(value.member_count, found == counts.end() ? 0 : found->second) << value.value;
      if (found != counts.end()) counts.erase(found);
    }
    ASSERT_TRUE(counts.empty()) << counts.begin()->first << " isn't listed";
  }

  void ReadAgainAndReopen() {
    for (Kept& old : kept_) {
      Compare(*old.view, old.model);
      if (HasFatalFailure()) return;
      old.view.reset();
    }
    database_.Reopen();
    for (Kept& old : kept_) old.view = *Shop().OpenView(old.pin);
  }

  std::mt19937 random_{1};
  TestDatabase database_;
  Model model_;
  std::vector<Kept> kept_;  // after the database: goes first
};

class RandomSingleTag : public SingleTag, public ::testing::WithParamInterface<uint32_t> {};

TEST_P(RandomSingleTag, EveryVersionIsTheModels) {
  random_.seed(GetParam());
  database_.settle = GetParam() % 2 == 0;
  database_.Reopen();
  const auto run = [&](LoadMode mode, uint32_t members, uint32_t values) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " load ", kept_.size()));
    Load(mode, members, values);
  };
  run(LoadMode::kMerge, 3000, 1000);
  EXPECT_TRUE(WithRows(*kept_.back().view).all());
  run(GetParam() % 2 == 0 ? LoadMode::kReplace : LoadMode::kMerge, kMembers, 100'000);  // past the limit
  const auto with_rows = [&] {
    const ValuesWithRows found = WithRows(*kept_.back().view);
    EXPECT_FALSE(found.all());
    return std::vector<ValueId>(found.values().begin(), found.values().end());
  };
  const std::vector<ValueId> frequent = with_rows();
  EXPECT_GE(frequent.size(), 3u);
  EXPECT_LE(frequent.size(), kMembersOfFrequentValue);
  for (int i = 0; i < 4 && !HasFatalFailure(); ++i) run(LoadMode::kMerge, 1 + random_() % 2000, 8000);
  run(LoadMode::kReplace, 5000, 3000);
  run(LoadMode::kMerge, 500, 200'000);
  if (!HasFatalFailure()) ReadAgainAndReopen();
  EXPECT_EQ(with_rows(), frequent) << "as when the store was built";
  run(LoadMode::kReplace, 4000, 20);  // many have what was rare: a new store
  EXPECT_TRUE(WithRows(*kept_.back().view).all());
  run(LoadMode::kMerge, 2 * kMembers, 60'000);  // past both limits at once
  EXPECT_GT(with_rows().size(), frequent.size());
  if (!HasFatalFailure()) ReadAgainAndReopen();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSingleTag, ::testing::Range(1u, 3u));

// Its slices are read, however many values it has.
TEST_F(SingleTag, AMergeThatCrossesTheLimitKeepsWhatEverybodyHas) {
  std::map<std::string, std::string> cells;
  for (uint32_t i = 0; i < kValuesWithRowsMax; ++i) cells[absl::StrCat("m", i)] = absl::StrCat("v", i);
  LoadCells(LoadMode::kMerge, cells);
  EXPECT_TRUE(WithRows(*kept_.back().view).all());
  LoadCells(LoadMode::kMerge, {{"m0", "-"}, {"m1", "v2"}, {"other", "one more"}, {"another", "and more"}});
  EXPECT_FALSE(WithRows(*kept_.back().view).all());
}

TEST_F(SingleTag, AMembersValueIsFoundInTheSlices) {
  std::map<std::string, std::string> cells;
  for (uint32_t i = 0; i <= kValuesWithRowsMax; ++i) cells[absl::StrCat("m", i)] = absl::StrCat("v", i);
  for (uint32_t i = 0; i < 20; ++i) cells[absl::StrCat("n", i)] = "v1";
  LoadCells(LoadMode::kReplace, cells);
  const PopulationView& view = *kept_.back().view;
  EXPECT_EQ(WithRows(view).values().size(), 1u) << "21 of 4,117: v1 alone";
  EXPECT_EQ(ValuesOf(view, "m77", "sku"), "v77");
  EXPECT_EQ(ValuesOf(view, "n7", "sku"), "v1");
}

}  // namespace
}  // namespace muster::index
