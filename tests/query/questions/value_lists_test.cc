// IN, NOT IN and LIKE over a SINGLE tag with so many values that the store has slices, evaluated by rows and
// by slices, in versions that MERGE and REPLACE make.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/versions/lookups/row_probe.h"
#include "index/views/stored_view.h"
#include "query/execution/scan.h"
#include "query/planning/plan.h"
#include "query/questions/population_catalog.h"
#include "query/questions/understanding.h"
#include "query/questions/view_statistics.h"
#include "tests/matchers/status.h"
#include "tests/oracle/plan_choices.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/query/questions/fact_table.h"

namespace muster::query {
namespace {

// By row, by slices where that costs less, and wherever there are any.
constexpr PlanOptions kWays[] = {Without(Rewrite::kAskSlices, Rewrite::kJoinComparisons), PlanOptions{},
                                 kSlicesEverywhere};

class ValueListsTest : public testing::Test {
 protected:
  // A table of members with a code and a price each, some without.
  std::vector<Facts> Table(size_t count, uint64_t codes) {
    std::vector<Facts> table(count);
    for (Facts& member : table) {
      member["city"] = random_() % 5 == 0 ? "" : absl::StrCat("c", random_() % codes);
      member["price"] = random_() % 5 == 0 ? "" : absl::StrCat(static_cast<int>(random_() % 4001) - 2000);
    }
    return table;
  }
  static std::vector<index::LoadTagSpec> Tags() {
    std::vector<index::LoadTagSpec> tags;
    for (const index::LoadTagSpec& tag : FactTags()) {
      if (tag.name == "city" || tag.name == "price") tags.push_back(tag);
    }
    return tags;
  }
  void Load(const std::vector<Facts>& table, size_t first, index::LoadMode mode) {
    population_ = &database_.Load(table, first, mode, Tags());
    if (facts_.size() < first + table.size()) facts_.resize(first + table.size());
    for (size_t i = 0; i < facts_.size(); ++i) {
      const bool named = first <= i && i < first + table.size();
      for (const index::LoadTagSpec& tag : Tags()) {
        std::string& cell = facts_[i][tag.name];
        if (mode == index::LoadMode::kReplace) cell.clear();
        if (named && !table[i - first].at(tag.name).empty()) cell = table[i - first].at(tag.name);
      }
    }
  }

  // The members by all ways of planning are those that `holds` says.
  void Expect(const std::string& text, const std::function<bool(const Facts&)>& holds) {
    std::vector<index::Ordinal> expected;
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (holds(facts_[i])) expected.push_back(i);
    }
    for (const PlanOptions& way : kWays) EXPECT_EQ(Selected(text, way), expected) << text.substr(0, 100);
  }

  std::vector<index::Ordinal> Selected(const std::string& text, const PlanOptions& options) {
    std::vector<index::Ordinal> members;
    const auto view = *population_->CurrentView();
    const QuestionViews views({view, population_->Today()}, WorkBudget::Unlimited());
    QuestionSegments segments(*population_, {}, WorkBudget::Unlimited());
    const absl::StatusOr<Understanding> understood = Understand({text}, views, segments);
    EXPECT_TRUE(understood.ok() && understood->tree.node != nullptr) << text.substr(0, 100);
    if (!understood.ok() || understood->tree.node == nullptr) return members;
    const auto planned =
        Plan(understood->tree, ViewStatistics(views.opened(), WorkBudget::Unlimited()), options);
    EXPECT_THAT(planned, IsOk());
    if (!planned.ok()) return members;
    for (const ProgramNode& node : planned->program.nodes()) lists_ += node.kind == NodeKind::kNumberIn;
    const auto source = view->NewRowSource(nullptr);
    const absl::Status scanned = ScanMembers(
        oracle::JobOf(planned->program, *source, view->members().fragment_count()), 0,
        [&members](absl::Span<const index::Ordinal> batch) {
          members.insert(members.end(), batch.begin(), batch.end());
          return true;
        },
        nullptr);
    EXPECT_THAT(scanned, IsOk());
    return members;
  }

  // Some codes below `bound`, one by one and together.
  void ExpectValues(uint64_t bound) {
    const auto code = [&] {
      return absl::StrCat("c", random_() % 3 == 0 ? random_() % 6 : random_() % bound);
    };
    for (int i = 0; i < 12; ++i) {
      const std::string a = code(), b = code(), c = code();
      const auto has = [](const Facts& member, const std::string& city) { return member.at("city") == city; };
      Expect(absl::StrCat("city = '", a, "'"), [&](const Facts& member) { return has(member, a); });
      Expect(absl::StrCat("city != '", a, "' AND price < 0"), [&](const Facts& member) {
        return !member.at("city").empty() && !has(member, a) && member.at("price")[0] == '-';
      });
      Expect(absl::StrCat("AT LEAST 2 OF (city = '", a, "', city IN ('", b, "', '", c, "'), price > 0)"),
             [&](const Facts& member) {
               const std::string& price = member.at("price");
               const bool pays = !price.empty() && price[0] != '-' && price != "0";
               return has(member, a) + (has(member, b) || has(member, c)) + pays >= 2;
             });
      Expect(absl::StrCat("NOT (city = '", a, "' OR city = '", b, "')"),
             [&](const Facts& member) { return !has(member, a) && !has(member, b); });
    }
    Expect("HAS city", [](const Facts& member) { return !member.at("city").empty(); });
  }

  // `prefix` and numbers below `bound`, some of which nobody has.
  void ExpectLists(uint64_t bound) {
    for (const size_t size : {2, 40, 1000}) {
      std::set<std::string> cities, prices;
      std::string in_cities, in_prices;
      for (size_t i = 0; i < size; ++i) {
        const std::string city = absl::StrCat("c", random_() % bound);
        const std::string price = absl::StrCat(static_cast<int>(random_() % 4001) - 2000);
        absl::StrAppend(&in_cities, i == 0 ? "('" : ", '", city, "'");
        absl::StrAppend(&in_prices, i == 0 ? "(" : ", ", price);
        cities.insert(city);
        prices.insert(price);
      }
      const auto lives = [cities](const Facts& member) { return cities.contains(member.at("city")); };
      const auto pays = [prices](const Facts& member) { return prices.contains(member.at("price")); };
      const std::string city = absl::StrCat("city IN ", in_cities, ")");
      const std::string price = absl::StrCat("price IN ", in_prices, ")");
      Expect(city, lives);
      Expect(price, pays);
      Expect(absl::StrCat("city NOT IN ", in_cities, ")"),
             [&](const Facts& member) { return !member.at("city").empty() && !lives(member); });
      Expect(absl::StrCat("price NOT IN ", in_prices, ")"),
             [&](const Facts& member) { return !member.at("price").empty() && !pays(member); });
      Expect(absl::StrCat(city, " AND NOT ", price),
             [&](const Facts& member) { return lives(member) && !pays(member); });
      Expect(absl::StrCat("price > 0 AND NOT (", city, ")"), [&](const Facts& member) {
        const std::string& cell = member.at("price");
        return !cell.empty() && cell[0] != '-' && cell != "0" && !lives(member);
      });
    }
    Expect("city LIKE 'c1%'", [](const Facts& member) { return member.at("city").rfind("c1", 0) == 0; });
  }

  std::mt19937_64 random_{5};
  FactDatabase database_;
  index::Population* population_ = nullptr;
  std::vector<Facts> facts_;
  uint64_t lists_ = 0;
};

TEST_F(ValueListsTest, AnswerAsThePlainReadingDoes) {
  Load(Table(300, 200), 0, index::LoadMode::kMerge);  // no slices yet
  ASSERT_NO_FATAL_FAILURE(ExpectLists(250));
  Load(Table(6'000, 4'000), 100, index::LoadMode::kMerge);  // past the limit
  ASSERT_NO_FATAL_FAILURE(ExpectLists(4'500));
  Load(Table(900, 5'000), 3'000, index::LoadMode::kMerge);  // edges
  ASSERT_NO_FATAL_FAILURE(ExpectLists(5'500));
  Load(Table(2'000, 3'000), 0, index::LoadMode::kReplace);
  ASSERT_NO_FATAL_FAILURE(ExpectLists(3'500));
  Load(Table(50, 20), 10, index::LoadMode::kReplace);  // few values are left, and the slices stay
  ASSERT_NO_FATAL_FAILURE(ExpectLists(30));
  EXPECT_GT(lists_, 50u);
}

TEST_F(ValueListsTest, ValuesWithoutRowsAreFoundInTheSlices) {
  const auto load = [this](size_t count, uint64_t codes, size_t first, index::LoadMode mode) {
    std::vector<Facts> table = Table(count, codes);
    for (Facts& member : table) {
      if (random_() % 4 == 0) member["city"] = absl::StrCat("c", random_() % 3);  // these have rows
    }
    Load(table, first, mode);
    ASSERT_NO_FATAL_FAILURE(ExpectValues(codes));
    ASSERT_NO_FATAL_FAILURE(ExpectLists(codes));
  };
  ASSERT_NO_FATAL_FAILURE(load(2'000, 1'000, 0, index::LoadMode::kMerge));
  ASSERT_NO_FATAL_FAILURE(load(9'000, 20'000, 1'000, index::LoadMode::kMerge));  // past the limit
  const auto view = *population_->CurrentView();
  const auto tags = *view->tags().List(WorkBudget::Unlimited());
  const auto with_rows =
      *view->statistics().FindValuesWithRows(tags[0].name == "city" ? tags[0].id : tags[1].id);
  ASSERT_FALSE(with_rows.all());
  EXPECT_GE(with_rows.values().size(), 3u);
  ASSERT_NO_FATAL_FAILURE(load(500, 30'000, 4'000, index::LoadMode::kMerge));  // edges
  ASSERT_NO_FATAL_FAILURE(load(3'000, 2'000, 0, index::LoadMode::kReplace));
}

// Most of them have no row, and nothing but the row source has to know that.
TEST_F(ValueListsTest, EveryValueOfFiveThousandIsOpenedWithAllRewritesOff) {
  constexpr size_t kValues = 5'000, kMembers = 5'600;
  std::vector<Facts> table(kMembers);
  for (size_t i = 0; i < kMembers; ++i) table[i] = {{"city", absl::StrCat("c", i % kValues)}, {"price", ""}};
  Load(table, 0, index::LoadMode::kMerge);
  const auto view = *population_->CurrentView();
  const index::Tag city = **view->tags().Find("city");
  ASSERT_LT((*view->statistics().FindValuesWithRows(city.id)).values().size(), kValues);
  std::vector<std::string> names;
  for (size_t value = 0; value < kValues; ++value) names.push_back(absl::StrCat("c", value));
  const index::Snapshot& snapshot = static_cast<const index::StoredView&>(*view).snapshot();
  const auto ids = *view->values().Find(city, names);
  for (size_t value = 0; value < kValues; ++value) {
    std::vector<index::Ordinal> expected;
    for (size_t member = value; member < kMembers; member += kValues) expected.push_back(member);
    ASSERT_EQ(Selected(absl::StrCat("city = '", names[value], "'"), kNoRewrites), expected) << names[value];
    const index::RowRef row{city.id, index::MakeRow(*ids[value], index::kMembershipSlot)};
    EXPECT_EQ(*index::Contains(snapshot, row, value), true) << names[value];
    EXPECT_EQ(*index::Contains(snapshot, row, value + 1), false) << names[value];
  }
  for (size_t member = 0; member < kMembers; member += 99) {
    const auto profile =
        view->members().Profile(member, view->population().time_zone(), WorkBudget::Unlimited());
    ASSERT_THAT(profile, IsOk());
    ASSERT_EQ(profile->tags.front().values.size(), 1u);
    EXPECT_EQ(profile->tags.front().values.front().text, names[member % kValues]);
  }
}

// More tags than one expression warns of, as a batch may name them.
TEST_F(ValueListsTest, SuggestionsOfManyTagsAreOfTheirOwnValues) {
  std::vector<index::LoadTagSpec> tags;
  Facts member;
  for (int i = 0; i < 50; ++i) {
    tags.push_back({.name = absl::StrCat("t", i), .kind = index::TagKind::kSingle});
    member[tags.back().name] = absl::StrCat("value", i);
  }
  FactDatabase database;
  index::Population& population = database.Load({member}, 0, index::LoadMode::kMerge, tags);
  const auto view = *population.CurrentView();
  const QuestionViews views({view, population.Today()}, WorkBudget::Unlimited());
  QuestionSegments segments(population, {}, WorkBudget::Unlimited());
  for (int i = 0; i < 100; ++i) {
    const absl::StatusOr<Understanding> understood =
        Understand({absl::StrCat("t", i % 50, " = 'vvalue", i % 50, "'")}, views, segments);
    ASSERT_THAT(understood, IsOk());
    ASSERT_EQ(understood->warnings.size(), 1u);
    EXPECT_NE(understood->warnings[0].message.find(absl::StrCat("did you mean 'value", i % 50, "'?")),
              std::string::npos)
        << understood->warnings[0].message;
  }
}

// Of a tag with more values than are compared, the neighbours by bytes are.
TEST_F(ValueListsTest, SuggestionsAreFoundAmongVeryManyValues) {
  for (const uint64_t count : {200, 12'000}) {
    std::vector<Facts> table(count);
    for (uint64_t i = 0; i < count; ++i) table[i] = {{"city", absl::StrCat("town", i)}, {"price", ""}};
    FactDatabase database;
    index::Population& population = database.Load(table, 0, index::LoadMode::kMerge, Tags());
    const auto view = *population.CurrentView();
    const QuestionViews views({view, population.Today()}, WorkBudget::Unlimited());
    QuestionSegments segments(population, {}, WorkBudget::Unlimited());
    const absl::StatusOr<Understanding> understood =
        Understand({"city = 'town1x1' OR city = 'own199' OR city = ''"}, views, segments);
    ASSERT_THAT(understood, IsOk());
    ASSERT_EQ(understood->warnings.size(), 3u);
    EXPECT_NE(understood->warnings[0].message.find("did you mean 'town1"), std::string::npos)
        << understood->warnings[0].message;
    EXPECT_EQ(understood->warnings[1].message.find("'town199'") != std::string::npos, count == 200)
        << "it begins like none of its neighbours";
    EXPECT_EQ(understood->warnings[2].message.find("did you mean"), std::string::npos);
  }
}

}  // namespace
}  // namespace muster::query
