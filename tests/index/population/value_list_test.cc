// Values of a tag found by name, by prefix and for suggestions: which, and how often the store is asked.
#include "index/population/value_list.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kValues = 10'000;

// Counts the questions that go to another snapshot, each of which opens a transaction.
class CountingSnapshot final : public Snapshot {
 public:
  explicit CountingSnapshot(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}
  const VersionVector& versions() const override { return snapshot_->versions(); }
  PinnedView Pin(const VersionVector& versions) const override { return snapshot_->Pin(versions); }
  uint64_t member_count() const override { return snapshot_->member_count(); }
  uint32_t fragment_count() const override { return snapshot_->fragment_count(); }
  std::unique_ptr<RowSource> NewRowSource() const override { return snapshot_->NewRowSource(); }
  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override {
    ++asked;
    return snapshot_->RowCardinality(row);
  }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override {
    ++asked;
    return snapshot_->RowCardinalities(tag, rows);
  }
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override {
    ++asked;
    return snapshot_->VisitRows(tag, first, last, visit);
  }
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const override {
    ++asked;
    return snapshot_->FindValuesWithRows(tag);
  }
  absl::StatusOr<int> Scale(TagId tag) const override { return snapshot_->Scale(tag); }
  absl::StatusOr<std::shared_ptr<const Snapshot>> AsOf(absl::CivilDay day) const override {
    return snapshot_->AsOf(day);
  }
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const override {
    return snapshot_->FirstDate(tag);
  }
  absl::StatusOr<bool> Contains(RowRef row, uint64_t ordinal) const override {
    return snapshot_->Contains(row, ordinal);
  }

  mutable int asked = 0;

 private:
  const std::shared_ptr<const Snapshot> snapshot_;
};

std::string Code(size_t i) { return absl::StrFormat("c%05d", i); }

// Ten thousand codes that one member each had, and that all but every tenth lost again; and a weighted MULTI.
class ValueListTest : public ::testing::Test {
 protected:
  ValueListTest() {
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
    shop_ = *database_->FindPopulation("shop");
    snapshot_ = std::make_unique<CountingSnapshot>(*shop_->CurrentSnapshot());
    code_ = **shop_->FindTag(*snapshot_, "code");
    likes_ = **shop_->FindTag(*snapshot_, "likes");
  }

  TestDatabase database_;
  std::shared_ptr<Population> shop_;
  std::unique_ptr<CountingSnapshot> snapshot_;
  Tag code_, likes_;
};

TEST_F(ValueListTest, ManyValuesAreFoundInTheirOrderWithoutATransactionForEach) {
  std::vector<std::string> names = {"nobody's", "", std::string(500, 'x'), "c00020", "c00010"};
  for (size_t i = 0; i < kValues; i += 3) names.push_back(Code(i));
  const auto found = shop_->FindValues(*snapshot_, code_, names);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), names.size());
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ((*found)[i], std::nullopt) << i;
  for (size_t i = 3; i < names.size(); ++i) {
    const bool lives = names[i].back() == '0';
    EXPECT_EQ((*found)[i].has_value(), lives) << names[i];
    EXPECT_EQ((*found)[i], shop_->FindValues(*snapshot_, code_, {names[i]})->front()) << names[i];
  }
  snapshot_->asked = 0;
  ASSERT_THAT(shop_->FindValues(*snapshot_, code_, names), IsOk());
  EXPECT_LE(snapshot_->asked, 3) << "3,339 values";
  EXPECT_THAT(*shop_->FindValues(*snapshot_, code_, {}), IsEmpty());
}

TEST_F(ValueListTest, AWeightedTagsValuesAreFoundAmongItsWeights) {
  const auto found = shop_->FindValues(*snapshot_, likes_, {"l49", "none", "all"});
  ASSERT_THAT(found, IsOk());
  EXPECT_TRUE((*found)[0] && !(*found)[1] && (*found)[2]);
  EXPECT_EQ(shop_->ValuesWithPrefix(*snapshot_, likes_, "l1", WorkBudget::Unlimited())->size(), 11u);
  EXPECT_EQ(shop_->ListValues(*snapshot_, likes_, "", WorkBudget::Unlimited())->front().value, "all");
}

TEST_F(ValueListTest, APrefixIsOneWalkAndGivesIdsInTheirOrder) {
  for (const auto& [prefix, count] : std::vector<std::pair<std::string, size_t>>{
           {"c", kValues / 10}, {"c000", 10}, {"c0001", 1}, {"c00011", 0}, {"d", 0}}) {
    snapshot_->asked = 0;
    const auto ids = shop_->ValuesWithPrefix(*snapshot_, code_, prefix, WorkBudget::Unlimited());
    ASSERT_THAT(ids, IsOk());
    EXPECT_EQ(ids->size(), count) << prefix;
    EXPECT_TRUE(std::is_sorted(ids->begin(), ids->end()));
    EXPECT_LE(snapshot_->asked, 3) << prefix;
  }
}

TEST_F(ValueListTest, AListIsByCountThenByBytesAndHasNoValueThatNobodyHas) {
  const auto list = shop_->ListValues(*snapshot_, code_, "c000", WorkBudget::Unlimited());
  ASSERT_THAT(list, IsOk());
  ASSERT_EQ(list->size(), 10u);
  for (size_t i = 0; i < list->size(); ++i) {
    EXPECT_EQ((*list)[i].value, Code(10 * i));
    EXPECT_EQ((*list)[i].member_count, 1u);
  }
}

TEST_F(ValueListTest, AWalkEndsWithItsBudget) {
  WorkBudget list(nullptr, {.values = 8'000}), prefix(nullptr, {.values = 8'000});
  EXPECT_THAT(shop_->ListValues(*snapshot_, code_, "", list), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(shop_->ValuesWithPrefix(*snapshot_, code_, "c", prefix),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(list.ran_out() && prefix.ran_out());
  int checks = 0;
  WorkBudget ended([&checks] { return ++checks < 2 ? absl::OkStatus() : absl::CancelledError("enough"); });
  EXPECT_EQ(shop_->ListValues(*snapshot_, code_, "", ended).status(), absl::CancelledError("enough"));
  EXPECT_EQ(checks, 2);
  EXPECT_EQ(snapshot_->asked, 0) << "it never came to counting members";
  WorkBudget enough(nullptr, {.values = 8'000});
  EXPECT_THAT(shop_->ValuesWithPrefix(*snapshot_, code_, "c01", enough), IsOk()) << "a thousand of them";
}

TEST_F(ValueListTest, NeighboursAreThoseThatSomebodyHas) {
  EXPECT_THAT(*shop_->ValuesAround(*snapshot_, code_, "c00033", 20),
              ElementsAre("c00020", "c00030", "c00040", "c00050"));
  EXPECT_THAT(*shop_->ValuesAround(*snapshot_, code_, "c00030", 1), ElementsAre("c00030"));
  EXPECT_THAT(*shop_->ValuesAround(*snapshot_, code_, "", 11), ElementsAre("c00000", "c00010"));
  EXPECT_THAT(*shop_->ValuesAround(*snapshot_, code_, std::string(600, 'z'), 10), ElementsAre("c09990"));
}

TEST_F(ValueListTest, WhoWouldCountValuesKnowsHowManyUntilTheyAreCounted) {
  EXPECT_EQ(*shop_->ValuesToCount(*snapshot_, code_), kValues);
  snapshot_->asked = 0;
  EXPECT_EQ(shop_->Statistics(*snapshot_, code_)->value_count, kValues / 10);
  EXPECT_EQ(snapshot_->asked, 1 + 3) << "who has any, and three stretches";
  EXPECT_EQ(*shop_->ValuesToCount(*snapshot_, code_), 0u);
}

}  // namespace
}  // namespace muster::index
