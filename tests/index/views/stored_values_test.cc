// Finds values of a tag by name, by prefix and for suggestions: the results, and the number of store reads.
#include "index/views/stored_values.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "index/population/stored_population.h"
#include "tests/index/population/test_database.h"
#include "tests/index/views/counting_statistics.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

LikePattern Like(std::string_view pattern) { return *LikePattern::Parse(pattern, LetterCase::kDiffers); }

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kValues = 10'000;

std::string Code(size_t i) { return absl::StrFormat("c%05d", i); }

// Ten thousand codes with one member each, of which a REPLACE has left only every tenth with its member; and
// a weighted MULTI.
class StoredValuesTest : public ::testing::Test {
 protected:
  StoredValuesTest() {
    LoadSpec spec;
    spec.population = "shop";
    spec.tags = {TagSpec("code", TagKind::kSingle), TagSpec("likes", TagKind::kMulti)};
    spec.tags[1].separator = "|";
    spec.tags[1].weight_separator = ":";
    spec.tags[1].weight_scale = 1;
    TextRecords records;
    for (size_t i = 0; i < kValues; ++i)
      records.push_back({absl::StrCat("m", i), Code(i), absl::StrCat("l", i % 50, ":0.5|all")});
    EXPECT_THAT(LoadText(*database_, spec, records), IsOk());
    spec.tags.pop_back();
    spec.mode = LoadMode::kReplace;
    TextRecords tenth;
    for (size_t i = 0; i < kValues; i += 10) tenth.push_back({absl::StrCat("m", i), Code(i)});
    EXPECT_THAT(LoadText(*database_, spec, tenth), IsOk());
    const std::shared_ptr<Population> shop = *database_->FindPopulation("shop");
    view_ = *shop->CurrentView();
    statistics_ = std::make_unique<CountingStatistics>(view_->statistics());
    values_ = std::make_unique<StoredValues>(static_cast<StoredPopulation&>(*shop).versions().environment(),
                                             *statistics_);
    code_ = **view_->tags().Find("code");
    likes_ = **view_->tags().Find("likes");
  }

  TestDatabase database_;
  std::shared_ptr<const PopulationView> view_;
  std::unique_ptr<CountingStatistics> statistics_;
  std::unique_ptr<StoredValues> values_;
  Tag code_, likes_;
};

TEST_F(StoredValuesTest, ManyValuesAreFoundInTheirOrderWithoutATransactionForEach) {
  std::vector<std::string> names = {"nobody's", "", std::string(500, 'x'), "c00020", "c00010"};
  for (size_t i = 0; i < kValues; i += 3) names.push_back(Code(i));
  const auto found = values_->Find(code_, names);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), names.size());
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ((*found)[i], std::nullopt) << i;
  for (size_t i = 3; i < names.size(); ++i) {
    const bool lives = names[i].back() == '0';
    EXPECT_EQ((*found)[i].has_value(), lives) << names[i];
    EXPECT_EQ((*found)[i], values_->Find(code_, {names[i]})->front()) << names[i];
  }
  statistics_->asked = 0;
  ASSERT_THAT(values_->Find(code_, names), IsOk());
  EXPECT_LE(statistics_->asked, 3) << "3,339 values";
  EXPECT_THAT(*values_->Find(code_, {}), IsEmpty());
}

TEST_F(StoredValuesTest, AWeightedTagsValuesAreFoundAmongItsWeights) {
  const auto found = values_->Find(likes_, {"l49", "none", "all"});
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE((*found)[0] && !(*found)[1] && (*found)[2]);
  EXPECT_EQ(values_->Like(likes_, Like("l1%"), WorkBudget::Unlimited())->size(), 11u);
  EXPECT_EQ(values_->List(likes_, "", WorkBudget::Unlimited())->front().value, "all");
}

TEST_F(StoredValuesTest, APatternIsOneWalkAndGivesIdsInTheirOrder) {
  for (const auto& [pattern, count] : std::vector<std::pair<std::string, size_t>>{{"c%", kValues / 10},
                                                                                  {"c000%", 10},
                                                                                  {"c0001%", 1},
                                                                                  {"c00011%", 0},
                                                                                  {"d%", 0},
                                                                                  {"%0%", kValues / 10},
                                                                                  {"c000_0", 10},
                                                                                  {"%00", kValues / 100},
                                                                                  {"c00010", 1},
                                                                                  {"c0001", 0}}) {
    statistics_->asked = 0;
    const auto ids = values_->Like(code_, Like(pattern), WorkBudget::Unlimited());
    ASSERT_THAT(ids, IsOk());
    EXPECT_EQ(ids->size(), count) << pattern;
    EXPECT_TRUE(std::is_sorted(ids->begin(), ids->end()));
    EXPECT_LE(statistics_->asked, 3) << pattern;
  }
}

TEST_F(StoredValuesTest, AListIsByCountThenByBytesAndHasNoValueThatNobodyHas) {
  const auto list = values_->List(code_, "c000", WorkBudget::Unlimited());
  ASSERT_THAT(list, IsOk());
  ASSERT_EQ(list->size(), 10u);
  for (size_t i = 0; i < list->size(); ++i) {
    EXPECT_EQ((*list)[i].value, Code(10 * i));
    EXPECT_EQ((*list)[i].member_count, 1u);
  }
}

TEST_F(StoredValuesTest, AWalkEndsWithItsBudget) {
  WorkBudget list(nullptr, {.values = 8'000}), part(nullptr, {.values = 8'000});
  EXPECT_THAT(values_->List(code_, "", list), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(values_->Like(code_, Like("%9"), part), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(list.ran_out() && part.ran_out());
  int checks = 0;
  WorkBudget ended([&checks] { return ++checks < 2 ? absl::OkStatus() : absl::CancelledError("enough"); });
  EXPECT_EQ(values_->List(code_, "", ended).status(), absl::CancelledError("enough"));
  EXPECT_EQ(checks, 2);
  EXPECT_EQ(statistics_->asked, 0) << "it never came to counting members";
  WorkBudget enough(nullptr, {.values = 8'000});
  EXPECT_THAT(values_->Like(code_, Like("c01%0"), enough), IsOk()) << "a thousand of them";
}

TEST_F(StoredValuesTest, NeighboursAreThoseThatSomebodyHas) {
  EXPECT_THAT(*values_->Around(code_, "c00033", 20), ElementsAre("c00020", "c00030", "c00040", "c00050"));
  EXPECT_THAT(*values_->Around(code_, "c00030", 1), ElementsAre("c00030"));
  EXPECT_THAT(*values_->Around(code_, "", 11), ElementsAre("c00000", "c00010"));
  EXPECT_THAT(*values_->Around(code_, std::string(600, 'z'), 10), ElementsAre("c09990"));
}

TEST_F(StoredValuesTest, CountingThemIsAFewStretches) {
  EXPECT_EQ(*values_->Count(code_), kValues / 10);
  EXPECT_EQ(statistics_->asked, 3);
}

TEST_F(StoredValuesTest, ThoseThatAreCountedAreKnownBeforeAndRememberedAfterwards) {
  EXPECT_EQ(*view_->tags().ValuesToCount(code_), kValues);
  EXPECT_EQ(view_->tags().Statistics(code_)->value_count, kValues / 10);
  EXPECT_EQ(*view_->tags().ValuesToCount(code_), 0u);
  EXPECT_EQ(*(*view_->population().CurrentView())->tags().ValuesToCount(code_), 0u) << "in every view";
}

}  // namespace
}  // namespace muster::index
